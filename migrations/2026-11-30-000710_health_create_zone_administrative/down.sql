DO $$
BEGIN
    IF EXISTS (SELECT FROM zone_administrative) THEN
        RAISE EXCEPTION 'zone_administrative holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE zone_administrative;
DROP FUNCTION annuaire_noter_zones();
DELETE FROM changement_annuaire WHERE cle LIKE 'a/%';
