-- Packs have the published lists of pharmacies on duty. What is over leaves them by a change, as everything does: somebody closes it.
ALTER TABLE tour_garde ADD COLUMN clos boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN tour_garde.clos IS 'it is over and left the packs; the background tasks see to it';

DROP TRIGGER tour_garde_change ON tour_garde;
UPDATE tour_garde SET clos = true WHERE fin <= now();

-- What packs had is noted as gone first; what they have after it is then noted as there.
CREATE OR REPLACE FUNCTION annuaire_noter_tour() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM annuaire_noter((SELECT array_agg('g/' || public_id) FROM avant WHERE etat = 'published' AND NOT clos), true);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM annuaire_noter((SELECT array_agg('g/' || public_id) FROM apres WHERE etat = 'published' AND NOT clos), false);
    END IF;
    RETURN NULL;
END
$$;
-- A pharmacy is part of its list. One that went with its list finds none here, and nothing is to be said of it.
CREATE OR REPLACE FUNCTION annuaire_noter_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM annuaire_noter((SELECT array_agg('g/' || tour_garde.public_id) FROM avant JOIN tour_garde USING (id_tour)
            WHERE tour_garde.etat = 'published' AND NOT tour_garde.clos), false);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM annuaire_noter((SELECT array_agg('g/' || tour_garde.public_id) FROM apres JOIN tour_garde USING (id_tour)
            WHERE tour_garde.etat = 'published' AND NOT tour_garde.clos), false);
    END IF;
    RETURN NULL;
END
$$;
DROP TRIGGER garde_pharmacie_change ON garde_pharmacie;

CREATE TRIGGER tour_garde_ajoute AFTER INSERT ON tour_garde REFERENCING NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_tour();
CREATE TRIGGER tour_garde_change AFTER UPDATE ON tour_garde REFERENCING OLD TABLE AS avant NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_tour();
CREATE TRIGGER tour_garde_retire AFTER DELETE ON tour_garde REFERENCING OLD TABLE AS avant
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_tour();
CREATE TRIGGER garde_pharmacie_ajoute AFTER INSERT ON garde_pharmacie REFERENCING NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_garde();
CREATE TRIGGER garde_pharmacie_change AFTER UPDATE ON garde_pharmacie REFERENCING OLD TABLE AS avant NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_garde();
CREATE TRIGGER garde_pharmacie_retire AFTER DELETE ON garde_pharmacie REFERENCING OLD TABLE AS avant
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_garde();

-- No pack had a list so far, whatever was noted of it; now all packs have those that are not over.
DELETE FROM changement_annuaire WHERE cle LIKE 'g/%';
SELECT annuaire_noter((SELECT array_agg('g/' || public_id) FROM tour_garde WHERE etat = 'published' AND NOT clos), false);
