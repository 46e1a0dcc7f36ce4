diesel::table! {
    titulaire (id_titulaire) {
        id_titulaire -> Int8,
        public_id -> Uuid,
        id_user -> Nullable<Int4>,
        plafond_solde -> Nullable<Int8>,
        ouvert_le -> Timestamptz,
    }
}

diesel::table! {
    compte (id_compte) {
        id_compte -> Int8,
        public_id -> Uuid,
        id_titulaire -> Int8,
        id_user -> Nullable<Int4>,
        nature -> Varchar,
        devise -> Bpchar,
        statut -> Varchar,
        solde -> Int8,
        reserve -> Int8,
        version -> Int8,
        ouvert_le -> Timestamptz,
    }
}

diesel::table! {
    transaction (id_transaction) {
        id_transaction -> Int8,
        public_id -> Uuid,
        id_cle -> Int8,
        nature -> Varchar,
        montant -> Int8,
        note -> Nullable<Varchar>,
        id_remboursee -> Nullable<Int8>,
        id_retenue -> Nullable<Int8>,
        id_compte_vers -> Nullable<Int8>,
        expire_le -> Nullable<Timestamptz>,
        sel -> Bytea,
        empreinte_privee -> Nullable<Bytea>,
        survenu_le -> Timestamptz,
        enregistre_le -> Timestamptz,
    }
}

diesel::table! {
    cle_idempotence (id_cle) {
        id_cle -> Int8,
        id_user -> Int4,
        cle -> Varchar,
        empreinte -> Bytea,
        recue_le -> Timestamptz,
    }
}

diesel::table! {
    refus (id_cle) {
        id_cle -> Int8,
        motif -> Varchar,
        libere_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    compteur (id_titulaire, nom, debut) {
        id_titulaire -> Int8,
        nom -> Varchar,
        debut -> Timestamptz,
        montant -> Int8,
        nombre -> Int8,
    }
}

diesel::table! {
    ecriture (id_transaction, rang) {
        id_transaction -> Int8,
        id_compte -> Int8,
        montant -> Int8,
        solde_apres -> Int8,
        version -> Int8,
        rang -> Int2,
        reserve -> Int8,
        reserve_apres -> Int8,
    }
}

diesel::table! {
    retenue_ouverte (id_transaction) {
        id_transaction -> Int8,
        id_compte -> Int8,
        expire_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    operation_unique (genre, objet) {
        genre -> Varchar,
        objet -> Uuid,
        id_transaction -> Nullable<Int8>,
        ferme_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    chaine (numero) {
        numero -> Int8,
        premiere -> Int8,
        derniere -> Int8,
        racine -> Bytea,
        empreinte -> Bytea,
        scelle_le -> Timestamptz,
    }
}

diesel::table! {
    tete_chaine (unique_ligne) {
        unique_ligne -> Bool,
        numero -> Int8,
        derniere -> Int8,
        empreinte -> Bytea,
    }
}

diesel::table! {
    preuve_jour (jour) {
        jour -> Date,
        prise_le -> Timestamptz,
        numero -> Int8,
        derniere -> Int8,
        empreinte -> Bytea,
        soldes -> Jsonb,
    }
}

diesel::joinable!(compte -> titulaire (id_titulaire));
diesel::allow_tables_to_appear_in_same_query!(compte, titulaire);
