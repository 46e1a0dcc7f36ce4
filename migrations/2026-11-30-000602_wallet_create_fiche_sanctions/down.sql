DO $$
BEGIN
    IF EXISTS (SELECT FROM fiche_sanctions) THEN
        RAISE EXCEPTION 'fiche_sanctions holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE fiche_sanctions;
DROP FUNCTION conformite_conserver();
