CREATE TABLE signalement_numero (
    id_signalement bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_numero integer NOT NULL,
    id_user integer NOT NULL,
    verdict varchar(8) NOT NULL,
    etat varchar(8) NOT NULL,
    cree_le timestamptz NOT NULL,
    decide_le timestamptz,
    CONSTRAINT signalement_numero_pkey PRIMARY KEY (id_signalement),
    CONSTRAINT signalement_numero_public_id_key UNIQUE (public_id),
    CONSTRAINT signalement_numero_id_numero_fkey FOREIGN KEY (id_numero)
        REFERENCES liste_numero_etablissement_sante (id_numero) ON DELETE CASCADE,
    CONSTRAINT signalement_numero_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT signalement_numero_verdict_connu CHECK (verdict IN ('works', 'dead')),
    CONSTRAINT signalement_numero_etat_connu CHECK (etat IN ('pending', 'accepted', 'refused')),
    CONSTRAINT signalement_numero_decide CHECK ((decide_le IS NULL) = (etat = 'pending'))
);
COMMENT ON TABLE signalement_numero IS 'health-directory: what people who dialled a number say of it';
-- One open word a person and number: saying it again replaces it.
CREATE UNIQUE INDEX signalement_numero_ouvert_key ON signalement_numero (id_numero, id_user) WHERE etat = 'pending';
CREATE INDEX signalement_numero_id_numero_idx ON signalement_numero (id_numero);
CREATE INDEX signalement_numero_id_user_idx ON signalement_numero (id_user);
CREATE INDEX signalement_numero_attente_idx ON signalement_numero (public_id) WHERE etat = 'pending';
