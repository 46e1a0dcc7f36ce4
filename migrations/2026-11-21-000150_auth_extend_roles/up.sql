ALTER TABLE role_permission
    ADD COLUMN permissions varchar(40)[] NOT NULL DEFAULT '{}',
    ADD CONSTRAINT role_permission_permissions_bornees
        CHECK (cardinality(permissions) <= 50 AND array_position(permissions, NULL) IS NULL);
COMMENT ON TABLE role_permission IS 'auth: the roles and what each may do; nobody grants one at or above their own level';
COMMENT ON COLUMN role_permission.permissions IS 'what the role may do beyond what everybody may; the superadmin may everything, whatever stands here';
INSERT INTO role_permission (role, niveau, libelle, permissions) VALUES
    ('merchant', 20, 'Commerçant', '{}'),
    ('pharmacist', 20, 'Pharmacien', '{}'),
    ('moderator', 50, 'Modérateur', '{people.moderate}');
UPDATE role_permission SET permissions = '{wallet.cash_in}' WHERE role = 'agent';
UPDATE role_permission SET permissions = '{identity.review,people.moderate}' WHERE role = 'admin';
UPDATE role_permission SET permissions = '{wallet.cash_in,identity.review,people.moderate}' WHERE role = 'superadmin';

ALTER TABLE utilisateur
    ADD COLUMN niveau_identite smallint NOT NULL DEFAULT 0,
    ADD CONSTRAINT utilisateur_niveau_identite_connu CHECK (niveau_identite IN (0, 1));
COMMENT ON COLUMN utilisateur.niveau_identite IS '0: nobody has verified who this is; 1: two reviewers have seen a valid identity document';
