use super::{Activity, IdentityStanding, store};
use crate::{Auth, Error, identity, proof::Kind, totp};
use diesel::PgConnection;
use hostolink_kernel::UserId;
use std::collections::HashMap;

impl Auth {
    /// How these people's accounts were used lately, in five queries whatever their number. Who left no trace has no entry.
    ///
    /// # Errors
    /// Those of the database.
    pub fn activity(
        &self,
        conn: &mut PgConnection,
        users: &[UserId],
    ) -> Result<HashMap<UserId, Activity>, Error> {
        let mut activity: HashMap<UserId, Activity> = HashMap::new();
        for (user, opened, seen) in store::sessions(conn, users)? {
            let of = activity.entry(user).or_default();
            (of.last_sign_in, of.last_seen) = (opened, seen);
        }
        for (user, device) in store::devices(conn, users, self.clock.now())? {
            activity.entry(user).or_default().devices.push(device);
        }
        let keys: HashMap<Vec<u8>, UserId> =
            users.iter().map(|user| (self.account_key(*user).to_vec(), *user)).collect();
        let names: Vec<Vec<u8>> = keys.keys().cloned().collect();
        for (key, tries, last) in store::tries(conn, Kind::Password.counter(), &names)? {
            let Some(user) = keys.get(&key) else { continue };
            let of = activity.entry(*user).or_default();
            (of.failed_passwords, of.last_failed_password) = (tries, Some(last));
        }
        for user in totp::on_of(conn, users)? {
            activity.entry(user).or_default().second_factor = true;
        }
        for (user, state, document, expires, decided_at) in identity::newest_of(conn, users)? {
            let standing = IdentityStanding { state, document, expires, decided_at };
            activity.entry(user).or_default().identity = Some(standing);
        }
        Ok(activity)
    }
}
