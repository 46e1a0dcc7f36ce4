CREATE TABLE regle_vigilance (
    id_regle bigint GENERATED ALWAYS AS IDENTITY,
    genre varchar(20) NOT NULL,
    action varchar(10) NOT NULL,
    active boolean NOT NULL,
    fenetre_s integer,
    nombre integer,
    montant bigint,
    plancher bigint,
    part smallint,
    valide_du date NOT NULL,
    pose_par integer,
    pose_le timestamptz NOT NULL,
    CONSTRAINT regle_vigilance_pkey PRIMARY KEY (id_regle),
    -- A rule is in force from its day until the next one of the same kind and action: two can't overlap, and none is ever edited.
    CONSTRAINT regle_vigilance_sujet_valide_du_key UNIQUE (genre, action, valide_du),
    CONSTRAINT regle_vigilance_pose_par_fkey FOREIGN KEY (pose_par) REFERENCES utilisateur (id_user),
    CONSTRAINT regle_vigilance_genre_connu CHECK (genre IN (
        'sanctions', 'fractionnement', 'destinataires', 'aller_retour', 'premiere_grosse', 'appareil_recent')),
    CONSTRAINT regle_vigilance_action_connue CHECK (action IN ('alerte', 'retenue', 'refus', 'plafond')),
    CONSTRAINT regle_vigilance_action_du_genre CHECK (
        (genre = 'appareil_recent') = (action = 'plafond') AND (genre <> 'sanctions' OR action IN ('alerte', 'retenue'))),
    CONSTRAINT regle_vigilance_fenetre CHECK ((genre = 'sanctions') = (fenetre_s IS NULL) AND fenetre_s BETWEEN 60 AND 2678400),
    CONSTRAINT regle_vigilance_nombre CHECK ((genre IN ('fractionnement', 'destinataires')) = (nombre IS NOT NULL) AND nombre BETWEEN 2 AND 100),
    CONSTRAINT regle_vigilance_montant CHECK ((genre IN ('sanctions', 'destinataires')) = (montant IS NULL) AND montant BETWEEN 0 AND 9007199254740991),
    CONSTRAINT regle_vigilance_plancher CHECK ((genre = 'fractionnement') = (plancher IS NOT NULL) AND plancher > 0 AND plancher < montant),
    CONSTRAINT regle_vigilance_part CHECK ((genre = 'aller_retour') = (part IS NOT NULL) AND part BETWEEN 1 AND 100)
);
COMMENT ON TABLE regle_vigilance IS 'wallet: what makes compliance look, and what happens then, from a day on; only ever added to';
COMMENT ON COLUMN regle_vigilance.action IS 'alerte: a compliance officer looks; retenue: until then nothing leaves; refus: the operation itself is refused; plafond: a new device sends so much a day';
COMMENT ON COLUMN regle_vigilance.active IS 'false switches the rule of this kind and action off from that day on';
COMMENT ON COLUMN regle_vigilance.fenetre_s IS 'seconds: how far it looks back, how young an account or a device is';
COMMENT ON COLUMN regle_vigilance.plancher IS 'amounts from here up to below montant are just under the threshold';
COMMENT ON COLUMN regle_vigilance.part IS 'per cent of what came in that left again';
COMMENT ON COLUMN regle_vigilance.pose_par IS 'who set it; null is the migration';
CREATE INDEX regle_vigilance_pose_par_idx ON regle_vigilance (pose_par);
CREATE TRIGGER regle_vigilance_ajout_seul BEFORE UPDATE OR DELETE OR TRUNCATE ON regle_vigilance
    FOR EACH STATEMENT EXECUTE FUNCTION registre_refuser_modification();

-- Screening, looking and reporting are duties (ordonnance 2023-875, BCEAO instructions 001 to 003-03-2025); no text gives these
-- numbers: all of them are ours.
INSERT INTO regle_vigilance (genre, action, active, fenetre_s, nombre, montant, plancher, part, valide_du, pose_le)
SELECT v.genre, v.action, true, v.fenetre_s, v.nombre, v.montant, v.plancher, v.part::smallint, DATE '2026-01-01', now()
FROM (VALUES
    ('sanctions', 'retenue', NULL::integer, NULL::integer, NULL::bigint, NULL::bigint, NULL::integer),
    ('fractionnement', 'alerte', 86400, 5, 200000, 180000, NULL),
    ('destinataires', 'alerte', 3600, 20, NULL, NULL, NULL),
    ('aller_retour', 'alerte', 1800, NULL, 500000, NULL, 90),
    ('premiere_grosse', 'alerte', 259200, NULL, 500000, NULL, NULL),
    ('appareil_recent', 'plafond', 86400, NULL, 100000, NULL, NULL)
) AS v (genre, action, fenetre_s, nombre, montant, plancher, part);
