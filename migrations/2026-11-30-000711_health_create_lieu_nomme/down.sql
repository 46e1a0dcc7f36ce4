DO $$
BEGIN
    IF EXISTS (SELECT FROM lieu_nomme) THEN
        RAISE EXCEPTION 'lieu_nomme holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE lieu_nomme;
DROP FUNCTION annuaire_noter_lieux();
DELETE FROM changement_annuaire WHERE cle LIKE 'l/%';
