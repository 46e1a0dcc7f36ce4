DO $$
BEGIN
    IF EXISTS (SELECT FROM changement_annuaire) THEN
        RAISE EXCEPTION 'changement_annuaire holds rows: they would be lost';
    END IF;
END
$$;
DROP TRIGGER source_donnees_ajoute ON source_donnees;
DROP TRIGGER source_donnees_change ON source_donnees;
DROP TRIGGER source_donnees_retire ON source_donnees;
DROP TRIGGER numero_urgence_ajoute ON numero_urgence;
DROP TRIGGER numero_urgence_change ON numero_urgence;
DROP TRIGGER numero_urgence_retire ON numero_urgence;
DROP TRIGGER liste_numero_etablissement_sante_ajoute ON liste_numero_etablissement_sante;
DROP TRIGGER liste_numero_etablissement_sante_change ON liste_numero_etablissement_sante;
DROP TRIGGER liste_numero_etablissement_sante_retire ON liste_numero_etablissement_sante;
DROP TRIGGER etablissement_sante_ajoute ON etablissement_sante;
DROP TRIGGER etablissement_sante_change ON etablissement_sante;
DROP TRIGGER etablissement_sante_retire ON etablissement_sante;
DROP FUNCTION annuaire_noter_source();
DROP FUNCTION annuaire_noter_urgence();
DROP FUNCTION annuaire_noter_numero();
DROP FUNCTION annuaire_noter_etablissement();
DROP FUNCTION annuaire_noter(text[], boolean);
DROP TABLE changement_annuaire;
ALTER TABLE revision_annuaire DROP COLUMN ecrivain;
