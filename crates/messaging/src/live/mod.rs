//! What open sockets need: tickets that open one, who is typing, and the state of what was told, as it is at that moment.

mod awaited;
mod facts;
pub(crate) mod store;
mod ticket;
mod typing;

pub use awaited::Unread;
pub use facts::{Facts, Named};
pub use ticket::Ticket;
pub use typing::Typing;
