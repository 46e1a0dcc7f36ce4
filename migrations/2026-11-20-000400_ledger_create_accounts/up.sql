CREATE TABLE titulaire (
    id_titulaire bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_user integer,
    plafond_solde bigint,
    ouvert_le timestamptz NOT NULL,
    CONSTRAINT titulaire_pkey PRIMARY KEY (id_titulaire),
    CONSTRAINT titulaire_public_id_key UNIQUE (public_id),
    CONSTRAINT titulaire_id_user_key UNIQUE (id_user),
    CONSTRAINT titulaire_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT titulaire_plafond_solde_bornes CHECK (plafond_solde BETWEEN 0 AND 9007199254740991)
) WITH (fillfactor = 80);
COMMENT ON TABLE titulaire IS 'ledger: whoever stands behind accounts and bears their ceiling';
COMMENT ON COLUMN titulaire.id_user IS 'null is Hostolink itself';
COMMENT ON COLUMN titulaire.plafond_solde IS 'francs that the accounts which count may hold together; null is no ceiling';

CREATE TABLE compte (
    id_compte bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_titulaire bigint NOT NULL,
    id_user integer,
    nature varchar(16) NOT NULL,
    devise char(3) NOT NULL DEFAULT 'XOF',
    statut varchar(16) NOT NULL DEFAULT 'actif',
    solde bigint NOT NULL DEFAULT 0,
    reserve bigint NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 0,
    ouvert_le timestamptz NOT NULL,
    CONSTRAINT compte_pkey PRIMARY KEY (id_compte),
    CONSTRAINT compte_public_id_key UNIQUE (public_id),
    CONSTRAINT compte_titulaire_nature_key UNIQUE (id_titulaire, nature),
    CONSTRAINT compte_id_titulaire_fkey FOREIGN KEY (id_titulaire) REFERENCES titulaire (id_titulaire) ON DELETE CASCADE,
    CONSTRAINT compte_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT compte_nature_connue CHECK (nature IN ('principal', 'float', 'emission')),
    CONSTRAINT compte_nature_titulaire CHECK ((nature IN ('principal', 'float')) = (id_user IS NOT NULL)),
    CONSTRAINT compte_devise_connue CHECK (devise = 'XOF'),
    CONSTRAINT compte_statut_connu CHECK (statut IN ('actif', 'debit_gele', 'gele', 'clos')),
    CONSTRAINT compte_clos_vide CHECK (statut <> 'clos' OR (solde = 0 AND reserve = 0)),
    -- The declared side of zero: what is issued is owed to the system by nobody, so that everything sums to 0.
    CONSTRAINT compte_signe CHECK (
        CASE WHEN nature = 'emission' THEN solde <= 0 AND reserve = 0
             ELSE 0 <= reserve AND reserve <= solde END),
    CONSTRAINT compte_solde_bornes CHECK (solde BETWEEN -9007199254740991 AND 9007199254740991),
    CONSTRAINT compte_version_positive CHECK (version >= 0)
) WITH (fillfactor = 60);
COMMENT ON TABLE compte IS 'ledger: accounts; a balance is the sum of the account''s entries, and only inserting entries changes it';
COMMENT ON COLUMN compte.id_user IS 'the person behind the holder; null on Hostolink''s own accounts';
COMMENT ON COLUMN compte.reserve IS 'francs set aside for operations under way';
COMMENT ON COLUMN compte.version IS 'how many entries the account has';
CREATE INDEX compte_id_user_idx ON compte (id_user);
-- Hostolink has one account of each kind of its own.
CREATE UNIQUE INDEX compte_systeme_nature_key ON compte (nature) WHERE id_user IS NULL;

CREATE FUNCTION compte_refuser() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'compte: % refused: a new account is empty, a balance follows its entries, what identifies an account never changes', TG_NAME
        USING ERRCODE = 'restrict_violation', TABLE = 'compte', CONSTRAINT = TG_NAME;
END
$$;
CREATE TRIGGER compte_ouvert_vide BEFORE INSERT ON compte FOR EACH ROW
    WHEN (NEW.solde <> 0 OR NEW.version <> 0 OR NEW.reserve <> 0) EXECUTE FUNCTION compte_refuser();
-- Depth 0 is a statement of somebody; the trigger on ecriture works at depth 1.
CREATE TRIGGER compte_solde_suit_ecritures BEFORE UPDATE OF solde, version ON compte FOR EACH ROW
    WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION compte_refuser();
CREATE TRIGGER compte_identite_figee BEFORE UPDATE OF id_compte, public_id, id_titulaire, id_user, nature, devise ON compte
    FOR EACH ROW EXECUTE FUNCTION compte_refuser();

-- Hostolink itself, and the counterpart of all the money in circulation.
WITH hostolink AS (
    INSERT INTO titulaire (public_id, ouvert_le) VALUES (gen_random_uuid(), now()) RETURNING id_titulaire)
INSERT INTO compte (public_id, id_titulaire, nature, ouvert_le)
SELECT gen_random_uuid(), id_titulaire, 'emission', now() FROM hostolink;
