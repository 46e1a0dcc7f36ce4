DO $$
BEGIN
    IF EXISTS (SELECT FROM compte WHERE nature = 'epargne') OR EXISTS (SELECT FROM transaction WHERE nature = 'epargne') THEN
        RAISE EXCEPTION 'compte or transaction holds savings: they would be lost';
    END IF;
END
$$;
ALTER TABLE transaction DROP CONSTRAINT transaction_nature_connue;
ALTER TABLE transaction ADD CONSTRAINT transaction_nature_connue CHECK (nature IN (
    'virement', 'paiement_qr', 'epargne', 'depot_agent', 'retrait_agent', 'approvisionnement', 'remboursement', 'annulation',
    'retenue', 'capture', 'liberation', 'expiration', 'ajustement'));
DROP INDEX compte_id_titulaire_idx;
DROP INDEX compte_titulaire_nature_key;
ALTER TABLE compte DROP CONSTRAINT compte_nature_titulaire, DROP CONSTRAINT compte_nature_connue;
ALTER TABLE compte
    ADD CONSTRAINT compte_titulaire_nature_key UNIQUE (id_titulaire, nature),
    ADD CONSTRAINT compte_nature_connue CHECK (nature IN ('principal', 'float', 'commission', 'emission', 'frais')),
    ADD CONSTRAINT compte_nature_titulaire CHECK ((nature IN ('principal', 'float', 'commission')) = (id_user IS NOT NULL));
