CREATE OR REPLACE FUNCTION notification_compte_faits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- Whose first fact in a notification is a new one. It is asked so that fait_notification_acteurs_idx alone can answer, in one step:
        -- by the index of actors, whoever did much made this read all of it for each fact.
        UPDATE notification n SET faits = n.faits + d.faits, acteurs = n.acteurs + d.acteurs
        FROM (
            SELECT x.id_notification, count(*) AS faits, count(DISTINCT x.id_acteur) FILTER (WHERE (
                SELECT a.id_fait FROM fait_notification a
                WHERE (a.id_notification, a.id_acteur, a.id_fait) >= (x.id_notification, x.id_acteur, 0)
                ORDER BY a.id_notification, a.id_acteur, a.id_fait LIMIT 1) >= (SELECT min(id_fait) FROM nouveaux)) AS acteurs
            FROM nouveaux x GROUP BY x.id_notification) AS d
        WHERE n.id_notification = d.id_notification;
    ELSE
        UPDATE notification n SET faits = n.faits - d.faits, acteurs = n.acteurs - d.acteurs
        FROM (
            SELECT x.id_notification, count(*) AS faits, count(DISTINCT x.id_acteur) FILTER (WHERE NOT EXISTS (
                SELECT FROM fait_notification a WHERE a.id_notification = x.id_notification AND a.id_acteur = x.id_acteur)) AS acteurs
            FROM anciens x GROUP BY x.id_notification) AS d
        WHERE n.id_notification = d.id_notification;
    END IF;
    RETURN NULL;
END
$$;
