DO $$
BEGIN
    IF EXISTS (SELECT FROM utilisateur WHERE role IN ('merchant', 'pharmacist', 'moderator')) THEN
        RAISE EXCEPTION 'utilisateur holds people with one of these roles: they would be lost';
    END IF;
    IF EXISTS (SELECT FROM utilisateur WHERE niveau_identite <> 0) THEN
        RAISE EXCEPTION 'utilisateur holds verified people: their level would be lost';
    END IF;
END
$$;
ALTER TABLE utilisateur
    DROP CONSTRAINT utilisateur_niveau_identite_connu,
    DROP COLUMN niveau_identite;
DELETE FROM role_permission WHERE role IN ('merchant', 'pharmacist', 'moderator');
ALTER TABLE role_permission
    DROP CONSTRAINT role_permission_permissions_bornees,
    DROP COLUMN permissions;
COMMENT ON TABLE role_permission IS 'auth: the roles; nobody grants one at or above their own level';
