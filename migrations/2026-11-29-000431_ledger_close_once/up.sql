-- What may happen once may also be closed: it will not happen any more. Either takes the one row there is.
ALTER TABLE operation_unique
    ALTER COLUMN id_transaction DROP NOT NULL,
    ADD COLUMN ferme_le timestamptz,
    ADD CONSTRAINT operation_unique_faite_ou_fermee CHECK ((id_transaction IS NULL) = (ferme_le IS NOT NULL));
COMMENT ON TABLE operation_unique IS 'ledger: what may happen once (a QR code, a request to pay), and the transaction that did it, or since when it is closed';
COMMENT ON COLUMN operation_unique.ferme_le IS 'since when it can''t happen any more, where it has not';
