CREATE TABLE preference_messagerie (
    id_user integer NOT NULL,
    montre_lu boolean NOT NULL,
    montre_presence boolean NOT NULL,
    CONSTRAINT preference_messagerie_pkey PRIMARY KEY (id_user),
    CONSTRAINT preference_messagerie_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE
);
COMMENT ON TABLE preference_messagerie IS 'messaging: whether somebody shows what they have read and when they are there; who hides it sees it of nobody';

-- What is lost with a crash is what a moment later is no longer true.
CREATE UNLOGGED TABLE presence (
    id_user integer NOT NULL,
    vu_le timestamptz NOT NULL,
    CONSTRAINT presence_pkey PRIMARY KEY (id_user),
    CONSTRAINT presence_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE
);
COMMENT ON TABLE presence IS 'messaging: when somebody last had an open socket';

CREATE UNLOGGED TABLE saisie (
    id_discussion bigint NOT NULL,
    id_user integer NOT NULL,
    numero bigint GENERATED ALWAYS AS IDENTITY,
    jusque timestamptz NOT NULL,
    CONSTRAINT saisie_pkey PRIMARY KEY (id_discussion, id_user),
    CONSTRAINT saisie_id_discussion_fkey FOREIGN KEY (id_discussion) REFERENCES discussion (id_discussion),
    CONSTRAINT saisie_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE
);
COMMENT ON TABLE saisie IS 'messaging: who is typing where, for seconds';
COMMENT ON COLUMN saisie.numero IS 'a new one with each sign of life, so that who watches finds what is new';
CREATE INDEX saisie_id_user_idx ON saisie (id_user);
CREATE INDEX saisie_numero_idx ON saisie (numero);

CREATE TABLE billet_socket (
    empreinte bytea NOT NULL,
    id_user integer NOT NULL,
    session uuid NOT NULL,
    jeton_expire_le timestamptz NOT NULL,
    expire_le timestamptz NOT NULL,
    CONSTRAINT billet_socket_pkey PRIMARY KEY (empreinte),
    CONSTRAINT billet_socket_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE
);
COMMENT ON TABLE billet_socket IS 'messaging: what opens one socket once, by its hash';
COMMENT ON COLUMN billet_socket.jeton_expire_le IS 'when the access token ends that it was taken with, and with it the socket';
CREATE INDEX billet_socket_id_user_idx ON billet_socket (id_user);
CREATE INDEX billet_socket_expire_idx ON billet_socket (expire_le);
