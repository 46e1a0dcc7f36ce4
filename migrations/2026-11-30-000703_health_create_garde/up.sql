CREATE TABLE tour_garde (
    id_tour integer GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    debut timestamptz NOT NULL,
    fin timestamptz NOT NULL,
    source varchar(200) NOT NULL,
    etat varchar(9) NOT NULL,
    cree_le timestamptz NOT NULL,
    CONSTRAINT tour_garde_pkey PRIMARY KEY (id_tour),
    CONSTRAINT tour_garde_public_id_key UNIQUE (public_id),
    CONSTRAINT tour_garde_source_dit_quelque_chose CHECK (btrim(source) <> ''),
    CONSTRAINT tour_garde_duree CHECK (debut < fin AND fin <= debut + interval '31 days'),
    CONSTRAINT tour_garde_etat_connu CHECK (etat IN ('draft', 'published', 'withdrawn'))
);
COMMENT ON TABLE tour_garde IS 'health-directory: lists of the pharmacies on duty for a time, as somebody published them';
CREATE INDEX tour_garde_publie_idx ON tour_garde (fin) WHERE etat = 'published';

CREATE TABLE garde_pharmacie (
    id_garde integer GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_tour integer NOT NULL,
    zone varchar(100) NOT NULL,
    nom varchar(200) NOT NULL,
    adresse varchar(300),
    numeros varchar(16)[] NOT NULL,
    id_etablissement integer,
    CONSTRAINT garde_pharmacie_pkey PRIMARY KEY (id_garde),
    CONSTRAINT garde_pharmacie_public_id_key UNIQUE (public_id),
    CONSTRAINT garde_pharmacie_nom_key UNIQUE (id_tour, zone, nom),
    CONSTRAINT garde_pharmacie_id_tour_fkey FOREIGN KEY (id_tour) REFERENCES tour_garde (id_tour) ON DELETE CASCADE,
    CONSTRAINT garde_pharmacie_id_etablissement_fkey FOREIGN KEY (id_etablissement)
        REFERENCES etablissement_sante (id_etablissement) ON DELETE SET NULL
);
COMMENT ON TABLE garde_pharmacie IS 'health-directory: the pharmacies of a list, each with its establishment once that is known';
CREATE INDEX garde_pharmacie_id_etablissement_idx ON garde_pharmacie (id_etablissement);

-- Packs don't have these: what is over would have to leave them without a change. The number tells other processes to look.
CREATE FUNCTION annuaire_noter_tour() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM annuaire_noter((SELECT array_agg('g/' || public_id) FROM apres), false);
    RETURN NULL;
END
$$;
CREATE FUNCTION annuaire_noter_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM annuaire_noter((SELECT array_agg('g/' || tour_garde.public_id) FROM apres JOIN tour_garde USING (id_tour)), false);
    RETURN NULL;
END
$$;
CREATE TRIGGER tour_garde_change AFTER UPDATE ON tour_garde REFERENCING NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_tour();
CREATE TRIGGER garde_pharmacie_change AFTER UPDATE ON garde_pharmacie REFERENCING NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_garde();
