CREATE TABLE blocage (
    id_user integer NOT NULL,
    id_bloque integer NOT NULL,
    public_id uuid NOT NULL,
    cree_le timestamptz NOT NULL,
    CONSTRAINT blocage_pkey PRIMARY KEY (id_user, id_bloque),
    CONSTRAINT blocage_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT blocage_id_bloque_fkey FOREIGN KEY (id_bloque) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT blocage_deux_personnes CHECK (id_user <> id_bloque)
);
COMMENT ON TABLE blocage IS 'social: who blocked whom; neither sees the other';
COMMENT ON COLUMN blocage.public_id IS 'ordered by time: where the person''s list goes on';
CREATE INDEX blocage_liste_idx ON blocage (id_user, public_id);
CREATE INDEX blocage_id_bloque_idx ON blocage (id_bloque, id_user);

CREATE TABLE sourdine (
    id_user integer NOT NULL,
    id_muet integer NOT NULL,
    public_id uuid NOT NULL,
    cree_le timestamptz NOT NULL,
    CONSTRAINT sourdine_pkey PRIMARY KEY (id_user, id_muet),
    CONSTRAINT sourdine_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT sourdine_id_muet_fkey FOREIGN KEY (id_muet) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT sourdine_deux_personnes CHECK (id_user <> id_muet)
);
COMMENT ON TABLE sourdine IS 'social: whom somebody wants to hear nothing of; the other does not know';
CREATE INDEX sourdine_liste_idx ON sourdine (id_user, public_id);
CREATE INDEX sourdine_id_muet_idx ON sourdine (id_muet);
