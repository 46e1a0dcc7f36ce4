DO $$
BEGIN
    IF EXISTS (SELECT FROM inscription) THEN
        RAISE EXCEPTION 'inscription holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE inscription;
