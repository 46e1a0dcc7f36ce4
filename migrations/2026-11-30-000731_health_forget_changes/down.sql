DO $$
BEGIN
    IF EXISTS (SELECT FROM revision_annuaire WHERE oublie > 0) THEN
        RAISE EXCEPTION 'revision_annuaire holds what was forgotten: old copies would keep what is gone';
    END IF;
END
$$;
CREATE OR REPLACE FUNCTION annuaire_noter(cles text[], est_retire boolean) RETURNS void LANGUAGE plpgsql AS $$
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
ALTER TABLE revision_annuaire DROP CONSTRAINT revision_annuaire_oublie_passe, DROP COLUMN oublie;
DROP INDEX changement_annuaire_retire_idx;
ALTER TABLE changement_annuaire DROP COLUMN change_le;
