CREATE TABLE contacts_enregistres (
    id_contact bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_user integer NOT NULL,
    id_contact_user integer NOT NULL,
    nom varchar(60) NOT NULL,
    nom_recherche varchar(60) NOT NULL,
    cree_le timestamptz NOT NULL,
    CONSTRAINT contacts_enregistres_pkey PRIMARY KEY (id_contact),
    CONSTRAINT contacts_enregistres_public_id_key UNIQUE (public_id),
    CONSTRAINT contacts_enregistres_personne_key UNIQUE (id_user, id_contact_user),
    CONSTRAINT contacts_enregistres_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT contacts_enregistres_id_contact_user_fkey FOREIGN KEY (id_contact_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT contacts_enregistres_deux_personnes CHECK (id_user <> id_contact_user),
    CONSTRAINT contacts_enregistres_nom_non_vide CHECK (nom <> '')
);
COMMENT ON TABLE contacts_enregistres IS 'wallet: whom people saved to pay them again, under a name of their own';
COMMENT ON COLUMN contacts_enregistres.id_contact_user IS 'who is saved: a person, who stays the same whatever number they take';
COMMENT ON COLUMN contacts_enregistres.nom IS 'what the owner calls them';
COMMENT ON COLUMN contacts_enregistres.nom_recherche IS 'the same as it is searched and sorted: lower case, no accents';
CREATE INDEX contacts_enregistres_liste_idx ON contacts_enregistres (id_user, nom_recherche, public_id);
CREATE INDEX contacts_enregistres_id_contact_user_idx ON contacts_enregistres (id_contact_user);
