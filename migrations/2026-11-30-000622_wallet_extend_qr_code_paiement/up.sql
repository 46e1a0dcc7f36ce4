-- Codes of tills have natures of their own, which a program from before this does not know: it pays none of them to the wrong account.
ALTER TABLE qr_code_paiement DROP CONSTRAINT qr_code_paiement_nature_connue, DROP CONSTRAINT qr_code_paiement_statique_ou_dynamique;
ALTER TABLE qr_code_paiement
    ADD COLUMN id_caisse bigint,
    ADD CONSTRAINT qr_code_paiement_id_caisse_fkey FOREIGN KEY (id_caisse) REFERENCES caisse (id_caisse) ON DELETE CASCADE,
    ADD CONSTRAINT qr_code_paiement_nature_connue CHECK (nature IN ('statique', 'dynamique', 'caisse', 'vente')),
    ADD CONSTRAINT qr_code_paiement_caisse CHECK ((nature IN ('caisse', 'vente')) = (id_caisse IS NOT NULL)),
    -- What is printed once asks for no amount and never ends; what is made for one payment has both.
    ADD CONSTRAINT qr_code_paiement_statique_ou_dynamique CHECK (
        (nature IN ('statique', 'caisse') AND montant IS NULL AND libelle IS NULL AND expire_le IS NULL)
        OR (nature IN ('dynamique', 'vente') AND montant IS NOT NULL AND expire_le > cree_le)
    );
COMMENT ON COLUMN qr_code_paiement.id_caisse IS 'the till at which it is paid; null: to the person themselves';
CREATE INDEX qr_code_paiement_id_caisse_idx ON qr_code_paiement (id_caisse, id_qr) WHERE id_caisse IS NOT NULL;
CREATE UNIQUE INDEX qr_code_paiement_caisse_key ON qr_code_paiement (id_caisse) WHERE nature = 'caisse';
