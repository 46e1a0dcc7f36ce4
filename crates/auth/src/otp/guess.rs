use super::{Purpose, model::DIGITS, store};
use crate::{
    Auth, Error,
    account::Named,
    proof::{Attempt, Kind},
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::UserId;
use subtle::ConstantTimeEq;

/// A guess that was counted and is right. It is still to be used up: [`consume`](super::consume), then
/// [`forgive`](Auth::forgive).
pub(crate) struct RightCode {
    pub(crate) otp: i32,
    pub(crate) hash: Vec<u8>,
    pub(crate) user: UserId,
    pub(crate) attempt: Attempt,
}

impl Auth {
    /// Counts a guess of a code of this purpose, commits that, then looks at it. `key` is what the code was kept under, and under
    /// which guesses are counted: one of the purpose's own. Whoever is named, what is written is the same.
    pub(crate) fn guess_code(
        &self,
        conn: &mut PgConnection,
        named: &Named,
        purpose: Purpose,
        key: [u8; 32],
        code: &str,
        actor: &Actor,
    ) -> Result<Option<RightCode>, Error> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).take(DIGITS + 1).collect();
        if code.len() != DIGITS || !code.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(None);
        }
        let user = named.account.as_ref().map(|(account, _)| account.id_user);
        let attempt = Attempt { kind: Kind::Code, subject: key, address: actor.address };
        let reserved = conn.transaction(|conn| {
            self.count_try(conn, &attempt)?;
            Ok::<_, Error>(store::reserve(conn, user, purpose, &key, self.clock.now())?)
        })?;
        let (Some(user), Some((otp, hash))) = (user, reserved) else { return Ok(None) };
        let guess = self.code_hash(user, purpose, &named.text, &code);
        let is_right = bool::from(guess.ct_eq(hash.as_slice()));
        Ok(is_right.then_some(RightCode { otp, hash, user, attempt }))
    }
}
