-- Merchants may sell from the first start on; a superadmin may everything, and the row says so.
UPDATE role_permission SET permissions = array_append(permissions, 'wallet.sell') WHERE role IN ('merchant', 'superadmin');
