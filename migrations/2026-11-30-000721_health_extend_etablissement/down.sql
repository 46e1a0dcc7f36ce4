DO $$
BEGIN
    IF EXISTS (SELECT FROM etablissement_sante WHERE corrige <> '{}' OR ferme_le IS NOT NULL OR avis_nombre <> 0) THEN
        RAISE EXCEPTION 'etablissement_sante holds corrections, closures or ratings: they would be lost';
    END IF;
END
$$;
CREATE OR REPLACE FUNCTION annuaire_noter_etablissement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM annuaire_noter((SELECT array_agg('e/' || public_id) FROM avant), true);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM annuaire_noter((SELECT array_agg('e/' || public_id) FROM apres), false);
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION annuaire_noter_numero() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM annuaire_noter((SELECT array_agg('e/' || public_id) FROM avant JOIN etablissement_sante USING (id_etablissement)), false);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM annuaire_noter((SELECT array_agg('e/' || public_id) FROM apres JOIN etablissement_sante USING (id_etablissement)), false);
    END IF;
    RETURN NULL;
END
$$;
ALTER TABLE etablissement_sante
    DROP COLUMN district,
    DROP COLUMN niveau,
    DROP COLUMN services,
    DROP COLUMN corrige,
    DROP COLUMN ferme_le,
    DROP COLUMN avis_nombre,
    DROP COLUMN avis_somme;
