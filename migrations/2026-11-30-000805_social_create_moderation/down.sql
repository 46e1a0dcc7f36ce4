DO $$
BEGIN
    IF EXISTS (SELECT FROM dossier_moderation)
        OR EXISTS (SELECT FROM signalement)
        OR EXISTS (SELECT FROM sanction)
        OR EXISTS (SELECT FROM recours) THEN
        RAISE EXCEPTION 'dossier_moderation, signalement, sanction, recours: one holds rows, and they would be lost';
    END IF;
END
$$;
DROP TABLE recours;
DROP TABLE sanction;
DROP TABLE signalement;
DROP TABLE dossier_moderation;
DROP FUNCTION social_compter_signalements();
