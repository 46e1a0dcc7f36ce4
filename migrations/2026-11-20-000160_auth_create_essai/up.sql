CREATE TABLE essai (
    objet varchar(20) NOT NULL,
    cle bytea NOT NULL,
    nombre integer NOT NULL,
    debut timestamptz NOT NULL,
    suivant timestamptz NOT NULL,
    CONSTRAINT essai_pkey PRIMARY KEY (objet, cle),
    CONSTRAINT essai_nombre_positif CHECK (nombre > 0)
);
COMMENT ON TABLE essai IS 'auth: how often something was tried, by keyed hash of who is concerned; counts hold on every process';
COMMENT ON COLUMN essai.suivant IS 'before this instant the next try is refused';
CREATE INDEX essai_debut_idx ON essai (debut);
