CREATE TABLE cle_idempotence (
    id_cle bigint GENERATED ALWAYS AS IDENTITY,
    id_user integer NOT NULL,
    cle varchar(255) COLLATE "C" NOT NULL,
    empreinte bytea NOT NULL,
    recue_le timestamptz NOT NULL,
    CONSTRAINT cle_idempotence_pkey PRIMARY KEY (id_cle),
    CONSTRAINT cle_idempotence_user_cle_key UNIQUE (id_user, cle),
    CONSTRAINT cle_idempotence_cle_non_vide CHECK (cle <> ''),
    CONSTRAINT cle_idempotence_empreinte_sha256 CHECK (octet_length(empreinte) = 32)
);
COMMENT ON TABLE cle_idempotence IS 'ledger: every order ever taken, by its key; its outcome is its transaction or its refusal; never purged';
COMMENT ON COLUMN cle_idempotence.id_user IS 'who asked; no foreign key: a key outlives an account that never moved money';

CREATE TABLE refus (
    id_cle bigint NOT NULL,
    motif varchar(32) NOT NULL,
    CONSTRAINT refus_pkey PRIMARY KEY (id_cle),
    CONSTRAINT refus_id_cle_fkey FOREIGN KEY (id_cle) REFERENCES cle_idempotence (id_cle),
    CONSTRAINT refus_motif_non_vide CHECK (motif <> '')
);
COMMENT ON TABLE refus IS 'ledger: orders that were refused, and why';

CREATE TABLE transaction (
    id_transaction bigint NOT NULL,
    public_id uuid NOT NULL,
    id_cle bigint NOT NULL,
    nature varchar(32) NOT NULL,
    montant bigint NOT NULL,
    note varchar(140),
    id_remboursee bigint,
    sel bytea NOT NULL,
    survenu_le timestamptz NOT NULL,
    enregistre_le timestamptz NOT NULL,
    CONSTRAINT transaction_pkey PRIMARY KEY (id_transaction),
    CONSTRAINT transaction_public_id_key UNIQUE (public_id),
    CONSTRAINT transaction_id_cle_key UNIQUE (id_cle),
    CONSTRAINT transaction_id_cle_fkey FOREIGN KEY (id_cle) REFERENCES cle_idempotence (id_cle),
    CONSTRAINT transaction_id_remboursee_fkey FOREIGN KEY (id_remboursee) REFERENCES transaction (id_transaction),
    CONSTRAINT transaction_numero_positif CHECK (id_transaction > 0),
    CONSTRAINT transaction_nature_connue CHECK (nature IN ('virement', 'depot_agent', 'approvisionnement', 'remboursement')),
    CONSTRAINT transaction_montant_positif CHECK (montant BETWEEN 1 AND 9007199254740991),
    CONSTRAINT transaction_remboursement CHECK ((nature = 'remboursement') = (id_remboursee IS NOT NULL)),
    CONSTRAINT transaction_sel_longueur CHECK (octet_length(sel) = 16)
);
COMMENT ON TABLE transaction IS 'ledger: movements of money, numbered 1, 2, 3, … in the order of their commits; only ever added to';
COMMENT ON COLUMN transaction.sel IS 'the salt of its leaf in the chain: what is proven to one reader can''t be guessed by another';
COMMENT ON COLUMN transaction.note IS 'the giver''s words, for the two sides only';
CREATE INDEX transaction_id_remboursee_idx ON transaction (id_remboursee) WHERE id_remboursee IS NOT NULL;

CREATE TABLE ecriture (
    id_transaction bigint NOT NULL,
    id_compte bigint NOT NULL,
    montant bigint NOT NULL,
    solde_apres bigint NOT NULL,
    version bigint NOT NULL,
    rang smallint NOT NULL,
    CONSTRAINT ecriture_pkey PRIMARY KEY (id_transaction, rang),
    CONSTRAINT ecriture_compte_version_key UNIQUE (id_compte, version),
    CONSTRAINT ecriture_id_compte_fkey FOREIGN KEY (id_compte) REFERENCES compte (id_compte) ON DELETE RESTRICT,
    CONSTRAINT ecriture_montant_non_nul CHECK (montant <> 0),
    CONSTRAINT ecriture_version_positive CHECK (version > 0),
    CONSTRAINT ecriture_rang_positif CHECK (rang >= 0)
);
COMMENT ON TABLE ecriture IS 'ledger: what each transaction did to each account; the entries of a transaction sum to 0; only ever added to';
COMMENT ON COLUMN ecriture.id_transaction IS 'its transaction: checked for a whole batch at once by the trigger ecriture_report, and never deleted';
COMMENT ON COLUMN ecriture.rang IS '0 is who gives, 1 who receives, more are fees';
COMMENT ON COLUMN ecriture.version IS 'the entry''s number in its account''s history: 1, 2, 3, …';

