//! Who is accepted as a merchant has the role of one, in the same transaction.

use super::departure::{Refusal, refused};
use crate::{error::ApiResult, state::State};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_auth::Role;
use hostolink_kernel::MerchantId;
use hostolink_wallet::{Merchant, Verdict};

/// Decides about a merchant. A `user` becomes a `merchant` with the acceptance and is a `user` again while suspended, by the rules of
/// roles; whoever has another role keeps it.
pub(crate) fn review(
    conn: &mut PgConnection,
    state: &State,
    (id, verdict): (MerchantId, Verdict),
    by: &Actor,
) -> ApiResult<Merchant> {
    let decided = conn.transaction(|conn| {
        let merchant = state.wallets.review_merchant(conn, id, verdict, by).map_err(refused)?;
        let (from, to) = match verdict {
            Verdict::Accept | Verdict::Reinstate => (Role::User, Role::Merchant),
            Verdict::Suspend(_) => (Role::Merchant, Role::User),
            Verdict::Refuse(_) => return Ok(merchant),
        };
        let owner = state.auth.me(conn, merchant.owner).map_err(refused)?;
        if owner.role == from {
            state.auth.set_role(conn, by, owner.public_id, to).map_err(refused)?;
        }
        Ok(merchant)
    });
    decided.map_err(|refusal: Refusal| refusal.0)
}
