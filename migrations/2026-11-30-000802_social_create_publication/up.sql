CREATE TABLE publication (
    public_id uuid NOT NULL,
    id_user integer NOT NULL,
    texte varchar(10000) NOT NULL,
    recherche text NOT NULL,
    visibilite varchar(9) NOT NULL,
    thematique uuid,
    medias uuid[] NOT NULL DEFAULT '{}',
    lien varchar(2000),
    apercu boolean NOT NULL DEFAULT false,
    etat varchar(7) NOT NULL DEFAULT 'visible',
    likes integer NOT NULL DEFAULT 0,
    commentaires integer NOT NULL DEFAULT 0,
    partages integer NOT NULL DEFAULT 0,
    enregistrements integer NOT NULL DEFAULT 0,
    versions integer NOT NULL DEFAULT 0,
    cree_le timestamptz NOT NULL,
    modifie_le timestamptz,
    retire_le timestamptz,
    CONSTRAINT publication_pkey PRIMARY KEY (public_id),
    CONSTRAINT publication_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT publication_visibilite_connue CHECK (visibilite IN ('public', 'followers', 'theme')),
    CONSTRAINT publication_thematique_dite CHECK ((thematique IS NOT NULL) = (visibilite = 'theme')),
    CONSTRAINT publication_medias_bornes CHECK (cardinality(medias) <= 10),
    CONSTRAINT publication_etat_connu CHECK (etat IN ('visible', 'deleted', 'hidden')),
    CONSTRAINT publication_retiree CHECK ((retire_le IS NULL) = (etat = 'visible')),
    CONSTRAINT publication_compteurs_positifs CHECK (least(likes, commentaires, partages, enregistrements, versions) >= 0)
) WITH (fillfactor = 85);
COMMENT ON TABLE publication IS 'social: what people publish, with what is counted of it';
COMMENT ON COLUMN publication.public_id IS 'ordered by time: the order of every list, and where it goes on';
COMMENT ON COLUMN publication.recherche IS 'the text as it is searched: lower case, no accents';
COMMENT ON COLUMN publication.thematique IS 'the theme in which alone it is seen';
COMMENT ON COLUMN publication.medias IS 'uploads, in the order in which they are shown';
COMMENT ON COLUMN publication.apercu IS 'whether the author lets others'' devices fetch what the link leads to';
-- No counter is in an index: counting rewrites no index entry as long as the page has room, which the fill factor keeps.
CREATE INDEX publication_recentes_idx ON publication (public_id) WHERE etat = 'visible' AND visibilite = 'public';
-- With what decides whether it is shown: the last of many people are found in the index alone, in their order.
CREATE INDEX publication_id_user_idx ON publication (id_user, public_id) INCLUDE (etat, visibilite, thematique);
CREATE INDEX publication_thematique_idx ON publication (thematique, public_id) WHERE thematique IS NOT NULL;
CREATE INDEX publication_recherche_idx ON publication USING gin (to_tsvector('french', recherche)) WHERE etat = 'visible';
CREATE INDEX publication_retirees_idx ON publication (retire_le) WHERE etat <> 'visible';

CREATE TABLE version_publication (
    publication_id uuid NOT NULL,
    numero integer NOT NULL,
    texte varchar(10000) NOT NULL,
    remplacee_le timestamptz NOT NULL,
    CONSTRAINT version_publication_pkey PRIMARY KEY (publication_id, numero),
    CONSTRAINT version_publication_publication_fkey FOREIGN KEY (publication_id) REFERENCES publication (public_id) ON DELETE CASCADE
);
COMMENT ON TABLE version_publication IS 'social: what publications said before they were edited';

CREATE TABLE mot_diese (
    mot varchar(50) NOT NULL,
    CONSTRAINT mot_diese_pkey PRIMARY KEY (mot)
);
COMMENT ON TABLE mot_diese IS 'social: hashtags as they are compared, lower case and without accents';
CREATE INDEX mot_diese_debut_idx ON mot_diese (mot varchar_pattern_ops);

CREATE TABLE publication_mot (
    publication_id uuid NOT NULL,
    mot varchar(50) NOT NULL,
    CONSTRAINT publication_mot_pkey PRIMARY KEY (mot, publication_id),
    CONSTRAINT publication_mot_publication_fkey FOREIGN KEY (publication_id) REFERENCES publication (public_id) ON DELETE CASCADE,
    CONSTRAINT publication_mot_mot_fkey FOREIGN KEY (mot) REFERENCES mot_diese (mot)
);
COMMENT ON TABLE publication_mot IS 'social: which hashtags a publication has';
CREATE INDEX publication_mot_publication_idx ON publication_mot (publication_id);

CREATE TABLE publication_mention (
    publication_id uuid NOT NULL,
    id_user integer NOT NULL,
    CONSTRAINT publication_mention_pkey PRIMARY KEY (publication_id, id_user),
    CONSTRAINT publication_mention_publication_fkey FOREIGN KEY (publication_id) REFERENCES publication (public_id) ON DELETE CASCADE,
    CONSTRAINT publication_mention_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE
);
COMMENT ON TABLE publication_mention IS 'social: whom a publication names behind an @';
CREATE INDEX publication_mention_id_user_idx ON publication_mention (id_user);

CREATE TABLE liker (
    publication_id uuid NOT NULL,
    id_user integer NOT NULL,
    public_id uuid NOT NULL,
    CONSTRAINT liker_pkey PRIMARY KEY (publication_id, id_user),
    CONSTRAINT liker_publication_fkey FOREIGN KEY (publication_id) REFERENCES publication (public_id) ON DELETE CASCADE,
    CONSTRAINT liker_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE
);
COMMENT ON TABLE liker IS 'social: who likes which publication';
COMMENT ON COLUMN liker.public_id IS 'ordered by time: where the list of who likes it goes on';
CREATE INDEX liker_liste_idx ON liker (publication_id, public_id);
CREATE INDEX liker_id_user_idx ON liker (id_user);

