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

diesel::joinable!(autorisation_carte -> carte_bancaire (id_carte));
diesel::allow_tables_to_appear_in_same_query!(autorisation_carte, carte_bancaire);
