DO $$
BEGIN
    IF EXISTS (SELECT FROM transaction t JOIN ecriture e ON e.id_transaction = t.id_transaction AND e.rang = 1
               WHERE t.nature IN ('paiement_qr', 'capture') AND e.montant <> t.montant) THEN
        RAISE EXCEPTION 'transaction: a receiver has paid a commission: what is written stays';
    END IF;
END
$$;
CREATE OR REPLACE FUNCTION ecriture_reporter() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fautif bigint;
BEGIN
    -- Instead of a foreign key, which would ask once for each entry: the transaction is there, its entries sum to 0, its
    -- receiver gets its amount, and what is set aside changes by what it says.
    SELECT q.id_transaction INTO fautif FROM (
        SELECT n.id_transaction, sum(n.montant) AS somme, count(*) AS nombre, min(n.rang) AS premier, max(n.rang) AS dernier,
               sum(n.montant) FILTER (WHERE n.rang = 1) AS recu, sum(n.reserve) AS reserve,
               count(*) FILTER (WHERE n.rang > 0 AND n.reserve <> 0) AS ailleurs
        FROM nouvelles n GROUP BY n.id_transaction) q
    LEFT JOIN transaction t ON t.id_transaction = q.id_transaction
    LEFT JOIN transaction h ON h.id_transaction = t.id_retenue
    WHERE q.somme <> 0 OR q.premier <> 0 OR q.dernier <> q.nombre - 1 OR q.ailleurs > 0
       OR q.reserve IS DISTINCT FROM CASE WHEN t.nature = 'retenue' THEN t.montant WHEN t.id_retenue IS NOT NULL THEN -h.montant ELSE 0 END
       OR CASE WHEN t.id_compte_vers IS NULL THEN q.recu IS DISTINCT FROM t.montant ELSE q.nombre <> 1 END
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ecriture: the entries of transaction % do not sum to 0, are not all here, or not what it says', fautif
            USING ERRCODE = 'check_violation', TABLE = 'ecriture', CONSTRAINT = 'ecriture_somme_nulle';
    END IF;

    SELECT s.id_compte INTO fautif FROM (
        SELECT n.id_compte, n.version, n.solde_apres - n.montant AS avant, n.reserve_apres - n.reserve AS reserve_avant,
               lag(n.version) OVER w AS version_precedente, lag(n.solde_apres) OVER w AS solde_precedent,
               lag(n.reserve_apres) OVER w AS reserve_precedente
        FROM nouvelles n WINDOW w AS (PARTITION BY n.id_compte ORDER BY n.version)) s
    LEFT JOIN compte c ON c.id_compte = s.id_compte AND s.version_precedente IS NULL
    WHERE s.version IS DISTINCT FROM coalesce(s.version_precedente, c.version) + 1
       OR s.avant IS DISTINCT FROM coalesce(s.solde_precedent, c.solde)
       OR s.reserve_avant IS DISTINCT FROM coalesce(s.reserve_precedente, c.reserve) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ecriture: an entry of account % does not follow the one before', fautif
            USING ERRCODE = 'check_violation', TABLE = 'ecriture', CONSTRAINT = 'ecriture_suite';
    END IF;

    UPDATE compte c SET solde = d.solde_apres, reserve = d.reserve_apres, version = d.version
    FROM (SELECT DISTINCT ON (n.id_compte) n.id_compte, n.solde_apres, n.reserve_apres, n.version
          FROM nouvelles n ORDER BY n.id_compte, n.version DESC) d
    WHERE c.id_compte = d.id_compte;
    RETURN NULL;
END
$$;
