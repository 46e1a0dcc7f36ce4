//! Files of payments: read, checked line by line, shown to who sent them, and paid once they say yes.

mod file;
mod model;
mod payment;
mod service;
mod stopping;
mod store;

pub use file::{AskedLine, MAX_LINES as MAX_BULK_LINES, parse_bulk_file};
pub use model::{
    Bulk, BulkCheck, BulkLine, BulkMode, BulkState, CheckedLine, ConfirmBulk, LineFilter, LineState,
    NameVerdict, NewBulk,
};
pub use payment::{DueLine, LineOutcome};
pub(crate) use store::end_all_of;
