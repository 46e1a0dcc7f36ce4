DO $$
BEGIN
    IF EXISTS (SELECT FROM publication)
        OR EXISTS (SELECT FROM version_publication)
        OR EXISTS (SELECT FROM mot_diese)
        OR EXISTS (SELECT FROM publication_mot)
        OR EXISTS (SELECT FROM publication_mention)
        OR EXISTS (SELECT FROM liker)
        OR EXISTS (SELECT FROM partages)
        OR EXISTS (SELECT FROM enregistrement)
        OR EXISTS (SELECT FROM cle_sociale) THEN
        RAISE EXCEPTION 'publication, version_publication, mot_diese, publication_mot, publication_mention, liker, partages, enregistrement, cle_sociale: one holds rows, and they would be lost';
    END IF;
END
$$;
DROP TABLE cle_sociale;
DROP TABLE enregistrement;
DROP TABLE partages;
DROP TABLE liker;
DROP TABLE publication_mention;
DROP TABLE publication_mot;
DROP TABLE mot_diese;
DROP TABLE version_publication;
DROP TABLE publication;
DROP FUNCTION social_compter_publication_changee();
DROP FUNCTION social_compter_publications();
DROP FUNCTION social_compter_enregistrements();
DROP FUNCTION social_compter_partages();
DROP FUNCTION social_compter_likes();
