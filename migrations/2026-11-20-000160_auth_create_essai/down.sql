DO $$
BEGIN
    IF EXISTS (SELECT FROM essai) THEN
        RAISE EXCEPTION 'essai holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE essai;
