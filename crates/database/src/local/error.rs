use std::path::PathBuf;

/// Why there is no private cluster.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// Postgres' programs are not on this machine; the text says what to install here.
    #[error("{0}")]
    NotInstalled(String),
    /// Another process serves this folder.
    #[error("a Hostolink already runs on {folder}{}: use that one, stop it, or choose another folder with HOSTOLINK_DATA_DIR", .pid.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    AlreadyRunning {
        /// The folder both want.
        folder: String,
        /// The process that has it, where it said so.
        pid: Option<u32>,
    },
    /// Neither the folder asked for nor the one that stands in for it can hold a cluster.
    #[error("no folder for the local database: {0}. Choose one with HOSTOLINK_DATA_DIR")]
    Folder(String),
    /// `initdb` did not make a cluster.
    #[error("initdb could not make a database cluster: {0}")]
    Init(String),
    /// The server did not come up, or did not go away.
    #[error("the local Postgres did not start: {0}")]
    Start(String),
    /// The operating system refused something.
    #[error("{what} ({path}): {source}")]
    Io {
        /// What was being done.
        what: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The cluster runs but refused our database.
    #[error("the local Postgres refused: {0}")]
    Refused(String),
}

/// `map_err(doing("what", path))`.
pub(super) fn doing(
    what: &'static str,
    path: impl Into<PathBuf>,
) -> impl FnOnce(std::io::Error) -> LocalError {
    let path = path.into();
    move |source| LocalError::Io { what, path, source }
}
