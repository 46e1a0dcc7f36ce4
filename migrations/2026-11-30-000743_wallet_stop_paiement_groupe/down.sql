DO $$
BEGIN
    IF EXISTS (SELECT FROM paiement_groupe WHERE arret_demande_le IS NOT NULL) THEN
        RAISE EXCEPTION 'paiement_groupe holds files that were stopped: it would be lost';
    END IF;
END
$$;
ALTER TABLE ligne_paiement_groupe DROP CONSTRAINT ligne_paiement_groupe_issue_connue;
ALTER TABLE ligne_paiement_groupe ADD CONSTRAINT ligne_paiement_groupe_issue_connue CHECK (issue IN ('faite', 'refusee'));
ALTER TABLE paiement_groupe
    DROP CONSTRAINT paiement_groupe_arret,
    DROP CONSTRAINT paiement_groupe_statut_connu,
    DROP CONSTRAINT paiement_groupe_comptes_bornes,
    DROP CONSTRAINT paiement_groupe_confirme,
    DROP CONSTRAINT paiement_groupe_fini,
    DROP CONSTRAINT paiement_groupe_fin,
    DROP COLUMN arret_demande_le, DROP COLUMN arretees;
ALTER TABLE paiement_groupe
    ADD CONSTRAINT paiement_groupe_statut_connu CHECK (statut IN ('brouillon', 'en_cours', 'termine', 'annule', 'expire')),
    ADD CONSTRAINT paiement_groupe_comptes_bornes CHECK (faites >= 0 AND refusees >= 0 AND faites + refusees <= a_payer),
    ADD CONSTRAINT paiement_groupe_confirme CHECK ((statut IN ('en_cours', 'termine')) = (confirme_le IS NOT NULL)),
    ADD CONSTRAINT paiement_groupe_fini CHECK ((statut = 'termine') = (faites + refusees = a_payer AND confirme_le IS NOT NULL)),
    ADD CONSTRAINT paiement_groupe_fin CHECK ((statut IN ('termine', 'annule', 'expire')) = (termine_le IS NOT NULL));
