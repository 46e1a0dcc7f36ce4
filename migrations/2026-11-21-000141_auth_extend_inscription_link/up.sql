-- A link confirms the mailbox of one attempt: it stands with it, is replaced with it, and goes with it.
ALTER TABLE inscription
    ADD COLUMN lien_hache bytea,
    ADD COLUMN lien_expire_le timestamptz,
    ADD CONSTRAINT inscription_lien_sha256 CHECK (octet_length(lien_hache) = 32),
    ADD CONSTRAINT inscription_lien_complet CHECK (num_nulls(lien_hache, lien_expire_le) IN (0, 2));
COMMENT ON COLUMN inscription.lien_hache IS 'hash of the token in the link that was mailed last';
CREATE UNIQUE INDEX inscription_lien_hache_key ON inscription (lien_hache) WHERE lien_hache IS NOT NULL;
