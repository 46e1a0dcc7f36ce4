DO $$
BEGIN
    IF EXISTS (SELECT FROM demande_paiement) THEN
        RAISE EXCEPTION 'demande_paiement holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE demande_paiement;
