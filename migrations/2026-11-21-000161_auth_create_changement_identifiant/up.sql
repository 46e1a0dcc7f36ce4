-- A wish to change becomes a change in the same row; a change can be taken back until expire_le, then its row is erased.
CREATE TABLE changement_identifiant (
    id_changement bigint GENERATED ALWAYS AS IDENTITY,
    id_user integer NOT NULL,
    canal varchar(10) NOT NULL,
    session_id uuid,
    nouveau varchar(254),
    ancien varchar(255),
    ancien_normalise varchar(254),
    ancien_prouve_le timestamptz,
    jeton_hache bytea,
    demande_le timestamptz NOT NULL,
    applique_le timestamptz,
    expire_le timestamptz NOT NULL,
    CONSTRAINT changement_identifiant_pkey PRIMARY KEY (id_changement),
    CONSTRAINT changement_identifiant_jeton_hache_key UNIQUE (jeton_hache),
    CONSTRAINT changement_identifiant_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT changement_identifiant_session_id_fkey FOREIGN KEY (session_id) REFERENCES session (public_id) ON DELETE CASCADE,
    CONSTRAINT changement_identifiant_canal_connu CHECK (canal IN ('email', 'telephone')),
    CONSTRAINT changement_identifiant_jeton_sha256 CHECK (octet_length(jeton_hache) = 32),
    -- A wish is a session's and has something new; a change has a token that takes it back.
    CONSTRAINT changement_identifiant_demande_complete CHECK (applique_le IS NOT NULL OR (session_id IS NOT NULL AND nouveau IS NOT NULL)),
    CONSTRAINT changement_identifiant_applique_complet CHECK ((applique_le IS NULL) = (jeton_hache IS NULL)),
    CONSTRAINT changement_identifiant_preuve CHECK (ancien_prouve_le IS NULL OR ancien_normalise IS NOT NULL)
);
COMMENT ON TABLE changement_identifiant IS 'auth: phone numbers and e-mail addresses that are being changed, and those that were and can be taken back';
COMMENT ON COLUMN changement_identifiant.nouveau IS 'the canonical form of the new one; empty where one was removed';
COMMENT ON COLUMN changement_identifiant.ancien IS 'what was there before, as it was written';
COMMENT ON COLUMN changement_identifiant.jeton_hache IS 'hash of the token that was sent to the old identifier and takes the change back';
-- One wish a person: the one before is dropped.
CREATE UNIQUE INDEX changement_identifiant_demande_key ON changement_identifiant (id_user) WHERE applique_le IS NULL;
CREATE INDEX changement_identifiant_id_user_idx ON changement_identifiant (id_user, applique_le);
CREATE INDEX changement_identifiant_session_id_idx ON changement_identifiant (session_id);
CREATE INDEX changement_identifiant_expire_le_idx ON changement_identifiant (expire_le);
