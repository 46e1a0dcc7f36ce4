DO $$
BEGIN
    IF EXISTS (SELECT FROM ajustement) THEN
        RAISE EXCEPTION 'ajustement holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE ajustement;
