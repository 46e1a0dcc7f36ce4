DO $$
BEGIN
    IF EXISTS (SELECT FROM cagnotte) THEN
        RAISE EXCEPTION 'cagnotte holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE cagnotte;
