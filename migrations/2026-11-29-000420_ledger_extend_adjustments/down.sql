DO $$
BEGIN
    IF EXISTS (SELECT FROM transaction WHERE nature = 'ajustement') THEN
        RAISE EXCEPTION 'the ledger holds adjustments: they would be lost';
    END IF;
END
$$;
ALTER TABLE transaction DROP CONSTRAINT transaction_nature_connue;
ALTER TABLE transaction ADD CONSTRAINT transaction_nature_connue CHECK (nature IN (
    'virement', 'paiement_qr', 'depot_agent', 'retrait_agent', 'approvisionnement', 'remboursement', 'annulation',
    'retenue', 'capture', 'liberation', 'expiration'));
