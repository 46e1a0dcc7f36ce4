DO $$
BEGIN
    -- What nobody set is the migration's own.
    IF EXISTS (SELECT FROM limite_kyc WHERE pose_par IS NOT NULL) OR EXISTS (SELECT FROM bareme_frais WHERE pose_par IS NOT NULL)
        OR EXISTS (SELECT FROM niveau_kyc) THEN
        RAISE EXCEPTION 'limits, fees or levels of people were set: they would be lost';
    END IF;
END
$$;
DROP TABLE bareme_frais;
DROP TABLE limite_kyc;
DROP TABLE niveau_kyc;
