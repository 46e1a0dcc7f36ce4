DO $$
BEGIN
    IF EXISTS (SELECT FROM totp) THEN
        RAISE EXCEPTION 'totp holds rows: they would be lost';
    END IF;
    IF EXISTS (SELECT FROM code_secours) THEN
        RAISE EXCEPTION 'code_secours holds rows: they would be lost';
    END IF;
    IF EXISTS (SELECT FROM defi_totp) THEN
        RAISE EXCEPTION 'defi_totp holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE defi_totp;
DROP TABLE code_secours;
DROP TABLE totp;
