DO $$
BEGIN
    IF EXISTS (SELECT FROM utilisateur WHERE coalesce(email_prouve_le, telephone_prouve_le) IS NOT NULL) THEN
        RAISE EXCEPTION 'utilisateur holds proven accounts: their proofs would be lost';
    END IF;
    IF EXISTS (SELECT FROM utilisateur WHERE mdp_schema <> 0) THEN
        RAISE EXCEPTION 'utilisateur holds upgraded passwords: they would no longer work';
    END IF;
END
$$;
DROP INDEX utilisateur_a_normaliser_idx;
DROP INDEX utilisateur_role_idx;
DROP INDEX utilisateur_prenom_idx;
DROP INDEX utilisateur_nom_idx;
DROP INDEX utilisateur_telephone_normalise_key;
DROP INDEX utilisateur_email_normalise_key;
COMMENT ON COLUMN utilisateur.code_confirmation IS NULL;
COMMENT ON COLUMN utilisateur.mdp IS NULL;
ALTER TABLE utilisateur
    DROP CONSTRAINT utilisateur_telephone_prouve,
    DROP CONSTRAINT utilisateur_email_prouve,
    DROP CONSTRAINT utilisateur_statut_connu,
    DROP CONSTRAINT utilisateur_mdp_schema_connu,
    DROP CONSTRAINT utilisateur_role_fkey,
    DROP CONSTRAINT utilisateur_public_id_key,
    DROP COLUMN statut,
    DROP COLUMN role,
    DROP COLUMN mdp_change_le,
    DROP COLUMN mdp_schema,
    DROP COLUMN telephone_prouve_le,
    DROP COLUMN email_prouve_le,
    DROP COLUMN telephone_normalise,
    DROP COLUMN email_normalise,
    DROP COLUMN public_id;
