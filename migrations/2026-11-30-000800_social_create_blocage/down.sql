DO $$
BEGIN
    IF EXISTS (SELECT FROM blocage) OR EXISTS (SELECT FROM sourdine) THEN
        RAISE EXCEPTION 'blocage or sourdine holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE sourdine;
DROP TABLE blocage;
