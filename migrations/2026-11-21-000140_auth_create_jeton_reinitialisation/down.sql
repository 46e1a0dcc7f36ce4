DO $$
BEGIN
    IF EXISTS (SELECT FROM jeton_reinitialisation) THEN
        RAISE EXCEPTION 'jeton_reinitialisation holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE jeton_reinitialisation;
