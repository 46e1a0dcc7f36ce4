diesel::table! {
    source_donnees (id_source) {
        id_source -> Integer,
        code -> Varchar,
        nom -> Varchar,
        licence -> Varchar,
        licence_url -> Nullable<Varchar>,
        attribution -> Varchar,
        url -> Nullable<Varchar>,
        partage_identique -> Bool,
    }
}

diesel::table! {
    revision_annuaire (unique_ligne) {
        unique_ligne -> Bool,
        numero -> BigInt,
        oublie -> BigInt,
    }
}

diesel::table! {
    etablissement_sante (id_etablissement) {
        id_etablissement -> Integer,
        public_id -> Uuid,
        id_source -> Integer,
        cle_source -> Varchar,
        empreinte -> Bytea,
        nom -> Varchar,
        #[sql_name = "type"]
        type_ -> Varchar,
        type_source -> Nullable<Varchar>,
        statut -> Nullable<Varchar>,
        exploitant -> Nullable<Varchar>,
        pays -> Varchar,
        region -> Nullable<Varchar>,
        adresse -> Nullable<Varchar>,
        latitude -> Double,
        longitude -> Double,
        position_source -> Nullable<Varchar>,
        position_precision_m -> Nullable<Integer>,
        position_verifiee_le -> Nullable<Timestamptz>,
        horaires_osm -> Nullable<Varchar>,
        urgences -> Nullable<Bool>,
        delivre_medicaments -> Nullable<Bool>,
        acces_fauteuil -> Nullable<Bool>,
        revision -> BigInt,
        cree_le -> Timestamptz,
        modifie_le -> Timestamptz,
        district -> Nullable<Varchar>,
        niveau -> Nullable<Varchar>,
        services -> Nullable<Array<Varchar>>,
        corrige -> Jsonb,
        ferme_le -> Nullable<Timestamptz>,
        avis_nombre -> Integer,
        avis_somme -> Integer,
    }
}

