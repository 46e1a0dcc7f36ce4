//! The built program as an operator runs it: started, stopped, killed, two at a time.

mod kill;
mod program;
mod start;
mod two;
