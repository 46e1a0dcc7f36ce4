-- Who asked to be forgotten has thirty days to think again; what is left after that is a key that others point to.
ALTER TABLE utilisateur
    ADD COLUMN suppression_le timestamptz,
    DROP CONSTRAINT utilisateur_statut_connu,
    ADD CONSTRAINT utilisateur_statut_connu CHECK (statut IN ('actif', 'bloque', 'efface')),
    ADD CONSTRAINT utilisateur_efface_sans_rien CHECK (statut <> 'efface' OR num_nonnulls(
        nom, prenom, email, telephone, pays, photo_profile, mdp, code_confirmation, email_normalise, telephone_normalise,
        adresse, profession, date_naissance, langue, telephone_contact, suppression_le
    ) = 0);
COMMENT ON COLUMN utilisateur.suppression_le IS 'when the account is erased, unless its owner thinks again';
CREATE INDEX utilisateur_suppression_le_idx ON utilisateur (suppression_le) WHERE suppression_le IS NOT NULL;
