-- What changed, and when: one row a thing, with the number of its last change. Whoever changes the directory takes the one row of
-- revision_annuaire until the end of its transaction, by these triggers if not before: numbers appear in commit order and without gaps.
-- (A sequence gives numbers before commit, so that a reader who has seen 8 may get 7 later.)
ALTER TABLE revision_annuaire ADD COLUMN ecrivain xid8;
COMMENT ON COLUMN revision_annuaire.ecrivain IS 'the transaction that gave the number: it changes as much as it likes under one';

CREATE TABLE changement_annuaire (
    cle varchar(160) NOT NULL,
    revision bigint NOT NULL,
    retire boolean NOT NULL,
    CONSTRAINT changement_annuaire_pkey PRIMARY KEY (cle),
    CONSTRAINT changement_annuaire_revision_positive CHECK (revision > 0)
);
COMMENT ON TABLE changement_annuaire IS 'health-directory: the last change of each thing, what is gone too; who keeps a copy asks for what came after theirs';
COMMENT ON COLUMN changement_annuaire.cle IS 'the thing as packs call it: e/… an establishment with its numbers, n/… an emergency number, s/… a source';
COMMENT ON COLUMN changement_annuaire.retire IS 'it is gone';
CREATE INDEX changement_annuaire_revision_idx ON changement_annuaire (revision);

CREATE FUNCTION annuaire_noter(cles text[], est_retire boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    courant bigint;
BEGIN
    IF cles IS NULL THEN
        RETURN;
    END IF;
    UPDATE revision_annuaire SET numero = numero + 1, ecrivain = pg_current_xact_id()
    WHERE ecrivain IS DISTINCT FROM pg_current_xact_id();
    SELECT numero INTO STRICT courant FROM revision_annuaire;
    INSERT INTO changement_annuaire (cle, revision, retire)
    SELECT DISTINCT nommee.cle, courant, est_retire FROM unnest(cles) AS nommee (cle)
    ON CONFLICT ON CONSTRAINT changement_annuaire_pkey DO UPDATE SET revision = excluded.revision, retire = excluded.retire;
END
$$;

-- What is gone is noted first: what an update leaves under the same name is then noted as there.
CREATE FUNCTION annuaire_noter_etablissement() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- A number is part of its establishment. One that went with its establishment finds none here, and nothing is to be said of it.
CREATE FUNCTION annuaire_noter_numero() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE FUNCTION annuaire_noter_urgence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM annuaire_noter((SELECT array_agg('n/' || concat_ws('/', code, pays, type, valeur)) FROM avant JOIN source_donnees USING (id_source)), true);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM annuaire_noter((SELECT array_agg('n/' || concat_ws('/', code, pays, type, valeur)) FROM apres JOIN source_donnees USING (id_source)), false);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION annuaire_noter_source() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM annuaire_noter((SELECT array_agg('s/' || code) FROM avant), true);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM annuaire_noter((SELECT array_agg('s/' || code) FROM apres), false);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER etablissement_sante_ajoute AFTER INSERT ON etablissement_sante REFERENCING NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_etablissement();
CREATE TRIGGER etablissement_sante_change AFTER UPDATE ON etablissement_sante REFERENCING OLD TABLE AS avant NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_etablissement();
CREATE TRIGGER etablissement_sante_retire AFTER DELETE ON etablissement_sante REFERENCING OLD TABLE AS avant
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_etablissement();

CREATE TRIGGER liste_numero_etablissement_sante_ajoute AFTER INSERT ON liste_numero_etablissement_sante REFERENCING NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_numero();
CREATE TRIGGER liste_numero_etablissement_sante_change AFTER UPDATE ON liste_numero_etablissement_sante
    REFERENCING OLD TABLE AS avant NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_numero();
CREATE TRIGGER liste_numero_etablissement_sante_retire AFTER DELETE ON liste_numero_etablissement_sante REFERENCING OLD TABLE AS avant
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_numero();

CREATE TRIGGER numero_urgence_ajoute AFTER INSERT ON numero_urgence REFERENCING NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_urgence();
CREATE TRIGGER numero_urgence_change AFTER UPDATE ON numero_urgence REFERENCING OLD TABLE AS avant NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_urgence();
CREATE TRIGGER numero_urgence_retire AFTER DELETE ON numero_urgence REFERENCING OLD TABLE AS avant
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_urgence();

CREATE TRIGGER source_donnees_ajoute AFTER INSERT ON source_donnees REFERENCING NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_source();
CREATE TRIGGER source_donnees_change AFTER UPDATE ON source_donnees REFERENCING OLD TABLE AS avant NEW TABLE AS apres
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_source();
CREATE TRIGGER source_donnees_retire AFTER DELETE ON source_donnees REFERENCING OLD TABLE AS avant
    FOR EACH STATEMENT EXECUTE FUNCTION annuaire_noter_source();

-- What is there already counts as changed now: nobody has a copy of it yet.
SELECT annuaire_noter((SELECT array_agg('s/' || code) FROM source_donnees), false);
SELECT annuaire_noter((SELECT array_agg('e/' || public_id) FROM etablissement_sante), false);
SELECT annuaire_noter((SELECT array_agg('n/' || concat_ws('/', code, pays, type, valeur)) FROM numero_urgence JOIN source_donnees USING (id_source)), false);
