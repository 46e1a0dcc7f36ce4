DO $$
BEGIN
    -- The four rows are the migration's own.
    IF EXISTS (SELECT FROM role_permission WHERE role NOT IN ('user', 'agent', 'admin', 'superadmin')) THEN
        RAISE EXCEPTION 'role_permission holds rows of others: they would be lost';
    END IF;
END
$$;
DROP TABLE role_permission;
