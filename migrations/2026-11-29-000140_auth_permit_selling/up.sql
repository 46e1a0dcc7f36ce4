-- Merchants may sell from the first start on; a superadmin may everything, and the row says so.
UPDATE role_permission SET permissions = array_append(permissions, 'wallet.sell') WHERE role IN ('merchant', 'superadmin');
COMMENT ON COLUMN role_permission.permissions IS 'what the role may do beyond what everybody may, such as to sell; the superadmin may everything, whatever stands here';
