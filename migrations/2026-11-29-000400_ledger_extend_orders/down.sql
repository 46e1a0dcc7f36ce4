DO $$
BEGIN
    IF EXISTS (SELECT FROM transaction WHERE nature NOT IN ('virement', 'depot_agent', 'approvisionnement', 'remboursement'))
        OR EXISTS (SELECT FROM retenue_ouverte)
        OR EXISTS (SELECT FROM compte WHERE nature = 'commission' OR (nature = 'frais' AND version > 0)) THEN
        RAISE EXCEPTION 'the ledger holds orders of kinds that this takes away: they would be lost';
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION ecriture_reporter() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fautif bigint;
BEGIN
    -- Instead of a foreign key, which would ask once for each entry: the transaction is there, and its receiver gets
    -- its amount.
    SELECT q.id_transaction INTO fautif FROM (
        SELECT n.id_transaction, sum(n.montant) AS somme, count(*) AS nombre, min(n.rang) AS premier, max(n.rang) AS dernier,
               sum(n.montant) FILTER (WHERE n.rang = 1) AS recu
        FROM nouvelles n GROUP BY n.id_transaction) q
    LEFT JOIN transaction t ON t.id_transaction = q.id_transaction
    WHERE q.somme <> 0 OR q.nombre < 2 OR q.premier <> 0 OR q.dernier <> q.nombre - 1 OR q.recu IS DISTINCT FROM t.montant
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ecriture: the entries of transaction % do not sum to 0, are not all here, or not what it says', fautif
            USING ERRCODE = 'check_violation', TABLE = 'ecriture', CONSTRAINT = 'ecriture_somme_nulle';
    END IF;

    SELECT s.id_compte INTO fautif FROM (
        SELECT n.id_compte, n.version, n.solde_apres - n.montant AS avant,
               lag(n.version) OVER w AS version_avant, lag(n.solde_apres) OVER w AS solde_avant
        FROM nouvelles n WINDOW w AS (PARTITION BY n.id_compte ORDER BY n.version)) s
    LEFT JOIN compte c ON c.id_compte = s.id_compte AND s.version_avant IS NULL
    WHERE s.version IS DISTINCT FROM coalesce(s.version_avant, c.version) + 1
       OR s.avant IS DISTINCT FROM coalesce(s.solde_avant, c.solde) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ecriture: an entry of account % does not follow the one before', fautif
            USING ERRCODE = 'check_violation', TABLE = 'ecriture', CONSTRAINT = 'ecriture_suite';
    END IF;

    UPDATE compte c SET solde = d.solde_apres, version = d.version
    FROM (SELECT DISTINCT ON (n.id_compte) n.id_compte, n.solde_apres, n.version
          FROM nouvelles n ORDER BY n.id_compte, n.version DESC) d
    WHERE c.id_compte = d.id_compte;
    RETURN NULL;
END
$$;
DROP TRIGGER compte_solde_suit_ecritures ON compte;
CREATE TRIGGER compte_solde_suit_ecritures BEFORE UPDATE OF solde, version ON compte FOR EACH ROW
    WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION compte_refuser();

DROP TABLE retenue_ouverte;
DROP INDEX transaction_id_compte_vers_idx;
DROP INDEX transaction_id_retenue_key;
ALTER TABLE transaction
    DROP CONSTRAINT transaction_id_compte_vers_fkey,
    DROP CONSTRAINT transaction_id_retenue_fkey,
    DROP CONSTRAINT transaction_expiration,
    DROP CONSTRAINT transaction_autre_cote,
    DROP CONSTRAINT transaction_fin_retenue,
    DROP CONSTRAINT transaction_remboursement,
    DROP CONSTRAINT transaction_nature_connue,
    DROP COLUMN expire_le,
    DROP COLUMN id_compte_vers,
    DROP COLUMN id_retenue;
ALTER TABLE transaction
    ADD CONSTRAINT transaction_nature_connue CHECK (nature IN ('virement', 'depot_agent', 'approvisionnement', 'remboursement')),
    ADD CONSTRAINT transaction_remboursement CHECK ((nature = 'remboursement') = (id_remboursee IS NOT NULL));
ALTER TABLE ecriture
    DROP CONSTRAINT ecriture_reserve_apres_positive,
    DROP CONSTRAINT ecriture_change_quelque_chose,
    DROP COLUMN reserve_apres,
    DROP COLUMN reserve;
ALTER TABLE ecriture ADD CONSTRAINT ecriture_montant_non_nul CHECK (montant <> 0);
DELETE FROM compte WHERE nature = 'frais';
ALTER TABLE compte DROP CONSTRAINT compte_nature_titulaire, DROP CONSTRAINT compte_nature_connue;
ALTER TABLE compte
    ADD CONSTRAINT compte_nature_connue CHECK (nature IN ('principal', 'float', 'emission')),
    ADD CONSTRAINT compte_nature_titulaire CHECK ((nature IN ('principal', 'float')) = (id_user IS NOT NULL));
