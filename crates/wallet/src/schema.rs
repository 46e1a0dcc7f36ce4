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
        id_caisse -> Nullable<Int8>,
    }
}

diesel::table! {
    virement_programme (id_virement) {
        id_virement -> Int8,
        public_id -> Uuid,
        id_user -> Int4,
        #[max_length = 255]
        cle -> Varchar,
        empreinte -> Bytea,
        id_destinataire -> Int4,
        montant -> Int8,
        #[max_length = 140]
        note -> Nullable<Varchar>,
        #[max_length = 13]
        frequence -> Varchar,
        premiere_le -> Timestamptz,
        fois -> Nullable<Int4>,
        passees -> Int4,
        prochaine_le -> Nullable<Timestamptz>,
        engagee -> Nullable<Int4>,
        #[max_length = 10]
        statut -> Varchar,
        #[max_length = 8]
        derniere_issue -> Nullable<Varchar>,
        #[max_length = 80]
        dernier_motif -> Nullable<Varchar>,
        derniere_transaction -> Nullable<Uuid>,
        cree_le -> Timestamptz,
    }
}

diesel::table! {
    niveau_kyc (id_user) {
        id_user -> Int4,
        #[max_length = 20]
        niveau -> Varchar,
        depuis -> Timestamptz,
    }
}

diesel::table! {
    limite_kyc (id_limite) {
        id_limite -> Int8,
        #[max_length = 20]
        niveau -> Varchar,
        #[max_length = 20]
        operation -> Varchar,
        #[max_length = 8]
        sens -> Varchar,
        #[max_length = 12]
        fenetre -> Varchar,
        montant -> Nullable<Int8>,
        nombre -> Nullable<Int4>,
        valide_du -> Date,
        pose_par -> Nullable<Int4>,
        pose_le -> Timestamptz,
    }
}

