CREATE TABLE localisation (
    id_localisation bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_user integer NOT NULL,
    id_destinataire integer NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    precision_m integer,
    cree_le timestamptz NOT NULL,
    modifie_le timestamptz NOT NULL,
    expire_le timestamptz NOT NULL,
    CONSTRAINT localisation_pkey PRIMARY KEY (id_localisation),
    CONSTRAINT localisation_public_id_key UNIQUE (public_id),
    CONSTRAINT localisation_destinataire_key UNIQUE (id_user, id_destinataire),
    CONSTRAINT localisation_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT localisation_id_destinataire_fkey FOREIGN KEY (id_destinataire) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT localisation_deux_personnes CHECK (id_user <> id_destinataire),
    CONSTRAINT localisation_latitude_bornes CHECK (latitude BETWEEN -90 AND 90),
    CONSTRAINT localisation_longitude_bornes CHECK (longitude BETWEEN -180 AND 180),
    CONSTRAINT localisation_precision_positive CHECK (precision_m > 0),
    CONSTRAINT localisation_duree CHECK (cree_le < expire_le AND expire_le <= cree_le + interval '24 hours')
);
COMMENT ON TABLE localisation IS 'health-directory: where a person is, while they show it to one other person; a row goes when that ends';
COMMENT ON COLUMN localisation.id_destinataire IS 'the only one who sees it beside its owner';
COMMENT ON COLUMN localisation.latitude IS 'the last position only: a new one takes its place, and no way is kept';
CREATE INDEX localisation_id_destinataire_idx ON localisation (id_destinataire, public_id);
CREATE INDEX localisation_expire_idx ON localisation (expire_le);
