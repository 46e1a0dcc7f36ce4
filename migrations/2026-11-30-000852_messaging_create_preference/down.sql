DO $$
BEGIN
    IF EXISTS (SELECT FROM preference_messagerie) OR EXISTS (SELECT FROM presence) OR EXISTS (SELECT FROM saisie) OR EXISTS (SELECT FROM billet_socket) THEN
        RAISE EXCEPTION 'preference_messagerie, presence, saisie or billet_socket holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE preference_messagerie;
DROP TABLE presence;
DROP TABLE saisie;
DROP TABLE billet_socket;
