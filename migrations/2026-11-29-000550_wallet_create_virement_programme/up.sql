CREATE TABLE virement_programme (
    id_virement bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_user integer NOT NULL,
    cle varchar(255) NOT NULL,
    empreinte bytea NOT NULL,
    id_destinataire integer NOT NULL,
    montant bigint NOT NULL,
    note varchar(140),
    frequence varchar(13) NOT NULL,
    premiere_le timestamptz NOT NULL,
    fois integer,
    passees integer NOT NULL DEFAULT 0,
    prochaine_le timestamptz,
    engagee integer,
    statut varchar(10) NOT NULL,
    derniere_issue varchar(8),
    dernier_motif varchar(80),
    derniere_transaction uuid,
    cree_le timestamptz NOT NULL,
    CONSTRAINT virement_programme_pkey PRIMARY KEY (id_virement),
    CONSTRAINT virement_programme_public_id_key UNIQUE (public_id),
    CONSTRAINT virement_programme_cle_key UNIQUE (id_user, cle),
    CONSTRAINT virement_programme_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT virement_programme_id_destinataire_fkey FOREIGN KEY (id_destinataire) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT virement_programme_montant_positif CHECK (montant > 0),
    CONSTRAINT virement_programme_deux_personnes CHECK (id_user <> id_destinataire),
    CONSTRAINT virement_programme_frequence_connue CHECK (frequence IN ('unique', 'quotidienne', 'hebdomadaire', 'mensuelle')),
    CONSTRAINT virement_programme_statut_connu CHECK (statut IN ('actif', 'suspendu', 'termine', 'annule')),
    CONSTRAINT virement_programme_issue_connue CHECK (derniere_issue IN ('faite', 'refusee', 'manquee')),
    CONSTRAINT virement_programme_fois_bornees CHECK (fois BETWEEN 1 AND 520 AND (frequence <> 'unique' OR fois = 1)),
    CONSTRAINT virement_programme_passees_bornees CHECK (passees >= 0 AND (fois IS NULL OR passees <= fois)),
    -- What is to come has a time; what is over has none.
    CONSTRAINT virement_programme_prochaine CHECK ((prochaine_le IS NOT NULL) = (statut IN ('actif', 'suspendu')))
);
COMMENT ON TABLE virement_programme IS 'wallet: transfers that people want made later, once or again and again';
COMMENT ON COLUMN virement_programme.cle IS 'the idempotency key of the request that made it';
COMMENT ON COLUMN virement_programme.passees IS 'how many of its times are over; the next one has this number';
COMMENT ON COLUMN virement_programme.engagee IS 'the number of the time that is being made: what is on its way can no longer be stopped';
CREATE INDEX virement_programme_id_user_idx ON virement_programme (id_user, public_id);
CREATE INDEX virement_programme_id_destinataire_idx ON virement_programme (id_destinataire);
CREATE INDEX virement_programme_du_idx ON virement_programme (prochaine_le) WHERE statut = 'actif';
