CREATE TABLE qr_code_paiement (
    id_qr bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_user integer NOT NULL,
    nature varchar(10) NOT NULL,
    jeton varchar(22) NOT NULL,
    montant bigint,
    libelle varchar(140),
    cree_le timestamptz NOT NULL,
    expire_le timestamptz,
    CONSTRAINT qr_code_paiement_pkey PRIMARY KEY (id_qr),
    CONSTRAINT qr_code_paiement_public_id_key UNIQUE (public_id),
    CONSTRAINT qr_code_paiement_jeton_key UNIQUE (jeton),
    CONSTRAINT qr_code_paiement_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT qr_code_paiement_nature_connue CHECK (nature IN ('statique', 'dynamique')),
    CONSTRAINT qr_code_paiement_jeton_128_bits CHECK (length(jeton) = 22),
    CONSTRAINT qr_code_paiement_montant_positif CHECK (montant > 0),
    -- What is printed once asks for no amount and never ends; what is made for one payment has both.
    CONSTRAINT qr_code_paiement_statique_ou_dynamique CHECK (
        (nature = 'statique' AND montant IS NULL AND libelle IS NULL AND expire_le IS NULL)
        OR (nature = 'dynamique' AND montant IS NOT NULL AND expire_le > cree_le)
    )
);
COMMENT ON TABLE qr_code_paiement IS 'wallet: codes that people show to be paid';
COMMENT ON COLUMN qr_code_paiement.jeton IS 'the opaque token in the code: public by nature, it only lets one pay its owner';
CREATE INDEX qr_code_paiement_id_user_idx ON qr_code_paiement (id_user, id_qr);
CREATE UNIQUE INDEX qr_code_paiement_statique_key ON qr_code_paiement (id_user) WHERE nature = 'statique';
