DO $$
BEGIN
    IF EXISTS (SELECT FROM verification_identite) OR EXISTS (SELECT FROM verification_compte) THEN
        RAISE EXCEPTION 'verification_identite or verification_compte holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE verification_compte;
DROP TABLE piece_justificative;
DROP TABLE verification_identite;
