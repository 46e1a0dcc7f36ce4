-- Fees have an account of Hostolink's, commissions one of the person who earns them.
ALTER TABLE compte DROP CONSTRAINT compte_nature_connue, DROP CONSTRAINT compte_nature_titulaire;
ALTER TABLE compte
    ADD CONSTRAINT compte_nature_connue CHECK (nature IN ('principal', 'float', 'commission', 'emission', 'frais')),
    ADD CONSTRAINT compte_nature_titulaire CHECK ((nature IN ('principal', 'float', 'commission')) = (id_user IS NOT NULL));
INSERT INTO compte (public_id, id_titulaire, nature, ouvert_le)
SELECT gen_random_uuid(), id_titulaire, 'frais', now() FROM compte WHERE nature = 'emission';

-- What is set aside follows the entries, as the balance does.
ALTER TABLE ecriture DROP CONSTRAINT ecriture_montant_non_nul;
ALTER TABLE ecriture
    ADD COLUMN reserve bigint NOT NULL DEFAULT 0,
    ADD COLUMN reserve_apres bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT ecriture_change_quelque_chose CHECK (montant <> 0 OR reserve <> 0),
    ADD CONSTRAINT ecriture_reserve_apres_positive CHECK (reserve_apres >= 0);
COMMENT ON COLUMN ecriture.reserve IS 'by how much it changed what is set aside on the account';
COMMENT ON COLUMN ecriture.reserve_apres IS 'what is set aside on the account right after it';

ALTER TABLE transaction DROP CONSTRAINT transaction_nature_connue, DROP CONSTRAINT transaction_remboursement;
ALTER TABLE transaction
    ADD COLUMN id_retenue bigint,
    ADD COLUMN id_compte_vers bigint,
    ADD COLUMN expire_le timestamptz,
    ADD CONSTRAINT transaction_nature_connue CHECK (nature IN (
        'virement', 'paiement_qr', 'depot_agent', 'retrait_agent', 'approvisionnement', 'remboursement', 'annulation',
        'retenue', 'capture', 'liberation', 'expiration')),
    ADD CONSTRAINT transaction_remboursement CHECK ((nature IN ('remboursement', 'annulation')) = (id_remboursee IS NOT NULL)),
    ADD CONSTRAINT transaction_fin_retenue CHECK ((nature IN ('capture', 'liberation', 'expiration')) = (id_retenue IS NOT NULL)),
    -- A transaction that only sets aside, or lets go, has one entry: the other side is named here.
    ADD CONSTRAINT transaction_autre_cote CHECK ((nature IN ('retenue', 'liberation', 'expiration')) = (id_compte_vers IS NOT NULL)),
    ADD CONSTRAINT transaction_expiration CHECK (expire_le IS NULL OR nature = 'retenue'),
    ADD CONSTRAINT transaction_id_retenue_fkey FOREIGN KEY (id_retenue) REFERENCES transaction (id_transaction),
    ADD CONSTRAINT transaction_id_compte_vers_fkey FOREIGN KEY (id_compte_vers) REFERENCES compte (id_compte) ON DELETE RESTRICT;
-- A hold ends once.
CREATE UNIQUE INDEX transaction_id_retenue_key ON transaction (id_retenue) WHERE id_retenue IS NOT NULL;
CREATE INDEX transaction_id_compte_vers_idx ON transaction (id_compte_vers) WHERE id_compte_vers IS NOT NULL;
COMMENT ON COLUMN transaction.id_retenue IS 'the hold that this one ends';
COMMENT ON COLUMN transaction.id_compte_vers IS 'whom a hold is for';
COMMENT ON COLUMN transaction.expire_le IS 'from when on a hold can no longer be captured; null is never';

CREATE TABLE retenue_ouverte (
    id_transaction bigint NOT NULL,
    id_compte bigint NOT NULL,
    expire_le timestamptz,
    CONSTRAINT retenue_ouverte_pkey PRIMARY KEY (id_transaction),
    CONSTRAINT retenue_ouverte_id_transaction_fkey FOREIGN KEY (id_transaction) REFERENCES transaction (id_transaction),
    CONSTRAINT retenue_ouverte_id_compte_fkey FOREIGN KEY (id_compte) REFERENCES compte (id_compte)
);
COMMENT ON TABLE retenue_ouverte IS 'ledger: the holds that have not ended, to find them again; the rows of transaction are what counts';
CREATE INDEX retenue_ouverte_id_compte_idx ON retenue_ouverte (id_compte);
CREATE INDEX retenue_ouverte_expire_le_idx ON retenue_ouverte (expire_le) WHERE expire_le IS NOT NULL;

DROP TRIGGER compte_solde_suit_ecritures ON compte;
CREATE TRIGGER compte_solde_suit_ecritures BEFORE UPDATE OF solde, version, reserve ON compte FOR EACH ROW
    WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION compte_refuser();

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