diesel::table! {
    liste_numero_etablissement_sante (id_numero) {
        id_numero -> Integer,
        id_etablissement -> Integer,
        id_source -> Integer,
        #[sql_name = "type"]
        type_ -> Varchar,
        valeur -> Varchar,
        brut -> Varchar,
        usage -> Varchar,
        ordre -> SmallInt,
        converti_2021 -> Bool,
        etat -> Varchar,
        verifie_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    numero_urgence (id_numero_urgence) {
        id_numero_urgence -> Integer,
        id_source -> Integer,
        pays -> Varchar,
        #[sql_name = "type"]
        type_ -> Varchar,
        valeur -> Varchar,
        empreinte -> Bytea,
        service -> Varchar,
        categorie -> Varchar,
        portee -> Varchar,
        gratuit -> Nullable<Bool>,
        cout -> Nullable<Varchar>,
        horaires -> Nullable<Varchar>,
        ordre -> SmallInt,
        provenance -> Varchar,
        periode -> Nullable<Varchar>,
        confiance -> Varchar,
        etat -> Varchar,
        verifie_le -> Nullable<Timestamptz>,
        remarque -> Nullable<Varchar>,
        revision -> BigInt,
    }
}

diesel::table! {
    changement_annuaire (cle) {
        cle -> Varchar,
        revision -> BigInt,
        retire -> Bool,
        change_le -> Timestamptz,
    }
}

diesel::table! {
    jour_ferie (jour) {
        jour -> Date,
        nom -> Varchar,
        estime -> Bool,
        source -> Varchar,
    }
}

diesel::table! {
    signalement_numero (id_signalement) {
        id_signalement -> BigInt,
        public_id -> Uuid,
        id_numero -> Integer,
        id_user -> Integer,
        verdict -> Varchar,
        etat -> Varchar,
        cree_le -> Timestamptz,
        decide_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    tour_garde (id_tour) {
        id_tour -> Integer,
        public_id -> Uuid,
        debut -> Timestamptz,
        fin -> Timestamptz,
        source -> Varchar,
        etat -> Varchar,
        cree_le -> Timestamptz,
        clos -> Bool,
    }
}

diesel::table! {
    garde_pharmacie (id_garde) {
        id_garde -> Integer,
        public_id -> Uuid,
        id_tour -> Integer,
        zone -> Varchar,
        nom -> Varchar,
        adresse -> Nullable<Varchar>,
        numeros -> Array<Varchar>,
        id_etablissement -> Nullable<Integer>,
    }
}

diesel::table! {
    favori_etablissement (id_favori) {
        id_favori -> BigInt,
        public_id -> Uuid,
        id_user -> Integer,
        etablissement -> Uuid,
        nom -> Varchar,
        cree_le -> Timestamptz,
    }
}

diesel::table! {
    proposition_etablissement (id_proposition) {
        id_proposition -> BigInt,
        public_id -> Uuid,
        id_etablissement -> Integer,
        id_user -> Integer,
        champ -> Varchar,
        valeur -> Jsonb,
        commentaire -> Nullable<Varchar>,
        photo -> Nullable<Varchar>,
        etat -> Varchar,
        motif -> Nullable<Varchar>,
        cree_le -> Timestamptz,
        decide_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    avis_etablissement (id_avis) {
        id_avis -> BigInt,
        public_id -> Uuid,
        id_etablissement -> Integer,
        id_user -> Integer,
        note -> SmallInt,
        commentaire -> Nullable<Varchar>,
        etat -> Varchar,
        signalements -> Integer,
        cree_le -> Timestamptz,
        modifie_le -> Timestamptz,
    }
}

diesel::table! {
    signalement_avis (id_avis, id_user) {
        id_avis -> BigInt,
        id_user -> Integer,
        motif -> Varchar,
        cree_le -> Timestamptz,
    }
}

diesel::table! {
    gestion_etablissement (id_gestion) {
        id_gestion -> BigInt,
        public_id -> Uuid,
        id_etablissement -> Integer,
        id_user -> Integer,
        preuve -> Varchar,
        etat -> Varchar,
        motif -> Nullable<Varchar>,
        cree_le -> Timestamptz,
        decide_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    localisation (id_localisation) {
        id_localisation -> BigInt,
        public_id -> Uuid,
        id_user -> Integer,
        id_destinataire -> Integer,
        latitude -> Double,
        longitude -> Double,
        precision_m -> Nullable<Integer>,
        cree_le -> Timestamptz,
        modifie_le -> Timestamptz,
        expire_le -> Timestamptz,
    }
}

diesel::joinable!(signalement_avis -> avis_etablissement (id_avis));
diesel::joinable!(avis_etablissement -> etablissement_sante (id_etablissement));
diesel::joinable!(gestion_etablissement -> etablissement_sante (id_etablissement));
diesel::joinable!(proposition_etablissement -> etablissement_sante (id_etablissement));
diesel::joinable!(garde_pharmacie -> etablissement_sante (id_etablissement));
diesel::joinable!(liste_numero_etablissement_sante -> etablissement_sante (id_etablissement));
diesel::joinable!(signalement_numero -> liste_numero_etablissement_sante (id_numero));
diesel::allow_tables_to_appear_in_same_query!(
    etablissement_sante,
    garde_pharmacie,
    liste_numero_etablissement_sante,
    signalement_numero,
    avis_etablissement,
    signalement_avis,
    gestion_etablissement,
    proposition_etablissement,
);

diesel::table! {
    zone_administrative (id_zone) {
        id_zone -> Integer,
        id_source -> Integer,
        code -> Varchar,
        empreinte -> Bytea,
        nom -> Varchar,
        niveau -> Varchar,
        code_parent -> Nullable<Varchar>,
        anneaux -> Array<Integer>,
        contour -> Array<Double>,
    }
}

diesel::table! {
    lieu_nomme (id_lieu) {
        id_lieu -> Integer,
        id_source -> Integer,
        cle_source -> Varchar,
        empreinte -> Bytea,
        nom -> Varchar,
        genre -> Varchar,
        latitude -> Double,
        longitude -> Double,
        population -> Nullable<Integer>,
    }
}
