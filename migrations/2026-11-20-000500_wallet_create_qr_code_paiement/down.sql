DO $$
BEGIN
    IF EXISTS (SELECT FROM qr_code_paiement) THEN
        RAISE EXCEPTION 'qr_code_paiement holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE qr_code_paiement;
