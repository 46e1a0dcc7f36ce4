CREATE TABLE dossier_moderation (
    public_id uuid NOT NULL,
    genre varchar(11) NOT NULL,
    publication_id uuid,
    commentaire_id uuid,
    id_user integer NOT NULL,
    etat varchar(9) NOT NULL DEFAULT 'open',
    signalements integer NOT NULL DEFAULT 0,
    cree_le timestamptz NOT NULL,
    decide_par integer,
    decide_le timestamptz,
    CONSTRAINT dossier_moderation_pkey PRIMARY KEY (public_id),
    CONSTRAINT dossier_moderation_publication_fkey FOREIGN KEY (publication_id) REFERENCES publication (public_id) ON DELETE SET NULL,
    CONSTRAINT dossier_moderation_commentaire_fkey FOREIGN KEY (commentaire_id) REFERENCES commentaire (public_id) ON DELETE SET NULL,
    CONSTRAINT dossier_moderation_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT dossier_moderation_decide_par_fkey FOREIGN KEY (decide_par) REFERENCES utilisateur (id_user) ON DELETE SET NULL,
    CONSTRAINT dossier_moderation_genre_connu CHECK (genre IN ('publication', 'comment', 'person')),
    CONSTRAINT dossier_moderation_un_objet CHECK (num_nonnulls(publication_id, commentaire_id) <= 1),
    CONSTRAINT dossier_moderation_etat_connu CHECK (etat IN ('open', 'dismissed', 'acted')),
    CONSTRAINT dossier_moderation_decide CHECK ((decide_le IS NULL) = (etat = 'open')),
    CONSTRAINT dossier_moderation_signalements_positifs CHECK (signalements >= 0)
);
COMMENT ON TABLE dossier_moderation IS 'social: what moderators have to look at: all reports of one thing, until somebody decides';
COMMENT ON COLUMN dossier_moderation.id_user IS 'whose it is: the author, or the person who is reported';
CREATE UNIQUE INDEX dossier_moderation_publication_key ON dossier_moderation (publication_id) WHERE etat = 'open' AND genre = 'publication';
CREATE UNIQUE INDEX dossier_moderation_commentaire_key ON dossier_moderation (commentaire_id) WHERE etat = 'open' AND genre = 'comment';
CREATE UNIQUE INDEX dossier_moderation_personne_key ON dossier_moderation (id_user) WHERE etat = 'open' AND genre = 'person';
CREATE INDEX dossier_moderation_publication_idx ON dossier_moderation (publication_id);
CREATE INDEX dossier_moderation_commentaire_idx ON dossier_moderation (commentaire_id);
CREATE INDEX dossier_moderation_id_user_idx ON dossier_moderation (id_user);
CREATE INDEX dossier_moderation_decide_par_idx ON dossier_moderation (decide_par);
CREATE INDEX dossier_moderation_ouvert_idx ON dossier_moderation (public_id) WHERE etat = 'open';

CREATE TABLE signalement (
    public_id uuid NOT NULL,
    dossier_id uuid NOT NULL,
    id_user integer NOT NULL,
    motif varchar(12) NOT NULL,
    details varchar(500),
    texte_vu varchar(10000),
    cree_le timestamptz NOT NULL,
    CONSTRAINT signalement_pkey PRIMARY KEY (public_id),
    CONSTRAINT signalement_un_par_personne_key UNIQUE (dossier_id, id_user),
    CONSTRAINT signalement_dossier_fkey FOREIGN KEY (dossier_id) REFERENCES dossier_moderation (public_id) ON DELETE CASCADE,
    CONSTRAINT signalement_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT signalement_motif_connu
        CHECK (motif IN ('spam', 'fraud', 'harassment', 'hate', 'violence', 'sexual', 'health', 'other'))
);
COMMENT ON TABLE signalement IS 'social: who reported what, and why; only counted for those who decide, and never shown to who is reported';
COMMENT ON COLUMN signalement.texte_vu IS 'what it said then: an edit afterwards hides nothing';
CREATE INDEX signalement_id_user_idx ON signalement (id_user, public_id);

