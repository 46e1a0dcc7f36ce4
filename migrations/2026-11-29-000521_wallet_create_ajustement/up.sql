CREATE TABLE ajustement (
    id_ajustement bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    compte_de uuid NOT NULL,
    compte_vers uuid NOT NULL,
    montant bigint NOT NULL,
    motif varchar(140) NOT NULL,
    etat varchar(16) NOT NULL DEFAULT 'demande',
    demande_par integer NOT NULL,
    demande_le timestamptz NOT NULL,
    expire_le timestamptz NOT NULL,
    decide_par integer,
    decide_le timestamptz,
    transaction_faite uuid,
    rejet varchar(32),
    CONSTRAINT ajustement_pkey PRIMARY KEY (id_ajustement),
    CONSTRAINT ajustement_public_id_key UNIQUE (public_id),
    CONSTRAINT ajustement_compte_de_fkey FOREIGN KEY (compte_de) REFERENCES compte (public_id),
    CONSTRAINT ajustement_compte_vers_fkey FOREIGN KEY (compte_vers) REFERENCES compte (public_id),
    CONSTRAINT ajustement_demande_par_fkey FOREIGN KEY (demande_par) REFERENCES utilisateur (id_user),
    CONSTRAINT ajustement_decide_par_fkey FOREIGN KEY (decide_par) REFERENCES utilisateur (id_user),
    CONSTRAINT ajustement_transaction_faite_fkey FOREIGN KEY (transaction_faite) REFERENCES transaction (public_id),
    CONSTRAINT ajustement_montant_bornes CHECK (montant BETWEEN 1 AND 9007199254740991),
    CONSTRAINT ajustement_motif_non_vide CHECK (motif <> ''),
    CONSTRAINT ajustement_deux_comptes CHECK (compte_de <> compte_vers),
    CONSTRAINT ajustement_deux_personnes CHECK (decide_par <> demande_par),
    CONSTRAINT ajustement_etat_connu CHECK (etat IN ('demande', 'refuse', 'accepte', 'execute', 'rejete')),
    CONSTRAINT ajustement_decision CHECK (
        (etat = 'demande') = (decide_par IS NULL) AND (decide_par IS NULL) = (decide_le IS NULL)),
    CONSTRAINT ajustement_suite CHECK (
        (etat = 'execute') = (transaction_faite IS NOT NULL) AND (etat = 'rejete') = (rejet IS NOT NULL))
);
COMMENT ON TABLE ajustement IS 'wallet: corrections of the books that one person asks for and another decides';
COMMENT ON COLUMN ajustement.etat IS 'accepte: decided, the ledger has not answered yet; execute: the money moved; rejete: the ledger refused (rejet says why)';
CREATE INDEX ajustement_compte_de_idx ON ajustement (compte_de);
CREATE INDEX ajustement_compte_vers_idx ON ajustement (compte_vers);
CREATE INDEX ajustement_demande_par_idx ON ajustement (demande_par);
CREATE INDEX ajustement_decide_par_idx ON ajustement (decide_par);
CREATE INDEX ajustement_transaction_faite_idx ON ajustement (transaction_faite);
CREATE INDEX ajustement_accepte_idx ON ajustement (id_ajustement) WHERE etat = 'accepte';
