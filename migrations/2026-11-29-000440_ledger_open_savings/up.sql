-- Savings: a holder has several such accounts, and one of each other kind. A program from before this can't open accounts: it
-- names the unique key that this replaces.
ALTER TABLE compte
    DROP CONSTRAINT compte_titulaire_nature_key,
    DROP CONSTRAINT compte_nature_connue,
    DROP CONSTRAINT compte_nature_titulaire;
ALTER TABLE compte
    ADD CONSTRAINT compte_nature_connue CHECK (nature IN ('principal', 'epargne', 'float', 'commission', 'emission', 'frais')),
    ADD CONSTRAINT compte_nature_titulaire CHECK ((nature IN ('principal', 'epargne', 'float', 'commission')) = (id_user IS NOT NULL));
CREATE UNIQUE INDEX compte_titulaire_nature_key ON compte (id_titulaire, nature) WHERE nature <> 'epargne';
CREATE INDEX compte_id_titulaire_idx ON compte (id_titulaire);

ALTER TABLE transaction DROP CONSTRAINT transaction_nature_connue;
ALTER TABLE transaction ADD CONSTRAINT transaction_nature_connue CHECK (nature IN (
    'virement', 'paiement_qr', 'epargne', 'depot_agent', 'retrait_agent', 'approvisionnement', 'remboursement', 'annulation',
    'retenue', 'capture', 'liberation', 'expiration', 'ajustement'));