CREATE TABLE sanction (
    public_id uuid NOT NULL,
    id_user integer NOT NULL,
    degre varchar(10) NOT NULL,
    motif varchar(12) NOT NULL,
    mot varchar(500),
    dossier_id uuid,
    publication_id uuid,
    commentaire_id uuid,
    decidee_par integer,
    cree_le timestamptz NOT NULL,
    expire_le timestamptz,
    levee_le timestamptz,
    CONSTRAINT sanction_pkey PRIMARY KEY (public_id),
    CONSTRAINT sanction_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT sanction_dossier_fkey FOREIGN KEY (dossier_id) REFERENCES dossier_moderation (public_id) ON DELETE SET NULL,
    CONSTRAINT sanction_publication_fkey FOREIGN KEY (publication_id) REFERENCES publication (public_id) ON DELETE SET NULL,
    CONSTRAINT sanction_commentaire_fkey FOREIGN KEY (commentaire_id) REFERENCES commentaire (public_id) ON DELETE SET NULL,
    CONSTRAINT sanction_decidee_par_fkey FOREIGN KEY (decidee_par) REFERENCES utilisateur (id_user) ON DELETE SET NULL,
    CONSTRAINT sanction_degre_connu CHECK (degre IN ('hiding', 'warning', 'silence', 'suspension', 'ban')),
    CONSTRAINT sanction_duree CHECK ((expire_le IS NOT NULL) = (degre IN ('silence', 'suspension')))
);
COMMENT ON TABLE sanction IS 'social: what was decided against somebody, from the hiding of one thing to a ban; nothing of it is deleted while they are here';
CREATE INDEX sanction_id_user_idx ON sanction (id_user, public_id);
CREATE INDEX sanction_dossier_idx ON sanction (dossier_id);
CREATE INDEX sanction_publication_idx ON sanction (publication_id);
CREATE INDEX sanction_commentaire_idx ON sanction (commentaire_id);
CREATE INDEX sanction_decidee_par_idx ON sanction (decidee_par);
-- Asked for with everything that is shown or written.
CREATE INDEX sanction_en_vigueur_idx ON sanction (id_user, degre) WHERE levee_le IS NULL AND degre IN ('silence', 'suspension', 'ban');

CREATE TABLE recours (
    sanction_id uuid NOT NULL,
    public_id uuid NOT NULL,
    texte varchar(1000) NOT NULL,
    etat varchar(8) NOT NULL DEFAULT 'open',
    cree_le timestamptz NOT NULL,
    decide_par integer,
    decide_le timestamptz,
    CONSTRAINT recours_pkey PRIMARY KEY (sanction_id),
    CONSTRAINT recours_public_id_key UNIQUE (public_id),
    CONSTRAINT recours_sanction_fkey FOREIGN KEY (sanction_id) REFERENCES sanction (public_id) ON DELETE CASCADE,
    CONSTRAINT recours_decide_par_fkey FOREIGN KEY (decide_par) REFERENCES utilisateur (id_user) ON DELETE SET NULL,
    CONSTRAINT recours_etat_connu CHECK (etat IN ('open', 'accepted', 'refused')),
    CONSTRAINT recours_decide CHECK ((decide_le IS NULL) = (etat = 'open'))
);
COMMENT ON TABLE recours IS 'social: what somebody says against a sanction, once; somebody else than who decided it looks at it';
CREATE INDEX recours_decide_par_idx ON recours (decide_par);
CREATE INDEX recours_ouvert_idx ON recours (public_id) WHERE etat = 'open';

-- How many people reported it.
CREATE FUNCTION social_compter_signalements() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sens integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    PERFORM FROM dossier_moderation WHERE public_id IN (SELECT dossier_id FROM lignes) ORDER BY public_id FOR NO KEY UPDATE;
    UPDATE dossier_moderation p SET signalements = signalements + sens * d.n
    FROM (SELECT dossier_id, count(*)::integer AS n FROM lignes GROUP BY 1) d WHERE p.public_id = d.dossier_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER signalement_ajoute AFTER INSERT ON signalement REFERENCING NEW TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_signalements();
CREATE TRIGGER signalement_retire AFTER DELETE ON signalement REFERENCING OLD TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_signalements();
