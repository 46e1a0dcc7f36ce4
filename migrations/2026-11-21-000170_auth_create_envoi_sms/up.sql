CREATE TABLE envoi_sms (
    id uuid NOT NULL,
    cree_le timestamptz NOT NULL,
    numero_hache bytea NOT NULL,
    prefixe varchar(16) NOT NULL,
    porte_code boolean NOT NULL,
    segments smallint NOT NULL,
    cout_millimes bigint NOT NULL,
    fournisseur varchar(16),
    fournisseur_id varchar(100),
    etat varchar(12) NOT NULL,
    etat_le timestamptz NOT NULL,
    verifie_le timestamptz,
    CONSTRAINT envoi_sms_pkey PRIMARY KEY (id),
    -- A receipt names one message.
    CONSTRAINT envoi_sms_fournisseur_id_key UNIQUE (fournisseur, fournisseur_id),
    CONSTRAINT envoi_sms_id_de_fournisseur CHECK (fournisseur_id IS NULL OR fournisseur IS NOT NULL),
    CONSTRAINT envoi_sms_numero_sha256 CHECK (octet_length(numero_hache) = 32),
    CONSTRAINT envoi_sms_segments_positifs CHECK (segments > 0),
    CONSTRAINT envoi_sms_cout_positif CHECK (cout_millimes >= 0),
    CONSTRAINT envoi_sms_etat_connu CHECK (etat IN
        ('en_cours', 'accepte', 'reseau', 'incertain', 'livre', 'echoue', 'refuse', 'indisponible', 'inconnu'))
);
COMMENT ON TABLE envoi_sms IS 'auth: every text message handed to a provider: what it cost and what became of it; neither number nor text';
COMMENT ON COLUMN envoi_sms.numero_hache IS 'keyed hash of the number';
COMMENT ON COLUMN envoi_sms.prefixe IS 'the number without its last four digits';
COMMENT ON COLUMN envoi_sms.cout_millimes IS 'thousandths of a franc CFA; 0 where it surely did not leave';
COMMENT ON COLUMN envoi_sms.verifie_le IS 'when the code that it carried was shown';
CREATE INDEX envoi_sms_numero_hache_idx ON envoi_sms (numero_hache, cree_le);
CREATE INDEX envoi_sms_prefixe_idx ON envoi_sms (prefixe, cree_le);
CREATE INDEX envoi_sms_cree_le_idx ON envoi_sms (cree_le);

CREATE TABLE depense_sms (
    jour date NOT NULL,
    cout_millimes bigint NOT NULL,
    CONSTRAINT depense_sms_pkey PRIMARY KEY (jour),
    CONSTRAINT depense_sms_cout_positif CHECK (cout_millimes >= 0)
);
COMMENT ON TABLE depense_sms IS 'auth: what the text messages of a day cost, those on their way included; the daily budget is held against it';
COMMENT ON COLUMN depense_sms.cout_millimes IS 'thousandths of a franc CFA';
