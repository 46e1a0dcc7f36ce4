CREATE TABLE alias_pi (
    id_alias bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    compte uuid NOT NULL,
    genre varchar(4) NOT NULL DEFAULT 'SHID',
    alias uuid NOT NULL,
    enregistre_par integer,
    enregistre_le timestamptz NOT NULL,
    retire_par integer,
    retire_le timestamptz,
    CONSTRAINT alias_pi_pkey PRIMARY KEY (id_alias),
    CONSTRAINT alias_pi_public_id_key UNIQUE (public_id),
    CONSTRAINT alias_pi_compte_fkey FOREIGN KEY (compte) REFERENCES compte (public_id) ON DELETE CASCADE,
    CONSTRAINT alias_pi_enregistre_par_fkey FOREIGN KEY (enregistre_par) REFERENCES utilisateur (id_user) ON DELETE SET NULL,
    CONSTRAINT alias_pi_retire_par_fkey FOREIGN KEY (retire_par) REFERENCES utilisateur (id_user) ON DELETE SET NULL,
    CONSTRAINT alias_pi_genre_connu CHECK (genre = 'SHID'),
    -- A UUID of version 4 (RFC 9562): the only form that a code of the network prints.
    CONSTRAINT alias_pi_alias_version_4 CHECK (alias::text ~ '^.{14}4.{4}[89ab]'),
    CONSTRAINT alias_pi_retrait CHECK (retire_par IS NULL OR retire_le IS NOT NULL)
);
COMMENT ON TABLE alias_pi IS 'wallet: aliases of the BCEAO''s instant payments (PI-SPI) under which accounts are known; withdrawn ones stay';
COMMENT ON COLUMN alias_pi.genre IS 'the network''s kind of alias; mobile numbers (MBNO) and merchants'' short codes (MCOD) are never printed and come with the rail';
-- An account is printed with one alias, and an alias is one account's.
CREATE UNIQUE INDEX alias_pi_compte_key ON alias_pi (compte) WHERE retire_le IS NULL;
CREATE UNIQUE INDEX alias_pi_alias_key ON alias_pi (alias) WHERE retire_le IS NULL;
CREATE INDEX alias_pi_compte_idx ON alias_pi (compte, public_id);
CREATE INDEX alias_pi_enregistre_par_idx ON alias_pi (enregistre_par) WHERE enregistre_par IS NOT NULL;
CREATE INDEX alias_pi_retire_par_idx ON alias_pi (retire_par) WHERE retire_par IS NOT NULL;
