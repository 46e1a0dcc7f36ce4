UPDATE role_permission SET permissions = array_remove(permissions, 'compliance.review');
COMMENT ON COLUMN role_permission.permissions IS 'what the role may do beyond what everybody may, wallet.look_up for example; the superadmin may everything, whatever stands here';
