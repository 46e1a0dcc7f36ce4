-- How well the house knows who somebody is, as identity's events said last. No row is nobody verified.
CREATE TABLE niveau_kyc (
    id_user integer NOT NULL,
    niveau varchar(20) NOT NULL,
    depuis timestamptz NOT NULL,
    CONSTRAINT niveau_kyc_pkey PRIMARY KEY (id_user),
    CONSTRAINT niveau_kyc_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT niveau_kyc_connu CHECK (niveau IN ('non_identifie', 'identifie'))
);
COMMENT ON TABLE niveau_kyc IS 'wallet: which limits a person has; no row is not identified';
INSERT INTO niveau_kyc (id_user, niveau, depuis)
SELECT id_user, 'identifie', now() FROM utilisateur WHERE niveau_identite > 0;

CREATE TABLE limite_kyc (
    id_limite bigint GENERATED ALWAYS AS IDENTITY,
    niveau varchar(20) NOT NULL,
    operation varchar(20) NOT NULL,
    sens varchar(8) NOT NULL,
    fenetre varchar(12) NOT NULL,
    montant bigint,
    nombre integer,
    valide_du date NOT NULL,
    pose_par integer,
    pose_le timestamptz NOT NULL,
    CONSTRAINT limite_kyc_pkey PRIMARY KEY (id_limite),
    -- A limit is in force from its day until the next one of the same subject: two can't overlap, and none is ever edited.
    CONSTRAINT limite_kyc_sujet_valide_du_key UNIQUE (niveau, operation, sens, fenetre, valide_du),
    CONSTRAINT limite_kyc_pose_par_fkey FOREIGN KEY (pose_par) REFERENCES utilisateur (id_user),
    CONSTRAINT limite_kyc_niveau_connu CHECK (niveau IN ('non_identifie', 'identifie')),
    CONSTRAINT limite_kyc_operation_connue CHECK (operation IN ('toutes', 'virement', 'paiement_qr', 'depot_agent', 'retrait_agent')),
    CONSTRAINT limite_kyc_sens_connu CHECK (sens IN ('debit', 'credit')),
    CONSTRAINT limite_kyc_fenetre_connue CHECK (fenetre IN ('operation', 'jour', 'mois', 'solde')),
    CONSTRAINT limite_kyc_montant_bornes CHECK (montant BETWEEN 0 AND 9007199254740991),
    CONSTRAINT limite_kyc_nombre_positif CHECK (nombre >= 0),
    CONSTRAINT limite_kyc_nombre_d_une_duree CHECK (nombre IS NULL OR fenetre IN ('jour', 'mois')),
    CONSTRAINT limite_kyc_solde_recu CHECK (fenetre <> 'solde' OR (operation = 'toutes' AND sens = 'credit'))
);
COMMENT ON TABLE limite_kyc IS 'wallet: what people of a level may move and hold, from a day on; only ever added to';
COMMENT ON COLUMN limite_kyc.montant IS 'the most francs, fees not included; null is no limit of the amount';
COMMENT ON COLUMN limite_kyc.nombre IS 'the most operations; null is no limit of their number';
COMMENT ON COLUMN limite_kyc.valide_du IS 'from the beginning of this day (UTC, which is Abidjan''s time) until the next row of the same subject';
COMMENT ON COLUMN limite_kyc.pose_par IS 'who set it; null is the migration';
CREATE INDEX limite_kyc_pose_par_idx ON limite_kyc (pose_par);

-- BCEAO, instruction 008-05-2015, article 31: 2 000 000 F held and 10 000 000 F reloaded in a month by identified people. The
-- 200 000 F held by others are what issuers in Cote d'Ivoire apply (2025). All that is per operation or per day, and the
-- reload of people who are not identified, are values of ours: no published figure was found.
INSERT INTO limite_kyc (niveau, operation, sens, fenetre, montant, valide_du, pose_le)
SELECT v.niveau, v.operation, v.sens, v.fenetre, v.montant, DATE '2026-01-01', now()
FROM (VALUES
    ('non_identifie', 'toutes', 'credit', 'solde', 200000::bigint),
    ('non_identifie', 'depot_agent', 'credit', 'mois', 1000000),
    ('non_identifie', 'toutes', 'debit', 'jour', 200000),
    ('non_identifie', 'retrait_agent', 'debit', 'operation', 100000),
    ('identifie', 'toutes', 'credit', 'solde', 2000000),
    ('identifie', 'depot_agent', 'credit', 'mois', 10000000),
    ('identifie', 'toutes', 'debit', 'jour', 2000000)
) AS v (niveau, operation, sens, fenetre, montant);

