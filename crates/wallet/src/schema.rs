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