CREATE TABLE operation_unique (
    genre varchar(32) COLLATE "C" NOT NULL,
    objet uuid NOT NULL,
    id_transaction bigint NOT NULL,
    CONSTRAINT operation_unique_pkey PRIMARY KEY (genre, objet),
    CONSTRAINT operation_unique_id_transaction_key UNIQUE (id_transaction),
    CONSTRAINT operation_unique_id_transaction_fkey FOREIGN KEY (id_transaction) REFERENCES transaction (id_transaction)
);
COMMENT ON TABLE operation_unique IS 'ledger: what may happen once (a QR code, a request to pay), and the transaction that did it';

CREATE TABLE chaine (
    numero bigint NOT NULL,
    premiere bigint NOT NULL,
    derniere bigint NOT NULL,
    racine bytea NOT NULL,
    empreinte bytea NOT NULL,
    scelle_le timestamptz NOT NULL,
    CONSTRAINT chaine_pkey PRIMARY KEY (numero),
    CONSTRAINT chaine_premiere_key UNIQUE (premiere),
    CONSTRAINT chaine_derniere_key UNIQUE (derniere),
    CONSTRAINT chaine_premiere_fkey FOREIGN KEY (premiere) REFERENCES transaction (id_transaction),
    CONSTRAINT chaine_derniere_fkey FOREIGN KEY (derniere) REFERENCES transaction (id_transaction),
    CONSTRAINT chaine_numero_positif CHECK (numero > 0),
    CONSTRAINT chaine_bornes CHECK (premiere <= derniere),
    CONSTRAINT chaine_empreintes_sha256 CHECK (octet_length(racine) = 32 AND octet_length(empreinte) = 32)
);
COMMENT ON TABLE chaine IS 'ledger: one link a batch: the Merkle root over its transactions, hashed with the link before';

CREATE TABLE tete_chaine (
    unique_ligne boolean NOT NULL DEFAULT true,
    numero bigint NOT NULL,
    derniere bigint NOT NULL,
    empreinte bytea NOT NULL,
    CONSTRAINT tete_chaine_pkey PRIMARY KEY (unique_ligne),
    CONSTRAINT tete_chaine_une_seule_ligne CHECK (unique_ligne),
    CONSTRAINT tete_chaine_bornes CHECK (numero >= 0 AND derniere >= numero),
    CONSTRAINT tete_chaine_empreinte_sha256 CHECK (octet_length(empreinte) = 32)
);
COMMENT ON TABLE tete_chaine IS 'ledger: the chain''s last link and the last transaction''s number; who locks its one row writes the next batch';
INSERT INTO tete_chaine (numero, derniere, empreinte) VALUES (0, 0, sha256('hostolink ledger genesis'));

CREATE FUNCTION registre_refuser_modification() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END
$$;
CREATE TRIGGER cle_idempotence_ajout_seul BEFORE UPDATE OR DELETE OR TRUNCATE ON cle_idempotence
    FOR EACH STATEMENT EXECUTE FUNCTION registre_refuser_modification();
CREATE TRIGGER refus_ajout_seul BEFORE UPDATE OR DELETE OR TRUNCATE ON refus
    FOR EACH STATEMENT EXECUTE FUNCTION registre_refuser_modification();
CREATE TRIGGER transaction_ajout_seul BEFORE UPDATE OR DELETE OR TRUNCATE ON transaction
    FOR EACH STATEMENT EXECUTE FUNCTION registre_refuser_modification();
CREATE TRIGGER ecriture_ajout_seul BEFORE UPDATE OR DELETE OR TRUNCATE ON ecriture
    FOR EACH STATEMENT EXECUTE FUNCTION registre_refuser_modification();
