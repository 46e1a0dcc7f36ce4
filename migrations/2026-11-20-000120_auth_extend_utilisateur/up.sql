-- Adopted rows get a random public id; new ones are given a time-ordered one by the program.
ALTER TABLE utilisateur
    ADD COLUMN public_id uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN email_normalise varchar(254),
    ADD COLUMN telephone_normalise varchar(16),
    ADD COLUMN email_prouve_le timestamptz,
    ADD COLUMN telephone_prouve_le timestamptz,
    ADD COLUMN mdp_schema smallint NOT NULL DEFAULT 0,
    ADD COLUMN mdp_change_le timestamptz,
    ADD COLUMN role varchar(20) NOT NULL DEFAULT 'user',
    ADD COLUMN statut varchar(10) NOT NULL DEFAULT 'actif',
    ADD CONSTRAINT utilisateur_public_id_key UNIQUE (public_id),
    ADD CONSTRAINT utilisateur_role_fkey FOREIGN KEY (role) REFERENCES role_permission (role),
    ADD CONSTRAINT utilisateur_mdp_schema_connu CHECK (mdp_schema IN (0, 1)),
    ADD CONSTRAINT utilisateur_statut_connu CHECK (statut IN ('actif', 'bloque')),
    -- Only a value in its canonical form can have been proven.
    ADD CONSTRAINT utilisateur_email_prouve CHECK (email_prouve_le IS NULL OR email_normalise IS NOT NULL),
    ADD CONSTRAINT utilisateur_telephone_prouve CHECK (telephone_prouve_le IS NULL OR telephone_normalise IS NOT NULL);
COMMENT ON COLUMN utilisateur.email_normalise IS 'the canonical form, unique; empty where an adopted value collides or cannot be read';
COMMENT ON COLUMN utilisateur.telephone_normalise IS 'E.164, unique; empty where an adopted value collides or cannot be read';
COMMENT ON COLUMN utilisateur.mdp IS 'a bcrypt hash';
COMMENT ON COLUMN utilisateur.mdp_schema IS '0: bcrypt of the password, as adopted; 1: bcrypt of its peppered HMAC';
COMMENT ON COLUMN utilisateur.code_confirmation IS 'of the older back end; never read, never written';

-- Unique, and the prefix search of administrators (text_pattern_ops serves equality too).
CREATE UNIQUE INDEX utilisateur_email_normalise_key ON utilisateur (email_normalise text_pattern_ops) WHERE email_normalise IS NOT NULL;
CREATE UNIQUE INDEX utilisateur_telephone_normalise_key ON utilisateur (telephone_normalise text_pattern_ops) WHERE telephone_normalise IS NOT NULL;
CREATE INDEX utilisateur_nom_idx ON utilisateur (lower(nom) text_pattern_ops);
CREATE INDEX utilisateur_prenom_idx ON utilisateur (lower(prenom) text_pattern_ops);
CREATE INDEX utilisateur_role_idx ON utilisateur (role);
-- What an adoption has still to look at: nearly nothing, whatever the size of the table.
CREATE INDEX utilisateur_a_normaliser_idx ON utilisateur (id_user)
    WHERE (email IS NOT NULL AND email_normalise IS NULL) OR (telephone IS NOT NULL AND telephone_normalise IS NULL);
