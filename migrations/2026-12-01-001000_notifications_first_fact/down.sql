CREATE OR REPLACE FUNCTION notification_compte_faits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE notification n SET faits = n.faits + d.faits, acteurs = n.acteurs + d.acteurs
        FROM (
            SELECT x.id_notification, count(*) AS faits, count(DISTINCT x.id_acteur) FILTER (WHERE NOT EXISTS (
                SELECT FROM fait_notification a WHERE a.id_notification = x.id_notification AND a.id_acteur = x.id_acteur
                AND a.id_fait < (SELECT min(id_fait) FROM nouveaux))) AS acteurs
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
