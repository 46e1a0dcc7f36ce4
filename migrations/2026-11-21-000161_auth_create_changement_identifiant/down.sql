DO $$
BEGIN
    IF EXISTS (SELECT FROM changement_identifiant) THEN
        RAISE EXCEPTION 'changement_identifiant holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE changement_identifiant;
