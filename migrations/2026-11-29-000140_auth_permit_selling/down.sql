UPDATE role_permission SET permissions = array_remove(permissions, 'wallet.sell');
