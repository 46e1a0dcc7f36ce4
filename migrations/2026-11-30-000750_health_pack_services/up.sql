-- Packs tell services from now on: who keeps a copy is told of each establishment of which some are known, or known to be none.
COMMENT ON COLUMN etablissement_sante.services IS 'what there is, also in packs; null is unknown, which is not nothing';
SELECT annuaire_noter((SELECT array_agg('e/' || public_id) FROM etablissement_sante WHERE services IS NOT NULL AND ferme_le IS NULL), false);
