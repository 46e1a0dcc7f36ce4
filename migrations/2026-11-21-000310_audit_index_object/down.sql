DROP INDEX logs_objet_idx;
