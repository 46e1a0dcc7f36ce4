-- A link lives a day: losing it costs nobody more than asking for another.
DROP INDEX inscription_lien_hache_key;
ALTER TABLE inscription
    DROP CONSTRAINT inscription_lien_complet,
    DROP CONSTRAINT inscription_lien_sha256,
    DROP COLUMN lien_expire_le,
    DROP COLUMN lien_hache;