CREATE TABLE partages (
    public_id uuid NOT NULL,
    publication_id uuid NOT NULL,
    id_user integer NOT NULL,
    mot varchar(500),
    CONSTRAINT partages_pkey PRIMARY KEY (public_id),
    CONSTRAINT partages_un_par_personne_key UNIQUE (publication_id, id_user),
    CONSTRAINT partages_publication_fkey FOREIGN KEY (publication_id) REFERENCES publication (public_id) ON DELETE CASCADE,
    CONSTRAINT partages_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE
);
COMMENT ON TABLE partages IS 'social: who passed which publication on to who follows them, and what they said beside';
CREATE INDEX partages_liste_idx ON partages (publication_id, public_id);
CREATE INDEX partages_id_user_idx ON partages (id_user, public_id) INCLUDE (publication_id);

CREATE TABLE enregistrement (
    publication_id uuid NOT NULL,
    id_user integer NOT NULL,
    public_id uuid NOT NULL,
    CONSTRAINT enregistrement_pkey PRIMARY KEY (publication_id, id_user),
    CONSTRAINT enregistrement_publication_fkey FOREIGN KEY (publication_id) REFERENCES publication (public_id) ON DELETE CASCADE,
    CONSTRAINT enregistrement_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE
);
COMMENT ON TABLE enregistrement IS 'social: what people keep to read again; nobody else is shown it';
CREATE INDEX enregistrement_id_user_idx ON enregistrement (id_user, public_id);

CREATE TABLE cle_sociale (
    id_user integer NOT NULL,
    cle varchar(255) NOT NULL,
    empreinte bytea NOT NULL,
    objet uuid NOT NULL,
    cree_le timestamptz NOT NULL,
    CONSTRAINT cle_sociale_pkey PRIMARY KEY (id_user, cle),
    CONSTRAINT cle_sociale_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT cle_sociale_empreinte_sha256 CHECK (octet_length(empreinte) = 32)
);
COMMENT ON TABLE cle_sociale IS 'social: what was made under a caller''s key, so that a retry makes nothing twice';
CREATE INDEX cle_sociale_cree_le_idx ON cle_sociale (cree_le);

CREATE FUNCTION social_compter_likes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sens integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    PERFORM FROM publication WHERE public_id IN (SELECT publication_id FROM lignes) ORDER BY public_id FOR NO KEY UPDATE;
    UPDATE publication p SET likes = likes + sens * d.n
    FROM (SELECT publication_id, count(*)::integer AS n FROM lignes GROUP BY 1) d WHERE p.public_id = d.publication_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER liker_ajoute AFTER INSERT ON liker REFERENCING NEW TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_likes();
CREATE TRIGGER liker_retire AFTER DELETE ON liker REFERENCING OLD TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_likes();

CREATE FUNCTION social_compter_partages() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sens integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    PERFORM FROM publication WHERE public_id IN (SELECT publication_id FROM lignes) ORDER BY public_id FOR NO KEY UPDATE;
    UPDATE publication p SET partages = partages + sens * d.n
    FROM (SELECT publication_id, count(*)::integer AS n FROM lignes GROUP BY 1) d WHERE p.public_id = d.publication_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER partages_ajoute AFTER INSERT ON partages REFERENCING NEW TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_partages();
CREATE TRIGGER partages_retire AFTER DELETE ON partages REFERENCING OLD TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_partages();

CREATE FUNCTION social_compter_enregistrements() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sens integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    PERFORM FROM publication WHERE public_id IN (SELECT publication_id FROM lignes) ORDER BY public_id FOR NO KEY UPDATE;
    UPDATE publication p SET enregistrements = enregistrements + sens * d.n
    FROM (SELECT publication_id, count(*)::integer AS n FROM lignes GROUP BY 1) d WHERE p.public_id = d.publication_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER enregistrement_ajoute AFTER INSERT ON enregistrement REFERENCING NEW TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_enregistrements();
CREATE TRIGGER enregistrement_retire AFTER DELETE ON enregistrement REFERENCING OLD TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_enregistrements();

-- How many publications of a person's are there to be seen.
CREATE FUNCTION social_compter_publications() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sens integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    PERFORM social_compter_personnes(coalesce(array_agg(u ORDER BY u), '{}'), 'publications', coalesce(array_agg(n ORDER BY u), '{}'))
    FROM (SELECT id_user AS u, sens * count(*)::integer AS n FROM lignes WHERE etat = 'visible' GROUP BY 1) qui
    WHERE social_encore_la(u);
    RETURN NULL;
END
$$;
CREATE TRIGGER publication_ajoutee AFTER INSERT ON publication REFERENCING NEW TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_publications();
CREATE TRIGGER publication_retiree AFTER DELETE ON publication REFERENCING OLD TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_publications();

-- For each row, and only where it appears or disappears: a statement's trigger can't be told so, and would copy the whole row for every like.
CREATE FUNCTION social_compter_publication_changee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM social_compter_personnes(ARRAY[NEW.id_user], 'publications', ARRAY[(NEW.etat = 'visible')::integer - (OLD.etat = 'visible')::integer]);
    RETURN NULL;
END
$$;
CREATE TRIGGER publication_changee AFTER UPDATE OF etat ON publication FOR EACH ROW
    WHEN ((OLD.etat = 'visible') <> (NEW.etat = 'visible')) EXECUTE FUNCTION social_compter_publication_changee();
