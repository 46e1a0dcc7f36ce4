DO $$
BEGIN
    IF EXISTS (SELECT FROM signalement_numero) THEN
        RAISE EXCEPTION 'signalement_numero holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE signalement_numero;
