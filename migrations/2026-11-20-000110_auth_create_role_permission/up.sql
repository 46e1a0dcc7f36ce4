CREATE TABLE role_permission (
    role varchar(20) NOT NULL,
    niveau smallint NOT NULL,
    libelle varchar(60) NOT NULL,
    CONSTRAINT role_permission_pkey PRIMARY KEY (role),
    CONSTRAINT role_permission_niveau_positif CHECK (niveau > 0)
);
COMMENT ON TABLE role_permission IS 'auth: the roles; nobody grants one at or above their own level';
INSERT INTO role_permission (role, niveau, libelle) VALUES
    ('user', 10, 'Utilisateur'),
    ('agent', 20, 'Agent de dépôt'),
    ('admin', 80, 'Administrateur'),
    ('superadmin', 100, 'Super-administrateur');
