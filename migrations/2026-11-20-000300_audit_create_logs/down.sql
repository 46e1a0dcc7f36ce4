DO $$
BEGIN
    IF EXISTS (SELECT FROM logs) OR EXISTS (SELECT FROM corbeille) THEN
        RAISE EXCEPTION 'logs or corbeille holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE corbeille;
DROP TABLE sceau_log;
DROP TABLE log_a_sceller;
DROP TABLE logs;
DROP FUNCTION logs_refuser_modification();
