CREATE TABLE boite_notification (
    id_user integer NOT NULL,
    non_lues integer NOT NULL DEFAULT 0,
    silence_debut smallint,
    silence_fin smallint,
    decalage smallint NOT NULL DEFAULT 0,
    discrete boolean NOT NULL DEFAULT false,
    CONSTRAINT boite_notification_pkey PRIMARY KEY (id_user),
    CONSTRAINT boite_notification_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT boite_notification_non_lues_positif CHECK (non_lues >= 0),
    CONSTRAINT boite_notification_silence CHECK (
        (silence_debut IS NULL AND silence_fin IS NULL)
        OR (silence_debut BETWEEN 0 AND 1439 AND silence_fin BETWEEN 0 AND 1439 AND silence_debut <> silence_fin)
    ),
    CONSTRAINT boite_notification_decalage CHECK (decalage BETWEEN -840 AND 840)
);
COMMENT ON TABLE boite_notification IS 'notifications: one row a person: what is unread, and when they want quiet; who writes to a person''s notifications holds it first';
COMMENT ON COLUMN boite_notification.non_lues IS 'unread notifications, kept by a trigger on notification';
COMMENT ON COLUMN boite_notification.silence_debut IS 'minute of the local day from which on it is quiet';
COMMENT ON COLUMN boite_notification.decalage IS 'minutes east of UTC; Côte d''Ivoire: 0';
COMMENT ON COLUMN boite_notification.discrete IS 'whether pushes say only what kind of thing happened';

CREATE TABLE notification (
    id_notification bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_user integer NOT NULL,
    type varchar(40) NOT NULL,
    cle_groupe varchar(80) NOT NULL,
    objet_type varchar(40),
    objet uuid,
    montant bigint,
    faits integer NOT NULL DEFAULT 0,
    acteurs integer NOT NULL DEFAULT 0,
    cree_le timestamptz NOT NULL,
    maj_le timestamptz NOT NULL,
    lue_le timestamptz,
    CONSTRAINT notification_pkey PRIMARY KEY (id_notification),
    CONSTRAINT notification_public_id_key UNIQUE (public_id),
    CONSTRAINT notification_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT notification_objet CHECK ((objet_type IS NULL) = (objet IS NULL)),
    CONSTRAINT notification_compteurs CHECK (faits >= 0 AND acteurs BETWEEN 0 AND faits)
);
COMMENT ON TABLE notification IS 'notifications: what somebody is told, things alike together until they are read';
COMMENT ON COLUMN notification.cle_groupe IS 'what is alike: of one person, one unread row has it';
COMMENT ON COLUMN notification.objet IS 'public id of what is opened; each domain knows its own';
COMMENT ON COLUMN notification.faits IS 'what happened, so many times; kept by a trigger on fait_notification';
COMMENT ON COLUMN notification.acteurs IS 'by so many people; kept likewise';
CREATE UNIQUE INDEX notification_groupe_key ON notification (id_user, cle_groupe) WHERE lue_le IS NULL;
CREATE INDEX notification_liste_idx ON notification (id_user, maj_le, id_notification);
CREATE INDEX notification_objet_idx ON notification (id_user, objet) WHERE lue_le IS NULL;
CREATE INDEX notification_maj_le_idx ON notification (maj_le);

CREATE TABLE fait_notification (
    id_fait bigint GENERATED ALWAYS AS IDENTITY,
    id_notification bigint NOT NULL,
    id_user integer NOT NULL,
    type varchar(40) NOT NULL,
    id_acteur integer,
    source uuid NOT NULL,
    survenu_le timestamptz NOT NULL,
    CONSTRAINT fait_notification_pkey PRIMARY KEY (id_fait),
    CONSTRAINT fait_notification_id_notification_fkey FOREIGN KEY (id_notification) REFERENCES notification (id_notification) ON DELETE CASCADE,
    CONSTRAINT fait_notification_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT fait_notification_id_acteur_fkey FOREIGN KEY (id_acteur) REFERENCES utilisateur (id_user) ON DELETE CASCADE
);
COMMENT ON TABLE fait_notification IS 'notifications: each thing that happened to somebody, once: liking again tells nobody again';
COMMENT ON COLUMN fait_notification.id_acteur IS 'who did it; nobody where Hostolink did';
COMMENT ON COLUMN fait_notification.source IS 'public id of what makes it the same thing again';
CREATE UNIQUE INDEX fait_notification_une_fois_key ON fait_notification (id_user, type, COALESCE(id_acteur, 0), source);
CREATE INDEX fait_notification_acteurs_idx ON fait_notification (id_notification, id_acteur, id_fait);
CREATE INDEX fait_notification_id_acteur_idx ON fait_notification (id_acteur, id_user);

