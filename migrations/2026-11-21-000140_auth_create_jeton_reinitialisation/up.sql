-- A row is written for identifiers that are nobody's too: asking then does the same work for everybody.
CREATE TABLE jeton_reinitialisation (
    destinataire bytea NOT NULL,
    id_user integer,
    hache bytea NOT NULL,
    cree_le timestamptz NOT NULL,
    expire_le timestamptz NOT NULL,
    CONSTRAINT jeton_reinitialisation_pkey PRIMARY KEY (destinataire),
    -- One live token a person: the older dies.
    CONSTRAINT jeton_reinitialisation_id_user_key UNIQUE (id_user),
    CONSTRAINT jeton_reinitialisation_hache_key UNIQUE (hache),
    CONSTRAINT jeton_reinitialisation_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT jeton_reinitialisation_hache_sha256 CHECK (octet_length(hache) = 32),
    CONSTRAINT jeton_reinitialisation_une_heure CHECK (expire_le <= cree_le + interval '1 hour')
);
COMMENT ON TABLE jeton_reinitialisation IS 'auth: tokens that set a forgotten password anew, by their hash; one that was used is gone';
COMMENT ON COLUMN jeton_reinitialisation.destinataire IS 'keyed hash of the identifier that it was sent to';
COMMENT ON COLUMN jeton_reinitialisation.id_user IS 'whose; empty where the identifier is nobody''s: no such token leaves';
CREATE INDEX jeton_reinitialisation_expire_le_idx ON jeton_reinitialisation (expire_le);
