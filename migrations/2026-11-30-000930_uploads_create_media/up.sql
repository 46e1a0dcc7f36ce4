CREATE TABLE media (
    id_media bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_user integer,
    nature varchar(10) NOT NULL,
    statut varchar(12) NOT NULL,
    cree_le timestamptz NOT NULL,
    expire_le timestamptz NOT NULL,
    type_mime varchar(40),
    octets bigint NOT NULL DEFAULT 0,
    largeur integer,
    hauteur integer,
    duree_ms integer,
    flou varchar(64),
    url varchar(500),
    url_vignette varchar(500),
    usage_type varchar(40),
    usage_objet uuid,
    rang integer NOT NULL DEFAULT 0,
    essais integer NOT NULL DEFAULT 0,
    CONSTRAINT media_pkey PRIMARY KEY (id_media),
    CONSTRAINT media_public_id_key UNIQUE (public_id),
    -- Whoever leaves leaves files behind that still have to be deleted from the store.
    CONSTRAINT media_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE SET NULL,
    CONSTRAINT media_nature_connue CHECK (nature IN ('image', 'vocal')),
    CONSTRAINT media_statut_connu CHECK (statut IN ('attendu', 'recu', 'pret', 'utilise', 'a_supprimer', 'supprime')),
    CONSTRAINT media_fini CHECK (statut NOT IN ('pret', 'utilise') OR (url IS NOT NULL AND type_mime IS NOT NULL)),
    CONSTRAINT media_usage CHECK (statut <> 'utilise' OR (usage_type IS NOT NULL AND usage_objet IS NOT NULL)),
    CONSTRAINT media_vocal_court CHECK (duree_ms BETWEEN 1 AND 120000),
    CONSTRAINT media_octets_positifs CHECK (octets >= 0)
);
COMMENT ON TABLE media IS 'uploads: files that people upload, from the ticket until the store has deleted them';
COMMENT ON COLUMN media.statut IS 'attendu: a ticket; recu: being read; pret: finished; utilise: something shows it; a_supprimer: to be deleted from the store; supprime: gone';
COMMENT ON COLUMN media.expire_le IS 'when a ticket or an unused file is over; of what is to be deleted, when it is tried next; of what is gone, since when';
COMMENT ON COLUMN media.flou IS 'BlurHash';
COMMENT ON COLUMN media.usage_objet IS 'public id of what shows it; each domain knows its own';
COMMENT ON COLUMN media.rang IS 'its place among those of the same object';
CREATE INDEX media_id_user_idx ON media (id_user, cree_le);
CREATE INDEX media_usage_idx ON media (usage_objet) WHERE statut = 'utilise';
CREATE INDEX media_expire_le_idx ON media (expire_le) WHERE statut <> 'utilise';
