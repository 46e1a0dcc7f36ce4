CREATE TABLE discussion (
    id_discussion bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    genre varchar(6) NOT NULL,
    titre varchar(80),
    titre_recherche varchar(80),
    id_premier integer,
    id_second integer,
    etat varchar(6) NOT NULL DEFAULT 'open',
    mode_lent_s integer NOT NULL DEFAULT 0,
    dernier_seq bigint NOT NULL DEFAULT 0,
    membres_nombre integer NOT NULL DEFAULT 0,
    actif_le timestamptz NOT NULL,
    cree_par integer NOT NULL,
    cree_le timestamptz NOT NULL,
    CONSTRAINT discussion_pkey PRIMARY KEY (id_discussion),
    CONSTRAINT discussion_public_id_key UNIQUE (public_id),
    CONSTRAINT discussion_deux_personnes_key UNIQUE (id_premier, id_second),
    CONSTRAINT discussion_id_premier_fkey FOREIGN KEY (id_premier) REFERENCES utilisateur (id_user),
    CONSTRAINT discussion_id_second_fkey FOREIGN KEY (id_second) REFERENCES utilisateur (id_user),
    CONSTRAINT discussion_cree_par_fkey FOREIGN KEY (cree_par) REFERENCES utilisateur (id_user),
    CONSTRAINT discussion_genre_connu CHECK (genre IN ('direct', 'group', 'theme')),
    CONSTRAINT discussion_etat_connu CHECK (etat IN ('open', 'closed')),
    CONSTRAINT discussion_deux_personnes CHECK ((genre = 'direct') = (id_premier IS NOT NULL)),
    CONSTRAINT discussion_dans_l_ordre CHECK ((id_premier IS NULL) = (id_second IS NULL) AND id_premier < id_second),
    CONSTRAINT discussion_titre_si_plusieurs CHECK ((genre = 'direct') = (titre IS NULL) AND (titre IS NULL) = (titre_recherche IS NULL)),
    CONSTRAINT discussion_mode_lent_bornes CHECK (mode_lent_s BETWEEN 0 AND 3600),
    CONSTRAINT discussion_compteurs_positifs CHECK (dernier_seq >= 0 AND membres_nombre >= 0)
);
COMMENT ON TABLE discussion IS 'messaging: conversations of two people, of a group, of a theme';
COMMENT ON COLUMN discussion.id_premier IS 'of a conversation of two: the one with the lower key, so that there is one conversation for both';
COMMENT ON COLUMN discussion.dernier_seq IS 'the number of the last message: 1, 2, 3 without a gap';
COMMENT ON COLUMN discussion.membres_nombre IS 'how many are in it now; kept by triggers';
COMMENT ON COLUMN discussion.actif_le IS 'when the last message came, or when it was made';
CREATE INDEX discussion_id_second_idx ON discussion (id_second);
CREATE INDEX discussion_cree_par_idx ON discussion (cree_par, cree_le);

CREATE TABLE thematiques (
    id_thematique bigint GENERATED ALWAYS AS IDENTITY,
    id_discussion bigint NOT NULL,
    categorie varchar(10) NOT NULL,
    description varchar(500) NOT NULL,
    cree_le timestamptz NOT NULL,
    CONSTRAINT thematiques_pkey PRIMARY KEY (id_thematique),
    CONSTRAINT thematiques_id_discussion_key UNIQUE (id_discussion),
    CONSTRAINT thematiques_id_discussion_fkey FOREIGN KEY (id_discussion) REFERENCES discussion (id_discussion),
    CONSTRAINT thematiques_categorie_connue CHECK (categorie IN ('health', 'money', 'daily_life'))
);
COMMENT ON TABLE thematiques IS 'messaging: rooms that everybody may join, by what they are about';
CREATE INDEX thematiques_categorie_idx ON thematiques (categorie, id_discussion);

