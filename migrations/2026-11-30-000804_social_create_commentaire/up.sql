CREATE TABLE commentaire (
    public_id uuid NOT NULL,
    publication_id uuid NOT NULL,
    parent_id uuid,
    profondeur smallint NOT NULL,
    id_user integer NOT NULL,
    texte varchar(2000) NOT NULL,
    etat varchar(7) NOT NULL DEFAULT 'visible',
    likes integer NOT NULL DEFAULT 0,
    reponses integer NOT NULL DEFAULT 0,
    cree_le timestamptz NOT NULL,
    modifie_le timestamptz,
    retire_le timestamptz,
    CONSTRAINT commentaire_pkey PRIMARY KEY (public_id),
    CONSTRAINT commentaire_publication_key UNIQUE (publication_id, public_id),
    CONSTRAINT commentaire_publication_fkey FOREIGN KEY (publication_id) REFERENCES publication (public_id) ON DELETE CASCADE,
    CONSTRAINT commentaire_parent_fkey FOREIGN KEY (publication_id, parent_id)
        REFERENCES commentaire (publication_id, public_id) ON DELETE CASCADE,
    CONSTRAINT commentaire_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT commentaire_profondeur_bornes CHECK (profondeur BETWEEN 0 AND 49),
    CONSTRAINT commentaire_profondeur_du_parent CHECK ((profondeur = 0) = (parent_id IS NULL)),
    CONSTRAINT commentaire_autre_que_soi CHECK (parent_id <> public_id),
    CONSTRAINT commentaire_etat_connu CHECK (etat IN ('visible', 'deleted', 'hidden')),
    CONSTRAINT commentaire_retire CHECK ((retire_le IS NULL) = (etat = 'visible')),
    CONSTRAINT commentaire_compteurs_positifs CHECK (least(likes, reponses) >= 0)
) WITH (fillfactor = 85);
COMMENT ON TABLE commentaire IS 'social: what people say to publications and to each other''s comments';
COMMENT ON COLUMN commentaire.reponses IS 'how many direct answers are there to be seen';
-- The comments of a publication (no parent) and the answers to one, each in the order of time.
CREATE INDEX commentaire_fil_idx ON commentaire (publication_id, parent_id, public_id);
CREATE INDEX commentaire_id_user_idx ON commentaire (id_user, public_id);
CREATE INDEX commentaire_retires_idx ON commentaire (retire_le) WHERE etat <> 'visible' AND texte <> '';

CREATE TABLE commentaire_mention (
    commentaire_id uuid NOT NULL,
    id_user integer NOT NULL,
    CONSTRAINT commentaire_mention_pkey PRIMARY KEY (commentaire_id, id_user),
    CONSTRAINT commentaire_mention_commentaire_fkey FOREIGN KEY (commentaire_id) REFERENCES commentaire (public_id) ON DELETE CASCADE,
    CONSTRAINT commentaire_mention_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE
);
COMMENT ON TABLE commentaire_mention IS 'social: whom a comment names behind an @';
CREATE INDEX commentaire_mention_id_user_idx ON commentaire_mention (id_user);

CREATE TABLE liker_commentaire (
    commentaire_id uuid NOT NULL,
    id_user integer NOT NULL,
    CONSTRAINT liker_commentaire_pkey PRIMARY KEY (commentaire_id, id_user),
    CONSTRAINT liker_commentaire_commentaire_fkey FOREIGN KEY (commentaire_id) REFERENCES commentaire (public_id) ON DELETE CASCADE,
    CONSTRAINT liker_commentaire_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE
);
COMMENT ON TABLE liker_commentaire IS 'social: who likes which comment';
CREATE INDEX liker_commentaire_id_user_idx ON liker_commentaire (id_user);

CREATE FUNCTION social_compter_likes_commentaire() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sens integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    PERFORM FROM commentaire WHERE public_id IN (SELECT commentaire_id FROM lignes) ORDER BY public_id FOR NO KEY UPDATE;
    UPDATE commentaire c SET likes = likes + sens * d.n
    FROM (SELECT commentaire_id, count(*)::integer AS n FROM lignes GROUP BY 1) d WHERE c.public_id = d.commentaire_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER liker_commentaire_ajoute AFTER INSERT ON liker_commentaire REFERENCING NEW TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_likes_commentaire();
CREATE TRIGGER liker_commentaire_retire AFTER DELETE ON liker_commentaire REFERENCING OLD TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_likes_commentaire();

-- Publications first, then comments, then people.
CREATE FUNCTION social_compter_commentaires() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sens integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    PERFORM FROM publication WHERE public_id IN (SELECT publication_id FROM lignes WHERE etat = 'visible')
    ORDER BY public_id FOR NO KEY UPDATE;
    UPDATE publication p SET commentaires = commentaires + sens * d.n
    FROM (SELECT publication_id, count(*)::integer AS n FROM lignes WHERE etat = 'visible' GROUP BY 1) d
    WHERE p.public_id = d.publication_id;
    PERFORM FROM commentaire WHERE public_id IN (SELECT parent_id FROM lignes WHERE etat = 'visible')
    ORDER BY public_id FOR NO KEY UPDATE;
    UPDATE commentaire c SET reponses = reponses + sens * d.n
    FROM (SELECT parent_id, count(*)::integer AS n FROM lignes WHERE etat = 'visible' GROUP BY 1) d
    WHERE c.public_id = d.parent_id;
    PERFORM social_compter_personnes(coalesce(array_agg(u ORDER BY u), '{}'), 'commentaires', coalesce(array_agg(n ORDER BY u), '{}'))
    FROM (SELECT id_user AS u, sens * count(*)::integer AS n FROM lignes WHERE etat = 'visible' GROUP BY 1) qui
    WHERE social_encore_la(u);
    RETURN NULL;
END
$$;
CREATE TRIGGER commentaire_ajoute AFTER INSERT ON commentaire REFERENCING NEW TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_commentaires();
CREATE TRIGGER commentaire_efface AFTER DELETE ON commentaire REFERENCING OLD TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_commentaires();

CREATE FUNCTION social_compter_commentaire_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sens integer := (NEW.etat = 'visible')::integer - (OLD.etat = 'visible')::integer;
BEGIN
    UPDATE publication SET commentaires = commentaires + sens WHERE public_id = NEW.publication_id;
    UPDATE commentaire SET reponses = reponses + sens WHERE public_id = NEW.parent_id;
    PERFORM social_compter_personnes(ARRAY[NEW.id_user], 'commentaires', ARRAY[sens]);
    RETURN NULL;
END
$$;
CREATE TRIGGER commentaire_change AFTER UPDATE OF etat ON commentaire FOR EACH ROW
    WHEN ((OLD.etat = 'visible') <> (NEW.etat = 'visible')) EXECUTE FUNCTION social_compter_commentaire_change();
