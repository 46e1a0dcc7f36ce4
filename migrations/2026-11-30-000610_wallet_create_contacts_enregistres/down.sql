DO $$
BEGIN
    IF EXISTS (SELECT FROM contacts_enregistres) THEN
        RAISE EXCEPTION 'contacts_enregistres holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE contacts_enregistres;
