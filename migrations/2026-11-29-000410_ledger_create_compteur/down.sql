DO $$
BEGIN
    IF EXISTS (SELECT FROM compteur) THEN
        RAISE EXCEPTION 'compteur holds rows: what people have moved would be lost';
    END IF;
    IF EXISTS (SELECT FROM refus WHERE libere_le IS NOT NULL OR motif LIKE 'limite\_%') THEN
        RAISE EXCEPTION 'refus holds refusals by limits: when they end would be lost';
    END IF;
END
$$;
ALTER TABLE refus DROP COLUMN libere_le;
DROP TABLE compteur;
