DO $$
BEGIN
    IF EXISTS (SELECT FROM jour_ferie WHERE source <> 'python-holidays') THEN
        RAISE EXCEPTION 'jour_ferie holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE jour_ferie;
DROP FUNCTION annuaire_noter_ferie();
DELETE FROM changement_annuaire WHERE cle LIKE 'h/%';
