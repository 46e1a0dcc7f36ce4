//! What the program does, a file a command.

mod admin;
mod cards;
mod import;
mod messaging;
mod migrate;
mod notifications;
mod pages;
mod proof;
mod serve;
mod social;
mod verify;

pub use pages::errors_page;

use crate::{
    cli::{Audit, Cards, Cli, Command, Ledger, Messaging, Notifications, Social},
    config::Config,
};
use std::{error::Error, fmt::Write as _, io::Write as _, process::ExitCode};

/// Anything that ends a command, said to the operator as it is.
pub(crate) type Failure = Box<dyn Error>;

/// Runs the command and says how it ended.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    match dispatch(cli.command.unwrap_or(Command::Serve)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "hostolink: {}", with_causes(failure.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command) -> Result<(), Failure> {
    match command {
        Command::Openapi => say(&crate::openapi::to_json()),
        Command::Routes { markdown: true } => say(&crate::authorization::to_markdown()),
        Command::Routes { markdown: false } => say(&pages::routes_table()),
        Command::Errors => say(&pages::errors_page()),
        Command::Serve => serve::serve(configured()?),
        Command::Migrate(how) => migrate::migrate(&configured()?, how.set_aside.as_deref()),
        Command::Import(what) => import::import(&configured()?, &what),
        Command::Ledger(Ledger::Verify) => verify::ledger(&configured()?),
        Command::Ledger(Ledger::Proof { transaction }) => proof::print(&configured()?, &transaction),
        Command::Ledger(Ledger::CheckProof { file, jwks }) => proof::check(&file, jwks.as_deref()),
        Command::Cards(Cards::Reseal) => cards::reseal(&configured()?),
        Command::Social(Social::CheckCounters { repair }) => social::check_counters(&configured()?, repair),
        Command::Messaging(Messaging::CheckCounters { repair }) => {
            messaging::check_counters(&configured()?, repair)
        }
        Command::Audit(Audit::Verify) => verify::audit(&configured()?),
        Command::Notifications(Notifications::CheckCounters { repair }) => {
            notifications::check_counters(&configured()?, repair)
        }
        Command::Admin(what) => admin::admin(&configured()?, &what),
    }
}

/// Reads the configuration and starts the log that it asks for.
fn configured() -> Result<Config, Failure> {
    let config = Config::from_env()?;
    crate::observe::start_log(&config);
    Ok(config)
}

/// Prints a text; a closed pipe is no failure.
pub(crate) fn say(text: &str) -> Result<(), Failure> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn with_causes(failure: &dyn Error) -> String {
    let mut text = failure.to_string();
    let mut cause = failure.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            let _ = write!(text, ": {said}");
        }
        cause = error.source();
    }
    text
}
