//! What compliance keeps: entries of lists, rules, alerts.

pub(super) mod alert;
pub(super) mod list;
pub(super) mod rule;
