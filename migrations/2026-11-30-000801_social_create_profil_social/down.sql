DO $$
BEGIN
    IF EXISTS (SELECT FROM profil_social)
        OR EXISTS (SELECT FROM abonnement)
        OR EXISTS (SELECT FROM visite_profil) THEN
        RAISE EXCEPTION 'profil_social, abonnement, visite_profil: one holds rows, and they would be lost';
    END IF;
END
$$;
DROP TRIGGER blocage_ajoute ON blocage;
DROP TRIGGER blocage_retire ON blocage;
DROP TABLE visite_profil;
DROP TABLE abonnement;
DROP TABLE profil_social;
DROP FUNCTION social_compter_de_la_personne();
DROP FUNCTION social_compter_abonnements();
DROP FUNCTION social_encore_la(integer);
DROP FUNCTION social_compter_personnes(integer[], text, integer[]);
DROP FUNCTION social_tenir_personnes(integer[]);
