DO $$
BEGIN
    IF EXISTS (SELECT FROM notification) OR EXISTS (SELECT FROM boite_notification) THEN
        RAISE EXCEPTION 'notification or boite_notification holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE fait_notification;
DROP TABLE notification;
DROP TABLE boite_notification;
DROP FUNCTION notification_compte_faits();
DROP FUNCTION notification_compte_non_lues();
