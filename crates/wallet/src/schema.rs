diesel::table! {
    qr_code_paiement (id_qr) {
        id_qr -> Int8,
        public_id -> Uuid,
        id_user -> Int4,
        #[max_length = 10]
        nature -> Varchar,
        #[max_length = 22]
        jeton -> Varchar,
        montant -> Nullable<Int8>,
        #[max_length = 140]
        libelle -> Nullable<Varchar>,
        cree_le -> Timestamptz,
        expire_le -> Nullable<Timestamptz>,
        id_caisse -> Nullable<Int8>,
    }
}

diesel::table! {
    virement_programme (id_virement) {
        id_virement -> Int8,
        public_id -> Uuid,
        id_user -> Int4,
        #[max_length = 255]
        cle -> Varchar,
        empreinte -> Bytea,
        id_destinataire -> Int4,
        montant -> Int8,
        #[max_length = 140]
        note -> Nullable<Varchar>,
        #[max_length = 13]
        frequence -> Varchar,
        premiere_le -> Timestamptz,
        fois -> Nullable<Int4>,
        passees -> Int4,
        prochaine_le -> Nullable<Timestamptz>,
        engagee -> Nullable<Int4>,
        #[max_length = 10]
        statut -> Varchar,
        #[max_length = 8]
        derniere_issue -> Nullable<Varchar>,
        #[max_length = 80]
        dernier_motif -> Nullable<Varchar>,
        derniere_transaction -> Nullable<Uuid>,
        cree_le -> Timestamptz,
    }
}

diesel::table! {
    niveau_kyc (id_user) {
        id_user -> Int4,
        #[max_length = 20]
        niveau -> Varchar,
        depuis -> Timestamptz,
    }
}

diesel::table! {
    limite_kyc (id_limite) {
        id_limite -> Int8,
        #[max_length = 20]
        niveau -> Varchar,
        #[max_length = 20]
        operation -> Varchar,
        #[max_length = 8]
        sens -> Varchar,
        #[max_length = 12]
        fenetre -> Varchar,
        montant -> Nullable<Int8>,
        nombre -> Nullable<Int4>,
        valide_du -> Date,
        pose_par -> Nullable<Int4>,
        pose_le -> Timestamptz,
    }
}

diesel::table! {
    bareme_frais (id_bareme) {
        id_bareme -> Int8,
        #[max_length = 20]
        operation -> Varchar,
        a_partir_de -> Int8,
        fixe -> Int8,
        points_base -> Int4,
        minimum -> Nullable<Int8>,
        maximum -> Nullable<Int8>,
        part_agent -> Int4,
        #[max_length = 12]
        payeur -> Varchar,
        valide_du -> Date,
        pose_par -> Nullable<Int4>,
        pose_le -> Timestamptz,
    }
}

