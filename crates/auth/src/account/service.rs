use super::{Account, Channel, Check, Next, Profile, Recipient, Role, Search, store};
use crate::{Auth, Error, throttle};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Identifier, Page, UserId, UserPublicId};
use serde_json::json;
use std::collections::HashMap;

/// The list's name in its cursors.
const LIST: &str = "users";
/// The longest prefix that is searched for, in characters.
const MAX_SEARCH: usize = 100;

impl Auth {
    /// Says who an identifier is of, and how to go on. The contract wants the answer; an address gets so many of them.
    ///
    /// # Errors
    /// When the text is no identifier; [`Error::TooMany`]; those of the database.
    pub fn check_user(
        &self,
        conn: &mut PgConnection,
        identifier: &str,
        actor: &Actor,
    ) -> Result<Check, Error> {
        if let Some(key) = self.address_key(actor.address) {
            throttle::take_lightly(conn, throttle::QUESTIONS_OF_ADDRESS, &key, self.clock.now())?;
        }
        let named = store::resolve(conn, identifier, &self.settings.regions)?;
        Ok(match named.account {
            Some((account, _)) if !account.is_open() => {
                let password_set = account.password().is_some();
                let next = if password_set { Next::Password } else { Next::Otp };
                Check { exists: true, password_set, next }
            }
            _ => Check { exists: false, password_set: false, next: Next::Register },
        })
    }

    /// Somebody's own profile.
    ///
    /// # Errors
    /// [`Error::UserNotFound`]; those of the database.
    pub fn me(&self, conn: &mut PgConnection, user: UserId) -> Result<Profile, Error> {
        store::by_key(conn, user)?.map(Profile::from).ok_or(Error::UserNotFound)
    }

    /// Where somebody can be told of a change of their account: their proven identifiers, the mailbox first.
    ///
    /// # Errors
    /// [`Error::UserNotFound`]; those of the database.
    pub fn proven_identifiers(
        &self,
        conn: &mut PgConnection,
        user: UserId,
    ) -> Result<Vec<Identifier>, Error> {
        let account = store::by_key(conn, user)?.ok_or(Error::UserNotFound)?;
        Ok(account.proven_identifiers(&self.settings.regions))
    }

    /// People, the newest first. Only for administrators: the caller's role is for the caller to check.
    ///
    /// # Errors
    /// [`Error::InvalidCursor`]; those of the database.
    pub fn users(&self, conn: &mut PgConnection, search: &Search) -> Result<Page<Profile>, Error> {
        let before = search.after.as_ref().map(|cursor| cursor.keyset::<UserPublicId>(LIST)).transpose();
        let before = before.map_err(|_| Error::InvalidCursor)?;
        let text = search.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let rows = store::list(conn, text.map(prefixes), before, search.limit.probe())?;
        let people = rows.into_iter().map(Profile::from).collect();
        Ok(Page::from_probe(people, search.limit, LIST, |person: &Profile| person.public_id))
    }

    /// Gives somebody a role. Nobody gives one of their own level or above, nor touches somebody of their level or
    /// above; only a superadmin may demote a superadmin, and never the last.
    ///
    /// # Errors
    /// [`Error::RoleForbidden`], [`Error::LastSuperadmin`], [`Error::UserNotFound`], [`Error::UserNotProven`].
    pub fn set_role(
        &self,
        conn: &mut PgConnection,
        by: &Actor,
        target: UserPublicId,
        role: Role,
    ) -> Result<Profile, Error> {
        let by_user = by.user.ok_or(Error::RoleForbidden)?;
        conn.transaction(|conn| {
            // In one order for everybody: the superadmins first, then the two concerned.
            let superadmins = store::lock_superadmins(conn)?;
            let target = store::by_public_id(conn, target)?.ok_or(Error::UserNotFound)?.id_user;
            let locked = store::lock_all(conn, &[by_user, target])?;
            let find = |user| locked.iter().find(|account: &&Account| account.id_user == user);
            let by_account =
                find(by_user).filter(|account| !account.is_blocked()).ok_or(Error::RoleForbidden)?;
            let mut target = find(target).cloned().ok_or(Error::UserNotFound)?;
            may_set(by_account.role, target.role, role)?;
            if target.role == role {
                return Ok(target.into());
            }
            if target.role == Role::Superadmin && superadmins.iter().all(|other| *other == target.id_user) {
                return Err(Error::LastSuperadmin);
            }
            if !target.is_proven() {
                return Err(Error::UserNotProven);
            }
            assert_one(store::set_role(conn, target.id_user, role)?)?;
            let details = json!({ "from": target.role.as_str(), "to": role.as_str() });
            self.record(conn, by, "auth.role_set", target.public_id, details)?;
            target.role = role;
            Ok(target.into())
        })
    }