diesel::table! {
    bareme_frais (id_bareme) {
        id_bareme -> Int8,
        #[max_length = 20]
        operation -> Varchar,
        a_partir_de -> Int8,
        fixe -> Int8,
        points_base -> Int4,
        minimum -> Nullable<Int8>,
        maximum -> Nullable<Int8>,
        part_agent -> Int4,
        #[max_length = 12]
        payeur -> Varchar,
        valide_du -> Date,
        pose_par -> Nullable<Int4>,
        pose_le -> Timestamptz,
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

diesel::table! {
    contacts_enregistres (id_contact) {
        id_contact -> Int8,
        public_id -> Uuid,
        id_user -> Int4,
        id_contact_user -> Int4,
        #[max_length = 60]
        nom -> Varchar,
        #[max_length = 60]
        nom_recherche -> Varchar,
        cree_le -> Timestamptz,
    }
}

diesel::table! {
    paiement_groupe (id_groupe) {
        id_groupe -> Int8,
        public_id -> Uuid,
        id_user -> Int4,
        #[max_length = 255]
        cle -> Nullable<Varchar>,
        empreinte -> Nullable<Bytea>,
        #[max_length = 8]
        mode -> Nullable<Varchar>,
        #[max_length = 9]
        statut -> Varchar,
        lignes -> Int4,
        a_payer -> Int4,
        noms_differents -> Int4,
        repetees -> Int4,
        montant -> Int8,
        frais -> Int8,
        plus_grand -> Int8,
        faites -> Int4,
        refusees -> Int4,
        montant_fait -> Int8,
        cree_le -> Timestamptz,
        expire_le -> Timestamptz,
        confirme_le -> Nullable<Timestamptz>,
        termine_le -> Nullable<Timestamptz>,
        pris_jusqu_a -> Nullable<Timestamptz>,
        arretees -> Int4,
        arret_demande_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    ligne_paiement_groupe (id_groupe, numero) {
        id_groupe -> Int8,
        numero -> Int4,
        ligne -> Int4,
        #[max_length = 100]
        destinataire -> Varchar,
        id_destinataire -> Nullable<Int4>,
        #[max_length = 100]
        nom_indique -> Nullable<Varchar>,
        #[max_length = 10]
        correspondance -> Nullable<Varchar>,
        montant -> Nullable<Int8>,
        frais -> Nullable<Int8>,
        #[max_length = 140]
        note -> Nullable<Varchar>,
        repete -> Nullable<Int4>,
        #[max_length = 80]
        erreur -> Nullable<Varchar>,
        #[max_length = 8]
        issue -> Nullable<Varchar>,
        #[max_length = 80]
        motif -> Nullable<Varchar>,
        transaction_faite -> Nullable<Uuid>,
    }
}

diesel::table! {
    carte_bancaire (id_carte) {
        id_carte -> Int8,
        public_id -> Uuid,
        id_user -> Int4,
        place -> Int2,
        #[max_length = 16]
        reseau -> Varchar,
        numero_chiffre -> Nullable<Bytea>,
        #[max_length = 16]
        numero_cle -> Nullable<Varchar>,
        numero_empreinte -> Nullable<Bytea>,
        #[max_length = 4]
        derniers_chiffres -> Varchar,
        generation -> Int4,
        #[max_length = 30]
        libelle -> Nullable<Varchar>,
        #[max_length = 8]
        etat -> Varchar,
        usage_unique -> Bool,
        verrou_commercant -> Bool,
        id_commercant -> Nullable<Int4>,
        limite_operation -> Nullable<Int8>,
        limite_jour -> Nullable<Int8>,
        limite_mois -> Nullable<Int8>,
        creee_le -> Timestamptz,
        expire_le -> Timestamptz,
    }
}

diesel::table! {
    autorisation_carte (id_autorisation) {
        id_autorisation -> Int8,
        public_id -> Uuid,
        id_carte -> Int8,
        id_commercant -> Int4,
        #[max_length = 255]
        cle -> Nullable<Varchar>,
        empreinte -> Nullable<Bytea>,
        montant -> Int8,
        #[max_length = 140]
        libelle -> Nullable<Varchar>,
        fenetre -> Nullable<Int8>,
        #[max_length = 9]
        etat -> Varchar,
        #[max_length = 20]
        motif -> Nullable<Varchar>,
        id_retenue -> Nullable<Uuid>,
        id_capture -> Nullable<Uuid>,
        montant_capture -> Nullable<Int8>,
        demandee_le -> Timestamptz,
        expire_le -> Timestamptz,
        compte -> Nullable<Uuid>,
        id_caissier -> Nullable<Int4>,
    }
}

diesel::table! {
    cagnotte (id_cagnotte) {
        id_cagnotte -> Int8,
        public_id -> Uuid,
        id_user -> Int4,
        place -> Int2,
        compte -> Uuid,
        #[max_length = 40]
        nom -> Varchar,
        objectif -> Nullable<Int8>,
        #[max_length = 8]
        etat -> Varchar,
        creee_le -> Timestamptz,
    }
}

diesel::table! {
    gel (id_user, cause) {
        id_user -> Int4,
        #[max_length = 16]
        cause -> Varchar,
        #[max_length = 32]
        motif -> Nullable<Varchar>,
        pose_par -> Nullable<Int4>,
        pose_le -> Timestamptz,
    }
}

diesel::table! {
    ajustement (id_ajustement) {
        id_ajustement -> Int8,
        public_id -> Uuid,
        compte_de -> Uuid,
        compte_vers -> Uuid,
        montant -> Int8,
        #[max_length = 140]
        motif -> Varchar,
        #[max_length = 16]
        etat -> Varchar,
        demande_par -> Int4,
        demande_le -> Timestamptz,
        expire_le -> Timestamptz,
        decide_par -> Nullable<Int4>,
        decide_le -> Nullable<Timestamptz>,
        transaction_faite -> Nullable<Uuid>,
        #[max_length = 32]
        rejet -> Nullable<Varchar>,
    }
}

diesel::table! {
    commercant (id_commercant) {
        id_commercant -> Int8,
        public_id -> Uuid,
        id_user -> Int4,
        #[max_length = 60]
        enseigne -> Varchar,
        #[max_length = 4]
        mcc -> Varchar,
        #[max_length = 40]
        ville -> Varchar,
        #[max_length = 32]
        immatriculation -> Nullable<Varchar>,
        #[max_length = 9]
        etat -> Varchar,
        #[max_length = 32]
        motif -> Nullable<Varchar>,
        plafond_remboursement -> Nullable<Int8>,
        cree_le -> Timestamptz,
        soumis_le -> Nullable<Timestamptz>,
        decide_par -> Nullable<Int4>,
        decide_le -> Nullable<Timestamptz>,
        id_agent -> Nullable<Int4>,
    }
}

diesel::table! {
    caisse (id_caisse) {
        id_caisse -> Int8,
        public_id -> Uuid,
        id_commercant -> Int8,
        id_caissier -> Nullable<Int4>,
        principale -> Bool,
        #[max_length = 40]
        nom -> Varchar,
        compte -> Nullable<Uuid>,
        #[max_length = 8]
        etat -> Varchar,
        creee_le -> Timestamptz,
        expire_le -> Nullable<Timestamptz>,
        terminee_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    alias_pi (id_alias) {
        id_alias -> Int8,
        public_id -> Uuid,
        compte -> Uuid,
        #[max_length = 4]
        genre -> Varchar,
        alias -> Uuid,
        enregistre_par -> Nullable<Int4>,
        enregistre_le -> Timestamptz,
        retire_par -> Nullable<Int4>,
        retire_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    fiche_sanctions (id_fiche) {
        id_fiche -> Int8,
        #[max_length = 20]
        source -> Varchar,
        #[max_length = 64]
        reference -> Varchar,
        noms -> Array<Text>,
        annees_naissance -> Array<Int2>,
        #[max_length = 80]
        pays -> Nullable<Varchar>,
        cles -> Array<Text>,
        revision -> Int4,
        creee_le -> Timestamptz,
        modifiee_le -> Timestamptz,
        vue_le -> Timestamptz,
        close_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    regle_vigilance (id_regle) {
        id_regle -> Int8,
        #[max_length = 20]
        genre -> Varchar,
        #[max_length = 10]
        action -> Varchar,
        active -> Bool,
        fenetre_s -> Nullable<Int4>,
        nombre -> Nullable<Int4>,
        montant -> Nullable<Int8>,
        plancher -> Nullable<Int8>,
        part -> Nullable<Int2>,
        valide_du -> Date,
        pose_par -> Nullable<Int4>,
        pose_le -> Timestamptz,
    }
}

diesel::table! {
    alerte_conformite (id_alerte) {
        id_alerte -> Int8,
        public_id -> Uuid,
        id_user -> Int4,
        #[max_length = 20]
        genre -> Varchar,
        #[max_length = 120]
        objet -> Varchar,
        id_fiche -> Nullable<Int8>,
        #[max_length = 200]
        nom_liste -> Nullable<Varchar>,
        id_regle -> Nullable<Int8>,
        montant -> Nullable<Int8>,
        nombre -> Nullable<Int4>,
        transaction_vue -> Nullable<Uuid>,
        retient -> Bool,
        #[max_length = 10]
        etat -> Varchar,
        ouverte_le -> Timestamptz,
        attribuee_a -> Nullable<Int4>,
        decidee_par -> Nullable<Int4>,
        decidee_le -> Nullable<Timestamptz>,
        levee_demandee_par -> Nullable<Int4>,
        levee_par -> Nullable<Int4>,
        levee_le -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    commentaire_alerte (id_commentaire) {
        id_commentaire -> Int8,
        id_alerte -> Int8,
        auteur -> Int4,
        #[max_length = 1000]
        texte -> Varchar,
        ecrit_le -> Timestamptz,
    }
}

diesel::joinable!(commentaire_alerte -> alerte_conformite (id_alerte));
diesel::joinable!(autorisation_carte -> carte_bancaire (id_carte));
diesel::joinable!(caisse -> commercant (id_commercant));

diesel::allow_tables_to_appear_in_same_query!(autorisation_carte, carte_bancaire);

diesel::joinable!(ligne_paiement_groupe -> paiement_groupe (id_groupe));

diesel::allow_tables_to_appear_in_same_query!(ligne_paiement_groupe, paiement_groupe);
diesel::allow_tables_to_appear_in_same_query!(caisse, commercant);
diesel::allow_tables_to_appear_in_same_query!(commentaire_alerte, alerte_conformite);