CREATE TABLE discussion_membre (
    id_membre bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_discussion bigint NOT NULL,
    id_user integer NOT NULL,
    role varchar(9) NOT NULL,
    etat varchar(7) NOT NULL,
    depuis_seq bigint NOT NULL,
    ecrits bigint NOT NULL DEFAULT 0,
    remis_seq bigint NOT NULL,
    lu_seq bigint NOT NULL,
    lu_ecrits bigint NOT NULL DEFAULT 0,
    dernier_envoi_le timestamptz,
    muet_jusque timestamptz,
    archive boolean NOT NULL DEFAULT false,
    rejoint_le timestamptz NOT NULL,
    CONSTRAINT discussion_membre_pkey PRIMARY KEY (id_membre),
    CONSTRAINT discussion_membre_public_id_key UNIQUE (public_id),
    CONSTRAINT discussion_membre_une_fois_key UNIQUE (id_discussion, id_user),
    CONSTRAINT discussion_membre_id_discussion_fkey FOREIGN KEY (id_discussion) REFERENCES discussion (id_discussion),
    CONSTRAINT discussion_membre_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user),
    CONSTRAINT discussion_membre_role_connu CHECK (role IN ('owner', 'moderator', 'member')),
    CONSTRAINT discussion_membre_etat_connu CHECK (etat IN ('active', 'left', 'removed', 'banned')),
    CONSTRAINT discussion_membre_suite CHECK (0 <= depuis_seq AND lu_seq <= remis_seq AND depuis_seq <= lu_seq AND 0 <= lu_ecrits AND lu_ecrits <= ecrits)
);
COMMENT ON TABLE discussion_membre IS 'messaging: who is or was in a conversation, and how far they have read';
COMMENT ON COLUMN discussion_membre.depuis_seq IS 'the last message before they came: they read what is after it';
COMMENT ON COLUMN discussion_membre.ecrits IS 'how many messages they wrote in it';
COMMENT ON COLUMN discussion_membre.lu_ecrits IS 'how many of their own lie up to lu_seq, so that what is unread needs no count';
CREATE INDEX discussion_membre_id_user_idx ON discussion_membre (id_user, etat, id_discussion);
CREATE INDEX discussion_membre_actifs_idx ON discussion_membre (id_discussion, public_id) WHERE etat = 'active';

CREATE FUNCTION messagerie_compter_membres() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touchees bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT id_discussion) INTO touchees FROM nouveaux WHERE etat = 'active';
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT id_discussion) INTO touchees FROM anciens WHERE etat = 'active';
    ELSE
        SELECT array_agg(DISTINCT n.id_discussion) INTO touchees FROM nouveaux n JOIN anciens a USING (id_membre)
        WHERE (a.etat = 'active') <> (n.etat = 'active');
    END IF;
    IF touchees IS NULL THEN
        RETURN NULL;
    END IF;
    -- In the order of their keys.
    PERFORM FROM discussion WHERE id_discussion = ANY (touchees) ORDER BY id_discussion FOR NO KEY UPDATE;
    IF TG_OP = 'INSERT' THEN
        UPDATE discussion d SET membres_nombre = membres_nombre + c.n
        FROM (SELECT id_discussion, count(*) AS n FROM nouveaux WHERE etat = 'active' GROUP BY 1) c
        WHERE d.id_discussion = c.id_discussion;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE discussion d SET membres_nombre = membres_nombre - c.n
        FROM (SELECT id_discussion, count(*) AS n FROM anciens WHERE etat = 'active' GROUP BY 1) c
        WHERE d.id_discussion = c.id_discussion;
    ELSE
        UPDATE discussion d SET membres_nombre = membres_nombre + c.n
        FROM (SELECT n.id_discussion, sum((n.etat = 'active')::int - (a.etat = 'active')::int) AS n
              FROM nouveaux n JOIN anciens a USING (id_membre) GROUP BY 1) c
        WHERE d.id_discussion = c.id_discussion AND c.n <> 0;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER discussion_membre_ajoute AFTER INSERT ON discussion_membre
    REFERENCING NEW TABLE AS nouveaux FOR EACH STATEMENT EXECUTE FUNCTION messagerie_compter_membres();
CREATE TRIGGER discussion_membre_change AFTER UPDATE ON discussion_membre
    REFERENCING OLD TABLE AS anciens NEW TABLE AS nouveaux FOR EACH STATEMENT EXECUTE FUNCTION messagerie_compter_membres();
CREATE TRIGGER discussion_membre_retire AFTER DELETE ON discussion_membre
    REFERENCING OLD TABLE AS anciens FOR EACH STATEMENT EXECUTE FUNCTION messagerie_compter_membres();
