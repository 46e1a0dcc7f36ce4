DO $$
BEGIN
    IF EXISTS (SELECT FROM commentaire)
        OR EXISTS (SELECT FROM commentaire_mention)
        OR EXISTS (SELECT FROM liker_commentaire) THEN
        RAISE EXCEPTION 'commentaire, commentaire_mention, liker_commentaire: one holds rows, and they would be lost';
    END IF;
END
$$;
DROP TABLE liker_commentaire;
DROP TABLE commentaire_mention;
DROP TABLE commentaire;
DROP FUNCTION social_compter_commentaire_change();
DROP FUNCTION social_compter_commentaires();
DROP FUNCTION social_compter_likes_commentaire();
