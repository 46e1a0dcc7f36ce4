//! A throw-away cluster that several processes share and none of them owns: it ends with a process they name.
use super::{LocalError, Profile, Server, account::Account, error::doing, folder};
use std::{
    fs::{self, File},
    os::unix::process::CommandExt,
    path::Path,
    time::{Duration, Instant},
};

/// Runs the server, watches a process and cleans up after it. `/proc` because the watcher's account may not signal
/// that process; a zombie counts as gone.
const WATCHER: &str = r#"
owner=$1 folder=$2; shift 2
alive() {
    if [ -r /proc/self/stat ]; then
        case "$(cat "/proc/$owner/stat" 2>/dev/null)" in '' | *') Z '*) return 1 ;; esac
    else
        ps -p "$owner" >/dev/null 2>&1
    fi
}
"$@" & server=$!
while alive && kill -0 "$server" 2>/dev/null; do sleep 0.2; done
kill -QUIT "$server" 2>/dev/null
wait "$server"
alive || rm -rf "$folder"
"#;

/// The cluster of `folder`, made and started by the first process that asks. It stops, and `folder` goes, when the
/// process `owner` has ended, however the others end.
///
/// # Errors
/// Postgres is not installed or does not start there.
pub fn shared_until_gone(folder: &Path, owner: u32) -> Result<Server, LocalError> {
    folder::private(folder, Account::of_this_process())?;
    let folder = folder.canonicalize().map_err(doing("finding the cluster's folder", folder))?;
    let path = folder.join("lock");
    // One process at a time makes and starts it, the others find it running.
    let lock = File::create(&path).map_err(doing("locking the cluster's folder", &path))?;
    lock.lock().map_err(doing("locking the cluster's folder", &path))?;
    let (server, _) = Server::prepare(&folder, Profile::Throwaway)?;
    if server.is_ready() {
        return Ok(server);
    }
    server.stop_leftover()?;
    let mut watcher = server.watched_by(WATCHER, owner, &folder)?;
    detach(&mut watcher);
    let mut watcher = watcher.spawn().map_err(doing("running the cluster's watcher", "/bin/sh"))?;
    let began = Instant::now();
    while !server.is_ready() {
        if matches!(watcher.try_wait(), Ok(Some(_))) || began.elapsed() > Duration::from_secs(60) {
            return Err(LocalError::Start(server.last_words()));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(server)
}

/// Stops and removes what a killed watcher left in `folder`.
///
/// # Errors
/// The server does not stop, or a file can't be removed.
pub fn remove(folder: &Path) -> Result<(), LocalError> {
    let folder = folder.canonicalize().map_err(doing("finding the cluster's folder", folder))?;
    if let Some(server) = Server::existing(&folder) {
        server.stop_leftover()?;
    }
    fs::remove_dir_all(&folder).map_err(doing("removing a cluster", &folder))
}

/// Out of reach of the terminal's Ctrl-C.
fn detach(command: &mut std::process::Command) {
    #[expect(unsafe_code, reason = "runs between fork and exec: one plain system call")]
    unsafe {
        command.pre_exec(|| Ok(rustix::process::setsid().map(|_| ())?));
    }
}
