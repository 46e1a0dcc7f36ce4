DO $$
BEGIN
    IF EXISTS (SELECT FROM tour_garde) OR EXISTS (SELECT FROM garde_pharmacie) THEN
        RAISE EXCEPTION 'tour_garde or garde_pharmacie holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE garde_pharmacie;
DROP TABLE tour_garde;
DROP FUNCTION annuaire_noter_garde();
DROP FUNCTION annuaire_noter_tour();
