CREATE TABLE commercant (
    id_commercant bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_user integer NOT NULL,
    enseigne varchar(60) NOT NULL,
    mcc varchar(4) NOT NULL,
    ville varchar(40) NOT NULL,
    immatriculation varchar(32),
    etat varchar(9) NOT NULL DEFAULT 'brouillon',
    motif varchar(32),
    plafond_remboursement bigint,
    cree_le timestamptz NOT NULL,
    soumis_le timestamptz,
    decide_par integer,
    decide_le timestamptz,
    CONSTRAINT commercant_pkey PRIMARY KEY (id_commercant),
    CONSTRAINT commercant_public_id_key UNIQUE (public_id),
    CONSTRAINT commercant_id_user_key UNIQUE (id_user),
    CONSTRAINT commercant_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT commercant_decide_par_fkey FOREIGN KEY (decide_par) REFERENCES utilisateur (id_user) ON DELETE SET NULL,
    CONSTRAINT commercant_enseigne_non_vide CHECK (enseigne <> '' AND ville <> ''),
    CONSTRAINT commercant_mcc_quatre_chiffres CHECK (mcc ~ '^[0-9]{4}$'),
    CONSTRAINT commercant_etat_connu CHECK (etat IN ('brouillon', 'soumis', 'accepte', 'refuse', 'suspendu')),
    CONSTRAINT commercant_motif CHECK ((etat IN ('refuse', 'suspendu')) = (motif IS NOT NULL)),
    CONSTRAINT commercant_soumis CHECK (etat = 'brouillon' OR soumis_le IS NOT NULL),
    CONSTRAINT commercant_plafond_positif CHECK (plafond_remboursement > 0)
);
COMMENT ON TABLE commercant IS 'wallet: merchants'' profiles, each reviewed by an administrator; a person has at most one';
COMMENT ON COLUMN commercant.mcc IS 'category of ISO 18245';
COMMENT ON COLUMN commercant.immatriculation IS 'number of the trade register (RCCM) or of the taxpayer (NCC)';
COMMENT ON COLUMN commercant.plafond_remboursement IS 'francs that each cashier may give back in a day; null: cashiers give nothing back';
CREATE INDEX commercant_etat_idx ON commercant (etat, public_id);
CREATE INDEX commercant_decide_par_idx ON commercant (decide_par) WHERE decide_par IS NOT NULL;

CREATE TABLE caisse (
    id_caisse bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_commercant bigint NOT NULL,
    id_caissier integer,
    principale boolean NOT NULL DEFAULT false,
    nom varchar(40) NOT NULL,
    compte uuid,
    etat varchar(8) NOT NULL DEFAULT 'invitee',
    creee_le timestamptz NOT NULL,
    expire_le timestamptz,
    terminee_le timestamptz,
    CONSTRAINT caisse_pkey PRIMARY KEY (id_caisse),
    CONSTRAINT caisse_public_id_key UNIQUE (public_id),
    CONSTRAINT caisse_compte_key UNIQUE (compte),
    CONSTRAINT caisse_id_commercant_fkey FOREIGN KEY (id_commercant) REFERENCES commercant (id_commercant) ON DELETE CASCADE,
    CONSTRAINT caisse_id_caissier_fkey FOREIGN KEY (id_caissier) REFERENCES utilisateur (id_user) ON DELETE SET NULL,
    CONSTRAINT caisse_compte_fkey FOREIGN KEY (compte) REFERENCES compte (public_id) ON DELETE CASCADE,
    CONSTRAINT caisse_nom_non_vide CHECK (nom <> ''),
    CONSTRAINT caisse_etat_connu CHECK (etat IN ('invitee', 'ouverte', 'declinee', 'fermee')),
    -- Money lies only where somebody accepted; an invitation that waits has an end.
    CONSTRAINT caisse_compte_ouverte CHECK (
        (etat <> 'ouverte' OR compte IS NOT NULL) AND (etat NOT IN ('invitee', 'declinee') OR compte IS NULL)),
    CONSTRAINT caisse_invitation CHECK (etat <> 'invitee' OR (expire_le > creee_le AND id_caissier IS NOT NULL)),
    -- The merchant's own is open as long as there is a merchant.
    CONSTRAINT caisse_principale_ouverte CHECK (NOT principale OR etat = 'ouverte')
);
COMMENT ON TABLE caisse IS 'wallet: merchants'' tills, each with one cashier and an account of the ledger; the first is the merchant''s own';
COMMENT ON COLUMN caisse.etat IS 'invitee: the cashier has not answered; fermee: taken back by the merchant, for good';
CREATE UNIQUE INDEX caisse_principale_key ON caisse (id_commercant) WHERE principale;
CREATE UNIQUE INDEX caisse_nom_key ON caisse (id_commercant, lower(nom)) WHERE etat IN ('invitee', 'ouverte');
CREATE UNIQUE INDEX caisse_caissier_key ON caisse (id_commercant, id_caissier) WHERE etat IN ('invitee', 'ouverte');
CREATE INDEX caisse_id_commercant_idx ON caisse (id_commercant, public_id);
CREATE INDEX caisse_id_caissier_idx ON caisse (id_caissier, public_id);
