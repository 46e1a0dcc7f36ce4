ALTER TABLE utilisateur DROP COLUMN trouvable;
