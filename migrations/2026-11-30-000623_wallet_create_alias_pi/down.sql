DO $$
BEGIN
    IF EXISTS (SELECT FROM alias_pi) THEN
        RAISE EXCEPTION 'alias_pi holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE alias_pi;
