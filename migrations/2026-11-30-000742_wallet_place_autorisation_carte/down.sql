DO $$
BEGIN
    IF EXISTS (SELECT FROM autorisation_carte WHERE compte IS NOT NULL) THEN
        RAISE EXCEPTION 'autorisation_carte holds what was asked for at tills: it would be lost';
    END IF;
END
$$;
DROP INDEX autorisation_carte_id_commercant_cle_idx;
DROP INDEX autorisation_carte_id_caissier_idx;
DROP INDEX autorisation_carte_compte_idx;
DROP INDEX autorisation_carte_cle_key;
ALTER TABLE autorisation_carte
    DROP CONSTRAINT autorisation_carte_caissier_au_guichet, DROP CONSTRAINT autorisation_carte_id_caissier_fkey,
    DROP CONSTRAINT autorisation_carte_compte_fkey, DROP COLUMN id_caissier, DROP COLUMN compte,
    ADD CONSTRAINT autorisation_carte_cle_key UNIQUE (id_commercant, cle);
