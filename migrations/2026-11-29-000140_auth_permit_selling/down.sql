UPDATE role_permission SET permissions = array_remove(permissions, 'wallet.sell');
COMMENT ON COLUMN role_permission.permissions IS 'what the role may do beyond what everybody may; the superadmin may everything, whatever stands here';
