CREATE TABLE palmares (
    numero bigint NOT NULL,
    calcule_le timestamptz NOT NULL,
    CONSTRAINT palmares_pkey PRIMARY KEY (numero)
);
COMMENT ON TABLE palmares IS 'social: when the lists of what is talked about were made; a reader stays with the one that they began';

CREATE TABLE tendance (
    numero bigint NOT NULL,
    place integer NOT NULL,
    publication_id uuid NOT NULL,
    rang double precision NOT NULL,
    CONSTRAINT tendance_pkey PRIMARY KEY (numero, place),
    CONSTRAINT tendance_palmares_fkey FOREIGN KEY (numero) REFERENCES palmares (numero) ON DELETE CASCADE,
    CONSTRAINT tendance_publication_fkey FOREIGN KEY (publication_id) REFERENCES publication (public_id) ON DELETE CASCADE
);
COMMENT ON TABLE tendance IS 'social: what is talked about, in its order, in each of the last lists';
CREATE INDEX tendance_publication_idx ON tendance (publication_id);
