DO $$
BEGIN
    IF EXISTS (SELECT FROM palmares)
        OR EXISTS (SELECT FROM tendance) THEN
        RAISE EXCEPTION 'palmares, tendance: one holds rows, and they would be lost';
    END IF;
END
$$;
DROP TABLE tendance;
DROP TABLE palmares;
