CREATE TABLE logs (
    id_log bigint GENERATED ALWAYS AS IDENTITY,
    id_user integer,
    action varchar(64) NOT NULL,
    objet_type varchar(64) NOT NULL,
    objet_id varchar(128) NOT NULL,
    details jsonb NOT NULL,
    trace_id varchar(64),
    survenu_le timestamptz NOT NULL,
    CONSTRAINT logs_pkey PRIMARY KEY (id_log),
    -- Who has acted is anonymised, never deleted: no cascade.
    CONSTRAINT logs_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user),
    CONSTRAINT logs_details_bornes CHECK (octet_length(details::text) <= 8192)
);
COMMENT ON TABLE logs IS 'audit: who did what to what; only ever added to';
CREATE INDEX logs_id_user_idx ON logs (id_user, id_log);
CREATE INDEX logs_trace_id_idx ON logs (trace_id) WHERE trace_id IS NOT NULL;

CREATE TABLE log_a_sceller (
    id_log bigint NOT NULL,
    CONSTRAINT log_a_sceller_pkey PRIMARY KEY (id_log),
    CONSTRAINT log_a_sceller_id_log_fkey FOREIGN KEY (id_log) REFERENCES logs (id_log)
);
COMMENT ON TABLE log_a_sceller IS 'audit: committed rows of logs that wait for their seal';

CREATE TABLE sceau_log (
    seq bigint NOT NULL,
    id_log bigint NOT NULL,
    empreinte bytea NOT NULL,
    CONSTRAINT sceau_log_pkey PRIMARY KEY (seq),
    CONSTRAINT sceau_log_id_log_key UNIQUE (id_log),
    CONSTRAINT sceau_log_id_log_fkey FOREIGN KEY (id_log) REFERENCES logs (id_log),
    CONSTRAINT sceau_log_seq_positive CHECK (seq > 0),
    CONSTRAINT sceau_log_empreinte_sha256 CHECK (octet_length(empreinte) = 32)
);
COMMENT ON TABLE sceau_log IS 'audit: the hash chain over logs; only ever added to';

CREATE FUNCTION logs_refuser_modification() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER logs_ajout_seul BEFORE UPDATE OR DELETE OR TRUNCATE ON logs
    FOR EACH STATEMENT EXECUTE FUNCTION logs_refuser_modification();
CREATE TRIGGER sceau_log_ajout_seul BEFORE UPDATE OR DELETE OR TRUNCATE ON sceau_log
    FOR EACH STATEMENT EXECUTE FUNCTION logs_refuser_modification();

CREATE TABLE corbeille (
    id_corbeille bigint GENERATED ALWAYS AS IDENTITY,
    objet_type varchar(64) NOT NULL,
    objet_id varchar(128) NOT NULL,
    contenu jsonb NOT NULL,
    id_user integer,
    motif varchar(200) NOT NULL,
    supprime_le timestamptz NOT NULL,
    expire_le timestamptz NOT NULL,
    CONSTRAINT corbeille_pkey PRIMARY KEY (id_corbeille),
    CONSTRAINT corbeille_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user),
    CONSTRAINT corbeille_contenu_borne CHECK (octet_length(contenu::text) <= 1048576),
    CONSTRAINT corbeille_expire_apres CHECK (expire_le > supprime_le)
);
COMMENT ON TABLE corbeille IS 'audit: what was deleted, kept for a time so that it can be brought back';
CREATE INDEX corbeille_objet_idx ON corbeille (objet_type, objet_id, id_corbeille);
CREATE INDEX corbeille_id_user_idx ON corbeille (id_user);
CREATE INDEX corbeille_expire_le_idx ON corbeille (expire_le);
