-- A registration in one call brings a name and a number beside the password. They wait with it, and go with it.
ALTER TABLE inscription
    ADD COLUMN prenom varchar(80),
    ADD COLUMN nom varchar(80),
    ADD COLUMN telephone_contact varchar(32),
    ADD CONSTRAINT inscription_personne_avec_mdp CHECK (mdp IS NOT NULL OR num_nonnulls(prenom, nom, telephone_contact) = 0);
COMMENT ON COLUMN inscription.telephone_contact IS 'provisional, as the password beside it is';

ALTER TABLE utilisateur
    ADD COLUMN telephone_contact varchar(32),
    ADD COLUMN invite_le timestamptz;
COMMENT ON COLUMN utilisateur.telephone_contact IS 'a number to reach somebody at, of any country, as they typed it; proven by nobody: it signs nobody in and receives no money';
COMMENT ON COLUMN utilisateur.invite_le IS 'an administrator made this account then, for whoever proves its address; nobody registers over it';
