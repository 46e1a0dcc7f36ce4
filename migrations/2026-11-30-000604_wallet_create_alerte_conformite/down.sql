DO $$
BEGIN
    IF EXISTS (SELECT FROM alerte_conformite) OR EXISTS (SELECT FROM gel WHERE cause = 'conformite') THEN
        RAISE EXCEPTION 'alerte_conformite holds rows, or compliance holds money back: they would be lost';
    END IF;
END
$$;
ALTER TABLE gel DROP CONSTRAINT gel_cause_connue;
ALTER TABLE gel ADD CONSTRAINT gel_cause_connue CHECK (cause IN ('depart', 'administration'));
DROP TABLE commentaire_alerte;
DROP TABLE alerte_conformite;
DROP FUNCTION alerte_conformite_refuser();
