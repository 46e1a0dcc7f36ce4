use crate::{Channel, Delivery, Profile, schema::changement_identifiant};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use hostolink_kernel::{Identifier, Secret, SessionId};

/// How long a change can be taken back.
pub(super) const REVERTIBLE: Duration = Duration::hours(72);

/// Codes were made for a change.
#[derive(Debug, Clone)]
pub struct ChangeRequested {
    /// The code for the identifier that is known, then that for the new one. The second leaves also where the new one is
    /// somebody else's already: only its owner hears that.
    pub deliveries: [Delivery; 2],
    /// How long both are good for.
    pub expires_in: std::time::Duration,
}

/// An identifier was changed, added or removed.
#[derive(Debug, Clone)]
pub struct IdentifierChanged {
    /// The account as it is now.
    pub profile: Profile,
    /// Who is told at once: the identifier that went, else the one that was there.
    pub tell: Option<Identifier>,
    /// What takes the change back; for them alone. Never log it.
    pub revert_token: Secret,
    /// For how long.
    pub revertible_for: std::time::Duration,
}

/// A change was taken back.
#[derive(Debug, Clone)]
pub struct Reverted {
    /// The sessions that this ended: all of theirs.
    pub ended: Vec<SessionId>,
    /// Every proven identifier that they have again.
    pub tell: Vec<Identifier>,
}

/// A wish or a change.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = changement_identifiant)]
pub(super) struct Change {
    pub(super) id_changement: i64,
    pub(super) canal: Channel,
    pub(super) nouveau: Option<String>,
    pub(super) ancien: Option<String>,
    pub(super) ancien_normalise: Option<String>,
    pub(super) ancien_prouve_le: Option<DateTime<Utc>>,
}
