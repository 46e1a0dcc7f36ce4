DO $$
BEGIN
    IF EXISTS (SELECT FROM envoi_sms) OR EXISTS (SELECT FROM depense_sms) THEN
        RAISE EXCEPTION 'envoi_sms or depense_sms holds rows: what was paid would be lost';
    END IF;
END
$$;
DROP TABLE depense_sms;
DROP TABLE envoi_sms;
