-- What merchants are paid: a holder has one account of a merchant's and several tills.
ALTER TABLE compte DROP CONSTRAINT compte_nature_connue, DROP CONSTRAINT compte_nature_titulaire;
ALTER TABLE compte
    ADD CONSTRAINT compte_nature_connue CHECK (nature IN (
        'principal', 'epargne', 'commerce', 'caisse', 'float', 'commission', 'emission', 'frais')),
    ADD CONSTRAINT compte_nature_titulaire CHECK (
        (nature IN ('principal', 'epargne', 'commerce', 'caisse', 'float', 'commission')) = (id_user IS NOT NULL));
DROP INDEX compte_titulaire_nature_key;
CREATE UNIQUE INDEX compte_titulaire_nature_key ON compte (id_titulaire, nature) WHERE nature NOT IN ('epargne', 'caisse');

ALTER TABLE transaction DROP CONSTRAINT transaction_nature_connue;
ALTER TABLE transaction ADD CONSTRAINT transaction_nature_connue CHECK (nature IN (
    'virement', 'paiement_qr', 'epargne', 'interne', 'depot_agent', 'retrait_agent', 'approvisionnement', 'remboursement',
    'annulation', 'retenue', 'capture', 'liberation', 'expiration', 'ajustement'));
