DO $$
BEGIN
    IF EXISTS (SELECT FROM gel) THEN
        RAISE EXCEPTION 'gel holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE gel;
