DO $$
BEGIN
    IF EXISTS (SELECT FROM proposition_etablissement) THEN
        RAISE EXCEPTION 'proposition_etablissement holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE proposition_etablissement;
