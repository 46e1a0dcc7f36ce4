ALTER TABLE session DROP COLUMN appareil_depuis;
