CREATE TABLE zone_administrative (
    id_zone integer GENERATED ALWAYS AS IDENTITY,
    id_source integer NOT NULL,
    code varchar(16) NOT NULL,
    empreinte bytea NOT NULL,
    nom varchar(100) NOT NULL,
    niveau varchar(16) NOT NULL,
    code_parent varchar(16),
    anneaux integer[] NOT NULL,
    contour double precision[] NOT NULL,
    CONSTRAINT zone_administrative_pkey PRIMARY KEY (id_zone),
    CONSTRAINT zone_administrative_code_key UNIQUE (code),
    CONSTRAINT zone_administrative_id_source_fkey FOREIGN KEY (id_source) REFERENCES source_donnees (id_source),
    CONSTRAINT zone_administrative_code_forme CHECK (code ~ '^[A-Z]{2}[0-9]{2,12}$'),
    CONSTRAINT zone_administrative_empreinte_sha256 CHECK (octet_length(empreinte) = 32),
    CONSTRAINT zone_administrative_nom_dit_quelque_chose CHECK (btrim(nom) <> ''),
    CONSTRAINT zone_administrative_niveau_connu CHECK (niveau IN ('region', 'subprefecture')),
    CONSTRAINT zone_administrative_contour_borne CHECK (cardinality(contour) BETWEEN 6 AND 10000 AND cardinality(contour) % 2 = 0),
    CONSTRAINT zone_administrative_anneaux_bornes CHECK (cardinality(anneaux) BETWEEN 1 AND 1000)
);
COMMENT ON TABLE zone_administrative IS 'health-directory: regions and sub-prefectures as polygons';
COMMENT ON COLUMN zone_administrative.code IS 'the P-code of OCHA; a sub-prefecture''s begins with its region''s';
COMMENT ON COLUMN zone_administrative.anneaux IS 'how many positions each ring has; a ring inside of a ring is a hole';
COMMENT ON COLUMN zone_administrative.contour IS 'the positions of all rings one after the other, longitude and latitude in turn';
CREATE INDEX zone_administrative_id_source_idx ON zone_administrative (id_source);

-- Packs don't have these. One name for all: whoever keeps them reads all of them again.
CREATE FUNCTION annuaire_noter_zones() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM annuaire_noter((SELECT array_agg(DISTINCT 'a/zones'::text) FROM avant), false);
    ELSE
        PERFORM annuaire_noter((SELECT array_agg(DISTINCT 'a/zones'::text) FROM apres), false);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER zone_administrative_ajoute AFTER INSERT ON zone_administrative REFERENCING NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_zones();
CREATE TRIGGER zone_administrative_change AFTER UPDATE ON zone_administrative REFERENCING NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_zones();
CREATE TRIGGER zone_administrative_retire AFTER DELETE ON zone_administrative REFERENCING OLD TABLE AS avant
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_zones();
