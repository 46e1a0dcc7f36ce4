DO $$
BEGIN
    -- The tail's one row was made by the up. No transaction: no entry, no link, nothing done once.
    IF EXISTS (SELECT FROM cle_idempotence) OR EXISTS (SELECT FROM refus) OR EXISTS (SELECT FROM transaction)
        OR EXISTS (SELECT FROM ecriture) OR EXISTS (SELECT FROM operation_unique) OR EXISTS (SELECT FROM chaine) THEN
        RAISE EXCEPTION 'the ledger holds orders: they would be lost';
    END IF;
END
$$;
DROP TABLE tete_chaine;
DROP TABLE chaine;
DROP TABLE operation_unique;
DROP TABLE ecriture;
DROP TABLE transaction;
DROP TABLE refus;
DROP TABLE cle_idempotence;
DROP FUNCTION chaine_verifier();
DROP FUNCTION ecriture_reporter();
DROP FUNCTION registre_refuser_modification();
