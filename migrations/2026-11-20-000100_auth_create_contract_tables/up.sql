-- The contract's two tables, exactly as the older back end made them: a database that has them already is adopted.
CREATE SEQUENCE IF NOT EXISTS utilisateur_id_user_seq AS integer;
CREATE TABLE IF NOT EXISTS utilisateur (
    id_user integer NOT NULL DEFAULT nextval('utilisateur_id_user_seq'),
    nom varchar,
    prenom varchar,
    email varchar,
    telephone varchar,
    pays varchar,
    photo_profile varchar,
    mdp varchar,
    date_inscription timestamp DEFAULT CURRENT_TIMESTAMP,
    code_confirmation varchar(10),
    CONSTRAINT utilisateur_pkey PRIMARY KEY (id_user),
    CONSTRAINT "UQ_80273015241cbddf8152908bd5b" UNIQUE (telephone),
    CONSTRAINT "UQ_e1136325a6b28e2a02b81b2f5e1" UNIQUE (email)
);
ALTER SEQUENCE utilisateur_id_user_seq OWNED BY utilisateur.id_user;
COMMENT ON TABLE utilisateur IS 'auth: somebody who may sign in';

CREATE SEQUENCE IF NOT EXISTS otp_id_seq AS integer;
CREATE TABLE IF NOT EXISTS otp (
    id integer NOT NULL DEFAULT nextval('otp_id_seq'),
    user_id integer NOT NULL,
    otp_code varchar(6) NOT NULL,
    expires_at timestamp NOT NULL,
    is_valid boolean DEFAULT true,
    CONSTRAINT otp_pkey PRIMARY KEY (id),
    CONSTRAINT fk_otp_user FOREIGN KEY (user_id) REFERENCES utilisateur (id_user) ON DELETE CASCADE
);
ALTER SEQUENCE otp_id_seq OWNED BY otp.id;
COMMENT ON TABLE otp IS 'auth: one-time codes, as keyed hashes; otp_code never holds a live one';
