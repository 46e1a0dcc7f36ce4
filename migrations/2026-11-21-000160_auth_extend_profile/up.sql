-- What people may say of themselves beside their name. All of it may stay empty.
ALTER TABLE utilisateur
    ADD COLUMN adresse varchar(200),
    ADD COLUMN profession varchar(80),
    ADD COLUMN date_naissance date,
    ADD COLUMN langue varchar(2),
    ADD CONSTRAINT utilisateur_adresse_non_vide CHECK (adresse <> ''),
    ADD CONSTRAINT utilisateur_profession_non_vide CHECK (profession <> ''),
    ADD CONSTRAINT utilisateur_date_naissance_bornee CHECK (date_naissance BETWEEN '1900-01-01' AND '2199-12-31'),
    ADD CONSTRAINT utilisateur_langue_connue CHECK (langue IN ('fr', 'en'));
COMMENT ON COLUMN utilisateur.adresse IS 'the postal address, on one line';
COMMENT ON COLUMN utilisateur.langue IS 'in which messages are written: fr or en';
