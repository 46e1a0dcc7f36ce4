DO $$
BEGIN
    IF EXISTS (SELECT FROM etablissement_sante) OR EXISTS (SELECT FROM numero_urgence) OR EXISTS (SELECT FROM source_donnees) THEN
        RAISE EXCEPTION 'etablissement_sante, numero_urgence or source_donnees holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE numero_urgence;
DROP TABLE liste_numero_etablissement_sante;
DROP TABLE etablissement_sante;
DROP TABLE revision_annuaire;
DROP TABLE source_donnees;
