//! What the law on money laundering asks for: people compared with sanctions lists, patterns looked for by rules that are data, a
//! low ceiling while a device is new, and what a compliance officer has to look at.

mod alert;
mod list;
mod name;
mod pattern;
mod queue;
mod rule;
mod rules;
mod screening;
mod store;
mod watching;

pub use alert::{Alert, AlertFilter, AlertState, Listed, Remark, RemarkText};
pub use list::{EntryRefusal, ListFormat, ListReport, ListSource};
pub use queue::{AlertFile, Decision};
pub use rule::{NewWatchRule, WatchAction, WatchKind, WatchLimits, WatchRule};
pub use screening::{PersonName, Screened};
pub(crate) use store::rule::all as watch_rules;
pub use watching::{Moved, NewDevice};
