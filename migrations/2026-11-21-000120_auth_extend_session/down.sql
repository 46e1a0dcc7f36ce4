DROP INDEX session_vivante_idx;
-- The release before has fewer words for the end of a session.
UPDATE session SET fin = 'deconnexion' WHERE fin IN ('fermee', 'identifiant', 'suppression', 'blocage');
ALTER TABLE session
    DROP CONSTRAINT session_fin_connue,
    ADD CONSTRAINT session_fin_connue CHECK (fin IN ('deconnexion', 'reutilisation', 'mot_de_passe', 'premiere_preuve', 'remplacee')),
    DROP CONSTRAINT session_porte_connue,
    DROP COLUMN appareil_plateforme,
    DROP COLUMN appareil_nom,
    DROP COLUMN appareil_id,
    DROP COLUMN porte;
