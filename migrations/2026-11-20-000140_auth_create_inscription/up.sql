CREATE TABLE inscription (
    id_user integer NOT NULL,
    jeton_hache bytea NOT NULL,
    contestee boolean NOT NULL,
    mdp varchar,
    mdp_schema smallint,
    jeton_definition_hache bytea,
    definition_refusee boolean NOT NULL DEFAULT false,
    commencee_le timestamptz NOT NULL,
    CONSTRAINT inscription_pkey PRIMARY KEY (id_user),
    CONSTRAINT inscription_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT inscription_jeton_sha256 CHECK (octet_length(jeton_hache) = 32),
    CONSTRAINT inscription_jeton_definition_sha256 CHECK (octet_length(jeton_definition_hache) = 32),
    CONSTRAINT inscription_mdp_complet CHECK (num_nulls(mdp, mdp_schema, jeton_definition_hache) IN (0, 3))
);
COMMENT ON TABLE inscription IS 'auth: the one registration attempt of an account that nobody has proven yet, and its provisional password';
COMMENT ON COLUMN inscription.contestee IS 'another attempt was under way when this one started';
COMMENT ON COLUMN inscription.jeton_definition_hache IS 'hash of the token that whoever set the password was given';
COMMENT ON COLUMN inscription.definition_refusee IS 'a second password was offered';
