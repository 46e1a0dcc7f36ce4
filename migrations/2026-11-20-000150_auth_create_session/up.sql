CREATE TABLE session (
    public_id uuid NOT NULL,
    id_user integer NOT NULL,
    preuve varchar(12) NOT NULL,
    cree_le timestamptz NOT NULL,
    vue_le timestamptz NOT NULL,
    expire_le timestamptz NOT NULL,
    finie_le timestamptz,
    fin varchar(20),
    CONSTRAINT session_pkey PRIMARY KEY (public_id),
    CONSTRAINT session_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT session_preuve_connue CHECK (preuve IN ('otp', 'mot_de_passe')),
    CONSTRAINT session_fin_et_date CHECK ((finie_le IS NULL) = (fin IS NULL)),
    CONSTRAINT session_fin_connue CHECK (fin IN ('deconnexion', 'reutilisation', 'mot_de_passe', 'premiere_preuve', 'remplacee'))
);
COMMENT ON TABLE session IS 'auth: one sign-in on one device: a family of refresh tokens, and how it was proven';
COMMENT ON COLUMN session.fin IS 'why it ended';
CREATE INDEX session_id_user_idx ON session (id_user, cree_le);
CREATE INDEX session_expire_le_idx ON session (expire_le);

CREATE TABLE jeton_rafraichissement (
    hache bytea NOT NULL,
    session_id uuid NOT NULL,
    rang integer NOT NULL,
    cree_le timestamptz NOT NULL,
    consomme_le timestamptz,
    repris boolean NOT NULL DEFAULT false,
    CONSTRAINT jeton_rafraichissement_pkey PRIMARY KEY (hache),
    -- One lineage: a family has one token of each rank.
    CONSTRAINT jeton_rafraichissement_session_id_rang_key UNIQUE (session_id, rang),
    CONSTRAINT jeton_rafraichissement_session_id_fkey FOREIGN KEY (session_id) REFERENCES session (public_id) ON DELETE CASCADE,
    CONSTRAINT jeton_rafraichissement_hache_sha256 CHECK (octet_length(hache) = 32),
    CONSTRAINT jeton_rafraichissement_rang_positif CHECK (rang >= 0)
);
COMMENT ON TABLE jeton_rafraichissement IS 'auth: refresh tokens by their hash; a used one is kept to notice its reuse';
COMMENT ON COLUMN jeton_rafraichissement.repris IS 'its reply was lost and it was taken a second time';
