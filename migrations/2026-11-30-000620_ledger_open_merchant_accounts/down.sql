DO $$
BEGIN
    IF EXISTS (SELECT FROM compte WHERE nature IN ('commerce', 'caisse')) OR EXISTS (SELECT FROM transaction WHERE nature = 'interne') THEN
        RAISE EXCEPTION 'compte or transaction holds merchants'' money: it would be lost';
    END IF;
END
$$;
ALTER TABLE transaction DROP CONSTRAINT transaction_nature_connue;
ALTER TABLE transaction ADD CONSTRAINT transaction_nature_connue CHECK (nature IN (
    'virement', 'paiement_qr', 'epargne', 'depot_agent', 'retrait_agent', 'approvisionnement', 'remboursement', 'annulation',
    'retenue', 'capture', 'liberation', 'expiration', 'ajustement'));
DROP INDEX compte_titulaire_nature_key;
CREATE UNIQUE INDEX compte_titulaire_nature_key ON compte (id_titulaire, nature) WHERE nature <> 'epargne';
ALTER TABLE compte DROP CONSTRAINT compte_nature_titulaire, DROP CONSTRAINT compte_nature_connue;
ALTER TABLE compte
    ADD CONSTRAINT compte_nature_connue CHECK (nature IN ('principal', 'epargne', 'float', 'commission', 'emission', 'frais')),
    ADD CONSTRAINT compte_nature_titulaire CHECK ((nature IN ('principal', 'epargne', 'float', 'commission')) = (id_user IS NOT NULL));
