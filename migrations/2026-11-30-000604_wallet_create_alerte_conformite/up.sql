CREATE TABLE alerte_conformite (
    id_alerte bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_user integer NOT NULL,
    genre varchar(20) NOT NULL,
    objet varchar(120) COLLATE "C" NOT NULL,
    id_fiche bigint,
    nom_liste varchar(200),
    id_regle bigint,
    montant bigint,
    nombre integer,
    transaction_vue uuid,
    retient boolean NOT NULL,
    etat varchar(10) NOT NULL DEFAULT 'ouverte',
    ouverte_le timestamptz NOT NULL,
    attribuee_a integer,
    decidee_par integer,
    decidee_le timestamptz,
    levee_demandee_par integer,
    levee_par integer,
    levee_le timestamptz,
    CONSTRAINT alerte_conformite_pkey PRIMARY KEY (id_alerte),
    CONSTRAINT alerte_conformite_public_id_key UNIQUE (public_id),
    -- Two are never about the same, whoever looks how often.
    CONSTRAINT alerte_conformite_objet_key UNIQUE (id_user, objet),
    CONSTRAINT alerte_conformite_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user),
    CONSTRAINT alerte_conformite_id_fiche_fkey FOREIGN KEY (id_fiche) REFERENCES fiche_sanctions (id_fiche),
    CONSTRAINT alerte_conformite_id_regle_fkey FOREIGN KEY (id_regle) REFERENCES regle_vigilance (id_regle),
    CONSTRAINT alerte_conformite_transaction_vue_fkey FOREIGN KEY (transaction_vue) REFERENCES transaction (public_id),
    CONSTRAINT alerte_conformite_attribuee_a_fkey FOREIGN KEY (attribuee_a) REFERENCES utilisateur (id_user),
    CONSTRAINT alerte_conformite_decidee_par_fkey FOREIGN KEY (decidee_par) REFERENCES utilisateur (id_user),
    CONSTRAINT alerte_conformite_levee_demandee_par_fkey FOREIGN KEY (levee_demandee_par) REFERENCES utilisateur (id_user),
    CONSTRAINT alerte_conformite_levee_par_fkey FOREIGN KEY (levee_par) REFERENCES utilisateur (id_user),
    CONSTRAINT alerte_conformite_genre_connu CHECK (genre IN (
        'sanctions', 'fractionnement', 'destinataires', 'aller_retour', 'premiere_grosse')),
    CONSTRAINT alerte_conformite_cause CHECK (
        (genre = 'sanctions') = (id_fiche IS NOT NULL) AND (genre = 'sanctions') = (nom_liste IS NOT NULL)
        AND (genre = 'sanctions') = (id_regle IS NULL)),
    CONSTRAINT alerte_conformite_montant_positif CHECK (montant > 0),
    CONSTRAINT alerte_conformite_nombre_positif CHECK (nombre > 0),
    CONSTRAINT alerte_conformite_etat_connu CHECK (etat IN ('ouverte', 'classee', 'declaree')),
    CONSTRAINT alerte_conformite_decision CHECK (
        (etat = 'ouverte') = (decidee_par IS NULL) AND (decidee_par IS NULL) = (decidee_le IS NULL)),
    CONSTRAINT alerte_conformite_levee CHECK (
        (levee_par IS NULL) = (levee_le IS NULL) AND (levee_par IS NULL OR (levee_demandee_par IS NOT NULL AND NOT retient))
        AND (levee_demandee_par IS NULL OR etat <> 'ouverte')),
    CONSTRAINT alerte_conformite_deux_personnes CHECK (levee_par <> levee_demandee_par),
    CONSTRAINT alerte_conformite_autrui CHECK (
        attribuee_a <> id_user AND decidee_par <> id_user AND levee_demandee_par <> id_user AND levee_par <> id_user)
);
COMMENT ON TABLE alerte_conformite IS 'wallet: what a compliance officer has to look at, and what they decided; kept for ten years after the decision';
COMMENT ON COLUMN alerte_conformite.objet IS 'what it is about: the entry of a list and the name, or the rule and the stretch of time';
COMMENT ON COLUMN alerte_conformite.nom_liste IS 'the name on the list, as it was when it was found';
COMMENT ON COLUMN alerte_conformite.retient IS 'nothing of the person''s leaves while one of theirs says so';
COMMENT ON COLUMN alerte_conformite.etat IS 'classee: closed without follow-up; declaree: reported to the authority';
COMMENT ON COLUMN alerte_conformite.levee_demandee_par IS 'the first of the two people who let money leave again';
CREATE INDEX alerte_conformite_etat_idx ON alerte_conformite (etat, public_id);
CREATE INDEX alerte_conformite_retient_idx ON alerte_conformite (id_user) WHERE retient;
CREATE INDEX alerte_conformite_ouverte_le_idx ON alerte_conformite (ouverte_le);
CREATE INDEX alerte_conformite_id_fiche_idx ON alerte_conformite (id_fiche) WHERE id_fiche IS NOT NULL;
CREATE INDEX alerte_conformite_id_regle_idx ON alerte_conformite (id_regle) WHERE id_regle IS NOT NULL;
CREATE INDEX alerte_conformite_transaction_vue_idx ON alerte_conformite (transaction_vue) WHERE transaction_vue IS NOT NULL;
CREATE INDEX alerte_conformite_attribuee_a_idx ON alerte_conformite (attribuee_a, public_id);
CREATE INDEX alerte_conformite_decidee_par_idx ON alerte_conformite (decidee_par) WHERE decidee_par IS NOT NULL;
CREATE INDEX alerte_conformite_levee_demandee_par_idx ON alerte_conformite (levee_demandee_par) WHERE levee_demandee_par IS NOT NULL;
CREATE INDEX alerte_conformite_levee_par_idx ON alerte_conformite (levee_par) WHERE levee_par IS NOT NULL;

