//! Who stands behind money, and where it lies.

mod model;
pub(crate) mod store;

pub use model::{Account, AccountKind, AccountStatus, Holder, NewHolder, Party, Sign};
pub(crate) use store::magnitude;
