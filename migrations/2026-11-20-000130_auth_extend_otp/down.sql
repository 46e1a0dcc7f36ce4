-- Codes live ten minutes: losing them costs nobody more than asking for another.
DROP INDEX otp_user_id_objet_destinataire_key;
ALTER TABLE otp
    DROP CONSTRAINT otp_code_jamais_en_clair,
    DROP CONSTRAINT otp_code_hache_complet,
    DROP CONSTRAINT otp_tentatives_bornees,
    DROP COLUMN consomme_le,
    DROP COLUMN cree_le,
    DROP COLUMN tentatives,
    DROP COLUMN code_hache,
    DROP COLUMN destinataire,
    DROP COLUMN objet;
UPDATE otp SET is_valid = false WHERE is_valid IS DISTINCT FROM false;
