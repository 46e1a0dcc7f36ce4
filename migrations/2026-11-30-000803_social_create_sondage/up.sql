CREATE TABLE sondage (
    publication_id uuid NOT NULL,
    ferme_le timestamptz NOT NULL,
    CONSTRAINT sondage_pkey PRIMARY KEY (publication_id),
    CONSTRAINT sondage_publication_fkey FOREIGN KEY (publication_id) REFERENCES publication (public_id) ON DELETE CASCADE
);
COMMENT ON TABLE sondage IS 'social: a question that a publication asks, and until when';

CREATE TABLE choix_sondage (
    publication_id uuid NOT NULL,
    place smallint NOT NULL,
    texte varchar(80) NOT NULL,
    votes integer NOT NULL DEFAULT 0,
    CONSTRAINT choix_sondage_pkey PRIMARY KEY (publication_id, place),
    CONSTRAINT choix_sondage_sondage_fkey FOREIGN KEY (publication_id) REFERENCES sondage (publication_id) ON DELETE CASCADE,
    CONSTRAINT choix_sondage_place_bornes CHECK (place BETWEEN 0 AND 9),
    CONSTRAINT choix_sondage_votes_positifs CHECK (votes >= 0)
);
COMMENT ON TABLE choix_sondage IS 'social: what can be answered to a poll, with how many did';

CREATE TABLE vote_sondage (
    publication_id uuid NOT NULL,
    id_user integer NOT NULL,
    place smallint NOT NULL,
    CONSTRAINT vote_sondage_pkey PRIMARY KEY (publication_id, id_user),
    CONSTRAINT vote_sondage_choix_fkey FOREIGN KEY (publication_id, place) REFERENCES choix_sondage (publication_id, place) ON DELETE CASCADE,
    CONSTRAINT vote_sondage_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE
);
COMMENT ON TABLE vote_sondage IS 'social: who answered what, once and for good; nobody is shown who';
CREATE INDEX vote_sondage_choix_idx ON vote_sondage (publication_id, place);
CREATE INDEX vote_sondage_id_user_idx ON vote_sondage (id_user);

CREATE FUNCTION social_compter_votes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sens integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    PERFORM FROM choix_sondage WHERE (publication_id, place) IN (SELECT publication_id, place FROM lignes)
    ORDER BY publication_id, place FOR NO KEY UPDATE;
    UPDATE choix_sondage c SET votes = votes + sens * d.n
    FROM (SELECT publication_id, place, count(*)::integer AS n FROM lignes GROUP BY 1, 2) d
    WHERE (c.publication_id, c.place) = (d.publication_id, d.place);
    RETURN NULL;
END
$$;
CREATE TRIGGER vote_sondage_ajoute AFTER INSERT ON vote_sondage REFERENCING NEW TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_votes();
CREATE TRIGGER vote_sondage_retire AFTER DELETE ON vote_sondage REFERENCING OLD TABLE AS lignes
    FOR EACH STATEMENT EXECUTE FUNCTION social_compter_votes();
