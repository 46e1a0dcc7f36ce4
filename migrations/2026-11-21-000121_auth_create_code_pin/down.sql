DO $$
BEGIN
    IF EXISTS (SELECT FROM code_pin) THEN
        RAISE EXCEPTION 'code_pin holds rows: they would be lost';
    END IF;
END
$$;
ALTER TABLE session DROP COLUMN pin_verifie_le;
DROP TABLE code_pin;
