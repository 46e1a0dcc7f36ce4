//! Themes, conversations, messages, and who is among one's contacts. Nothing here decides: `hostolink_messaging` does; who must not hear of
//! whom, `crate::social::blocks` says.

mod bodies;
mod contacts;
mod conversations;
mod markers;
mod members;
mod message_views;
mod messages;
pub(crate) mod missed;
mod people;
mod preferences;
mod problems;
mod reactions;
mod reading;
pub(crate) mod sending;
pub(crate) mod telling;
mod themes;
mod views;

pub(crate) use bodies::MessageBody;
pub(crate) use markers::{MarkerBody, mark, say_typing};
pub(crate) use reading::copy;

use crate::routes::ServiceConfig;

/// Mounts `/api/themes`, `/api/conversations`, `/api/messages`, `/api/messaging` and `/api/contacts`.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(themes::list)
        .service(themes::create)
        .service(themes::one)
        .service(themes::change)
        .service(themes::join)
        .service(conversations::list)
        .service(conversations::open)
        .service(conversations::one)
        .service(conversations::rename)
        .service(conversations::settings)
        .service(conversations::leave)
        .service(members::list)
        .service(members::add)
        .service(members::remove)
        .service(members::set_role)
        .service(reading::search)
        .service(reading::list)
        .service(reading::pinned)
        .service(reading::one)
        .service(messages::send)
        .service(messages::edit)
        .service(messages::delete)
        .service(messages::pin)
        .service(messages::unpin)
        .service(reactions::list)
        .service(reactions::react)
        .service(reactions::unreact)
        .service(markers::list)
        .service(markers::set)
        .service(markers::presence)
        .service(markers::typing)
        .service(preferences::shown)
        .service(preferences::set)
        .service(contacts::match_contacts);
}
