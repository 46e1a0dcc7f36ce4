CREATE TABLE fiche_sanctions (
    id_fiche bigint GENERATED ALWAYS AS IDENTITY,
    source varchar(20) COLLATE "C" NOT NULL,
    reference varchar(64) COLLATE "C" NOT NULL,
    noms text[] NOT NULL,
    annees_naissance smallint[] NOT NULL,
    pays varchar(80),
    cles text[] NOT NULL,
    revision integer NOT NULL DEFAULT 1,
    creee_le timestamptz NOT NULL,
    modifiee_le timestamptz NOT NULL,
    vue_le timestamptz NOT NULL,
    close_le timestamptz,
    CONSTRAINT fiche_sanctions_pkey PRIMARY KEY (id_fiche),
    CONSTRAINT fiche_sanctions_source_reference_key UNIQUE (source, reference),
    CONSTRAINT fiche_sanctions_source_forme CHECK (source ~ '^[a-z0-9-]{1,20}$'),
    CONSTRAINT fiche_sanctions_reference_non_vide CHECK (reference <> ''),
    CONSTRAINT fiche_sanctions_noms_bornes CHECK (cardinality(noms) BETWEEN 1 AND 100 AND array_position(noms, NULL) IS NULL),
    CONSTRAINT fiche_sanctions_annees_bornees CHECK (cardinality(annees_naissance) <= 40)
);
COMMENT ON TABLE fiche_sanctions IS 'wallet: people on imported sanctions lists; one that left its list is closed, never deleted';
COMMENT ON COLUMN fiche_sanctions.noms IS 'the name first, then the aliases, as the list writes them';
COMMENT ON COLUMN fiche_sanctions.annees_naissance IS 'every year of birth that the list gives; empty is unknown';
COMMENT ON COLUMN fiche_sanctions.cles IS 'the folded words of all names, and each with one letter left out: what a person''s words are looked up by';
COMMENT ON COLUMN fiche_sanctions.revision IS 'counts what the list said differently: who was cleared of an earlier one is looked at again';
COMMENT ON COLUMN fiche_sanctions.vue_le IS 'the last import that had it';
-- Without a list of pending entries: what is imported is found at once by who looks it up.
CREATE INDEX fiche_sanctions_cles_idx ON fiche_sanctions USING gin (cles) WITH (fastupdate = off) WHERE close_le IS NULL;

-- What compliance keeps, it keeps for ten years after the day that the argument names; what has no such day yet stays.
CREATE FUNCTION conformite_conserver() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(OLD) ->> TG_ARGV[0]) IS NULL OR (to_jsonb(OLD) ->> TG_ARGV[0])::timestamptz > now() - interval '10 years' THEN
        RAISE EXCEPTION '% is kept for ten years: DELETE refused', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER fiche_sanctions_conservation BEFORE DELETE ON fiche_sanctions
    FOR EACH ROW EXECUTE FUNCTION conformite_conserver('close_le');
CREATE TRIGGER fiche_sanctions_reste BEFORE TRUNCATE ON fiche_sanctions
    FOR EACH STATEMENT EXECUTE FUNCTION registre_refuser_modification();
