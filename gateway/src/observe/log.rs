use crate::config::Config;
use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, fmt};

/// Starts the log on standard error: for people in development, JSON in production; `RUST_LOG` chooses what it says.
/// No line holds a phone number, an address, a code, a token, a position or a body. The HTTP parser is silent: it calls
/// every malformed request an error, and anybody can send one.
pub(crate) fn start_log(config: &Config) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,actix_server=warn"));
    // Whatever RUST_LOG says: it prints whole requests, and those of the directory hold positions.
    let filter = match "actix_http=off".parse() {
        Ok(silent) => filter.add_directive(silent),
        Err(_) => filter,
    };
    let log =
        fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    // A second start in one process keeps the first log.
    let _ =
        if config.json_logs { log.json().flatten_event(true).try_init() } else { log.compact().try_init() };
}
