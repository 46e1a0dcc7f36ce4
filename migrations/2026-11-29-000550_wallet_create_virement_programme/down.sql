DO $$
BEGIN
    IF EXISTS (SELECT FROM virement_programme) THEN
        RAISE EXCEPTION 'virement_programme holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE virement_programme;
