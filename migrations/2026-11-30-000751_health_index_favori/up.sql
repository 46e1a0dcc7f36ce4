-- Whoever keeps a pharmacy of a list of duty is told of it.
CREATE INDEX favori_etablissement_etablissement_idx ON favori_etablissement (etablissement, id_user);
