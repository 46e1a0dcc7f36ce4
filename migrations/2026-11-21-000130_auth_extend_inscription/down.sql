DO $$
BEGIN
    IF EXISTS (SELECT FROM utilisateur WHERE telephone_contact IS NOT NULL) THEN
        RAISE EXCEPTION 'utilisateur holds numbers to reach people at: they would be lost';
    END IF;
    IF EXISTS (SELECT FROM utilisateur WHERE invite_le IS NOT NULL AND coalesce(email_prouve_le, telephone_prouve_le) IS NULL) THEN
        RAISE EXCEPTION 'utilisateur holds invited people: anybody could register over them';
    END IF;
END
$$;
ALTER TABLE utilisateur
    DROP COLUMN invite_le,
    DROP COLUMN telephone_contact;
ALTER TABLE inscription
    DROP CONSTRAINT inscription_personne_avec_mdp,
    DROP COLUMN telephone_contact,
    DROP COLUMN nom,
    DROP COLUMN prenom;
