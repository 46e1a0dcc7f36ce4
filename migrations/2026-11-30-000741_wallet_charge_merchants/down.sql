DO $$
BEGIN
    IF EXISTS (SELECT FROM bareme_frais WHERE payeur = 'receveur') OR EXISTS (SELECT FROM commercant WHERE id_agent IS NOT NULL) THEN
        RAISE EXCEPTION 'bareme_frais or commercant says what merchants pay: it would be lost';
    END IF;
END
$$;
DROP INDEX commercant_id_agent_idx;
ALTER TABLE commercant DROP CONSTRAINT commercant_agent_autre, DROP CONSTRAINT commercant_id_agent_fkey, DROP COLUMN id_agent;
ALTER TABLE bareme_frais
    DROP CONSTRAINT bareme_frais_sujet_valide_du_key, DROP CONSTRAINT bareme_frais_payeur_connu, DROP CONSTRAINT bareme_frais_part_agent;
ALTER TABLE bareme_frais
    ADD CONSTRAINT bareme_frais_sujet_valide_du_key UNIQUE (operation, valide_du, a_partir_de),
    ADD CONSTRAINT bareme_frais_payeur_connu CHECK (payeur = 'donneur'),
    ADD CONSTRAINT bareme_frais_part_agent CHECK (part_agent BETWEEN 0 AND 10000
        AND (part_agent = 0 OR operation IN ('depot_agent', 'retrait_agent')));
COMMENT ON COLUMN bareme_frais.payeur IS 'who pays it: the one who gives';
COMMENT ON COLUMN bareme_frais.part_agent IS 'ten-thousandths of the fee that the agent earns, rounded down; the rest is Hostolink''s';
