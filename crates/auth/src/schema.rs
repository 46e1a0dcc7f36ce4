diesel::table! {
    utilisateur (id_user) {
        id_user -> Int4,
        nom -> Nullable<Varchar>,
        prenom -> Nullable<Varchar>,
        email -> Nullable<Varchar>,
        telephone -> Nullable<Varchar>,
        pays -> Nullable<Varchar>,
        photo_profile -> Nullable<Varchar>,
        mdp -> Nullable<Varchar>,
        date_inscription -> Nullable<Timestamp>,
        code_confirmation -> Nullable<Varchar>,
        public_id -> Uuid,
        email_normalise -> Nullable<Varchar>,
        telephone_normalise -> Nullable<Varchar>,
        email_prouve_le -> Nullable<Timestamptz>,
        telephone_prouve_le -> Nullable<Timestamptz>,
        mdp_schema -> Int2,
        mdp_change_le -> Nullable<Timestamptz>,
        role -> Varchar,
        statut -> Varchar,
        adresse -> Nullable<Varchar>,
        profession -> Nullable<Varchar>,
        date_naissance -> Nullable<Date>,
        langue -> Nullable<Varchar>,
        telephone_contact -> Nullable<Varchar>,
        invite_le -> Nullable<Timestamptz>,
        suppression_le -> Nullable<Timestamptz>,
        trouvable -> Bool,
        niveau_identite -> Int2,
    }
}

diesel::table! {
    role_permission (role) {
        role -> Varchar,
        niveau -> Int2,
        libelle -> Varchar,
        permissions -> Array<Varchar>,
    }
}

diesel::table! {
    verification_identite (public_id) {
        public_id -> Uuid,
        id_user -> Int4,
        etat -> Varchar,
        type_document -> Nullable<Varchar>,
        pays_document -> Nullable<Bpchar>,
        numero_cle -> Nullable<Varchar>,
        numero_chiffre -> Nullable<Bytea>,
        numero_hache -> Nullable<Bytea>,
        nom -> Nullable<Varchar>,
        prenom -> Nullable<Varchar>,
        date_naissance -> Nullable<Date>,
        expire_le -> Nullable<Date>,
        commencee_le -> Timestamptz,
        soumise_le -> Nullable<Timestamptz>,
        avis_par -> Nullable<Int4>,
        avis_le -> Nullable<Timestamptz>,
        decidee_par -> Nullable<Int4>,
        decidee_le -> Nullable<Timestamptz>,
        motif -> Nullable<Varchar>,
    }
}

diesel::table! {
    piece_justificative (verification_id, genre) {
        verification_id -> Uuid,
        genre -> Varchar,
        cle -> Varchar,
        contenu -> Bytea,
        deposee_le -> Timestamptz,
    }
}

diesel::table! {
    verification_compte (id) {
        id -> Int8,
        id_user -> Int4,
        niveau -> Int2,
        motif -> Varchar,
        verification_id -> Nullable<Uuid>,
        depuis -> Timestamptz,
    }
}

