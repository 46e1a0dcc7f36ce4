UPDATE role_permission SET permissions = array_append(permissions, 'health.review') WHERE role IN ('moderator', 'admin', 'superadmin');
COMMENT ON COLUMN role_permission.permissions IS 'what the role may do beyond what everybody may, health.review for example; the superadmin may everything, whatever stands here';
