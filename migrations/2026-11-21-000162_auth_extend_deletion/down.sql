DO $$
BEGIN
    IF EXISTS (SELECT FROM utilisateur WHERE statut = 'efface') THEN
        RAISE EXCEPTION 'utilisateur holds erased accounts: they would be lost';
    END IF;
    IF EXISTS (SELECT FROM utilisateur WHERE suppression_le IS NOT NULL) THEN
        RAISE EXCEPTION 'utilisateur holds wishes to be erased: they would be lost';
    END IF;
END
$$;
DROP INDEX utilisateur_suppression_le_idx;
ALTER TABLE utilisateur
    DROP CONSTRAINT utilisateur_efface_sans_rien,
    DROP CONSTRAINT utilisateur_statut_connu,
    ADD CONSTRAINT utilisateur_statut_connu CHECK (statut IN ('actif', 'bloque')),
    DROP COLUMN suppression_le;
