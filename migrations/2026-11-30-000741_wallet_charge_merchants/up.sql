-- What a merchant pays for being paid, off the amount: a scale of its own beside the payer's, shared with the agent who brought the merchant.
ALTER TABLE bareme_frais
    DROP CONSTRAINT bareme_frais_sujet_valide_du_key, DROP CONSTRAINT bareme_frais_payeur_connu, DROP CONSTRAINT bareme_frais_part_agent;
ALTER TABLE bareme_frais
    ADD CONSTRAINT bareme_frais_sujet_valide_du_key UNIQUE (operation, payeur, valide_du, a_partir_de),
    ADD CONSTRAINT bareme_frais_payeur_connu CHECK (payeur = 'donneur' OR (payeur = 'receveur' AND operation = 'paiement_qr')),
    ADD CONSTRAINT bareme_frais_part_agent CHECK (part_agent BETWEEN 0 AND 10000
        AND (part_agent = 0 OR payeur = 'receveur' OR operation IN ('depot_agent', 'retrait_agent')));
COMMENT ON COLUMN bareme_frais.payeur IS 'who pays it: the one who gives, on top; or the merchant who receives, off the amount';
COMMENT ON COLUMN bareme_frais.part_agent IS 'ten-thousandths of the fee that the agent earns, rounded down; the rest is Hostolink''s. Of a merchant''s, the agent who brought them';

ALTER TABLE commercant
    ADD COLUMN id_agent integer,
    ADD CONSTRAINT commercant_id_agent_fkey FOREIGN KEY (id_agent) REFERENCES utilisateur (id_user) ON DELETE SET NULL,
    ADD CONSTRAINT commercant_agent_autre CHECK (id_agent <> id_user);
COMMENT ON COLUMN commercant.id_agent IS 'the agent who brought the merchant, and shares what the merchant pays';
CREATE INDEX commercant_id_agent_idx ON commercant (id_agent) WHERE id_agent IS NOT NULL;
