-- What is gone is noted until nobody may still have it: who comes later gets the whole pack. What is there keeps its one row.
ALTER TABLE changement_annuaire ADD COLUMN change_le timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN changement_annuaire.change_le IS 'when; what was noted before this column counts from then';
CREATE INDEX changement_annuaire_retire_idx ON changement_annuaire (change_le) WHERE retire;

ALTER TABLE revision_annuaire
    ADD COLUMN oublie bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT revision_annuaire_oublie_passe CHECK (oublie BETWEEN 0 AND numero);
COMMENT ON COLUMN revision_annuaire.oublie IS 'what was gone by this number may be forgotten: a copy older than it is replaced as a whole';

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
    ON CONFLICT ON CONSTRAINT changement_annuaire_pkey DO UPDATE
        SET revision = excluded.revision, retire = excluded.retire, change_le = excluded.change_le;
END
$$;
