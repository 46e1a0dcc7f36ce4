//! What people report, what the house decides, and what may be said against it.

mod appeals;
mod model;
mod reports;
mod sanctions;
pub(crate) mod store;

pub use model::{
    Appeal, AppealState, Case, CaseState, Decision, Measure, Reason, Reported, Sanction, Target, TargetKind,
};
