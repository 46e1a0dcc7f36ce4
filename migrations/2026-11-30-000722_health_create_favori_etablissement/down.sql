DO $$
BEGIN
    IF EXISTS (SELECT FROM favori_etablissement) THEN
        RAISE EXCEPTION 'favori_etablissement holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE favori_etablissement;
