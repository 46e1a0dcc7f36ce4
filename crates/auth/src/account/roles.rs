//! The roles themselves: what each may do.

use super::{Permission, Permissions, Role, store};
use crate::{Auth, Error, account::assert_one};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::UserId;
use serde_json::json;

/// A role as it stands in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleInfo {
    /// Which.
    pub role: Role,
    /// Its name for people, in French.
    pub label: String,
    /// Its rank.
    pub level: i16,
    /// What it may do beyond what everybody may.
    pub permissions: Permissions,
}

impl Auth {
    /// Every role, the lowest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn roles(&self, conn: &mut PgConnection) -> Result<Vec<RoleInfo>, Error> {
        Ok(store::roles(conn)?)
    }

    /// Says what a role may from now on. Only a superadmin does, and never for superadmins: they may everything, so that
    /// nobody locks the house from outside.
    ///
    /// # Errors
    /// [`Error::RoleForbidden`]; those of the database.
    pub fn set_permissions(
        &self,
        conn: &mut PgConnection,
        by: &Actor,
        role: Role,
        permissions: Permissions,
    ) -> Result<RoleInfo, Error> {
        let by_user = by.user.ok_or(Error::RoleForbidden)?;
        conn.transaction(|conn| {
            let by_account = store::lock(conn, by_user)?;
            let is_superadmin = by_account.role == Role::Superadmin && !by_account.is_blocked();
            if !is_superadmin || role == Role::Superadmin {
                return Err(Error::RoleForbidden);
            }
            let mut info = store::lock_role(conn, role)?;
            let before = names(info.permissions);
            assert_one(store::set_permissions(conn, role, &names(permissions))?)?;
            let details = json!({ "from": before, "to": names(permissions) });
            let object = ("role", role.as_str().to_owned());
            self.record_of(conn, by, "auth.role_permissions_set", object, details)?;
            info.permissions = permissions;
            Ok(info)
        })
    }

    /// What somebody may now; nothing where the account is blocked.
    ///
    /// # Errors
    /// [`Error::UserNotFound`]; those of the database.
    pub fn permissions_of(&self, conn: &mut PgConnection, user: UserId) -> Result<Permissions, Error> {
        store::permissions_of(conn, user)?.ok_or(Error::UserNotFound)
    }
}

fn names(permissions: Permissions) -> Vec<&'static str> {
    permissions.iter().map(Permission::as_str).collect()
}
