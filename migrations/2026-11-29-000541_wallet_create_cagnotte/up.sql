CREATE TABLE cagnotte (
    id_cagnotte bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_user integer NOT NULL,
    place smallint NOT NULL,
    compte uuid NOT NULL,
    nom varchar(40) NOT NULL,
    objectif bigint,
    etat varchar(8) NOT NULL DEFAULT 'ouverte',
    creee_le timestamptz NOT NULL,
    CONSTRAINT cagnotte_pkey PRIMARY KEY (id_cagnotte),
    CONSTRAINT cagnotte_public_id_key UNIQUE (public_id),
    CONSTRAINT cagnotte_compte_key UNIQUE (compte),
    CONSTRAINT cagnotte_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT cagnotte_compte_fkey FOREIGN KEY (compte) REFERENCES compte (public_id) ON DELETE CASCADE,
    CONSTRAINT cagnotte_place_bornee CHECK (place BETWEEN 1 AND 10),
    CONSTRAINT cagnotte_objectif_positif CHECK (objectif > 0),
    CONSTRAINT cagnotte_etat_connu CHECK (etat IN ('ouverte', 'fermee'))
);
COMMENT ON TABLE cagnotte IS 'wallet: savings pots; the money is on the account of the ledger that each names';
COMMENT ON COLUMN cagnotte.place IS 'a person has so many places for pots that are open';
CREATE UNIQUE INDEX cagnotte_place_key ON cagnotte (id_user, place) WHERE etat = 'ouverte';
CREATE INDEX cagnotte_id_user_idx ON cagnotte (id_user, public_id);
