DO $$
BEGIN
    IF EXISTS (SELECT FROM utilisateur WHERE num_nonnulls(adresse, profession, date_naissance, langue) > 0) THEN
        RAISE EXCEPTION 'utilisateur holds profiles: they would be lost';
    END IF;
END
$$;
ALTER TABLE utilisateur
    DROP CONSTRAINT utilisateur_langue_connue,
    DROP CONSTRAINT utilisateur_date_naissance_bornee,
    DROP CONSTRAINT utilisateur_profession_non_vide,
    DROP CONSTRAINT utilisateur_adresse_non_vide,
    DROP COLUMN langue,
    DROP COLUMN date_naissance,
    DROP COLUMN profession,
    DROP COLUMN adresse;
