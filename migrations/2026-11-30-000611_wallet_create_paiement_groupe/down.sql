DO $$
BEGIN
    IF EXISTS (SELECT FROM paiement_groupe) THEN
        RAISE EXCEPTION 'paiement_groupe holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE ligne_paiement_groupe;
DROP TABLE paiement_groupe;
