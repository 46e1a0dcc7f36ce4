//! Who stands behind money, and where it lies.

mod model;

pub use model::{Account, AccountKind, AccountStatus, Holder, NewHolder, Party, Sign};
