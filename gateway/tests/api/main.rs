//! The API as its callers see it: a real server on a real database. The modules mirror the addresses.

mod app;
mod audit;
mod auth;
mod health;
mod matrix;
mod program;
mod wallet;
