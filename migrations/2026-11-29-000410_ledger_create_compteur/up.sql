-- What a holder has moved in a stretch of time, for the limits that orders carry. The ledger does not read the name: whoever
-- prepares an order says what is counted where.
CREATE TABLE compteur (
    id_titulaire bigint NOT NULL,
    nom varchar(40) COLLATE "C" NOT NULL,
    debut timestamptz NOT NULL,
    montant bigint NOT NULL,
    nombre bigint NOT NULL,
    CONSTRAINT compteur_pkey PRIMARY KEY (id_titulaire, nom, debut),
    CONSTRAINT compteur_id_titulaire_fkey FOREIGN KEY (id_titulaire) REFERENCES titulaire (id_titulaire) ON DELETE CASCADE,
    CONSTRAINT compteur_nom_non_vide CHECK (nom <> ''),
    CONSTRAINT compteur_compte_quelque_chose CHECK (montant > 0 AND nombre > 0)
) WITH (fillfactor = 80);
COMMENT ON TABLE compteur IS 'ledger: what holders have moved in a day or a month, for the limits that orders carry; written under the holder''s lock';
COMMENT ON COLUMN compteur.debut IS 'from when on; the stretch ends where whoever named it says';
-- Only to find what is old: rows come in the order of time.
CREATE INDEX compteur_debut_idx ON compteur USING brin (debut);

-- Written with the refusal, so that a replay tells the same instant.
ALTER TABLE refus ADD COLUMN libere_le timestamptz;
COMMENT ON COLUMN refus.libere_le IS 'from when on a limit that refused it leaves room again';
