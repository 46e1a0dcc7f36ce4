CREATE TABLE gel (
    id_user integer NOT NULL,
    cause varchar(16) NOT NULL,
    motif varchar(32),
    pose_par integer,
    pose_le timestamptz NOT NULL,
    CONSTRAINT gel_pkey PRIMARY KEY (id_user, cause),
    CONSTRAINT gel_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT gel_pose_par_fkey FOREIGN KEY (pose_par) REFERENCES utilisateur (id_user) ON DELETE SET NULL,
    CONSTRAINT gel_cause_connue CHECK (cause IN ('depart', 'administration')),
    CONSTRAINT gel_motif CHECK ((cause = 'administration') = (motif IS NOT NULL))
);
COMMENT ON TABLE gel IS 'wallet: why somebody''s accounts are frozen now, a row a cause; what was lifted is in the audit log';
CREATE INDEX gel_pose_par_idx ON gel (pose_par);
-- Until now only who asked to leave was frozen.
INSERT INTO gel (id_user, cause, pose_le)
SELECT DISTINCT id_user, 'depart', now() FROM compte WHERE statut = 'gele' AND id_user IS NOT NULL;