CREATE TABLE bareme_frais (
    id_bareme bigint GENERATED ALWAYS AS IDENTITY,
    operation varchar(20) NOT NULL,
    a_partir_de bigint NOT NULL,
    fixe bigint NOT NULL,
    points_base integer NOT NULL,
    minimum bigint,
    maximum bigint,
    part_agent integer NOT NULL DEFAULT 0,
    payeur varchar(12) NOT NULL DEFAULT 'donneur',
    valide_du date NOT NULL,
    pose_par integer,
    pose_le timestamptz NOT NULL,
    CONSTRAINT bareme_frais_pkey PRIMARY KEY (id_bareme),
    -- The bands of a day are one scale, in force until the next day that has one: neither scales nor bands can overlap.
    CONSTRAINT bareme_frais_sujet_valide_du_key UNIQUE (operation, valide_du, a_partir_de),
    CONSTRAINT bareme_frais_pose_par_fkey FOREIGN KEY (pose_par) REFERENCES utilisateur (id_user),
    CONSTRAINT bareme_frais_operation_connue CHECK (operation IN ('virement', 'paiement_qr', 'depot_agent', 'retrait_agent')),
    CONSTRAINT bareme_frais_a_partir_de_bornes CHECK (a_partir_de BETWEEN 0 AND 9007199254740991),
    CONSTRAINT bareme_frais_fixe_bornes CHECK (fixe BETWEEN 0 AND 1000000000),
    CONSTRAINT bareme_frais_points_base_bornes CHECK (points_base BETWEEN 0 AND 10000),
    CONSTRAINT bareme_frais_bornes CHECK (0 <= minimum AND minimum <= coalesce(maximum, minimum) AND maximum >= 0),
    CONSTRAINT bareme_frais_part_agent CHECK (part_agent BETWEEN 0 AND 10000
        AND (part_agent = 0 OR operation IN ('depot_agent', 'retrait_agent'))),
    CONSTRAINT bareme_frais_payeur_connu CHECK (payeur = 'donneur')
);
COMMENT ON TABLE bareme_frais IS 'wallet: what operations cost, by bands of their amount, from a day on; only ever added to';
COMMENT ON COLUMN bareme_frais.a_partir_de IS 'the band''s lowest amount; it ends below the next band of the same scale';
COMMENT ON COLUMN bareme_frais.points_base IS 'ten-thousandths of the amount, rounded up to the next franc, on top of the fixed part; then the bounds';
COMMENT ON COLUMN bareme_frais.part_agent IS 'ten-thousandths of the fee that the agent earns, rounded down; the rest is Hostolink''s';
COMMENT ON COLUMN bareme_frais.payeur IS 'who pays it: the one who gives';
CREATE INDEX bareme_frais_pose_par_idx ON bareme_frais (pose_par);
-- What is free stays free.
INSERT INTO bareme_frais (operation, a_partir_de, fixe, points_base, valide_du, pose_le)
SELECT operation, 0, 0, 0, DATE '2026-01-01', now()
FROM (VALUES ('virement'), ('paiement_qr'), ('depot_agent'), ('retrait_agent')) AS v (operation);

CREATE TRIGGER limite_kyc_ajout_seul BEFORE UPDATE OR DELETE OR TRUNCATE ON limite_kyc
    FOR EACH STATEMENT EXECUTE FUNCTION registre_refuser_modification();
CREATE TRIGGER bareme_frais_ajout_seul BEFORE UPDATE OR DELETE OR TRUNCATE ON bareme_frais
    FOR EACH STATEMENT EXECUTE FUNCTION registre_refuser_modification();
