DO $$
BEGIN
    IF EXISTS (SELECT FROM gestion_etablissement) THEN
        RAISE EXCEPTION 'gestion_etablissement holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE gestion_etablissement;