-- The counters. Whoever writes here holds the person's row of boite_notification before: the one order of locks is boite, notification, fait.
CREATE FUNCTION notification_compte_non_lues() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE boite_notification b SET non_lues = b.non_lues + d.n
        FROM (SELECT id_user, count(*) AS n FROM nouveaux WHERE lue_le IS NULL GROUP BY id_user) AS d WHERE b.id_user = d.id_user;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE boite_notification b SET non_lues = b.non_lues - d.n
        FROM (SELECT id_user, count(*) AS n FROM anciens WHERE lue_le IS NULL GROUP BY id_user) AS d WHERE b.id_user = d.id_user;
    ELSE
        UPDATE boite_notification b SET non_lues = b.non_lues + d.n
        FROM (
            SELECT id_user, sum(n) AS n FROM (
                SELECT id_user, 1 AS n FROM nouveaux WHERE lue_le IS NULL
                UNION ALL SELECT id_user, -1 FROM anciens WHERE lue_le IS NULL) AS chacune
            GROUP BY id_user HAVING sum(n) <> 0) AS d
        WHERE b.id_user = d.id_user;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER notification_compte_ajouts AFTER INSERT ON notification
    REFERENCING NEW TABLE AS nouveaux FOR EACH STATEMENT EXECUTE FUNCTION notification_compte_non_lues();
CREATE TRIGGER notification_compte_retraits AFTER DELETE ON notification
    REFERENCING OLD TABLE AS anciens FOR EACH STATEMENT EXECUTE FUNCTION notification_compte_non_lues();
CREATE TRIGGER notification_compte_lectures AFTER UPDATE ON notification
    REFERENCING OLD TABLE AS anciens NEW TABLE AS nouveaux FOR EACH STATEMENT EXECUTE FUNCTION notification_compte_non_lues();

CREATE FUNCTION notification_compte_faits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE notification n SET faits = n.faits + d.faits, acteurs = n.acteurs + d.acteurs
        FROM (
            SELECT x.id_notification, count(*) AS faits, count(DISTINCT x.id_acteur) FILTER (WHERE NOT EXISTS (
                SELECT FROM fait_notification a WHERE a.id_notification = x.id_notification AND a.id_acteur = x.id_acteur
                AND a.id_fait < (SELECT min(id_fait) FROM nouveaux))) AS acteurs
            FROM nouveaux x GROUP BY x.id_notification) AS d
        WHERE n.id_notification = d.id_notification;
    ELSE
        UPDATE notification n SET faits = n.faits - d.faits, acteurs = n.acteurs - d.acteurs
        FROM (
            SELECT x.id_notification, count(*) AS faits, count(DISTINCT x.id_acteur) FILTER (WHERE NOT EXISTS (
                SELECT FROM fait_notification a WHERE a.id_notification = x.id_notification AND a.id_acteur = x.id_acteur)) AS acteurs
            FROM anciens x GROUP BY x.id_notification) AS d
        WHERE n.id_notification = d.id_notification;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER fait_notification_compte_ajouts AFTER INSERT ON fait_notification
    REFERENCING NEW TABLE AS nouveaux FOR EACH STATEMENT EXECUTE FUNCTION notification_compte_faits();
CREATE TRIGGER fait_notification_compte_retraits AFTER DELETE ON fait_notification
    REFERENCING OLD TABLE AS anciens FOR EACH STATEMENT EXECUTE FUNCTION notification_compte_faits();
