diesel::table! {
    abonne_evenement (nom) {
        nom -> Varchar,
        curseur -> Int8,
        essais -> Int4,
        prochain_essai -> Nullable<Timestamptz>,
        derniere_erreur -> Nullable<Varchar>,
    }
}

diesel::table! {
    evenement (id_evenement) {
        id_evenement -> Int8,
        seq -> Nullable<Int8>,
        #[sql_name = "type"]
        type_ -> Varchar,
        sujet -> Uuid,
        charge -> Jsonb,
        survenu_le -> Timestamptz,
    }
}

diesel::table! {
    evenement_ecarte (nom, seq) {
        nom -> Varchar,
        seq -> Int8,
        erreur -> Varchar,
        ecarte_le -> Timestamptz,
        a_rejouer -> Bool,
    }
}

diesel::table! {
    suite_evenement (unique_ligne) {
        unique_ligne -> Bool,
        dernier_seq -> Int8,
    }
}

diesel::allow_tables_to_appear_in_same_query!(abonne_evenement, evenement, evenement_ecarte, suite_evenement);
