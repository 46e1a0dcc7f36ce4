CREATE TABLE favori_etablissement (
    id_favori bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_user integer NOT NULL,
    etablissement uuid NOT NULL,
    nom varchar(200) NOT NULL,
    cree_le timestamptz NOT NULL,
    CONSTRAINT favori_etablissement_pkey PRIMARY KEY (id_favori),
    CONSTRAINT favori_etablissement_public_id_key UNIQUE (public_id),
    CONSTRAINT favori_etablissement_une_fois_key UNIQUE (id_user, etablissement),
    CONSTRAINT favori_etablissement_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE
);
COMMENT ON TABLE favori_etablissement IS 'health-directory: the establishments that people keep at hand';
COMMENT ON COLUMN favori_etablissement.etablissement IS 'its public id; without a foreign key: what leaves the directory stays in the list, marked';
COMMENT ON COLUMN favori_etablissement.nom IS 'its name when it was kept, to be shown once it is gone';
CREATE INDEX favori_etablissement_liste_idx ON favori_etablissement (id_user, public_id);
