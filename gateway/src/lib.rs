//! The only crate that knows HTTP and JSON. [`routes`] shows the API, [`authorization`] who may call it, [`startup`] how
//! a server is put together, [`commands`] what the program does besides serving.

pub mod authorization;
pub mod cli;
pub mod commands;
pub mod config;
pub mod context;
pub mod doors;
pub mod error;
pub mod extract;
pub mod flows;
pub mod media;
pub mod notifications;
pub mod openapi;
pub mod realtime;
pub mod routes;
pub mod server;
pub mod startup;
pub mod state;

mod auth;
mod dev;
mod health;
mod messaging;
mod middleware;
pub mod observe;
mod pages;
mod sms;
mod social;
mod tasks;
mod wallet;
mod wire;
