DO $$
BEGIN
    IF EXISTS (SELECT FROM qr_code_paiement WHERE id_caisse IS NOT NULL) THEN
        RAISE EXCEPTION 'qr_code_paiement holds codes of tills: they would be lost';
    END IF;
END
$$;
DROP INDEX qr_code_paiement_caisse_key;
DROP INDEX qr_code_paiement_id_caisse_idx;
ALTER TABLE qr_code_paiement
    DROP CONSTRAINT qr_code_paiement_caisse, DROP CONSTRAINT qr_code_paiement_nature_connue,
    DROP CONSTRAINT qr_code_paiement_statique_ou_dynamique, DROP CONSTRAINT qr_code_paiement_id_caisse_fkey, DROP COLUMN id_caisse;
ALTER TABLE qr_code_paiement
    ADD CONSTRAINT qr_code_paiement_nature_connue CHECK (nature IN ('statique', 'dynamique')),
    ADD CONSTRAINT qr_code_paiement_statique_ou_dynamique CHECK (
        (nature = 'statique' AND montant IS NULL AND libelle IS NULL AND expire_le IS NULL)
        OR (nature = 'dynamique' AND montant IS NOT NULL AND expire_le > cree_le)
    );
