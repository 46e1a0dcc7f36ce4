//! `hostolink admin`.

use crate::{
    cli::Admin,
    commands::{Failure, say},
    config::Config,
    startup::{self, Place},
};
use actix_web::rt::System;
use hostolink_kernel::{Identifier, Secret};

/// Runs an administrative command.
pub(super) fn admin(config: &Config, what: &Admin) -> Result<(), Failure> {
    let place = Place::visit(config)?;
    startup::migrate(&place.url, config)?;
    match what {
        Admin::CreateSuperadmin { identifier } => create_superadmin(config, &place, identifier),
        Admin::TurnTotpOff { identifier } => turn_totp_off(config, &place, identifier),
    }
}

fn turn_totp_off(config: &Config, place: &Place, identifier: &str) -> Result<(), Failure> {
    let identifier = Identifier::parse(identifier, &config.regions)?;
    let was_on = System::new().block_on(async {
        let state = startup::state(config.clone(), place)?;
        let auth = state.auth.clone();
        let was_on = state.database.run(move |conn| auth.drop_totp(conn, &identifier)).await;
        startup::stop(&state).await;
        Ok::<_, Failure>(was_on?)
    })?;
    say(if was_on {
        "the authenticator app is off, and the sessions are over\n"
    } else {
        "no authenticator app was on: nothing was changed\n"
    })
}

fn create_superadmin(config: &Config, place: &Place, identifier: &str) -> Result<(), Failure> {
    let password = read_password()?;
    let made = System::new().block_on(async {
        let state = startup::state(config.clone(), place)?;
        let made = startup::create_superadmin(&state, identifier, password).await;
        startup::stop(&state).await;
        made
    })?;
    say(if made {
        "the superadmin was created\n"
    } else {
        "there is a superadmin already: nothing was changed\n"
    })
}

/// From the environment, else the first line of standard input: never an argument, which other users of the machine see.
fn read_password() -> Result<Secret, Failure> {
    if let Ok(password) = std::env::var("HOSTOLINK_PASSWORD") {
        return Ok(password.into());
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        Err("no password: set HOSTOLINK_PASSWORD, or write it to standard input".into())
    } else {
        Ok(password.into())
    }
}
