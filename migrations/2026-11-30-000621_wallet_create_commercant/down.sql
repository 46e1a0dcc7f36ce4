DO $$
BEGIN
    IF EXISTS (SELECT FROM caisse) OR EXISTS (SELECT FROM commercant) THEN
        RAISE EXCEPTION 'commercant or caisse holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE caisse;
DROP TABLE commercant;
