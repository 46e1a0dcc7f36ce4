CREATE TABLE preference_notification (
    id_user integer NOT NULL,
    type varchar(40) NOT NULL,
    canal varchar(10) NOT NULL,
    active boolean NOT NULL,
    CONSTRAINT preference_notification_pkey PRIMARY KEY (id_user, type, canal),
    CONSTRAINT preference_notification_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT preference_notification_canal_connu CHECK (canal IN ('app', 'push', 'email', 'sms'))
);
COMMENT ON TABLE preference_notification IS 'notifications: where somebody wants something else than what is usual';

CREATE TABLE appareil_push (
    id_appareil bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_user integer NOT NULL,
    session uuid NOT NULL,
    cible_type varchar(12) NOT NULL,
    cible varchar(4096) NOT NULL,
    empreinte bytea NOT NULL,
    plateforme varchar(10) NOT NULL,
    actif boolean NOT NULL DEFAULT true,
    cree_le timestamptz NOT NULL,
    vu_le timestamptz NOT NULL,
    CONSTRAINT appareil_push_pkey PRIMARY KEY (id_appareil),
    CONSTRAINT appareil_push_public_id_key UNIQUE (public_id),
    -- One application writes to one person: whoever signs in there next takes it over.
    CONSTRAINT appareil_push_empreinte_key UNIQUE (empreinte),
    CONSTRAINT appareil_push_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT appareil_push_cible_type_connu CHECK (cible_type IN ('token', 'installation')),
    CONSTRAINT appareil_push_plateforme_connue CHECK (plateforme IN ('android', 'ios', 'web'))
);
COMMENT ON TABLE appareil_push IS 'notifications: installed applications that may be written to, each as long as the session that registered it';
COMMENT ON COLUMN appareil_push.session IS 'public id of the session; without a foreign key: its end deletes the row by an event';
COMMENT ON COLUMN appareil_push.empreinte IS 'SHA-256 of kind and target: two spellings of one are one';
CREATE INDEX appareil_push_id_user_idx ON appareil_push (id_user);
CREATE INDEX appareil_push_session_idx ON appareil_push (session);
CREATE INDEX appareil_push_vu_le_idx ON appareil_push (vu_le);

CREATE TABLE envoi_notification (
    id_envoi bigint GENERATED ALWAYS AS IDENTITY,
    id_notification bigint NOT NULL,
    id_user integer NOT NULL,
    canal varchar(10) NOT NULL,
    id_appareil bigint,
    statut varchar(12) NOT NULL,
    essais integer NOT NULL DEFAULT 0,
    prochain_essai timestamptz NOT NULL,
    identifiant varchar(100),
    code integer,
    cree_le timestamptz NOT NULL,
    fini_le timestamptz,
    CONSTRAINT envoi_notification_pkey PRIMARY KEY (id_envoi),
    CONSTRAINT envoi_notification_id_notification_fkey FOREIGN KEY (id_notification) REFERENCES notification (id_notification) ON DELETE CASCADE,
    CONSTRAINT envoi_notification_id_appareil_fkey FOREIGN KEY (id_appareil) REFERENCES appareil_push (id_appareil) ON DELETE SET NULL,
    CONSTRAINT envoi_notification_canal_connu CHECK (canal IN ('push', 'email', 'sms')),
    CONSTRAINT envoi_notification_statut_connu CHECK (statut IN ('attente', 'parti', 'envoye', 'refuse', 'abandonne', 'inconnu', 'inutile')),
    CONSTRAINT envoi_notification_essais_positif CHECK (essais >= 0)
);
COMMENT ON TABLE envoi_notification IS 'notifications: what leaves by push, e-mail or SMS, and what became of it';
COMMENT ON COLUMN envoi_notification.statut IS 'attente: to be sent; parti: lent to a worker until prochain_essai, and may have left; envoye; refuse: for good; abandonne: tried too often; inconnu: may have left, never again; inutile: nobody needs it any more';
COMMENT ON COLUMN envoi_notification.id_user IS 'whose notification it is, for the limit of a person''s SMS; goes with the notification';
COMMENT ON COLUMN envoi_notification.id_appareil IS 'null for e-mail and SMS, and where the application is forgotten since';
COMMENT ON COLUMN envoi_notification.identifiant IS 'the provider''s name for it';
-- What waits already tells of what happens meanwhile too.
CREATE UNIQUE INDEX envoi_notification_attente_key ON envoi_notification (id_notification, canal, COALESCE(id_appareil, 0)) WHERE statut = 'attente';
CREATE INDEX envoi_notification_id_notification_idx ON envoi_notification (id_notification, canal, fini_le);
CREATE INDEX envoi_notification_id_appareil_idx ON envoi_notification (id_appareil);
CREATE INDEX envoi_notification_a_faire_idx ON envoi_notification (prochain_essai) WHERE statut IN ('attente', 'parti');
-- How many SMS somebody had today.
CREATE INDEX envoi_notification_sms_idx ON envoi_notification (id_user, cree_le) WHERE canal = 'sms';
-- What operators look through.
CREATE INDEX envoi_notification_echec_idx ON envoi_notification (id_envoi) WHERE statut IN ('refuse', 'abandonne', 'inconnu');

-- What waits for an application goes with it, whoever forgets it; what became of the others stays.
CREATE FUNCTION appareil_push_oublie_attente() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM envoi_notification WHERE id_appareil = OLD.id_appareil AND statut IN ('attente', 'parti');
    RETURN OLD;
END
$$;
CREATE TRIGGER appareil_push_oubli BEFORE DELETE ON appareil_push
    FOR EACH ROW EXECUTE FUNCTION appareil_push_oublie_attente();
