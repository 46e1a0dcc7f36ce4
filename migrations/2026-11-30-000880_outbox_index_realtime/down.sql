DROP INDEX evenement_temps_reel_idx;
