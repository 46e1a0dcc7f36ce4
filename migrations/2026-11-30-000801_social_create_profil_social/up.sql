CREATE TABLE profil_social (
    id_user integer NOT NULL,
    pseudo varchar(30),
    bio varchar(300),
    abonnes integer NOT NULL DEFAULT 0,
    abonnements integer NOT NULL DEFAULT 0,
    publications integer NOT NULL DEFAULT 0,
    commentaires integer NOT NULL DEFAULT 0,
    blocages integer NOT NULL DEFAULT 0,
    visiteurs integer NOT NULL DEFAULT 0,
    CONSTRAINT profil_social_pkey PRIMARY KEY (id_user),
    CONSTRAINT profil_social_pseudo_key UNIQUE (pseudo),
    CONSTRAINT profil_social_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT profil_social_pseudo_forme CHECK (pseudo ~ '^[a-z0-9_.]{3,30}$'),
    CONSTRAINT profil_social_compteurs_positifs
        CHECK (least(abonnes, abonnements, publications, commentaires, blocages, visiteurs) >= 0)
);
COMMENT ON TABLE profil_social IS 'social: how people are called in public, and what is counted of them; a row comes with the first thing that is';
COMMENT ON COLUMN profil_social.pseudo IS 'what others write behind an @; only who has chosen one can be found';
COMMENT ON COLUMN profil_social.visiteurs IS 'how many people have looked at the profile';
-- What begins with a few letters, whatever the database's collation.
CREATE INDEX profil_social_pseudo_idx ON profil_social (pseudo varchar_pattern_ops);

CREATE TABLE abonnement (
    id_user integer NOT NULL,
    id_suivi integer NOT NULL,
    public_id uuid NOT NULL,
    cree_le timestamptz NOT NULL,
    CONSTRAINT abonnement_pkey PRIMARY KEY (id_user, id_suivi),
    CONSTRAINT abonnement_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT abonnement_id_suivi_fkey FOREIGN KEY (id_suivi) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT abonnement_deux_personnes CHECK (id_user <> id_suivi)
);
COMMENT ON TABLE abonnement IS 'social: who follows whom';
CREATE INDEX abonnement_liste_idx ON abonnement (id_user, public_id);
CREATE INDEX abonnement_id_suivi_idx ON abonnement (id_suivi, public_id);

CREATE TABLE visite_profil (
    id_user integer NOT NULL,
    id_visiteur integer NOT NULL,
    CONSTRAINT visite_profil_pkey PRIMARY KEY (id_user, id_visiteur),
    CONSTRAINT visite_profil_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT visite_profil_id_visiteur_fkey FOREIGN KEY (id_visiteur) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT visite_profil_deux_personnes CHECK (id_user <> id_visiteur)
);
COMMENT ON TABLE visite_profil IS 'social: who has looked at whose profile, once for ever; nobody is shown who';
CREATE INDEX visite_profil_id_visiteur_idx ON visite_profil (id_visiteur);

-- Holds people's counters, in the order of their keys. Whoever counts several things holds publications first, then comments, then people.
CREATE FUNCTION social_tenir_personnes(personnes integer[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO profil_social (id_user) SELECT DISTINCT u FROM unnest(personnes) u ORDER BY u ON CONFLICT DO NOTHING;
    PERFORM FROM profil_social WHERE id_user = ANY (personnes) ORDER BY id_user FOR NO KEY UPDATE;
END
$$;

-- Adds to one counter of people's.
CREATE FUNCTION social_compter_personnes(personnes integer[], colonne text, nombres integer[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM social_tenir_personnes(personnes);
    UPDATE profil_social p SET
        abonnes = abonnes + CASE colonne WHEN 'abonnes' THEN n ELSE 0 END,
        abonnements = abonnements + CASE colonne WHEN 'abonnements' THEN n ELSE 0 END,
        publications = publications + CASE colonne WHEN 'publications' THEN n ELSE 0 END,
        commentaires = commentaires + CASE colonne WHEN 'commentaires' THEN n ELSE 0 END,
        blocages = blocages + CASE colonne WHEN 'blocages' THEN n ELSE 0 END,
        visiteurs = visiteurs + CASE colonne WHEN 'visiteurs' THEN n ELSE 0 END
    FROM unnest(personnes, nombres) AS d (u, n) WHERE p.id_user = d.u;
END
$$;

-- A person who is erased takes their rows along: there is no profile to count for then, and none is to come back.
CREATE FUNCTION social_encore_la(personne integer) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM utilisateur WHERE id_user = personne)
$$;

CREATE FUNCTION social_compter_abonnements() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sens integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    -- Both sides under one lock, in the order of their keys: two who follow each other at once do not wait for each other.
    PERFORM social_tenir_personnes(coalesce(array_agg(u), '{}'))
    FROM (SELECT id_user AS u FROM lignes UNION SELECT id_suivi FROM lignes) touches WHERE social_encore_la(u);
    PERFORM social_compter_personnes(coalesce(array_agg(u ORDER BY u), '{}'), 'abonnements', coalesce(array_agg(n ORDER BY u), '{}'))
    FROM (SELECT id_user AS u, sens * count(*)::integer AS n FROM lignes GROUP BY 1) qui WHERE social_encore_la(u);
    PERFORM social_compter_personnes(coalesce(array_agg(u ORDER BY u), '{}'), 'abonnes', coalesce(array_agg(n ORDER BY u), '{}'))
    FROM (SELECT id_suivi AS u, sens * count(*)::integer AS n FROM lignes GROUP BY 1) qui WHERE social_encore_la(u);
    RETURN NULL;
END
$$;
CREATE TRIGGER abonnement_ajoute AFTER INSERT ON abonnement REFERENCING NEW TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_abonnements();
CREATE TRIGGER abonnement_retire AFTER DELETE ON abonnement REFERENCING OLD TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_abonnements();

-- One counter of one person a row: `id_user` of blocks and of visits.
CREATE FUNCTION social_compter_de_la_personne() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sens integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    PERFORM social_compter_personnes(coalesce(array_agg(u ORDER BY u), '{}'), TG_ARGV[0], coalesce(array_agg(n ORDER BY u), '{}'))
    FROM (SELECT id_user AS u, sens * count(*)::integer AS n FROM lignes GROUP BY 1) qui WHERE social_encore_la(u);
    RETURN NULL;
END
$$;
CREATE TRIGGER blocage_ajoute AFTER INSERT ON blocage REFERENCING NEW TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_de_la_personne('blocages');
CREATE TRIGGER blocage_retire AFTER DELETE ON blocage REFERENCING OLD TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_de_la_personne('blocages');
CREATE TRIGGER visite_profil_ajoutee AFTER INSERT ON visite_profil REFERENCING NEW TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_de_la_personne('visiteurs');
CREATE TRIGGER visite_profil_retiree AFTER DELETE ON visite_profil REFERENCING OLD TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_de_la_personne('visiteurs');
