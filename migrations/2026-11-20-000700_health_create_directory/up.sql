CREATE TABLE source_donnees (
    id_source integer GENERATED ALWAYS AS IDENTITY,
    code varchar(32) NOT NULL,
    nom varchar(200) NOT NULL,
    licence varchar(32) NOT NULL,
    licence_url varchar(200),
    attribution varchar(500) NOT NULL,
    url varchar(200),
    partage_identique boolean NOT NULL,
    CONSTRAINT source_donnees_pkey PRIMARY KEY (id_source),
    CONSTRAINT source_donnees_code_key UNIQUE (code)
);
COMMENT ON TABLE source_donnees IS 'health-directory: where facts come from, and what their licences ask of whoever shows them';
COMMENT ON COLUMN source_donnees.partage_identique IS 'share-alike: what is derived from it may leave only under the same licence';

CREATE TABLE revision_annuaire (
    unique_ligne boolean NOT NULL DEFAULT true,
    numero bigint NOT NULL,
    CONSTRAINT revision_annuaire_pkey PRIMARY KEY (unique_ligne),
    CONSTRAINT revision_annuaire_une_seule_ligne CHECK (unique_ligne),
    CONSTRAINT revision_annuaire_numero_positif CHECK (numero >= 0)
);
-- A sequence gives numbers before commit: a reader that has seen 8 may get 7 later. Here whoever writes to the directory
-- holds this row until the end of the transaction, so numbers appear in their order and without gaps.
COMMENT ON TABLE revision_annuaire IS 'health-directory: the number of the last change; who holds its one row is the writer';
INSERT INTO revision_annuaire (numero) VALUES (0);

CREATE TABLE etablissement_sante (
    id_etablissement integer GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL,
    id_source integer NOT NULL,
    cle_source varchar(400) NOT NULL,
    empreinte bytea NOT NULL,
    nom varchar(200) NOT NULL,
    type varchar(24) NOT NULL,
    type_source varchar(100),
    statut varchar(16),
    exploitant varchar(200),
    pays varchar(2) NOT NULL,
    region varchar(100),
    adresse varchar(300),
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    position_source varchar(64),
    position_precision_m integer,
    position_verifiee_le timestamptz,
    horaires_osm varchar(255),
    urgences boolean,
    delivre_medicaments boolean,
    acces_fauteuil boolean,
    revision bigint NOT NULL,
    cree_le timestamptz NOT NULL,
    modifie_le timestamptz NOT NULL,
    CONSTRAINT etablissement_sante_pkey PRIMARY KEY (id_etablissement),
    CONSTRAINT etablissement_sante_public_id_key UNIQUE (public_id),
    CONSTRAINT etablissement_sante_source_cle_key UNIQUE (id_source, cle_source),
    CONSTRAINT etablissement_sante_id_source_fkey FOREIGN KEY (id_source) REFERENCES source_donnees (id_source),
    CONSTRAINT etablissement_sante_empreinte_sha256 CHECK (octet_length(empreinte) = 32),
    CONSTRAINT etablissement_sante_nom_dit_quelque_chose CHECK (btrim(nom) <> ''),
    CONSTRAINT etablissement_sante_type_connu CHECK (type IN ('hospital', 'health_center', 'health_post', 'clinic',
        'doctor', 'dentist', 'pharmacy', 'laboratory', 'maternity', 'blood_bank', 'physiotherapist', 'other')),
    CONSTRAINT etablissement_sante_statut_connu CHECK (statut IN ('public', 'private', 'religious', 'community', 'ngo')),
    CONSTRAINT etablissement_sante_pays_iso CHECK (pays ~ '^[A-Z]{2}$'),
    -- NaN is above every number for Postgres, so it lies outside these too.
    CONSTRAINT etablissement_sante_latitude_bornes CHECK (latitude BETWEEN -90 AND 90),
    CONSTRAINT etablissement_sante_longitude_bornes CHECK (longitude BETWEEN -180 AND 180),
    CONSTRAINT etablissement_sante_position_reelle CHECK (latitude <> 0 OR longitude <> 0),
    CONSTRAINT etablissement_sante_precision_positive CHECK (position_precision_m > 0),
    CONSTRAINT etablissement_sante_revision_positive CHECK (revision > 0)
);
COMMENT ON TABLE etablissement_sante IS 'health-directory: establishments; null is unknown, which is not no';
COMMENT ON COLUMN etablissement_sante.cle_source IS 'the source''s own id, or a key made of what does not change in it: importing again updates';
COMMENT ON COLUMN etablissement_sante.empreinte IS 'SHA-256 of what the source said: importing the same again changes nothing';
COMMENT ON COLUMN etablissement_sante.revision IS 'revision_annuaire.numero of its last change, numbers of it included';
CREATE INDEX etablissement_sante_revision_idx ON etablissement_sante (revision);

