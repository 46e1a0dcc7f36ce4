DO $$
BEGIN
    IF EXISTS (SELECT FROM session) THEN
        RAISE EXCEPTION 'session holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE jeton_rafraichissement;
DROP TABLE session;