diesel::table! {
    otp (id) {
        id -> Int4,
        user_id -> Int4,
        otp_code -> Varchar,
        expires_at -> Timestamp,
        is_valid -> Nullable<Bool>,
        objet -> Nullable<Varchar>,
        destinataire -> Nullable<Bytea>,
        code_hache -> Nullable<Bytea>,
        tentatives -> Int2,
        cree_le -> Nullable<Timestamptz>,
        consomme_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    inscription (id_user) {
        id_user -> Int4,
        jeton_hache -> Bytea,
        contestee -> Bool,
        mdp -> Nullable<Varchar>,
        mdp_schema -> Nullable<Int2>,
        jeton_definition_hache -> Nullable<Bytea>,
        definition_refusee -> Bool,
        commencee_le -> Timestamptz,
        prenom -> Nullable<Varchar>,
        nom -> Nullable<Varchar>,
        telephone_contact -> Nullable<Varchar>,
        lien_hache -> Nullable<Bytea>,
        lien_expire_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    session (public_id) {
        public_id -> Uuid,
        id_user -> Int4,
        preuve -> Varchar,
        cree_le -> Timestamptz,
        vue_le -> Timestamptz,
        expire_le -> Timestamptz,
        finie_le -> Nullable<Timestamptz>,
        fin -> Nullable<Varchar>,
        porte -> Varchar,
        appareil_id -> Nullable<Varchar>,
        appareil_nom -> Nullable<Varchar>,
        appareil_plateforme -> Nullable<Varchar>,
        pin_verifie_le -> Nullable<Timestamptz>,
        appareil_depuis -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    code_pin (session_id) {
        session_id -> Uuid,
        hache -> Varchar,
        tentatives -> Int2,
        defini_le -> Timestamptz,
    }
}

diesel::table! {
    jeton_rafraichissement (hache) {
        hache -> Bytea,
        session_id -> Uuid,
        rang -> Int4,
        cree_le -> Timestamptz,
        consomme_le -> Nullable<Timestamptz>,
        repris -> Bool,
    }
}

diesel::table! {
    changement_identifiant (id_changement) {
        id_changement -> Int8,
        id_user -> Int4,
        canal -> Varchar,
        session_id -> Nullable<Uuid>,
        nouveau -> Nullable<Varchar>,
        ancien -> Nullable<Varchar>,
        ancien_normalise -> Nullable<Varchar>,
        ancien_prouve_le -> Nullable<Timestamptz>,
        jeton_hache -> Nullable<Bytea>,
        demande_le -> Timestamptz,
        applique_le -> Nullable<Timestamptz>,
        expire_le -> Timestamptz,
    }
}

diesel::table! {
    essai (objet, cle) {
        objet -> Varchar,
        cle -> Bytea,
        nombre -> Int4,
        debut -> Timestamptz,
        suivant -> Timestamptz,
    }
}

diesel::table! {
    totp (id_user) {
        id_user -> Int4,
        secret_chiffre -> Bytea,
        cree_le -> Timestamptz,
        actif_le -> Nullable<Timestamptz>,
        dernier_pas -> Nullable<Int8>,
    }
}

diesel::table! {
    code_secours (id_user, hache) {
        id_user -> Int4,
        hache -> Bytea,
    }
}

diesel::table! {
    defi_totp (hache) {
        hache -> Bytea,
        id_user -> Int4,
        preuve -> Varchar,
        porte -> Varchar,
        appareil_id -> Nullable<Varchar>,
        appareil_nom -> Nullable<Varchar>,
        appareil_plateforme -> Nullable<Varchar>,
        remplace -> Nullable<Uuid>,
        mdp_abandonne -> Bool,
        tentatives -> Int2,
        expire_le -> Timestamptz,
    }
}

diesel::table! {
    jeton_reinitialisation (destinataire) {
        destinataire -> Bytea,
        id_user -> Nullable<Int4>,
        hache -> Bytea,
        cree_le -> Timestamptz,
        expire_le -> Timestamptz,
    }
}

diesel::table! {
    envoi_sms (id) {
        id -> Uuid,
        cree_le -> Timestamptz,
        numero_hache -> Bytea,
        prefixe -> Varchar,
        porte_code -> Bool,
        segments -> Int2,
        cout_millimes -> Int8,
        fournisseur -> Nullable<Varchar>,
        fournisseur_id -> Nullable<Varchar>,
        etat -> Varchar,
        etat_le -> Timestamptz,
        verifie_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    depense_sms (jour) {
        jour -> Date,
        cout_millimes -> Int8,
    }
}

diesel::joinable!(session -> utilisateur (id_user));
diesel::joinable!(code_pin -> session (session_id));
diesel::joinable!(utilisateur -> role_permission (role));
diesel::allow_tables_to_appear_in_same_query!(session, utilisateur, code_pin, role_permission);
diesel::allow_tables_to_appear_in_same_query!(verification_identite, utilisateur, piece_justificative);