CREATE TRIGGER operation_unique_ajout_seul BEFORE UPDATE OR DELETE OR TRUNCATE ON operation_unique
    FOR EACH STATEMENT EXECUTE FUNCTION registre_refuser_modification();
CREATE TRIGGER chaine_ajout_seul BEFORE UPDATE OR DELETE OR TRUNCATE ON chaine
    FOR EACH STATEMENT EXECUTE FUNCTION registre_refuser_modification();
CREATE TRIGGER tete_chaine_reste BEFORE DELETE OR TRUNCATE ON tete_chaine
    FOR EACH STATEMENT EXECUTE FUNCTION registre_refuser_modification();

-- The one way in which a balance changes. Whoever inserts entries has locked their accounts in an earlier statement;
-- who has not collides on (id_compte, version).
CREATE FUNCTION ecriture_reporter() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fautif bigint;
BEGIN
    -- Instead of a foreign key, which would ask once for each entry: the transaction is there, and its receiver gets
    -- its amount.
    SELECT q.id_transaction INTO fautif FROM (
        SELECT n.id_transaction, sum(n.montant) AS somme, count(*) AS nombre, min(n.rang) AS premier, max(n.rang) AS dernier,
               sum(n.montant) FILTER (WHERE n.rang = 1) AS recu
        FROM nouvelles n GROUP BY n.id_transaction) q
    LEFT JOIN transaction t ON t.id_transaction = q.id_transaction
    WHERE q.somme <> 0 OR q.nombre < 2 OR q.premier <> 0 OR q.dernier <> q.nombre - 1 OR q.recu IS DISTINCT FROM t.montant
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ecriture: the entries of transaction % do not sum to 0, are not all here, or not what it says', fautif
            USING ERRCODE = 'check_violation', TABLE = 'ecriture', CONSTRAINT = 'ecriture_somme_nulle';
    END IF;

    SELECT s.id_compte INTO fautif FROM (
        SELECT n.id_compte, n.version, n.solde_apres - n.montant AS avant,
               lag(n.version) OVER w AS version_avant, lag(n.solde_apres) OVER w AS solde_avant
        FROM nouvelles n WINDOW w AS (PARTITION BY n.id_compte ORDER BY n.version)) s
    LEFT JOIN compte c ON c.id_compte = s.id_compte AND s.version_avant IS NULL
    WHERE s.version IS DISTINCT FROM coalesce(s.version_avant, c.version) + 1
       OR s.avant IS DISTINCT FROM coalesce(s.solde_avant, c.solde) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ecriture: an entry of account % does not follow the one before', fautif
            USING ERRCODE = 'check_violation', TABLE = 'ecriture', CONSTRAINT = 'ecriture_suite';
    END IF;

    UPDATE compte c SET solde = d.solde_apres, version = d.version
    FROM (SELECT DISTINCT ON (n.id_compte) n.id_compte, n.solde_apres, n.version
          FROM nouvelles n ORDER BY n.id_compte, n.version DESC) d
    WHERE c.id_compte = d.id_compte;
    RETURN NULL;
END
$$;
CREATE TRIGGER ecriture_report AFTER INSERT ON ecriture REFERENCING NEW TABLE AS nouvelles
    FOR EACH STATEMENT EXECUTE FUNCTION ecriture_reporter();

-- Once a batch: the link follows the tail, and each transaction under it has its entries.
CREATE FUNCTION chaine_verifier() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM tete_chaine t WHERE NEW.numero = t.numero + 1 AND NEW.premiere = t.derniere + 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'chaine: link % does not follow the tail', NEW.numero
            USING ERRCODE = 'check_violation', TABLE = 'chaine', CONSTRAINT = 'chaine_suite';
    END IF;
    IF (SELECT count(*) FROM ecriture e WHERE e.id_transaction BETWEEN NEW.premiere AND NEW.derniere AND e.rang = 0)
        <> NEW.derniere - NEW.premiere + 1 THEN
        RAISE EXCEPTION 'chaine: a transaction under link % is missing, or lacks its entries', NEW.numero
            USING ERRCODE = 'check_violation', TABLE = 'chaine', CONSTRAINT = 'chaine_complete';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER chaine_verification AFTER INSERT ON chaine FOR EACH ROW EXECUTE FUNCTION chaine_verifier();
