CREATE TABLE rappel_paiement (
    id_rappel bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    transaction_rappelee uuid NOT NULL,
    id_payeur integer NOT NULL,
    id_beneficiaire integer NOT NULL,
    motif varchar(4) NOT NULL,
    montant bigint NOT NULL,
    note varchar(140),
    statut varchar(10) NOT NULL,
    cree_le timestamptz NOT NULL,
    expire_le timestamptz NOT NULL,
    termine_le timestamptz,
    CONSTRAINT rappel_paiement_pkey PRIMARY KEY (id_rappel),
    CONSTRAINT rappel_paiement_public_id_key UNIQUE (public_id),
    -- One payment is asked back once.
    CONSTRAINT rappel_paiement_transaction_rappelee_key UNIQUE (transaction_rappelee),
    CONSTRAINT rappel_paiement_transaction_rappelee_fkey FOREIGN KEY (transaction_rappelee) REFERENCES transaction (public_id),
    CONSTRAINT rappel_paiement_id_payeur_fkey FOREIGN KEY (id_payeur) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT rappel_paiement_id_beneficiaire_fkey FOREIGN KEY (id_beneficiaire) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT rappel_paiement_deux_personnes CHECK (id_payeur <> id_beneficiaire),
    CONSTRAINT rappel_paiement_motif_connu CHECK (motif IN ('AC03', 'AM09', 'SVNR', 'DUPL', 'FRAD')),
    CONSTRAINT rappel_paiement_montant_positif CHECK (montant > 0),
    CONSTRAINT rappel_paiement_statut_connu CHECK (statut IN ('ouvert', 'accepte', 'refuse', 'retire', 'clos', 'expire')),
    CONSTRAINT rappel_paiement_fin CHECK ((statut = 'ouvert') = (termine_le IS NULL)),
    CONSTRAINT rappel_paiement_duree CHECK (expire_le > cree_le)
);
COMMENT ON TABLE rappel_paiement IS 'wallet: payments that their payer asks back; whether one came back, the ledger decides (operation_unique) and statut follows';
COMMENT ON COLUMN rappel_paiement.motif IS 'ISO 20022, as PI-SPI uses it: AC03 wrong recipient, AM09 wrong amount, SVNR service not rendered, DUPL paid twice, FRAD fraud';
CREATE INDEX rappel_paiement_id_payeur_idx ON rappel_paiement (id_payeur, public_id);
CREATE INDEX rappel_paiement_id_beneficiaire_idx ON rappel_paiement (id_beneficiaire, public_id);
CREATE INDEX rappel_paiement_ouvert_idx ON rappel_paiement (expire_le) WHERE statut = 'ouvert';
