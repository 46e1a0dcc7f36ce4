UPDATE role_permission SET permissions = ARRAY(
    SELECT p FROM unnest(permissions) AS p
    WHERE p NOT IN ('wallet.look_up', 'wallet.freeze', 'wallet.refund', 'wallet.adjust'));
COMMENT ON COLUMN role_permission.permissions IS 'what the role may do beyond what everybody may, such as to sell; the superadmin may everything, whatever stands here';
