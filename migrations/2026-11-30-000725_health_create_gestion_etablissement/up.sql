CREATE TABLE gestion_etablissement (
    id_gestion bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_etablissement integer NOT NULL,
    id_user integer NOT NULL,
    preuve varchar(500) NOT NULL,
    etat varchar(8) NOT NULL,
    motif varchar(300),
    cree_le timestamptz NOT NULL,
    decide_le timestamptz,
    CONSTRAINT gestion_etablissement_pkey PRIMARY KEY (id_gestion),
    CONSTRAINT gestion_etablissement_public_id_key UNIQUE (public_id),
    CONSTRAINT gestion_etablissement_id_etablissement_fkey FOREIGN KEY (id_etablissement)
        REFERENCES etablissement_sante (id_etablissement) ON DELETE CASCADE,
    CONSTRAINT gestion_etablissement_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT gestion_etablissement_preuve_dite CHECK (btrim(preuve) <> ''),
    CONSTRAINT gestion_etablissement_etat_connu CHECK (etat IN ('pending', 'approved', 'refused', 'revoked')),
    CONSTRAINT gestion_etablissement_decide CHECK ((decide_le IS NULL) = (etat = 'pending')),
    CONSTRAINT gestion_etablissement_motif_du_refus CHECK ((motif IS NOT NULL) = (etat IN ('refused', 'revoked')))
);
COMMENT ON TABLE gestion_etablissement IS 'health-directory: who says to run an establishment, and who may edit its entry';
COMMENT ON COLUMN gestion_etablissement.preuve IS 'what the person says to be believed: a register''s number, whom to call';
CREATE UNIQUE INDEX gestion_etablissement_ouverte_key ON gestion_etablissement (id_etablissement, id_user) WHERE etat IN ('pending', 'approved');
CREATE INDEX gestion_etablissement_id_etablissement_idx ON gestion_etablissement (id_etablissement);
CREATE INDEX gestion_etablissement_id_user_idx ON gestion_etablissement (id_user, public_id);
CREATE INDEX gestion_etablissement_etat_idx ON gestion_etablissement (etat, public_id);
