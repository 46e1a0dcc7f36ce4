diesel::table! {
    media (id_media) {
        id_media -> Int8,
        public_id -> Uuid,
        id_user -> Nullable<Int4>,
        #[max_length = 10]
        nature -> Varchar,
        #[max_length = 12]
        statut -> Varchar,
        cree_le -> Timestamptz,
        expire_le -> Timestamptz,
        #[max_length = 40]
        type_mime -> Nullable<Varchar>,
        octets -> Int8,
        largeur -> Nullable<Int4>,
        hauteur -> Nullable<Int4>,
        duree_ms -> Nullable<Int4>,
        #[max_length = 64]
        flou -> Nullable<Varchar>,
        #[max_length = 500]
        url -> Nullable<Varchar>,
        #[max_length = 500]
        url_vignette -> Nullable<Varchar>,
        #[max_length = 40]
        usage_type -> Nullable<Varchar>,
        usage_objet -> Nullable<Uuid>,
        rang -> Int4,
        essais -> Int4,
    }
}
