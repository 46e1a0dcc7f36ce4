//! The command line.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Hostolink: the back end of a payment super-app. Without a command it serves.
///
/// Settings come from the environment; `.env.example` lists them. Without DATABASE_URL it runs a private Postgres of its
/// own under `.hostolink/`.
#[derive(Debug, Parser)]
#[command(name = "hostolink", version, about, long_about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API (the default).
    Serve,
    /// Bring the database to this version; adopt an older Hostolink database.
    Migrate(Migrate),
    /// Load data from a file.
    #[command(subcommand)]
    Import(Import),
    /// Print the OpenAPI description.
    Openapi,
    /// Print every route and who may call it.
    Routes {
        /// As the page docs/AUTHORIZATION.md.
        #[arg(long)]
        markdown: bool,
    },
    /// Print every error code, as the page docs/ERRORS.md.
    Errors,
    /// The ledger.
    #[command(subcommand)]
    Ledger(Ledger),
    /// The audit log.
    #[command(subcommand)]
    Audit(Audit),
    /// Payment cards.
    #[command(subcommand)]
    Cards(Cards),
    /// Notifications.
    #[command(subcommand)]
    Notifications(Notifications),
    /// The social network.
    #[command(subcommand)]
    Social(Social),
    /// Conversations and messages.
    #[command(subcommand)]
    Messaging(Messaging),
    /// Administration.
    #[command(subcommand)]
    Admin(Admin),
}

/// `hostolink migrate`.
#[derive(Debug, Args)]
pub struct Migrate {
    /// Move tables of another system that stand in the way to this schema, rows kept, and go on.
    #[arg(long, value_name = "SCHEMA")]
    pub set_aside: Option<String>,
}

/// `hostolink import`.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// Health establishments from a CSV file.
    Establishments {
        /// The file.
        file: PathBuf,
        /// Whose list it is: `who` (WHO/KWTRP 2019) or `osm` (healthsites.io).
        #[arg(long)]
        source: String,
        /// The only country to take rows of (ISO 3166-1), or `all`.
        #[arg(long, default_value = "CI")]
        country: String,
    },
    /// A sanctions list. What is not on it any more is closed; then everybody is compared with every list.
    Sanctions {
        /// The file.
        file: PathBuf,
        /// Whose list it is, always the same name for the same list: small letters, digits and hyphens, such as `un`.
        #[arg(long)]
        source: String,
        /// `csv`, or `un-xml` for the United Nations' consolidated list; by the end of the file's name where it is left out.
        #[arg(long)]
        format: Option<String>,
    },
    /// Emergency and useful numbers from a CSV file.
    EmergencyNumbers {
        /// The file.
        file: PathBuf,
    },
    /// The ministry's list of health establishments (MSHP/DIIS), as CSV with commas or semicolons, not compressed.
    Ministry {
        /// The file.
        file: PathBuf,
        /// Under which licence or permission it came, such as `CC-BY-4.0`: the list itself says none.
        #[arg(long)]
        licence: Option<String>,
        /// On which day (YYYY-MM-DD) the ministry verified the positions, where it says so.
        #[arg(long, value_name = "DATE")]
        verified_on: Option<chrono::NaiveDate>,
    },
    /// Regions or sub-prefectures of Côte d'Ivoire from a GeoJSON file of OCHA; the report counts features in place of lines.
    Areas {
        /// The file.
        file: PathBuf,
    },
    /// Places by name from a CSV file (osm_node_id, lat, lon, name, place, population).
    Places {
        /// The file.
        file: PathBuf,
    },
}

/// `hostolink ledger`.
#[derive(Debug, Subcommand)]
pub enum Ledger {
    /// Prove every invariant and the hash chain; name the first thing that is wrong.
    Verify,
    /// Print the proof that a transaction is in the hash chain, as JSON.
    Proof {
        /// The transaction's id, as the API shows it.
        transaction: String,
    },
    /// Check a proof, or a receipt's JSON, from nothing but itself: no database is asked.
    CheckProof {
        /// The file; `-` reads standard input.
        file: PathBuf,
        /// Check the receipt's signature too, with the keys in this file: what `/.well-known/jwks.json` answers.
        #[arg(long, value_name = "FILE")]
        jwks: Option<PathBuf>,
    },
}

/// `hostolink audit`.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Prove that no row of the log was changed or removed.
    Verify,
}

/// `hostolink cards`.
#[derive(Debug, Subcommand)]
pub enum Cards {
    /// Seal every card number anew that another than the first key of CARD_KEY has sealed. Then the other keys can go.
    Reseal,
}

/// `hostolink notifications`.
#[derive(Debug, Subcommand)]
pub enum Notifications {
    /// Compare every counter with what it counts, and name those that differ.
    CheckCounters {
        /// Set them to what they count. Nobody is told anything meanwhile.
        #[arg(long)]
        repair: bool,
    },
}

/// `hostolink social`.
#[derive(Debug, Subcommand)]
pub enum Social {
    /// Compare every counter with what there is to count, and name those that differ.
    CheckCounters {
        /// Set them to what there is, beside who publishes and likes meanwhile.
        #[arg(long)]
        repair: bool,
    },
}

/// `hostolink messaging`.
#[derive(Debug, Subcommand)]
pub enum Messaging {
    /// Compare each counter with a count; name those that differ.
    CheckCounters {
        /// Set them right. Nobody writes meanwhile.
        #[arg(long)]
        repair: bool,
    },
}

/// `hostolink admin`.
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Create the first superadmin. The password is read from HOSTOLINK_PASSWORD, or from standard input.
    CreateSuperadmin {
        /// Phone number or e-mail address.
        #[arg(long)]
        identifier: String,
    },
    /// Turn somebody's authenticator app off, who lost it and the recovery codes, and end their sessions. Make sure who asks.
    TurnTotpOff {
        /// Phone number or e-mail address.
        #[arg(long)]
        identifier: String,
    },
}
