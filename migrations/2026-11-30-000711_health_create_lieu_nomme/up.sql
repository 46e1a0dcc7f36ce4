CREATE TABLE lieu_nomme (
    id_lieu integer GENERATED ALWAYS AS IDENTITY,
    id_source integer NOT NULL,
    cle_source varchar(64) NOT NULL,
    empreinte bytea NOT NULL,
    nom varchar(100) NOT NULL,
    genre varchar(16) NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    population integer,
    CONSTRAINT lieu_nomme_pkey PRIMARY KEY (id_lieu),
    CONSTRAINT lieu_nomme_source_cle_key UNIQUE (id_source, cle_source),
    CONSTRAINT lieu_nomme_id_source_fkey FOREIGN KEY (id_source) REFERENCES source_donnees (id_source),
    CONSTRAINT lieu_nomme_empreinte_sha256 CHECK (octet_length(empreinte) = 32),
    CONSTRAINT lieu_nomme_nom_dit_quelque_chose CHECK (btrim(nom) <> ''),
    CONSTRAINT lieu_nomme_genre_connu CHECK (genre IN ('city', 'town', 'suburb', 'neighbourhood', 'village', 'hamlet', 'locality')),
    CONSTRAINT lieu_nomme_latitude_bornes CHECK (latitude BETWEEN -90 AND 90),
    CONSTRAINT lieu_nomme_longitude_bornes CHECK (longitude BETWEEN -180 AND 180),
    CONSTRAINT lieu_nomme_population_positive CHECK (population > 0)
);
COMMENT ON TABLE lieu_nomme IS 'health-directory: places by name, so that somebody can say where they are in words';

CREATE FUNCTION annuaire_noter_lieux() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM annuaire_noter((SELECT array_agg(DISTINCT 'l/lieux'::text) FROM avant), false);
    ELSE
        PERFORM annuaire_noter((SELECT array_agg(DISTINCT 'l/lieux'::text) FROM apres), false);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER lieu_nomme_ajoute AFTER INSERT ON lieu_nomme REFERENCING NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_lieux();
CREATE TRIGGER lieu_nomme_change AFTER UPDATE ON lieu_nomme REFERENCING NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_lieux();
CREATE TRIGGER lieu_nomme_retire AFTER DELETE ON lieu_nomme REFERENCING OLD TABLE AS avant
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_lieux();
