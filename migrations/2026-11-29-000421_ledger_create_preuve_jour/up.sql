CREATE TABLE preuve_jour (
    jour date NOT NULL,
    prise_le timestamptz NOT NULL,
    numero bigint NOT NULL,
    derniere bigint NOT NULL,
    empreinte bytea NOT NULL,
    soldes jsonb NOT NULL,
    CONSTRAINT preuve_jour_pkey PRIMARY KEY (jour),
    CONSTRAINT preuve_jour_empreinte_sha256 CHECK (octet_length(empreinte) = 32)
);
COMMENT ON TABLE preuve_jour IS 'ledger: what all accounts held at the start of a day, with the chain''s head; only ever added to';
COMMENT ON COLUMN preuve_jour.soldes IS 'by kind of account: how many there are, the sum of their signed balances, and how much of it is set aside';
CREATE TRIGGER preuve_jour_ajout_seul BEFORE UPDATE OR DELETE OR TRUNCATE ON preuve_jour
    FOR EACH STATEMENT EXECUTE FUNCTION registre_refuser_modification();
