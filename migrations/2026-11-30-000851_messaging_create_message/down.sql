DO $$
BEGIN
    IF EXISTS (SELECT FROM reaction_message) OR EXISTS (SELECT FROM message_masque) OR EXISTS (SELECT FROM message) THEN
        RAISE EXCEPTION 'message, reaction_message or message_masque holds rows: they would be lost';
    END IF;
END
$$;
DROP TABLE reaction_message;
DROP TABLE message_masque;
DROP TABLE message;
DROP FUNCTION messagerie_compter_reactions();
