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
