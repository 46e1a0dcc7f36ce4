DO $$
BEGIN
    IF EXISTS (SELECT FROM localisation) THEN
        RAISE EXCEPTION 'localisation holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE localisation;
