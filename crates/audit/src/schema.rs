diesel::table! {
    corbeille (id_corbeille) {
        id_corbeille -> Int8,
        objet_type -> Varchar,
        objet_id -> Varchar,
        contenu -> Jsonb,
        id_user -> Nullable<Int4>,
        motif -> Varchar,
        supprime_le -> Timestamptz,
        expire_le -> Timestamptz,
    }
}

diesel::table! {
    log_a_sceller (id_log) {
        id_log -> Int8,
    }
}

diesel::table! {
    logs (id_log) {
        id_log -> Int8,
        id_user -> Nullable<Int4>,
        action -> Varchar,
        objet_type -> Varchar,
        objet_id -> Varchar,
        details -> Jsonb,
        trace_id -> Nullable<Varchar>,
        survenu_le -> Timestamptz,
    }
}

diesel::table! {
    sceau_log (seq) {
        seq -> Int8,
        id_log -> Int8,
        empreinte -> Bytea,
    }
}

diesel::joinable!(log_a_sceller -> logs (id_log));
diesel::joinable!(sceau_log -> logs (id_log));
diesel::allow_tables_to_appear_in_same_query!(logs, log_a_sceller, sceau_log);
