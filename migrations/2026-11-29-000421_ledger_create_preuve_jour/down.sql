DO $$
BEGIN
    IF EXISTS (SELECT FROM preuve_jour) THEN
        RAISE EXCEPTION 'preuve_jour holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE preuve_jour;