    /// Counts a copy of all that is known of somebody, for them: each reads much.
    ///
    /// # Errors
    /// [`Error::TooMany`]; [`Error::UserNotFound`]; those of the database.
    pub fn count_export(&self, conn: &mut PgConnection, user: UserId, actor: &Actor) -> Result<(), Error> {
        throttle::take(conn, throttle::EXPORTS, &self.account_key(user), self.clock.now())?;
        let id = store::by_key(conn, user)?.ok_or(Error::UserNotFound)?.public_id;
        self.record(conn, actor, "auth.exported", id, json!({}))
    }

    /// Who would receive what is sent to an identifier: `None` unless its owner has proven it and means to stay.
    ///
    /// # Errors
    /// Those of the database.
    pub fn find_recipient(
        &self,
        conn: &mut PgConnection,
        identifier: &Identifier,
    ) -> Result<Option<Recipient>, Error> {
        let channel = Channel::of(identifier);
        let found = store::by_identifier(conn, identifier)?;
        Ok(found
            .filter(|account| account.proven_at(channel).is_some() && account.may_receive())
            .map(Recipient::from))
    }

    /// What others may see of these people, in one query.
    ///
    /// # Errors
    /// Those of the database.
    pub fn names(
        &self,
        conn: &mut PgConnection,
        users: &[UserId],
    ) -> Result<HashMap<UserId, Recipient>, Error> {
        let accounts = store::by_keys(conn, users)?;
        Ok(accounts.into_iter().map(|account| (account.id_user, account.into())).collect())
    }

    /// The key behind a public id.
    ///
    /// # Errors
    /// Those of the database.
    pub fn find_user(&self, conn: &mut PgConnection, id: UserPublicId) -> Result<Option<UserId>, Error> {
        Ok(store::by_public_id(conn, id)?.map(|account| account.id_user))
    }
}

/// An update that touched no row, or several, is a defect: nothing of its transaction may stay.
pub(crate) fn assert_one(rows: usize) -> Result<(), Error> {
    if rows == 1 { Ok(()) } else { Err(diesel::result::Error::NotFound.into()) }
}

/// Who may turn whose role into what.
pub(super) fn may_set(by: Role, from: Role, to: Role) -> Result<(), Error> {
    let demotes_equal = by == Role::Superadmin && from == Role::Superadmin;
    let below = |role: Role| role.level() < by.level();
    if by >= Role::Admin && below(to) && (below(from) || demotes_equal) {
        Ok(())
    } else {
        Err(Error::RoleForbidden)
    }
}

/// LIKE patterns for a beginning: of a name, an e-mail address, an Ivorian number, a number with its country code.
fn prefixes(text: &str) -> [String; 4] {
    let text: String = text.chars().take(MAX_SEARCH).collect();
    let name = like(&text.to_lowercase());
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_number = !digits.is_empty() && text.chars().all(|c| c.is_ascii_digit() || " +-.()".contains(c));
    if !is_number {
        return [name.clone(), name, String::new(), String::new()];
    }
    let digits = digits.strip_prefix("00").map_or(digits.clone(), str::to_owned);
    [name.clone(), name, format!("+225{digits}%"), format!("+{digits}%")]
}

fn like(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_grants_at_or_above_their_level() {
        for by in Role::ALL {
            for from in Role::ALL {
                for to in Role::ALL {
                    let allowed = may_set(by, from, to).is_ok();
                    if allowed {
                        assert!(by >= Role::Admin && to < by, "{by:?} {from:?} {to:?}");
                        assert!(from < by || by == Role::Superadmin, "{by:?} {from:?} {to:?}");
                    }
                }
            }
        }
        assert!(may_set(Role::Superadmin, Role::User, Role::Admin).is_ok());
        assert!(may_set(Role::Superadmin, Role::Superadmin, Role::Admin).is_ok());
        assert!(may_set(Role::Admin, Role::User, Role::Agent).is_ok());
        assert!(may_set(Role::Admin, Role::Admin, Role::User).is_err());
    }

    #[test]
    fn a_search_is_a_prefix_and_nothing_else() {
        assert_eq!(prefixes("50%_\\")[0], "50\\%\\_\\\\%");
        assert_eq!(prefixes("07 08")[2..], ["+2250708%", "+0708%"]);
        assert_eq!(prefixes("+225 07")[2..], ["+22522507%", "+22507%"]);
        assert_eq!(prefixes("awa")[2..], ["", ""]);
    }
}
