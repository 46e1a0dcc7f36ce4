diesel::table! {
    boite_notification (id_user) {
        id_user -> Int4,
        non_lues -> Int4,
        silence_debut -> Nullable<Int2>,
        silence_fin -> Nullable<Int2>,
        decalage -> Int2,
        discrete -> Bool,
    }
}

diesel::table! {
    notification (id_notification) {
        id_notification -> Int8,
        public_id -> Uuid,
        id_user -> Int4,
        #[sql_name = "type"]
        #[max_length = 40]
        type_ -> Varchar,
        #[max_length = 80]
        cle_groupe -> Varchar,
        #[max_length = 40]
        objet_type -> Nullable<Varchar>,
        objet -> Nullable<Uuid>,
        montant -> Nullable<Int8>,
        faits -> Int4,
        acteurs -> Int4,
        cree_le -> Timestamptz,
        maj_le -> Timestamptz,
        lue_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    fait_notification (id_fait) {
        id_fait -> Int8,
        id_notification -> Int8,
        id_user -> Int4,
        #[sql_name = "type"]
        #[max_length = 40]
        type_ -> Varchar,
        id_acteur -> Nullable<Int4>,
        source -> Uuid,
        survenu_le -> Timestamptz,
    }
}

diesel::table! {
    preference_notification (id_user, type_, canal) {
        id_user -> Int4,
        #[sql_name = "type"]
        #[max_length = 40]
        type_ -> Varchar,
        #[max_length = 10]
        canal -> Varchar,
        active -> Bool,
    }
}

diesel::table! {
    appareil_push (id_appareil) {
        id_appareil -> Int8,
        public_id -> Uuid,
        id_user -> Int4,
        session -> Uuid,
        #[max_length = 12]
        cible_type -> Varchar,
        #[max_length = 4096]
        cible -> Varchar,
        empreinte -> Bytea,
        #[max_length = 10]
        plateforme -> Varchar,
        actif -> Bool,
        cree_le -> Timestamptz,
        vu_le -> Timestamptz,
    }
}

diesel::table! {
    envoi_notification (id_envoi) {
        id_envoi -> Int8,
        id_notification -> Int8,
        id_user -> Int4,
        #[max_length = 10]
        canal -> Varchar,
        id_appareil -> Nullable<Int8>,
        #[max_length = 12]
        statut -> Varchar,
        essais -> Int4,
        prochain_essai -> Timestamptz,
        #[max_length = 100]
        identifiant -> Nullable<Varchar>,
        code -> Nullable<Int4>,
        cree_le -> Timestamptz,
        fini_le -> Nullable<Timestamptz>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    appareil_push,
    boite_notification,
    envoi_notification,
    fait_notification,
    notification,
    preference_notification,
);
