-- A session says through which door and on which device it was opened. Programs of the release before write neither.
ALTER TABLE session
    ADD COLUMN porte varchar(8) NOT NULL DEFAULT 'api',
    ADD COLUMN appareil_id varchar(64),
    ADD COLUMN appareil_nom varchar(80),
    ADD COLUMN appareil_plateforme varchar(40),
    ADD CONSTRAINT session_porte_connue CHECK (porte IN ('api', 'ego', 'nest')),
    DROP CONSTRAINT session_fin_connue,
    ADD CONSTRAINT session_fin_connue CHECK (fin IN (
        'deconnexion', 'reutilisation', 'mot_de_passe', 'premiere_preuve', 'remplacee',
        'fermee', 'identifiant', 'suppression', 'blocage'
    ));
COMMENT ON COLUMN session.porte IS 'the door it was opened through: it decides how long tokens last';
COMMENT ON COLUMN session.appareil_id IS 'what the application calls its installation; not a proof of anything';
COMMENT ON COLUMN session.appareil_nom IS 'what its owner calls the device';
COMMENT ON COLUMN session.appareil_plateforme IS 'android, ios, web…, or the family that the User-Agent names';
-- The live sessions of somebody, the newest first.
CREATE INDEX session_vivante_idx ON session (id_user, public_id) WHERE finie_le IS NULL;
