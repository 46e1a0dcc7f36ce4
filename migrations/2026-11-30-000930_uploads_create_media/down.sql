DO $$
BEGIN
    IF EXISTS (SELECT FROM media) THEN
        RAISE EXCEPTION 'media holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE media;