diesel::table! {
    demande_paiement (id_demande) {
        id_demande -> Int8,
        public_id -> Uuid,
        id_demandeur -> Int4,
        id_payeur -> Int4,
        montant -> Int8,
        #[max_length = 140]
        note -> Nullable<Varchar>,
        #[max_length = 10]
        statut -> Varchar,
        cree_le -> Timestamptz,
        expire_le -> Timestamptz,
        terminee_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    rappel_paiement (id_rappel) {
        id_rappel -> Int8,
        public_id -> Uuid,
        transaction_rappelee -> Uuid,
        id_payeur -> Int4,
        id_beneficiaire -> Int4,
        #[max_length = 4]
        motif -> Varchar,
        montant -> Int8,
        #[max_length = 140]
        note -> Nullable<Varchar>,
        #[max_length = 10]
        statut -> Varchar,
        cree_le -> Timestamptz,
        expire_le -> Timestamptz,
        termine_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    carte_bancaire (id_carte) {
        id_carte -> Int8,
        public_id -> Uuid,
        id_user -> Int4,
        place -> Int2,
        #[max_length = 16]
        reseau -> Varchar,
        numero_chiffre -> Nullable<Bytea>,
        #[max_length = 16]
        numero_cle -> Nullable<Varchar>,
        numero_empreinte -> Nullable<Bytea>,
        #[max_length = 4]
        derniers_chiffres -> Varchar,
        generation -> Int4,
        #[max_length = 30]
        libelle -> Nullable<Varchar>,
        #[max_length = 8]
        etat -> Varchar,
        usage_unique -> Bool,
        verrou_commercant -> Bool,
        id_commercant -> Nullable<Int4>,
        limite_operation -> Nullable<Int8>,
        limite_jour -> Nullable<Int8>,
        limite_mois -> Nullable<Int8>,
        creee_le -> Timestamptz,
        expire_le -> Timestamptz,
    }
}

diesel::table! {
    autorisation_carte (id_autorisation) {
        id_autorisation -> Int8,
        public_id -> Uuid,
        id_carte -> Int8,
        id_commercant -> Int4,
        #[max_length = 255]
        cle -> Nullable<Varchar>,
        empreinte -> Nullable<Bytea>,
        montant -> Int8,
        #[max_length = 140]
        libelle -> Nullable<Varchar>,
        fenetre -> Nullable<Int8>,
        #[max_length = 9]
        etat -> Varchar,
        #[max_length = 20]
        motif -> Nullable<Varchar>,
        id_retenue -> Nullable<Uuid>,
        id_capture -> Nullable<Uuid>,
        montant_capture -> Nullable<Int8>,
        demandee_le -> Timestamptz,
        expire_le -> Timestamptz,
    }
}

diesel::table! {
    cagnotte (id_cagnotte) {
        id_cagnotte -> Int8,
        public_id -> Uuid,
        id_user -> Int4,
        place -> Int2,
        compte -> Uuid,
        #[max_length = 40]
        nom -> Varchar,
        objectif -> Nullable<Int8>,
        #[max_length = 8]
        etat -> Varchar,
        creee_le -> Timestamptz,
    }
}

diesel::table! {
    gel (id_user, cause) {
        id_user -> Int4,
        #[max_length = 16]
        cause -> Varchar,
        #[max_length = 32]
        motif -> Nullable<Varchar>,
        pose_par -> Nullable<Int4>,
        pose_le -> Timestamptz,
    }
}

diesel::table! {
    ajustement (id_ajustement) {
        id_ajustement -> Int8,
        public_id -> Uuid,
        compte_de -> Uuid,
        compte_vers -> Uuid,
        montant -> Int8,
        #[max_length = 140]
        motif -> Varchar,
        #[max_length = 16]
        etat -> Varchar,
        demande_par -> Int4,
        demande_le -> Timestamptz,
        expire_le -> Timestamptz,
        decide_par -> Nullable<Int4>,
        decide_le -> Nullable<Timestamptz>,
        transaction_faite -> Nullable<Uuid>,
        #[max_length = 32]
        rejet -> Nullable<Varchar>,
    }
}

diesel::table! {
    commercant (id_commercant) {
        id_commercant -> Int8,
        public_id -> Uuid,
        id_user -> Int4,
        #[max_length = 60]
        enseigne -> Varchar,
        #[max_length = 4]
        mcc -> Varchar,
        #[max_length = 40]
        ville -> Varchar,
        #[max_length = 32]
        immatriculation -> Nullable<Varchar>,
        #[max_length = 9]
        etat -> Varchar,
        #[max_length = 32]
        motif -> Nullable<Varchar>,
        plafond_remboursement -> Nullable<Int8>,
        cree_le -> Timestamptz,
        soumis_le -> Nullable<Timestamptz>,
        decide_par -> Nullable<Int4>,
        decide_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    caisse (id_caisse) {
        id_caisse -> Int8,
        public_id -> Uuid,
        id_commercant -> Int8,
        id_caissier -> Nullable<Int4>,
        principale -> Bool,
        #[max_length = 40]
        nom -> Varchar,
        compte -> Nullable<Uuid>,
        #[max_length = 8]
        etat -> Varchar,
        creee_le -> Timestamptz,
        expire_le -> Nullable<Timestamptz>,
        terminee_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    alias_pi (id_alias) {
        id_alias -> Int8,
        public_id -> Uuid,
        compte -> Uuid,
        #[max_length = 4]
        genre -> Varchar,
        alias -> Uuid,
        enregistre_par -> Nullable<Int4>,
        enregistre_le -> Timestamptz,
        retire_par -> Nullable<Int4>,
        retire_le -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(autorisation_carte -> carte_bancaire (id_carte));

diesel::joinable!(caisse -> commercant (id_commercant));

diesel::allow_tables_to_appear_in_same_query!(autorisation_carte, carte_bancaire);
diesel::allow_tables_to_appear_in_same_query!(caisse, commercant);
