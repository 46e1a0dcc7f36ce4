DO $$
BEGIN
    IF EXISTS (SELECT FROM discussion_membre) OR EXISTS (SELECT FROM thematiques) OR EXISTS (SELECT FROM discussion) THEN
        RAISE EXCEPTION 'discussion, thematiques or discussion_membre holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE discussion_membre;
DROP TABLE thematiques;
DROP TABLE discussion;
DROP FUNCTION messagerie_compter_membres();
