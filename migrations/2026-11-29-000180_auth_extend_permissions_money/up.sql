UPDATE role_permission SET permissions = permissions || '{wallet.look_up,wallet.freeze,wallet.refund,wallet.adjust}'
WHERE role IN ('admin', 'superadmin');
COMMENT ON COLUMN role_permission.permissions IS 'what the role may do beyond what everybody may, wallet.look_up for example; the superadmin may everything, whatever stands here';
