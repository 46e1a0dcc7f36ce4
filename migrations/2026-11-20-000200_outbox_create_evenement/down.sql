DO $$
BEGIN
    IF EXISTS (SELECT FROM evenement) OR EXISTS (SELECT FROM abonne_evenement) THEN
        RAISE EXCEPTION 'evenement or abonne_evenement holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE evenement_ecarte;
DROP TABLE abonne_evenement;
DROP TABLE suite_evenement;
DROP TABLE evenement;
