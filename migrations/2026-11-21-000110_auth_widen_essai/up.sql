-- Counters of addresses have longer names than those of accounts and identifiers, and go back to 0 when a try was right.
ALTER TABLE essai ALTER COLUMN objet TYPE varchar(40);
ALTER TABLE essai DROP CONSTRAINT essai_nombre_positif;
ALTER TABLE essai ADD CONSTRAINT essai_nombre_positif CHECK (nombre >= 0);
COMMENT ON COLUMN essai.objet IS 'what was tried: a proof of some kind, a code to send, a registration, a question who exists';
COMMENT ON COLUMN essai.cle IS 'keyed hash of whose tries these are: of an account, an identifier, a session or a network address';
