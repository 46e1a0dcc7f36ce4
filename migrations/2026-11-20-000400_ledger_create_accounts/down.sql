DO $$
BEGIN
    -- Hostolink's own rows were made by the up.
    IF EXISTS (SELECT FROM titulaire WHERE id_user IS NOT NULL) OR EXISTS (SELECT FROM compte WHERE id_user IS NOT NULL) THEN
        RAISE EXCEPTION 'titulaire or compte holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE compte;
DROP TABLE titulaire;
DROP FUNCTION compte_refuser();
