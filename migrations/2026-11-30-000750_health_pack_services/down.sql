-- Packs tell services no more: the lines of the same establishments change again.
COMMENT ON COLUMN etablissement_sante.services IS 'what there is; null is unknown, which is not nothing';
SELECT annuaire_noter((SELECT array_agg('e/' || public_id) FROM etablissement_sante WHERE services IS NOT NULL AND ferme_le IS NULL), false);
