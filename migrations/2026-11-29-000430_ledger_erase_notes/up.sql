-- A note can be erased: the chain covers it by the hash of its leaf's private half, which is kept in its place.
ALTER TABLE transaction
    ADD COLUMN empreinte_privee bytea,
    ADD CONSTRAINT transaction_empreinte_privee_sha256 CHECK (octet_length(empreinte_privee) = 32),
    ADD CONSTRAINT transaction_note_effacee CHECK (empreinte_privee IS NULL OR note IS NULL);
COMMENT ON COLUMN transaction.empreinte_privee IS 'the hash of its leaf''s private half, where its note was erased: the leaf follows from it';

-- Still only ever added to, but for a note that goes, once, and leaves that hash.
DROP TRIGGER transaction_ajout_seul ON transaction;
CREATE FUNCTION transaction_refuser_modification() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.note IS NOT NULL AND NEW.note IS NULL AND NEW.empreinte_privee IS NOT NULL
        AND to_jsonb(NEW) - '{note,empreinte_privee}'::text[] = to_jsonb(OLD) - '{note,empreinte_privee}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END
$$;
CREATE TRIGGER transaction_ajout_seul BEFORE UPDATE OR DELETE ON transaction
    FOR EACH ROW EXECUTE FUNCTION transaction_refuser_modification();
CREATE TRIGGER transaction_reste BEFORE TRUNCATE ON transaction
    FOR EACH STATEMENT EXECUTE FUNCTION registre_refuser_modification();
