-- Codes are kept as keyed hashes, one row a person, purpose and recipient; what otp_code holds was never trusted here.
ALTER TABLE otp
    ADD COLUMN objet varchar(20),
    ADD COLUMN destinataire bytea,
    ADD COLUMN code_hache bytea,
    ADD COLUMN tentatives smallint NOT NULL DEFAULT 0,
    ADD COLUMN cree_le timestamptz,
    ADD COLUMN consomme_le timestamptz,
    ADD CONSTRAINT otp_tentatives_bornees CHECK (tentatives BETWEEN 0 AND 5),
    ADD CONSTRAINT otp_code_hache_complet CHECK (code_hache IS NULL OR (objet IS NOT NULL AND destinataire IS NOT NULL)),
    -- A live code is never readable.
    ADD CONSTRAINT otp_code_jamais_en_clair CHECK (code_hache IS NULL OR otp_code = '');
COMMENT ON COLUMN otp.objet IS 'what the code is good for';
COMMENT ON COLUMN otp.destinataire IS 'keyed hash of the identifier that it was sent to';
COMMENT ON COLUMN otp.code_hache IS 'HMAC-SHA-256 of the code, bound to person, purpose and recipient';
COMMENT ON COLUMN otp.tentatives IS 'guesses taken, counted before they are judged';
CREATE UNIQUE INDEX otp_user_id_objet_destinataire_key ON otp (user_id, objet, destinataire);
-- Codes found at adoption are invalid.
UPDATE otp SET is_valid = false WHERE is_valid IS DISTINCT FROM false;
