//! The program `hostolink`: `hostolink --help` says what it does.

use clap::Parser;
use hostolink_gateway::{cli::Cli, commands};
use std::process::ExitCode;

fn main() -> ExitCode {
    commands::run(Cli::parse())
}
