CREATE TABLE evenement (
    id_evenement bigint GENERATED ALWAYS AS IDENTITY,
    seq bigint,
    type varchar(64) NOT NULL,
    sujet uuid NOT NULL,
    charge jsonb NOT NULL,
    survenu_le timestamptz NOT NULL,
    CONSTRAINT evenement_pkey PRIMARY KEY (id_evenement),
    CONSTRAINT evenement_seq_key UNIQUE (seq),
    CONSTRAINT evenement_seq_positive CHECK (seq > 0)
);
COMMENT ON TABLE evenement IS 'outbox: what happened, written in the transaction in which it happened';
COMMENT ON COLUMN evenement.seq IS 'given after commit, without gaps, by one dispatcher; null until then';
-- What still waits for its place in the sequence: almost nothing, whatever the size of the table.
CREATE INDEX evenement_sans_seq_idx ON evenement (id_evenement) WHERE seq IS NULL;
-- The purge looks for the oldest.
CREATE INDEX evenement_survenu_le_idx ON evenement (survenu_le);

CREATE TABLE suite_evenement (
    unique_ligne boolean NOT NULL DEFAULT true,
    dernier_seq bigint NOT NULL,
    CONSTRAINT suite_evenement_pkey PRIMARY KEY (unique_ligne),
    CONSTRAINT suite_evenement_une_seule_ligne CHECK (unique_ligne),
    CONSTRAINT suite_evenement_dernier_seq_positif CHECK (dernier_seq >= 0)
);
COMMENT ON TABLE suite_evenement IS 'outbox: the last number given; who holds its one row is the dispatcher';
INSERT INTO suite_evenement (dernier_seq) VALUES (0);

CREATE TABLE abonne_evenement (
    nom varchar(64) NOT NULL,
    curseur bigint NOT NULL DEFAULT 0,
    essais integer NOT NULL DEFAULT 0,
    prochain_essai timestamptz,
    derniere_erreur varchar(500),
    CONSTRAINT abonne_evenement_pkey PRIMARY KEY (nom),
    CONSTRAINT abonne_evenement_curseur_positif CHECK (curseur >= 0),
    CONSTRAINT abonne_evenement_essais_positif CHECK (essais >= 0)
);
COMMENT ON TABLE abonne_evenement IS 'outbox: how far each subscriber has come, and its failed tries at the next event';

CREATE TABLE evenement_ecarte (
    nom varchar(64) NOT NULL,
    seq bigint NOT NULL,
    erreur varchar(500) NOT NULL,
    ecarte_le timestamptz NOT NULL,
    a_rejouer boolean NOT NULL DEFAULT false,
    CONSTRAINT evenement_ecarte_pkey PRIMARY KEY (nom, seq),
    CONSTRAINT evenement_ecarte_nom_fkey FOREIGN KEY (nom) REFERENCES abonne_evenement (nom),
    CONSTRAINT evenement_ecarte_seq_fkey FOREIGN KEY (seq) REFERENCES evenement (seq)
);
COMMENT ON TABLE evenement_ecarte IS 'outbox: events that a subscriber kept refusing, set aside for somebody to look at';
CREATE INDEX evenement_ecarte_seq_idx ON evenement_ecarte (seq);
