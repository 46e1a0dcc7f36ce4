DO $$
BEGIN
    IF EXISTS (SELECT FROM signalement_avis) OR EXISTS (SELECT FROM avis_etablissement) THEN
        RAISE EXCEPTION 'signalement_avis or avis_etablissement holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE signalement_avis;
DROP TABLE avis_etablissement;
DROP FUNCTION annuaire_compter_avis();
