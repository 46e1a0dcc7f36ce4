DO $$
BEGIN
    -- What nobody set is the migration's own.
    IF EXISTS (SELECT FROM regle_vigilance WHERE pose_par IS NOT NULL) THEN
        RAISE EXCEPTION 'rules of vigilance were set: they would be lost';
    END IF;
END
$$;
DROP TABLE regle_vigilance;
