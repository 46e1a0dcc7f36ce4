//! Where the cluster's files live, and who may use them.
use super::{LocalError, account::Account, error::doing};
use std::{
    fs::{self, File},
    io::{Read, Seek, Write},
    os::unix::{
        fs::{DirBuilderExt, MetadataExt, PermissionsExt},
        net::UnixListener,
    },
    path::{Path, PathBuf},
};

/// The folder asked for could not serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The folder asked for.
    pub from: PathBuf,
    /// The folder used instead.
    pub to: PathBuf,
    /// Why.
    pub why: String,
}

impl std::fmt::Display for Moved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the local database lives in {} because {} can't hold it: {}",
            self.to.display(),
            self.from.display(),
            self.why
        )
    }
}

/// A number that stays the same for a path (FNV-1a, 64 bits): names a stand-in folder.
fn fingerprint(path: &Path) -> u64 {
    path.as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The folder that stands in for `wanted` where that can't serve. It survives a reboot.
pub(super) fn stand_in(wanted: &Path, account: Account) -> PathBuf {
    PathBuf::from(format!("/var/tmp/hostolink-{}-{:016x}", account.uid, fingerprint(wanted)))
}

/// `wanted` where it can serve, else its stand-in. The folder exists afterwards, all links in it resolved.
pub(super) fn choose(wanted: &Path, account: Account) -> Result<(PathBuf, Option<Moved>), LocalError> {
    let wanted = std::path::absolute(wanted).map_err(doing("finding the data folder", wanted))?;
    let why = match open(&wanted, account) {
        Ok(folder) => return Ok((folder, None)),
        Err(why) => why,
    };
    let to = stand_in(&wanted, account);
    let folder = strangers_made(&to).map_or_else(|| open(&to, account), Err).map_err(|also| {
        LocalError::Folder(format!("{}: {why}; {}: {also}", wanted.display(), to.display()))
    })?;
    Ok((folder.clone(), Some(Moved { from: wanted, to: folder, why })))
}

/// Anybody may make folders beside the stand-in: one of another account, or a link, is not ours.
fn strangers_made(path: &Path) -> Option<String> {
    let found = fs::symlink_metadata(path).ok()?;
    (!found.is_dir() || found.uid() != rustix::process::geteuid().as_raw())
        .then(|| "it belongs to somebody else".to_owned())
}

fn open(folder: &Path, account: Account) -> Result<PathBuf, String> {
    let existing = folder.ancestors().find(|part| part.exists()).unwrap_or(folder);
    let blocked = |path: &Path| {
        account
            .stopped_at(path)
            .map(|stop| format!("the account that runs Postgres may not enter {}", stop.display()))
    };
    let real = |path: &Path| fs::canonicalize(path).map_err(|error| error.to_string());
    if let Some(why) = blocked(&real(existing)?) {
        return Err(why);
    }
    if !folder.exists() {
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o711)).map_err(|error| error.to_string())?;
    }
    let folder = real(folder)?;
    // Some mounted file systems (a Windows disk under WSL) ignore owners and modes, and Postgres insists on them.
    let probe = folder.join(format!(".probe-{}", std::process::id()));
    let held = private(&probe, account).map_err(|error| error.to_string());
    let _ = fs::remove_dir(&probe);
    held?;
    blocked(&folder).map_or(Ok(folder), Err)
}

/// Makes `folder` if need be, and the account its only user.
pub(super) fn private(folder: &Path, account: Account) -> Result<(), LocalError> {
    let what = "preparing a folder for Postgres";
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(doing(what, folder)(error));
        }
        _ => {}
    }
    account.own(folder).map_err(doing(what, folder))?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(doing(what, folder))?;
    let found = fs::symlink_metadata(folder).map_err(doing(what, folder))?;
    if !found.is_dir() || found.uid() != account.uid || found.mode() & 0o777 != 0o700 {
        return Err(LocalError::Folder(format!("{} ignores owners or permissions", folder.display())));
    }
    Ok(())
}

/// Holds the folder for this process; the system lets go when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Hold {
    _file: File,
}

impl Hold {
    pub(super) fn take(folder: &Path) -> Result<Self, LocalError> {
        let path = folder.join("serving.lock");
        let what = "locking the data folder";
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(doing(what, &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                let mut pid = String::new();
                let _ = file.read_to_string(&mut pid);
                let folder = folder.display().to_string();
                return Err(LocalError::AlreadyRunning { folder, pid: pid.trim().parse().ok() });
            }
            Err(fs::TryLockError::Error(error)) => return Err(doing(what, &path)(error)),
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(doing(what, &path))?;
        Ok(Self { _file: file })
    }
}

/// The folder for the server's socket: `home`, or a short one where a socket can't be made there (107 bytes is the
/// longest address, and some file systems have no sockets).
pub(super) fn for_socket(home: &Path, account: Account) -> Result<PathBuf, LocalError> {
    // As long as the real name, `.s.PGSQL.5432`. libpq reads a comma as a list of hosts.
    let probe = home.join(".s.PGSQL.test");
    let _ = fs::remove_file(&probe);
    let fits = !home.as_os_str().as_encoded_bytes().contains(&b',') && UnixListener::bind(&probe).is_ok();
    let _ = fs::remove_file(&probe);
    if fits {
        return Ok(home.to_path_buf());
    }
    let short = PathBuf::from(format!("/tmp/hostolink-{}-{:016x}", account.uid, fingerprint(home)));
    let found = fs::symlink_metadata(&short);
    if found.is_ok_and(|found| !found.is_dir() || found.uid() != account.uid) {
        return Err(LocalError::Folder(format!("{} belongs to somebody else", short.display())));
    }
    private(&short, account)?;
    Ok(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> Account {
        Account::of_this_process()
    }

    #[test]
    fn a_folder_is_held_by_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = Hold::take(folder.path()).unwrap();
        let refused = Hold::take(folder.path()).unwrap_err();
        let LocalError::AlreadyRunning { pid, .. } = &refused else { panic!("{refused}") };
        assert_eq!(*pid, Some(std::process::id()));
        assert!(refused.to_string().contains("already runs"), "{refused}");
        drop(first);
        Hold::take(folder.path()).unwrap();
    }

    #[test]
    fn a_folder_that_cannot_serve_has_a_stand_in_that_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let wanted = file.path().join("data");
        let (folder, moved) = choose(&wanted, ours()).unwrap();
        let moved = moved.expect("a file can't hold a folder");
        assert_eq!((&moved.from, &moved.to), (&wanted, &folder));
        assert!(moved.to_string().contains("/var/tmp/hostolink-"), "{moved}");
        assert_eq!(choose(&wanted, ours()).unwrap().0, folder, "the stand-in is found again");
        fs::remove_dir(&folder).unwrap();
    }

    #[test]
    fn a_socket_has_a_short_folder_where_its_own_is_too_deep() {
        let base = tempfile::tempdir().unwrap();
        fs::set_permissions(base.path(), fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(for_socket(base.path(), ours()).unwrap(), base.path());
        for awkward in ["d".repeat(120), "a,b".into()] {
            let home = base.path().join(awkward);
            fs::create_dir(&home).unwrap();
            let short = for_socket(&home, ours()).unwrap();
            assert!(short.starts_with("/tmp") && short.as_os_str().len() < 60, "{}", short.display());
            fs::remove_dir(&short).unwrap();
        }
    }
}
