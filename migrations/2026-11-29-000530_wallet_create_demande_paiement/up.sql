CREATE TABLE demande_paiement (
    id_demande bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_demandeur integer NOT NULL,
    id_payeur integer NOT NULL,
    montant bigint NOT NULL,
    note varchar(140),
    statut varchar(10) NOT NULL,
    cree_le timestamptz NOT NULL,
    expire_le timestamptz NOT NULL,
    terminee_le timestamptz,
    CONSTRAINT demande_paiement_pkey PRIMARY KEY (id_demande),
    CONSTRAINT demande_paiement_public_id_key UNIQUE (public_id),
    CONSTRAINT demande_paiement_id_demandeur_fkey FOREIGN KEY (id_demandeur) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT demande_paiement_id_payeur_fkey FOREIGN KEY (id_payeur) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT demande_paiement_deux_personnes CHECK (id_demandeur <> id_payeur),
    CONSTRAINT demande_paiement_montant_positif CHECK (montant > 0),
    CONSTRAINT demande_paiement_statut_connu CHECK (statut IN ('ouverte', 'payee', 'refusee', 'annulee', 'expiree')),
    CONSTRAINT demande_paiement_fin CHECK ((statut = 'ouverte') = (terminee_le IS NULL)),
    CONSTRAINT demande_paiement_duree CHECK (expire_le > cree_le)
);
COMMENT ON TABLE demande_paiement IS 'wallet: requests to pay; whether one was paid, the ledger decides (operation_unique) and statut follows';
CREATE INDEX demande_paiement_id_demandeur_idx ON demande_paiement (id_demandeur, public_id);
CREATE INDEX demande_paiement_id_payeur_idx ON demande_paiement (id_payeur, public_id);
CREATE INDEX demande_paiement_echeance_idx ON demande_paiement (expire_le) WHERE statut = 'ouverte';
