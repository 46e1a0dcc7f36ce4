//! Messages that leave after the transaction they tell of. Whether one leaves changes no answer.

use crate::{context, state::State};
use hostolink_kernel::Identifier;
use hostolink_notifier::{self as notifier, Message, Notice};

/// Tells the owner of a change, at every proven identifier.
pub(crate) fn tell(state: &State, owners: &[Identifier], what: Notice) {
    for owner in owners {
        send(state, notifier::notice(owner, what, context::current().language.into()));
    }
}

/// Hands a message over. A queue that filled up in between is no reason to tell who exists: the person asks again.
pub(crate) fn send(state: &State, message: Message) {
    if let Err(error) = state.notifier.send(message) {
        tracing::warn!(%error, "a message could not be sent");
    }
}
