DO $$
BEGIN
    IF EXISTS (SELECT FROM carte_bancaire) OR EXISTS (SELECT FROM autorisation_carte) THEN
        RAISE EXCEPTION 'carte_bancaire or autorisation_carte holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE autorisation_carte;
DROP TABLE carte_bancaire;
