-- Where a card was asked for: on whose account the money is set aside, and which cashier asked. Both are null for who sells without a till.
ALTER TABLE autorisation_carte
    ADD COLUMN compte uuid,
    ADD COLUMN id_caissier integer,
    ADD CONSTRAINT autorisation_carte_compte_fkey FOREIGN KEY (compte) REFERENCES compte (public_id) ON DELETE CASCADE,
    ADD CONSTRAINT autorisation_carte_id_caissier_fkey FOREIGN KEY (id_caissier) REFERENCES utilisateur (id_user) ON DELETE CASCADE,
    ADD CONSTRAINT autorisation_carte_caissier_au_guichet CHECK (id_caissier IS NULL OR compte IS NOT NULL),
    DROP CONSTRAINT autorisation_carte_cle_key;
COMMENT ON COLUMN autorisation_carte.compte IS 'public id of the merchant''s or till''s account; null: the merchant''s main account';
COMMENT ON COLUMN autorisation_carte.id_caissier IS 'the cashier who asked, whose the key is; null: the merchant';
CREATE UNIQUE INDEX autorisation_carte_cle_key ON autorisation_carte ((coalesce(id_caissier, id_commercant)), cle);
CREATE INDEX autorisation_carte_compte_idx ON autorisation_carte (compte, public_id) WHERE compte IS NOT NULL;
CREATE INDEX autorisation_carte_id_caissier_idx ON autorisation_carte (id_caissier, cle) WHERE id_caissier IS NOT NULL;
CREATE INDEX autorisation_carte_id_commercant_cle_idx ON autorisation_carte (id_commercant, cle) WHERE id_caissier IS NULL;
