CREATE TABLE carte_bancaire (
    id_carte bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_user integer NOT NULL,
    place smallint NOT NULL,
    reseau varchar(16) NOT NULL DEFAULT 'hostolink',
    numero_chiffre bytea,
    numero_cle varchar(16),
    numero_empreinte bytea,
    derniers_chiffres varchar(4) NOT NULL,
    generation integer NOT NULL DEFAULT 1,
    libelle varchar(30),
    etat varchar(8) NOT NULL DEFAULT 'active',
    usage_unique boolean NOT NULL DEFAULT false,
    verrou_commercant boolean NOT NULL DEFAULT false,
    id_commercant integer,
    limite_operation bigint,
    limite_jour bigint,
    limite_mois bigint,
    creee_le timestamptz NOT NULL,
    expire_le timestamptz NOT NULL,
    CONSTRAINT carte_bancaire_pkey PRIMARY KEY (id_carte),
    CONSTRAINT carte_bancaire_public_id_key UNIQUE (public_id),
    CONSTRAINT carte_bancaire_numero_empreinte_key UNIQUE (numero_empreinte),
    CONSTRAINT carte_bancaire_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT carte_bancaire_id_commercant_fkey FOREIGN KEY (id_commercant) REFERENCES utilisateur (id_user) ON DELETE SET NULL,
    CONSTRAINT carte_bancaire_reseau_connu CHECK (reseau = 'hostolink'),
    CONSTRAINT carte_bancaire_etat_connu CHECK (etat IN ('active', 'gelee', 'fermee')),
    -- A closed card has no number any more; every other has a sealed one that can be looked up.
    CONSTRAINT carte_bancaire_numero CHECK (
        (etat = 'fermee') = (numero_chiffre IS NULL)
        AND (numero_chiffre IS NULL) = (numero_cle IS NULL) AND (numero_chiffre IS NULL) = (numero_empreinte IS NULL)
        AND (numero_empreinte IS NULL OR octet_length(numero_empreinte) = 32)),
    CONSTRAINT carte_bancaire_derniers_chiffres_quatre CHECK (derniers_chiffres ~ '^[0-9]{4}$'),
    CONSTRAINT carte_bancaire_place_bornee CHECK (place BETWEEN 1 AND 5),
    CONSTRAINT carte_bancaire_generation_positive CHECK (generation > 0),
    CONSTRAINT carte_bancaire_commercant_verrouille CHECK (id_commercant IS NULL OR verrou_commercant),
    CONSTRAINT carte_bancaire_limites_positives CHECK (limite_operation > 0 AND limite_jour > 0 AND limite_mois > 0),
    CONSTRAINT carte_bancaire_expire_apres CHECK (expire_le > creee_le)
);
COMMENT ON TABLE carte_bancaire IS 'wallet: closed-loop virtual cards; they pay at our merchants from their owner''s main account';
COMMENT ON COLUMN carte_bancaire.place IS 'a person has so many places for cards that are not closed';
COMMENT ON COLUMN carte_bancaire.numero_chiffre IS 'AES-256-GCM under the key that numero_cle names';
COMMENT ON COLUMN carte_bancaire.numero_empreinte IS 'HMAC-SHA-256 of the number under the same key: finds a card by the number that is shown';
COMMENT ON COLUMN carte_bancaire.generation IS 'which number of the card it is: each renewal draws another';
COMMENT ON COLUMN carte_bancaire.verrou_commercant IS 'the first merchant who charges it becomes the only one, id_commercant';
CREATE UNIQUE INDEX carte_bancaire_place_key ON carte_bancaire (id_user, place) WHERE etat <> 'fermee';
CREATE INDEX carte_bancaire_id_user_idx ON carte_bancaire (id_user, public_id);
CREATE INDEX carte_bancaire_id_commercant_idx ON carte_bancaire (id_commercant) WHERE id_commercant IS NOT NULL;
CREATE INDEX carte_bancaire_numero_cle_idx ON carte_bancaire (numero_cle) WHERE numero_cle IS NOT NULL;

CREATE TABLE autorisation_carte (
    id_autorisation bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_carte bigint NOT NULL,
    id_commercant integer NOT NULL,
    cle varchar(255),
    empreinte bytea,
    montant bigint NOT NULL,
    libelle varchar(140),
    fenetre bigint,
    etat varchar(9) NOT NULL,
    motif varchar(20),
    id_retenue uuid,
    id_capture uuid,
    montant_capture bigint,
    demandee_le timestamptz NOT NULL,
    expire_le timestamptz NOT NULL,
    CONSTRAINT autorisation_carte_pkey PRIMARY KEY (id_autorisation),
    CONSTRAINT autorisation_carte_public_id_key UNIQUE (public_id),
    CONSTRAINT autorisation_carte_cle_key UNIQUE (id_commercant, cle),
    -- A code pays once.
    CONSTRAINT autorisation_carte_fenetre_key UNIQUE (id_carte, fenetre),
    CONSTRAINT autorisation_carte_id_carte_fkey FOREIGN KEY (id_carte) REFERENCES carte_bancaire (id_carte) ON DELETE CASCADE,
    CONSTRAINT autorisation_carte_id_commercant_fkey FOREIGN KEY (id_commercant) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT autorisation_carte_etat_connu CHECK (etat IN ('en_cours', 'accordee', 'capturee', 'liberee', 'expiree', 'refusee')),
    CONSTRAINT autorisation_carte_cle_et_empreinte CHECK ((cle IS NULL) = (empreinte IS NULL) AND (empreinte IS NULL OR octet_length(empreinte) = 32)),
    CONSTRAINT autorisation_carte_refus CHECK ((etat = 'refusee') = (motif IS NOT NULL) AND (etat <> 'refusee' OR fenetre IS NULL)),
    CONSTRAINT autorisation_carte_retenue CHECK ((etat IN ('accordee', 'capturee', 'liberee', 'expiree')) = (id_retenue IS NOT NULL)),
    CONSTRAINT autorisation_carte_capture CHECK (
        (etat = 'capturee') = (montant_capture IS NOT NULL) AND (etat = 'capturee') = (id_capture IS NOT NULL)
        AND montant_capture BETWEEN 1 AND montant),
    CONSTRAINT autorisation_carte_montant_positif CHECK (montant > 0),
    CONSTRAINT autorisation_carte_expire_apres CHECK (expire_le > demandee_le)
);
COMMENT ON TABLE autorisation_carte IS 'wallet: what merchants asked of cards; limits count from here, the money is a hold of the ledger';
COMMENT ON COLUMN autorisation_carte.cle IS 'the merchant''s idempotency key; null for a wrong number or code, which is no outcome of it';
COMMENT ON COLUMN autorisation_carte.fenetre IS 'the time window of the code that was shown';
COMMENT ON COLUMN autorisation_carte.id_retenue IS 'public id of the ledger''s hold';
COMMENT ON COLUMN autorisation_carte.id_capture IS 'public id of the ledger''s capture';
CREATE INDEX autorisation_carte_id_carte_idx ON autorisation_carte (id_carte, demandee_le);
CREATE INDEX autorisation_carte_ouverte_idx ON autorisation_carte (id_carte) WHERE etat IN ('en_cours', 'accordee');
CREATE INDEX autorisation_carte_id_commercant_idx ON autorisation_carte (id_commercant, public_id);
