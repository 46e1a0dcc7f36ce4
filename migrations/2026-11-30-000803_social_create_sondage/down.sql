DO $$
BEGIN
    IF EXISTS (SELECT FROM sondage)
        OR EXISTS (SELECT FROM choix_sondage)
        OR EXISTS (SELECT FROM vote_sondage) THEN
        RAISE EXCEPTION 'sondage, choix_sondage, vote_sondage: one holds rows, and they would be lost';
    END IF;
END
$$;
DROP TABLE vote_sondage;
DROP TABLE choix_sondage;
DROP TABLE sondage;
DROP FUNCTION social_compter_votes();
