CREATE TABLE paiement_groupe (
    id_groupe bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_user integer NOT NULL,
    cle varchar(255),
    empreinte bytea,
    mode varchar(8),
    statut varchar(9) NOT NULL,
    lignes integer NOT NULL,
    a_payer integer NOT NULL,
    noms_differents integer NOT NULL,
    repetees integer NOT NULL,
    montant bigint NOT NULL,
    frais bigint NOT NULL,
    plus_grand bigint NOT NULL,
    faites integer NOT NULL DEFAULT 0,
    refusees integer NOT NULL DEFAULT 0,
    montant_fait bigint NOT NULL DEFAULT 0,
    cree_le timestamptz NOT NULL,
    expire_le timestamptz NOT NULL,
    confirme_le timestamptz,
    termine_le timestamptz,
    pris_jusqu_a timestamptz,
    CONSTRAINT paiement_groupe_pkey PRIMARY KEY (id_groupe),
    CONSTRAINT paiement_groupe_public_id_key UNIQUE (public_id),
    CONSTRAINT paiement_groupe_cle_key UNIQUE (id_user, cle),
    CONSTRAINT paiement_groupe_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT paiement_groupe_mode_connu CHECK (mode IN ('ensemble', 'chacun')),
    CONSTRAINT paiement_groupe_statut_connu CHECK (statut IN ('brouillon', 'en_cours', 'termine', 'annule', 'expire')),
    CONSTRAINT paiement_groupe_lignes_bornees CHECK (lignes BETWEEN 1 AND 10000 AND a_payer BETWEEN 0 AND lignes),
    CONSTRAINT paiement_groupe_comptes_bornes CHECK (faites >= 0 AND refusees >= 0 AND faites + refusees <= a_payer),
    CONSTRAINT paiement_groupe_sommes_positives CHECK (montant >= 0 AND frais >= 0 AND plus_grand >= 0 AND montant_fait BETWEEN 0 AND montant),
    CONSTRAINT paiement_groupe_confirme CHECK ((statut IN ('en_cours', 'termine')) = (confirme_le IS NOT NULL)),
    CONSTRAINT paiement_groupe_confirmation CHECK (
        (confirme_le IS NOT NULL) = (cle IS NOT NULL AND empreinte IS NOT NULL AND mode IS NOT NULL)
    ),
    CONSTRAINT paiement_groupe_fini CHECK ((statut = 'termine') = (faites + refusees = a_payer AND confirme_le IS NOT NULL)),
    CONSTRAINT paiement_groupe_fin CHECK ((statut IN ('termine', 'annule', 'expire')) = (termine_le IS NOT NULL)),
    CONSTRAINT paiement_groupe_duree CHECK (expire_le > cree_le)
);
COMMENT ON TABLE paiement_groupe IS 'wallet: files of payments, checked first and paid once their owner confirms';
COMMENT ON COLUMN paiement_groupe.cle IS 'the idempotency key of the confirmation';
COMMENT ON COLUMN paiement_groupe.a_payer IS 'how many of its lines can be paid';
COMMENT ON COLUMN paiement_groupe.pris_jusqu_a IS 'until when a process is paying it; from then on another goes on';
CREATE INDEX paiement_groupe_id_user_idx ON paiement_groupe (id_user, public_id);
CREATE INDEX paiement_groupe_en_cours_idx ON paiement_groupe (confirme_le) WHERE statut = 'en_cours';
CREATE INDEX paiement_groupe_brouillon_idx ON paiement_groupe (expire_le) WHERE statut = 'brouillon';

CREATE TABLE ligne_paiement_groupe (
    id_groupe bigint NOT NULL,
    numero integer NOT NULL,
    ligne integer NOT NULL,
    destinataire varchar(100) NOT NULL,
    id_destinataire integer,
    nom_indique varchar(100),
    correspondance varchar(10),
    montant bigint,
    frais bigint,
    note varchar(140),
    repete integer,
    erreur varchar(80),
    issue varchar(8),
    motif varchar(80),
    transaction_faite uuid,
    CONSTRAINT ligne_paiement_groupe_pkey PRIMARY KEY (id_groupe, numero),
    CONSTRAINT ligne_paiement_groupe_id_groupe_fkey FOREIGN KEY (id_groupe) REFERENCES paiement_groupe (id_groupe) ON DELETE CASCADE,
    CONSTRAINT ligne_paiement_groupe_id_destinataire_fkey FOREIGN KEY (id_destinataire) REFERENCES utilisateur (id_user) ON DELETE SET NULL,
    CONSTRAINT ligne_paiement_groupe_correspondance_connue CHECK (correspondance IN ('identique', 'proche', 'differente', 'inconnue')),
    CONSTRAINT ligne_paiement_groupe_montant_positif CHECK (montant > 0 AND frais >= 0),
    -- What can be paid says how much; what can't says why.
    CONSTRAINT ligne_paiement_groupe_payable CHECK (erreur IS NOT NULL OR (montant IS NOT NULL AND frais IS NOT NULL)),
    CONSTRAINT ligne_paiement_groupe_issue_connue CHECK (issue IN ('faite', 'refusee')),
    CONSTRAINT ligne_paiement_groupe_issue_payable CHECK (issue IS NULL OR erreur IS NULL),
    CONSTRAINT ligne_paiement_groupe_faite CHECK ((issue IS NOT DISTINCT FROM 'faite') = (transaction_faite IS NOT NULL)),
    CONSTRAINT ligne_paiement_groupe_refusee CHECK ((issue IS NOT DISTINCT FROM 'refusee') = (motif IS NOT NULL))
);
COMMENT ON TABLE ligne_paiement_groupe IS 'wallet: the lines of a file of payments, what was wrong with each and what came of it';
COMMENT ON COLUMN ligne_paiement_groupe.ligne IS 'its line in the file';
COMMENT ON COLUMN ligne_paiement_groupe.destinataire IS 'the receiver as the file names them, for who sent it';
COMMENT ON COLUMN ligne_paiement_groupe.correspondance IS 'how the name in the file goes with the one that the receiver has';
COMMENT ON COLUMN ligne_paiement_groupe.repete IS 'the first line of the same receiver';
CREATE INDEX ligne_paiement_groupe_id_destinataire_idx ON ligne_paiement_groupe (id_destinataire);
CREATE INDEX ligne_paiement_groupe_a_payer_idx ON ligne_paiement_groupe (id_groupe, numero) WHERE erreur IS NULL AND issue IS NULL;
