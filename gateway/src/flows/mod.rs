//! What crosses domains.

pub mod advertising;
pub mod bulk;
pub mod departure;
pub(crate) mod merchants;
pub mod scheduled;
pub mod tidying;
