//! Finding who among the numbers in somebody's phone is here, of those who want to be found, for who wants it too.

mod service;
mod store;
