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
