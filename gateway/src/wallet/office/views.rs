use crate::wallet::{
    overview::WalletView,
    views::{MovementKind, MovementView, PersonView},
};
use chrono::{DateTime, Utc};
use hostolink_auth::Recipient;
use hostolink_kernel::{AccountId, TransactionId, UserId};
use hostolink_ledger::{AccountKind, Party, Transaction};
use hostolink_wallet::{Freeze, FreezeCause};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// Why an account is frozen.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum FreezeCauseView {
    /// Its owner asked to leave.
    Leaving,
    /// An administrator froze it.
    Administration,
    /// Compliance has to look first: money comes in, and does not leave.
    Compliance,
}

/// A freeze that stands.
#[derive(Debug, Serialize, ToSchema)]
struct FreezeView {
    /// Why.
    cause: FreezeCauseView,
    /// The administrator's reason.
    #[schema(example = "fraud")]
    reason: Option<String>,
    /// Since when.
    since: DateTime<Utc>,
}

impl From<Freeze> for FreezeView {
    fn from(freeze: Freeze) -> Self {
        Self {
            cause: match freeze.cause {
                FreezeCause::Leaving => FreezeCauseView::Leaving,
                FreezeCause::Administration => FreezeCauseView::Administration,
                FreezeCause::Compliance => FreezeCauseView::Compliance,
            },
            reason: freeze.reason,
            since: freeze.since,
        }
    }
}

/// Somebody's money, as who looks after it sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WalletFileView {
    /// Whose, named as payers see them.
    person: PersonView,
    /// What they have.
    wallet: WalletView,
    /// Why it is frozen; empty where it is not.
    freezes: Vec<FreezeView>,
    /// The last twenty operations, the newest first.
    operations: Vec<MovementView>,
}

impl WalletFileView {
    pub(super) fn new(
        person: PersonView,
        wallet: WalletView,
        freezes: Vec<Freeze>,
        operations: Vec<MovementView>,
    ) -> Self {
        Self { person, wallet, freezes: freezes.into_iter().map(FreezeView::from).collect(), operations }
    }
}

/// What an account is for.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum AccountKindView {
    /// A person's money.
    Main,
    /// Money that a person puts by.
    Savings,
    /// What a merchant is paid.
    Merchant,
    /// What was paid at one of a merchant's tills.
    Till,
    /// An agent's stock.
    Float,
    /// What a person earns on what they do for others.
    Commission,
    /// The counterpart of all the money in circulation.
    Issuance,
    /// What Hostolink earns.
    Fees,
}

impl From<AccountKind> for AccountKindView {
    fn from(kind: AccountKind) -> Self {
        match kind {
            AccountKind::Main => Self::Main,
            AccountKind::Savings => Self::Savings,
            AccountKind::Merchant => Self::Merchant,
            AccountKind::Till => Self::Till,
            AccountKind::Float => Self::Float,
            AccountKind::Commission => Self::Commission,
            AccountKind::Issuance => Self::Issuance,
            AccountKind::Fees => Self::Fees,
        }
    }
}

/// One side of a transaction.
#[derive(Debug, Serialize, ToSchema)]
struct SideView {
    /// The account.
    #[schema(value_type = String, format = Uuid)]
    account: AccountId,
    /// What it is for.
    kind: AccountKindView,
    /// Whose it is, named as payers see them; `null` is Hostolink.
    person: Option<PersonView>,
}

impl SideView {
    fn new(party: Party, names: &HashMap<UserId, Recipient>) -> Self {
        let person = party.owner.and_then(|owner| names.get(&owner)).map(PersonView::from);
        Self { account: party.account, kind: party.kind.into(), person }
    }
}

/// A transaction, as who looks after money sees it: without the giver's words.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TransactionFileView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: TransactionId,
    /// What it is.
    kind: MovementKind,
    /// Who gave.
    from: SideView,
    /// Who received.
    to: SideView,
    /// What the receiver got, in whole francs CFA.
    #[schema(example = 1500)]
    amount: i64,
    /// The transaction that it gives back or undoes.
    #[schema(value_type = Option<String>, format = Uuid)]
    refund_of: Option<TransactionId>,
    /// How much of it can still be given back.
    refundable: i64,
    /// When it happened.
    event_at: DateTime<Utc>,
    /// When the ledger recorded it.
    recorded_at: DateTime<Utc>,
}

impl TransactionFileView {
    pub(super) fn new(found: &Transaction, names: &HashMap<UserId, Recipient>) -> Self {
        Self {
            id: found.id,
            kind: found.kind.into(),
            from: SideView::new(found.from, names),
            to: SideView::new(found.to, names),
            amount: found.amount.francs(),
            refund_of: found.refund_of,
            refundable: found.refundable.francs(),
            event_at: found.event_at,
            recorded_at: found.recorded_at,
        }
    }
}
