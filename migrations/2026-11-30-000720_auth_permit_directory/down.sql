UPDATE role_permission SET permissions = array_remove(permissions, 'health.review');
COMMENT ON COLUMN role_permission.permissions IS 'what the role may do beyond what everybody may, compliance.review for example; the superadmin may everything, whatever stands here';
