-- A correction between one of Hostolink's own accounts and any other, decided by two people.
ALTER TABLE transaction DROP CONSTRAINT transaction_nature_connue;
ALTER TABLE transaction ADD CONSTRAINT transaction_nature_connue CHECK (nature IN (
    'virement', 'paiement_qr', 'epargne', 'depot_agent', 'retrait_agent', 'approvisionnement', 'remboursement', 'annulation',
    'retenue', 'capture', 'liberation', 'expiration', 'ajustement'));