CREATE TABLE liste_numero_etablissement_sante (
    id_numero integer GENERATED ALWAYS AS IDENTITY,
    id_etablissement integer NOT NULL,
    id_source integer NOT NULL,
    type varchar(8) NOT NULL,
    valeur varchar(16) NOT NULL,
    brut varchar(64) NOT NULL,
    usage varchar(16) NOT NULL,
    ordre smallint NOT NULL,
    converti_2021 boolean NOT NULL,
    etat varchar(16) NOT NULL,
    verifie_le timestamptz,
    CONSTRAINT liste_numero_etablissement_sante_pkey PRIMARY KEY (id_numero),
    CONSTRAINT liste_numero_etablissement_sante_valeur_key UNIQUE (id_etablissement, type, valeur),
    CONSTRAINT liste_numero_etablissement_sante_id_etablissement_fkey FOREIGN KEY (id_etablissement)
        REFERENCES etablissement_sante (id_etablissement) ON DELETE CASCADE,
    CONSTRAINT liste_numero_etablissement_sante_id_source_fkey FOREIGN KEY (id_source) REFERENCES source_donnees (id_source),
    -- A short number has no country code: +225185 would ring nobody.
    CONSTRAINT liste_numero_etablissement_sante_forme CHECK (
        (type = 'short' AND valeur ~ '^[1-9][0-9]{2,4}$')
        OR (type IN ('e164', 'whatsapp') AND valeur ~ '^\+[1-9][0-9]{6,14}$')),
    CONSTRAINT liste_numero_etablissement_sante_usage_connu CHECK (usage IN ('main', 'emergency', 'appointments', 'pharmacy', 'ambulance')),
    CONSTRAINT liste_numero_etablissement_sante_etat_connu CHECK (etat IN ('verified', 'unverified', 'dead')),
    CONSTRAINT liste_numero_etablissement_sante_verifie_date CHECK (etat <> 'verified' OR verifie_le IS NOT NULL)
);
COMMENT ON TABLE liste_numero_etablissement_sante IS 'health-directory: the numbers of an establishment, in the order in which to try them';
COMMENT ON COLUMN liste_numero_etablissement_sante.converti_2021 IS 'made from a number of the 8-digit plan that ended on 2021-01-31';
CREATE INDEX liste_numero_etablissement_sante_id_source_idx ON liste_numero_etablissement_sante (id_source);

CREATE TABLE numero_urgence (
    id_numero_urgence integer GENERATED ALWAYS AS IDENTITY,
    id_source integer NOT NULL,
    pays varchar(2) NOT NULL,
    type varchar(8) NOT NULL,
    valeur varchar(16) NOT NULL,
    empreinte bytea NOT NULL,
    service varchar(200) NOT NULL,
    categorie varchar(24) NOT NULL,
    portee varchar(100) NOT NULL,
    gratuit boolean,
    cout varchar(100),
    horaires varchar(100),
    ordre smallint NOT NULL,
    provenance varchar(500) NOT NULL,
    periode varchar(32),
    confiance varchar(8) NOT NULL,
    etat varchar(16) NOT NULL,
    verifie_le timestamptz,
    remarque varchar(500),
    revision bigint NOT NULL,
    CONSTRAINT numero_urgence_pkey PRIMARY KEY (id_numero_urgence),
    CONSTRAINT numero_urgence_valeur_key UNIQUE (id_source, pays, type, valeur),
    CONSTRAINT numero_urgence_id_source_fkey FOREIGN KEY (id_source) REFERENCES source_donnees (id_source),
    CONSTRAINT numero_urgence_forme CHECK (
        (type = 'short' AND valeur ~ '^[1-9][0-9]{2,4}$')
        OR (type IN ('e164', 'whatsapp') AND valeur ~ '^\+[1-9][0-9]{6,14}$')),
    CONSTRAINT numero_urgence_empreinte_sha256 CHECK (octet_length(empreinte) = 32),
    CONSTRAINT numero_urgence_pays_iso CHECK (pays ~ '^[A-Z]{2}$'),
    CONSTRAINT numero_urgence_categorie_connue CHECK (categorie IN ('fire_rescue', 'medical', 'police', 'child_protection',
        'health_info', 'citizen_info', 'pharmacy_duty', 'utility')),
    CONSTRAINT numero_urgence_confiance_connue CHECK (confiance IN ('high', 'medium', 'low')),
    CONSTRAINT numero_urgence_etat_connu CHECK (etat IN ('verified', 'unverified', 'dead')),
    CONSTRAINT numero_urgence_verifie_date CHECK (etat <> 'verified' OR verifie_le IS NOT NULL),
    CONSTRAINT numero_urgence_revision_positive CHECK (revision > 0)
);
COMMENT ON TABLE numero_urgence IS 'health-directory: emergency and useful numbers of a country';
COMMENT ON COLUMN numero_urgence.provenance IS 'where the number was read, as the source names it';
COMMENT ON COLUMN numero_urgence.cout IS 'what the source says of the price, where yes or no does not say it all';
CREATE INDEX numero_urgence_revision_idx ON numero_urgence (revision);
