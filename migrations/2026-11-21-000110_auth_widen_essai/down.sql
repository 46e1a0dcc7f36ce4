DO $$
BEGIN
    IF EXISTS (SELECT FROM essai WHERE length(objet) > 20 AND nombre > 0) THEN
        RAISE EXCEPTION 'essai holds counters with long names: they would be lost';
    END IF;
END
$$;
-- What counts nothing is no loss.
DELETE FROM essai WHERE nombre = 0;
ALTER TABLE essai DROP CONSTRAINT essai_nombre_positif;
ALTER TABLE essai ADD CONSTRAINT essai_nombre_positif CHECK (nombre > 0);
COMMENT ON COLUMN essai.objet IS NULL;
COMMENT ON COLUMN essai.cle IS NULL;
ALTER TABLE essai ALTER COLUMN objet TYPE varchar(20);
