CREATE TABLE verification_identite (
    public_id uuid NOT NULL,
    id_user integer NOT NULL,
    etat varchar(10) NOT NULL DEFAULT 'brouillon',
    type_document varchar(16),
    pays_document char(2),
    numero_cle varchar(16),
    numero_chiffre bytea,
    numero_hache bytea,
    nom varchar(100),
    prenom varchar(100),
    date_naissance date,
    expire_le date,
    commencee_le timestamptz NOT NULL,
    soumise_le timestamptz,
    avis_par integer,
    avis_le timestamptz,
    decidee_par integer,
    decidee_le timestamptz,
    motif varchar(16),
    CONSTRAINT verification_identite_pkey PRIMARY KEY (public_id),
    CONSTRAINT verification_identite_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT verification_identite_avis_par_fkey FOREIGN KEY (avis_par) REFERENCES utilisateur (id_user) ON DELETE SET NULL,
    CONSTRAINT verification_identite_decidee_par_fkey FOREIGN KEY (decidee_par) REFERENCES utilisateur (id_user) ON DELETE SET NULL,
    CONSTRAINT verification_identite_etat_connu CHECK (etat IN ('brouillon', 'soumise', 'en_examen', 'acceptee', 'refusee', 'expiree')),
    CONSTRAINT verification_identite_type_connu CHECK (type_document IN ('cni', 'passeport', 'permis', 'titre_sejour', 'carte_consulaire')),
    CONSTRAINT verification_identite_hache_sha256 CHECK (octet_length(numero_hache) = 32),
    CONSTRAINT verification_identite_complete CHECK (etat = 'brouillon' OR (
        type_document IS NOT NULL AND pays_document IS NOT NULL AND numero_cle IS NOT NULL AND numero_chiffre IS NOT NULL
        AND numero_hache IS NOT NULL AND nom IS NOT NULL AND prenom IS NOT NULL AND date_naissance IS NOT NULL
        AND expire_le IS NOT NULL AND soumise_le IS NOT NULL)),
    -- Nobody reviews their own, and whoever accepts is not who gave the first opinion.
    CONSTRAINT verification_identite_avis_autre CHECK (avis_par <> id_user),
    CONSTRAINT verification_identite_decision_autre CHECK (decidee_par <> id_user),
    CONSTRAINT verification_identite_deux_personnes CHECK (etat <> 'acceptee' OR (avis_le IS NOT NULL AND decidee_le IS NOT NULL
        AND (avis_par IS NULL OR decidee_par IS NULL OR avis_par <> decidee_par))),
    CONSTRAINT verification_identite_motif_connu CHECK (motif IN (
        'illisible', 'document_expire', 'discordance', 'autre_personne', 'deja_utilise', 'non_accepte', 'suspect')),
    CONSTRAINT verification_identite_refus_motive CHECK ((etat = 'refusee') = (motif IS NOT NULL))
);
COMMENT ON TABLE verification_identite IS 'auth: applications to have one''s identity verified, one a row';
COMMENT ON COLUMN verification_identite.etat IS 'brouillon: files only; soumise; en_examen: one reviewer is in favour; acceptee: a second one is; refusee; expiree';
COMMENT ON COLUMN verification_identite.numero_chiffre IS 'the document''s number, AES-256-GCM under the key numero_cle';
COMMENT ON COLUMN verification_identite.numero_hache IS 'keyed hash of document and number: finds the same document under another account';
COMMENT ON COLUMN verification_identite.expire_le IS 'the last day on which the document is valid';
COMMENT ON COLUMN verification_identite.avis_par IS 'the first reviewer in favour';
COMMENT ON COLUMN verification_identite.decidee_par IS 'who accepted as the second, or refused';
-- One under way and one that counts for a person; one person for a document.
CREATE UNIQUE INDEX verification_identite_en_cours_key ON verification_identite (id_user) WHERE etat IN ('brouillon', 'soumise', 'en_examen');
CREATE UNIQUE INDEX verification_identite_acceptee_key ON verification_identite (id_user) WHERE etat = 'acceptee';
CREATE UNIQUE INDEX verification_identite_document_key ON verification_identite (numero_hache) WHERE etat = 'acceptee';
CREATE INDEX verification_identite_id_user_idx ON verification_identite (id_user, public_id);
CREATE INDEX verification_identite_file_idx ON verification_identite (etat, public_id);
CREATE INDEX verification_identite_numero_idx ON verification_identite (numero_hache);
CREATE INDEX verification_identite_expire_le_idx ON verification_identite (expire_le) WHERE etat IN ('soumise', 'en_examen', 'acceptee');
CREATE INDEX verification_identite_avis_par_idx ON verification_identite (avis_par);
CREATE INDEX verification_identite_decidee_par_idx ON verification_identite (decidee_par);

CREATE TABLE piece_justificative (
    verification_id uuid NOT NULL,
    genre varchar(8) NOT NULL,
    cle varchar(16) NOT NULL,
    contenu bytea NOT NULL,
    deposee_le timestamptz NOT NULL,
    CONSTRAINT piece_justificative_pkey PRIMARY KEY (verification_id, genre),
    CONSTRAINT piece_justificative_verification_id_fkey FOREIGN KEY (verification_id) REFERENCES verification_identite (public_id) ON DELETE CASCADE,
    CONSTRAINT piece_justificative_genre_connu CHECK (genre IN ('recto', 'verso', 'selfie')),
    CONSTRAINT piece_justificative_contenu_borne CHECK (octet_length(contenu) BETWEEN 29 AND 6000000)
);
COMMENT ON TABLE piece_justificative IS 'auth: pictures of identity documents, encrypted; shown to reviewers only, each look in the log';
COMMENT ON COLUMN piece_justificative.contenu IS 'a JPEG under AES-256-GCM with the key cle: nonce, ciphertext, tag; bound to its row';
-- They are compressed already.
ALTER TABLE piece_justificative ALTER COLUMN contenu SET STORAGE EXTERNAL;

CREATE TABLE verification_compte (
    id bigint GENERATED ALWAYS AS IDENTITY,
    id_user integer NOT NULL,
    niveau smallint NOT NULL,
    motif varchar(12) NOT NULL,
    verification_id uuid,
    depuis timestamptz NOT NULL,
    CONSTRAINT verification_compte_pkey PRIMARY KEY (id),
    CONSTRAINT verification_compte_id_user_fkey FOREIGN KEY (id_user) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    CONSTRAINT verification_compte_verification_id_fkey FOREIGN KEY (verification_id) REFERENCES verification_identite (public_id) ON DELETE SET NULL,
    CONSTRAINT verification_compte_niveau_connu CHECK (niveau IN (0, 1)),
    CONSTRAINT verification_compte_motif_connu CHECK (motif IN ('acceptation', 'expiration', 'operateur'))
);
COMMENT ON TABLE verification_compte IS 'auth: every change of an account''s level of identity; the present one is utilisateur.niveau_identite';
COMMENT ON COLUMN verification_compte.motif IS 'acceptation: two reviewers accepted; expiration: the document expired; operateur: from the command line';
CREATE INDEX verification_compte_id_user_idx ON verification_compte (id_user, id);
CREATE INDEX verification_compte_verification_id_idx ON verification_compte (verification_id);
