-- What was done to something, in the order of time: a person asks for all that concerns them.
CREATE INDEX logs_objet_idx ON logs (objet_id, id_log);
