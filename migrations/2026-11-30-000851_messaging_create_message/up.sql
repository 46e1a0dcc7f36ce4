CREATE TABLE message (
    id_message bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_discussion bigint NOT NULL,
    seq bigint NOT NULL,
    id_user integer NOT NULL,
    rang bigint NOT NULL,
    client_id uuid NOT NULL,
    empreinte bytea NOT NULL,
    genre varchar(15) NOT NULL,
    texte varchar(4000),
    texte_recherche text,
    contenu jsonb,
    medias uuid[] NOT NULL DEFAULT '{}',
    id_reponse bigint,
    reactions jsonb NOT NULL DEFAULT '{}',
    cree_le timestamptz NOT NULL,
    modifie_le timestamptz,
    supprime_le timestamptz,
    epingle_le timestamptz,
    CONSTRAINT message_pkey PRIMARY KEY (id_message),
    CONSTRAINT message_public_id_key UNIQUE (public_id),
    CONSTRAINT message_suite_key UNIQUE (id_discussion, seq),
    CONSTRAINT message_client_key UNIQUE (id_user, client_id),
    CONSTRAINT message_id_discussion_fkey FOREIGN KEY (id_discussion) REFERENCES discussion (id_discussion),
    CONSTRAINT message_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user),
    CONSTRAINT message_id_reponse_fkey FOREIGN KEY (id_reponse) REFERENCES message (id_message),
    CONSTRAINT message_genre_connu CHECK (genre IN ('text', 'media', 'voice', 'location', 'establishment', 'payment_request')),
    CONSTRAINT message_suite_positive CHECK (seq > 0 AND rang > 0),
    CONSTRAINT message_empreinte_entiere CHECK (length(empreinte) = 32),
    CONSTRAINT message_supprime_vide CHECK (
        supprime_le IS NULL OR (texte IS NULL AND texte_recherche IS NULL AND contenu IS NULL AND medias = '{}' AND epingle_le IS NULL))
);
COMMENT ON TABLE message IS 'messaging: what people wrote to one another';
COMMENT ON COLUMN message.seq IS 'its number in the conversation: 1, 2, 3 without a gap';
COMMENT ON COLUMN message.rang IS 'its number among its author''s in the conversation';
COMMENT ON COLUMN message.client_id IS 'drawn on the author''s device: the same again is the same message';
COMMENT ON COLUMN message.empreinte IS 'SHA-256 of what was asked with client_id, to tell a retry from another wish';
COMMENT ON COLUMN message.texte_recherche IS 'the text as it is searched: lower case, no accents';
COMMENT ON COLUMN message.reactions IS 'how many chose each sign; kept by triggers';
CREATE INDEX message_auteur_idx ON message (id_discussion, id_user, seq);
CREATE INDEX message_id_reponse_idx ON message (id_reponse) WHERE id_reponse IS NOT NULL;
CREATE INDEX message_epingle_idx ON message (id_discussion, epingle_le) WHERE epingle_le IS NOT NULL;
CREATE INDEX message_recherche_idx ON message USING gin (to_tsvector('french'::regconfig, texte_recherche)) WHERE texte_recherche IS NOT NULL;

CREATE TABLE reaction_message (
    id_message bigint NOT NULL,
    id_user integer NOT NULL,
    public_id uuid NOT NULL,
    signe varchar(16) NOT NULL,
    cree_le timestamptz NOT NULL,
    CONSTRAINT reaction_message_pkey PRIMARY KEY (id_message, id_user),
    CONSTRAINT reaction_message_public_id_key UNIQUE (public_id),
    CONSTRAINT reaction_message_id_message_fkey FOREIGN KEY (id_message) REFERENCES message (id_message),
    CONSTRAINT reaction_message_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user)
);
COMMENT ON TABLE reaction_message IS 'messaging: the one sign that somebody put to a message';
CREATE INDEX reaction_message_id_user_idx ON reaction_message (id_user);
CREATE INDEX reaction_message_liste_idx ON reaction_message (id_message, public_id);

CREATE TABLE message_masque (
    id_user integer NOT NULL,
    id_message bigint NOT NULL,
    cree_le timestamptz NOT NULL,
    CONSTRAINT message_masque_pkey PRIMARY KEY (id_user, id_message),
    CONSTRAINT message_masque_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user),
    CONSTRAINT message_masque_id_message_fkey FOREIGN KEY (id_message) REFERENCES message (id_message)
);
COMMENT ON TABLE message_masque IS 'messaging: messages that somebody deleted for themselves alone';
CREATE INDEX message_masque_id_message_idx ON message_masque (id_message);

CREATE FUNCTION messagerie_compter_reactions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touches bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT id_message) INTO touches FROM nouvelles;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT id_message) INTO touches FROM anciennes;
    ELSE
        SELECT array_agg(DISTINCT id_message) INTO touches FROM (SELECT id_message FROM nouvelles UNION SELECT id_message FROM anciennes) x;
    END IF;
    IF touches IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM FROM message WHERE id_message = ANY (touches) ORDER BY id_message FOR NO KEY UPDATE;
    UPDATE message m SET reactions = coalesce((
        SELECT jsonb_object_agg(signe, n) FROM (
            SELECT signe, count(*) AS n FROM reaction_message r WHERE r.id_message = m.id_message GROUP BY signe) c), '{}')
    WHERE m.id_message = ANY (touches);
    RETURN NULL;
END
$$;
CREATE TRIGGER reaction_message_ajoutee AFTER INSERT ON reaction_message
    REFERENCING NEW TABLE AS nouvelles FOR EACH STATEMENT EXECUTE FUNCTION messagerie_compter_reactions();
CREATE TRIGGER reaction_message_changee AFTER UPDATE ON reaction_message
    REFERENCING OLD TABLE AS anciennes NEW TABLE AS nouvelles FOR EACH STATEMENT EXECUTE FUNCTION messagerie_compter_reactions();
CREATE TRIGGER reaction_message_retiree AFTER DELETE ON reaction_message
    REFERENCING OLD TABLE AS anciennes FOR EACH STATEMENT EXECUTE FUNCTION messagerie_compter_reactions();
