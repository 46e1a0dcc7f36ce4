CREATE TABLE proposition_etablissement (
    id_proposition bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_etablissement integer NOT NULL,
    id_user integer NOT NULL,
    champ varchar(16) NOT NULL,
    valeur jsonb NOT NULL,
    commentaire varchar(500),
    photo varchar(500),
    etat varchar(8) NOT NULL,
    motif varchar(300),
    cree_le timestamptz NOT NULL,
    decide_le timestamptz,
    CONSTRAINT proposition_etablissement_pkey PRIMARY KEY (id_proposition),
    CONSTRAINT proposition_etablissement_public_id_key UNIQUE (public_id),
    CONSTRAINT proposition_etablissement_id_etablissement_fkey FOREIGN KEY (id_etablissement)
        REFERENCES etablissement_sante (id_etablissement) ON DELETE CASCADE,
    CONSTRAINT proposition_etablissement_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT proposition_etablissement_champ_connu CHECK (champ IN ('name', 'type', 'position', 'hours', 'numbers', 'services', 'closed')),
    CONSTRAINT proposition_etablissement_etat_connu CHECK (etat IN ('pending', 'accepted', 'refused')),
    CONSTRAINT proposition_etablissement_decide CHECK ((decide_le IS NULL) = (etat = 'pending')),
    CONSTRAINT proposition_etablissement_motif_du_refus CHECK ((motif IS NOT NULL) = (etat = 'refused'))
);
COMMENT ON TABLE proposition_etablissement IS 'health-directory: corrections of establishments that people suggest';
COMMENT ON COLUMN proposition_etablissement.photo IS 'what the author shows as a proof; it goes with the decision';
-- One open word a person, establishment and fact: saying it again replaces it.
CREATE UNIQUE INDEX proposition_etablissement_ouverte_key ON proposition_etablissement (id_etablissement, id_user, champ) WHERE etat = 'pending';
CREATE INDEX proposition_etablissement_id_etablissement_idx ON proposition_etablissement (id_etablissement);
CREATE INDEX proposition_etablissement_id_user_idx ON proposition_etablissement (id_user, public_id);
CREATE INDEX proposition_etablissement_attente_idx ON proposition_etablissement (public_id) WHERE etat = 'pending';
