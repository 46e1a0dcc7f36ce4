CREATE TABLE totp (
    id_user integer NOT NULL,
    secret_chiffre bytea NOT NULL,
    cree_le timestamptz NOT NULL,
    actif_le timestamptz,
    dernier_pas bigint,
    CONSTRAINT totp_pkey PRIMARY KEY (id_user),
    CONSTRAINT totp_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE
);
COMMENT ON TABLE totp IS 'auth: the authenticator app of a person (RFC 6238)';
COMMENT ON COLUMN totp.secret_chiffre IS 'nonce and AES-256-GCM of the secret, bound to the person';
COMMENT ON COLUMN totp.actif_le IS 'when the first code was shown; before, nothing asks for it';
COMMENT ON COLUMN totp.dernier_pas IS 'the step of the last code taken: neither it nor an earlier one is taken again';

CREATE TABLE code_secours (
    id_user integer NOT NULL,
    hache bytea NOT NULL,
    CONSTRAINT code_secours_pkey PRIMARY KEY (id_user, hache),
    CONSTRAINT code_secours_id_user_fkey FOREIGN KEY (id_user) REFERENCES totp (id_user) ON DELETE CASCADE,
    CONSTRAINT code_secours_hache_sha256 CHECK (octet_length(hache) = 32)
);
COMMENT ON TABLE code_secours IS 'auth: recovery codes that replace a lost authenticator, by their keyed hash; a used one is gone';

CREATE TABLE defi_totp (
    hache bytea NOT NULL,
    id_user integer NOT NULL,
    preuve varchar(12) NOT NULL,
    porte varchar(8) NOT NULL,
    appareil_id varchar(64),
    appareil_nom varchar(80),
    appareil_plateforme varchar(40),
    remplace uuid,
    mdp_abandonne boolean NOT NULL,
    tentatives smallint NOT NULL DEFAULT 0,
    expire_le timestamptz NOT NULL,
    CONSTRAINT defi_totp_pkey PRIMARY KEY (hache),
    CONSTRAINT defi_totp_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT defi_totp_hache_sha256 CHECK (octet_length(hache) = 32),
    CONSTRAINT defi_totp_preuve_connue CHECK (preuve IN ('otp', 'mot_de_passe')),
    CONSTRAINT defi_totp_porte_connue CHECK (porte IN ('api', 'ego', 'nest')),
    CONSTRAINT defi_totp_tentatives_bornees CHECK (tentatives BETWEEN 0 AND 5)
);
COMMENT ON TABLE defi_totp IS 'auth: sign-ins whose first proof was right and that wait for the second';
COMMENT ON COLUMN defi_totp.remplace IS 'the weaker session whose place the new one takes';
CREATE INDEX defi_totp_id_user_idx ON defi_totp (id_user);
CREATE INDEX defi_totp_expire_le_idx ON defi_totp (expire_le);
