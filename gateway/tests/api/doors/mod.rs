//! The contracts of others, from the outside.

mod ego;