CREATE TABLE commentaire_alerte (
    id_commentaire bigint GENERATED ALWAYS AS IDENTITY,
    id_alerte bigint NOT NULL,
    auteur integer NOT NULL,
    texte varchar(1000) NOT NULL,
    ecrit_le timestamptz NOT NULL,
    CONSTRAINT commentaire_alerte_pkey PRIMARY KEY (id_commentaire),
    CONSTRAINT commentaire_alerte_id_alerte_fkey FOREIGN KEY (id_alerte) REFERENCES alerte_conformite (id_alerte),
    CONSTRAINT commentaire_alerte_auteur_fkey FOREIGN KEY (auteur) REFERENCES utilisateur (id_user),
    CONSTRAINT commentaire_alerte_texte_non_vide CHECK (texte <> '')
);
COMMENT ON TABLE commentaire_alerte IS 'wallet: what compliance officers wrote to an alert; never changed, kept as long as the alert';
CREATE INDEX commentaire_alerte_id_alerte_idx ON commentaire_alerte (id_alerte, id_commentaire);
CREATE INDEX commentaire_alerte_auteur_idx ON commentaire_alerte (auteur);

CREATE TRIGGER alerte_conformite_conservation BEFORE DELETE ON alerte_conformite
    FOR EACH ROW EXECUTE FUNCTION conformite_conserver('decidee_le');
CREATE TRIGGER alerte_conformite_reste BEFORE TRUNCATE ON alerte_conformite
    FOR EACH STATEMENT EXECUTE FUNCTION registre_refuser_modification();
CREATE TRIGGER commentaire_alerte_conservation BEFORE DELETE ON commentaire_alerte
    FOR EACH ROW EXECUTE FUNCTION conformite_conserver('ecrit_le');
CREATE TRIGGER commentaire_alerte_reste BEFORE UPDATE OR TRUNCATE ON commentaire_alerte
    FOR EACH STATEMENT EXECUTE FUNCTION registre_refuser_modification();
-- What an alert is about never changes, and a decision is made once.
CREATE FUNCTION alerte_conformite_refuser() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'alerte_conformite: % refused', TG_NAME
        USING ERRCODE = 'restrict_violation', TABLE = 'alerte_conformite', CONSTRAINT = TG_NAME;
END
$$;
CREATE TRIGGER alerte_conformite_figee
    BEFORE UPDATE OF id_alerte, public_id, id_user, genre, objet, id_fiche, nom_liste, id_regle, montant, nombre, transaction_vue, ouverte_le
    ON alerte_conformite FOR EACH ROW EXECUTE FUNCTION alerte_conformite_refuser();
CREATE TRIGGER alerte_conformite_decidee BEFORE UPDATE ON alerte_conformite FOR EACH ROW
    WHEN (OLD.decidee_le IS NOT NULL AND (NEW.decidee_le, NEW.decidee_par, NEW.etat) IS DISTINCT FROM (OLD.decidee_le, OLD.decidee_par, OLD.etat))
    EXECUTE FUNCTION alerte_conformite_refuser();

ALTER TABLE gel DROP CONSTRAINT gel_cause_connue;
ALTER TABLE gel ADD CONSTRAINT gel_cause_connue CHECK (cause IN ('depart', 'administration', 'conformite'));
