-- A file that is being paid can be stopped: what was paid stays, the rest is never paid.
ALTER TABLE paiement_groupe
    ADD COLUMN arretees integer NOT NULL DEFAULT 0,
    ADD COLUMN arret_demande_le timestamptz,
    DROP CONSTRAINT paiement_groupe_statut_connu,
    DROP CONSTRAINT paiement_groupe_comptes_bornes,
    DROP CONSTRAINT paiement_groupe_confirme,
    DROP CONSTRAINT paiement_groupe_fini,
    DROP CONSTRAINT paiement_groupe_fin;
ALTER TABLE paiement_groupe
    ADD CONSTRAINT paiement_groupe_statut_connu CHECK (statut IN ('brouillon', 'en_cours', 'termine', 'arrete', 'annule', 'expire')),
    ADD CONSTRAINT paiement_groupe_comptes_bornes CHECK (faites >= 0 AND refusees >= 0 AND arretees >= 0 AND faites + refusees + arretees <= a_payer),
    ADD CONSTRAINT paiement_groupe_confirme CHECK ((statut IN ('en_cours', 'termine', 'arrete')) = (confirme_le IS NOT NULL)),
    ADD CONSTRAINT paiement_groupe_fini CHECK ((statut IN ('termine', 'arrete')) = (faites + refusees + arretees = a_payer AND confirme_le IS NOT NULL)),
    ADD CONSTRAINT paiement_groupe_fin CHECK ((statut IN ('termine', 'arrete', 'annule', 'expire')) = (termine_le IS NOT NULL)),
    ADD CONSTRAINT paiement_groupe_arret CHECK (
        (arret_demande_le IS NULL OR confirme_le IS NOT NULL) AND (arretees = 0 OR arret_demande_le IS NOT NULL)
        AND (statut <> 'arrete' OR arretees > 0));
COMMENT ON COLUMN paiement_groupe.arretees IS 'how many of its lines were not paid because it was stopped';
COMMENT ON COLUMN paiement_groupe.arret_demande_le IS 'when it was stopped: whoever pays it pays nothing more';

ALTER TABLE ligne_paiement_groupe DROP CONSTRAINT ligne_paiement_groupe_issue_connue;
ALTER TABLE ligne_paiement_groupe
    ADD CONSTRAINT ligne_paiement_groupe_issue_connue CHECK (issue IN ('faite', 'refusee', 'arretee'));
