//! Lists of publications: the newest, of whom one follows, what is talked about, what has some words.

mod service;
mod store;
