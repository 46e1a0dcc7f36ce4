diesel::table! {
    discussion (id_discussion) {
        id_discussion -> Int8,
        public_id -> Uuid,
        genre -> Varchar,
        titre -> Nullable<Varchar>,
        titre_recherche -> Nullable<Varchar>,
        id_premier -> Nullable<Int4>,
        id_second -> Nullable<Int4>,
        etat -> Varchar,
        mode_lent_s -> Int4,
        dernier_seq -> Int8,
        membres_nombre -> Int4,
        actif_le -> Timestamptz,
        cree_par -> Int4,
        cree_le -> Timestamptz,
    }
}

diesel::table! {
    thematiques (id_thematique) {
        id_thematique -> Int8,
        id_discussion -> Int8,
        categorie -> Varchar,
        description -> Varchar,
        cree_le -> Timestamptz,
    }
}

diesel::table! {
    discussion_membre (id_membre) {
        id_membre -> Int8,
        public_id -> Uuid,
        id_discussion -> Int8,
        id_user -> Int4,
        role -> Varchar,
        etat -> Varchar,
        depuis_seq -> Int8,
        ecrits -> Int8,
        remis_seq -> Int8,
        lu_seq -> Int8,
        lu_ecrits -> Int8,
        dernier_envoi_le -> Nullable<Timestamptz>,
        muet_jusque -> Nullable<Timestamptz>,
        archive -> Bool,
        rejoint_le -> Timestamptz,
    }
}

diesel::table! {
    message (id_message) {
        id_message -> Int8,
        public_id -> Uuid,
        id_discussion -> Int8,
        seq -> Int8,
        id_user -> Int4,
        rang -> Int8,
        client_id -> Uuid,
        empreinte -> Bytea,
        genre -> Varchar,
        texte -> Nullable<Varchar>,
        texte_recherche -> Nullable<Text>,
        contenu -> Nullable<Jsonb>,
        medias -> Array<Uuid>,
        id_reponse -> Nullable<Int8>,
        reactions -> Jsonb,
        cree_le -> Timestamptz,
        modifie_le -> Nullable<Timestamptz>,
        supprime_le -> Nullable<Timestamptz>,
        epingle_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    reaction_message (id_message, id_user) {
        id_message -> Int8,
        id_user -> Int4,
        public_id -> Uuid,
        signe -> Varchar,
        cree_le -> Timestamptz,
    }
}

diesel::table! {
    message_masque (id_user, id_message) {
        id_user -> Int4,
        id_message -> Int8,
        cree_le -> Timestamptz,
    }
}

diesel::table! {
    preference_messagerie (id_user) {
        id_user -> Int4,
        montre_lu -> Bool,
        montre_presence -> Bool,
    }
}

diesel::table! {
    presence (id_user) {
        id_user -> Int4,
        vu_le -> Timestamptz,
    }
}

diesel::table! {
    saisie (id_discussion, id_user) {
        id_discussion -> Int8,
        id_user -> Int4,
        numero -> Int8,
        jusque -> Timestamptz,
    }
}

diesel::table! {
    billet_socket (empreinte) {
        empreinte -> Bytea,
        id_user -> Int4,
        session -> Uuid,
        jeton_expire_le -> Timestamptz,
        expire_le -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    discussion,
    thematiques,
    discussion_membre,
    message,
    reaction_message,
    message_masque,
    preference_messagerie,
    presence,
    saisie,
    billet_socket
);
