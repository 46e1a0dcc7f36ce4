DO $$
BEGIN
    IF EXISTS (SELECT FROM preference_notification) OR EXISTS (SELECT FROM appareil_push) OR EXISTS (SELECT FROM envoi_notification) THEN
        RAISE EXCEPTION 'preference_notification, appareil_push or envoi_notification holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE envoi_notification;
DROP TABLE appareil_push;
DROP FUNCTION appareil_push_oublie_attente();
DROP TABLE preference_notification;
