-- What a national list tells beside, what people of the house and owners corrected, and what people think of a place.
ALTER TABLE etablissement_sante
    ADD COLUMN district varchar(100),
    ADD COLUMN niveau varchar(24),
    ADD COLUMN services varchar(16)[],
    ADD COLUMN corrige jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN ferme_le timestamptz,
    ADD COLUMN avis_nombre integer NOT NULL DEFAULT 0,
    ADD COLUMN avis_somme integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT etablissement_sante_niveau_connu CHECK (niveau IN ('primary', 'general_hospital', 'regional_hospital', 'university_hospital')),
    ADD CONSTRAINT etablissement_sante_services_connus CHECK (services <@ ARRAY['dispensary', 'maternity', 'laboratory', 'imaging',
        'surgery', 'pharmacy', 'vaccination', 'dentistry', 'paediatrics', 'dialysis', 'ambulance', 'blood_bank']::varchar[]),
    ADD CONSTRAINT etablissement_sante_corrige_objet CHECK (jsonb_typeof(corrige) = 'object'),
    ADD CONSTRAINT etablissement_sante_avis_possibles CHECK (avis_nombre >= 0 AND avis_somme BETWEEN avis_nombre AND 5 * avis_nombre);
COMMENT ON COLUMN etablissement_sante.district IS 'the health district, as the source writes it';
COMMENT ON COLUMN etablissement_sante.niveau IS 'its level where the source tells it and its type does not';
COMMENT ON COLUMN etablissement_sante.services IS 'what there is; null is unknown, which is not nothing';
COMMENT ON COLUMN etablissement_sante.corrige IS 'what was corrected here, {"name": {"by": "owner", "at": "2026-11-30T08:00:00Z"}}: no import writes over it';
COMMENT ON COLUMN etablissement_sante.ferme_le IS 'somebody of the house made sure that it is closed: it is shown no more, and no import opens it again';
COMMENT ON COLUMN etablissement_sante.avis_nombre IS 'how many ratings of it are visible; a trigger of avis_etablissement keeps it';
COMMENT ON COLUMN etablissement_sante.avis_somme IS 'the sum of their stars';

-- What is closed is gone for whoever keeps a copy, and stays gone while its row or a number of it changes.
CREATE OR REPLACE FUNCTION annuaire_noter_etablissement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM annuaire_noter((SELECT array_agg('e/' || public_id) FROM avant), true);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM annuaire_noter((SELECT array_agg('e/' || public_id) FROM apres WHERE ferme_le IS NULL), false);
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION annuaire_noter_numero() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM annuaire_noter((SELECT array_agg('e/' || public_id) FROM avant JOIN etablissement_sante USING (id_etablissement) WHERE ferme_le IS NULL), false);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM annuaire_noter((SELECT array_agg('e/' || public_id) FROM apres JOIN etablissement_sante USING (id_etablissement) WHERE ferme_le IS NULL), false);
    END IF;
    RETURN NULL;
END
$$;
