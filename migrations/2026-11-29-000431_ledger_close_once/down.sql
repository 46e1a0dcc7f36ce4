DO $$
BEGIN
    IF EXISTS (SELECT FROM operation_unique WHERE ferme_le IS NOT NULL) THEN
        RAISE EXCEPTION 'operation_unique holds what was closed: it could happen again';
    END IF;
END
$$;
ALTER TABLE operation_unique
    DROP CONSTRAINT operation_unique_faite_ou_fermee,
    DROP COLUMN ferme_le,
    ALTER COLUMN id_transaction SET NOT NULL;
COMMENT ON TABLE operation_unique IS 'ledger: what may happen once (a QR code, a request to pay), and the transaction that did it';
