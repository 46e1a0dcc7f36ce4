DO $$
BEGIN
    IF EXISTS (SELECT FROM rappel_paiement) THEN
        RAISE EXCEPTION 'rappel_paiement holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE rappel_paiement;
