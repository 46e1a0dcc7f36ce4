ALTER TABLE utilisateur ADD COLUMN trouvable boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN utilisateur.trouvable IS 'whether they want to be found by who has their number, and to find who wants it too';
