CREATE TABLE avis_etablissement (
    id_avis bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_etablissement integer NOT NULL,
    id_user integer NOT NULL,
    note smallint NOT NULL,
    commentaire varchar(500),
    etat varchar(8) NOT NULL,
    signalements integer NOT NULL DEFAULT 0,
    cree_le timestamptz NOT NULL,
    modifie_le timestamptz NOT NULL,
    CONSTRAINT avis_etablissement_pkey PRIMARY KEY (id_avis),
    CONSTRAINT avis_etablissement_public_id_key UNIQUE (public_id),
    CONSTRAINT avis_etablissement_un_par_personne_key UNIQUE (id_etablissement, id_user),
    CONSTRAINT avis_etablissement_id_etablissement_fkey FOREIGN KEY (id_etablissement)
        REFERENCES etablissement_sante (id_etablissement) ON DELETE CASCADE,
    CONSTRAINT avis_etablissement_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT avis_etablissement_note_bornes CHECK (note BETWEEN 1 AND 5),
    CONSTRAINT avis_etablissement_etat_connu CHECK (etat IN ('visible', 'hidden')),
    CONSTRAINT avis_etablissement_signalements_positifs CHECK (signalements >= 0)
);
COMMENT ON TABLE avis_etablissement IS 'health-directory: what people think of establishments, one to five stars and a word';
COMMENT ON COLUMN avis_etablissement.signalements IS 'how many people reported it since somebody of the house last looked';
CREATE INDEX avis_etablissement_id_user_idx ON avis_etablissement (id_user, public_id);
CREATE INDEX avis_etablissement_liste_idx ON avis_etablissement (id_etablissement, public_id) WHERE etat = 'visible';
CREATE INDEX avis_etablissement_signale_idx ON avis_etablissement (public_id) WHERE signalements > 0;

CREATE TABLE signalement_avis (
    id_avis bigint NOT NULL,
    id_user integer NOT NULL,
    motif varchar(300) NOT NULL,
    cree_le timestamptz NOT NULL,
    CONSTRAINT signalement_avis_pkey PRIMARY KEY (id_avis, id_user),
    CONSTRAINT signalement_avis_id_avis_fkey FOREIGN KEY (id_avis) REFERENCES avis_etablissement (id_avis) ON DELETE CASCADE,
    CONSTRAINT signalement_avis_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE
);
COMMENT ON TABLE signalement_avis IS 'health-directory: who reported a rating and why, once a person';
CREATE INDEX signalement_avis_id_user_idx ON signalement_avis (id_user);

-- What the directory shows of ratings without asking for them: the same as counting the visible ones, whoever writes.
CREATE FUNCTION annuaire_compter_avis() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE etablissement_sante SET avis_nombre = avis_nombre - 1, avis_somme = avis_somme - OLD.note
        WHERE id_etablissement = OLD.id_etablissement AND OLD.etat = 'visible';
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE etablissement_sante SET avis_nombre = avis_nombre + 1, avis_somme = avis_somme + NEW.note
        WHERE id_etablissement = NEW.id_etablissement AND NEW.etat = 'visible';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER avis_etablissement_ajoute AFTER INSERT ON avis_etablissement FOR EACH ROW EXECUTE FUNCTION annuaire_compter_avis();
CREATE TRIGGER avis_etablissement_change AFTER UPDATE ON avis_etablissement FOR EACH ROW
    WHEN ((OLD.id_etablissement, OLD.note, OLD.etat) IS DISTINCT FROM (NEW.id_etablissement, NEW.note, NEW.etat))
    EXECUTE FUNCTION annuaire_compter_avis();
CREATE TRIGGER avis_etablissement_retire AFTER DELETE ON avis_etablissement FOR EACH ROW EXECUTE FUNCTION annuaire_compter_avis();
