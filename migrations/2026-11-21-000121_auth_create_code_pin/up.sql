CREATE TABLE code_pin (
    session_id uuid NOT NULL,
    hache varchar(72) NOT NULL,
    tentatives smallint NOT NULL DEFAULT 0,
    defini_le timestamptz NOT NULL,
    CONSTRAINT code_pin_pkey PRIMARY KEY (session_id),
    CONSTRAINT code_pin_session_id_fkey FOREIGN KEY (session_id) REFERENCES session (public_id) ON DELETE CASCADE,
    CONSTRAINT code_pin_tentatives_bornees CHECK (tentatives BETWEEN 0 AND 5)
);
COMMENT ON TABLE code_pin IS 'auth: the PIN of a device: of one session that a one-time code proved';
COMMENT ON COLUMN code_pin.hache IS 'bcrypt of an HMAC over session and PIN: of no use in another session';
COMMENT ON COLUMN code_pin.tentatives IS 'tries since the last right one, counted before they are judged; at 5 it is locked for good';

ALTER TABLE session ADD COLUMN pin_verifie_le timestamptz;
COMMENT ON COLUMN session.pin_verifie_le IS 'when the PIN was last shown: for a few minutes larger sums move';
