//! Messages that leave after the transaction they tell of. Whether one leaves changes no answer.

use crate::{context, state::State};
use hostolink_auth::SignedIn;
use hostolink_kernel::{Identifier, UserId};
use hostolink_notifier::{self as notifier, Channel, Message, Notice};

/// Tells the owner of a change, at every proven identifier.
pub(crate) fn tell(state: &State, owners: &[Identifier], what: Notice) {
    for owner in owners {
        send(state, notifier::notice(owner, what, context::current().language.into()));
    }
}

/// Tells the owner of a change at one of their proven identifiers: the mailbox where there is one, since every SMS costs.
pub(crate) async fn tell_once(state: &State, user: UserId, what: Notice) {
    let auth = state.auth.clone();
    let found = state.database.run(move |conn| auth.proven_identifiers(conn, user)).await;
    match found {
        Ok(owners) => tell(state, &owners[..owners.len().min(1)], what),
        Err(error) => tracing::warn!(%error, "the owner of an account could not be told of a change"),
    }
}

/// Tells whoever has a proven mailbox that they signed in on a device that was never seen before.
pub(crate) fn tell_of_new_device(state: &State, signed_in: &SignedIn) {
    let profile = &signed_in.profile;
    let proven = profile.email.as_deref().filter(|_| signed_in.new_device && profile.email_proven);
    if let Some(Ok(mailbox)) = proven.map(|email| Identifier::parse(email, &state.config.regions)) {
        tell(state, &[mailbox], Notice::NewDevice);
    }
}

/// Hands over what was asked for somebody, and takes as much of the queue where it was asked for nobody.
pub(crate) fn send_or_nothing(state: &State, channel: Channel, message: Option<Message>) {
    match message {
        Some(message) => send(state, message),
        // A full queue is no matter: there is nothing that could be lost.
        None => drop(state.notifier.send_to_nobody(channel)),
    }
}

/// Hands a message over. A queue that filled up in between is no reason to tell who exists: the person asks again.
pub(crate) fn send(state: &State, message: Message) {
    if let Err(error) = state.notifier.send(message) {
        tracing::warn!(%error, "a message could not be sent");
    }
}
