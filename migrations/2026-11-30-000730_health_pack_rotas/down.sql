-- Who keeps a copy of the directory drops the lists from it.
SELECT annuaire_noter((SELECT array_agg('g/' || public_id) FROM tour_garde WHERE etat = 'published' AND NOT clos), true);

DROP TRIGGER tour_garde_ajoute ON tour_garde;
DROP TRIGGER tour_garde_change ON tour_garde;
DROP TRIGGER tour_garde_retire ON tour_garde;
DROP TRIGGER garde_pharmacie_ajoute ON garde_pharmacie;
DROP TRIGGER garde_pharmacie_change ON garde_pharmacie;
DROP TRIGGER garde_pharmacie_retire ON garde_pharmacie;
CREATE OR REPLACE FUNCTION annuaire_noter_tour() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM annuaire_noter((SELECT array_agg('g/' || public_id) FROM apres), false);
    RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION annuaire_noter_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM annuaire_noter((SELECT array_agg('g/' || tour_garde.public_id) FROM apres JOIN tour_garde USING (id_tour)), false);
    RETURN NULL;
END
$$;
CREATE TRIGGER tour_garde_change AFTER UPDATE ON tour_garde REFERENCING NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_tour();
CREATE TRIGGER garde_pharmacie_change AFTER UPDATE ON garde_pharmacie REFERENCING NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_garde();
ALTER TABLE tour_garde DROP COLUMN clos;
