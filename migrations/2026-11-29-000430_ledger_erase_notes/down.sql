DO $$
BEGIN
    IF EXISTS (SELECT FROM transaction WHERE empreinte_privee IS NOT NULL) THEN
        RAISE EXCEPTION 'notes were erased: without what they left, the chain could not be verified';
    END IF;
END
$$;
DROP TRIGGER transaction_reste ON transaction;
DROP TRIGGER transaction_ajout_seul ON transaction;
DROP FUNCTION transaction_refuser_modification();
CREATE TRIGGER transaction_ajout_seul BEFORE UPDATE OR DELETE OR TRUNCATE ON transaction
    FOR EACH STATEMENT EXECUTE FUNCTION registre_refuser_modification();
ALTER TABLE transaction
    DROP CONSTRAINT transaction_note_effacee,
    DROP CONSTRAINT transaction_empreinte_privee_sha256,
    DROP COLUMN empreinte_privee;
