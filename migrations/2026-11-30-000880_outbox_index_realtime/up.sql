-- Who comes back asks for what concerns them, a few subjects among all; events of money don't pay for it.
CREATE INDEX evenement_temps_reel_idx ON evenement (sujet, seq) WHERE type LIKE 'messaging.%' OR type LIKE 'notifications.%';
