//! One cluster's server: making its files, starting it, finding and stopping what an earlier process left.
use super::{LocalError, account::Account, error::doing, folder, programs::Programs};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs::{self, File},
    io,
    os::unix::{net::UnixStream, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How long a server may take to come up: recovery after a crash replays its log.
const COMES_UP: Duration = Duration::from_secs(60);
/// How long a fast stop may take before it becomes an immediate one (which loses nothing either).
const GOES_AWAY: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(5);
const LONGEST_LOG: u64 = 10 << 20;

/// What the cluster is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Profile {
    /// Data that is kept: every commit reaches the disk.
    Durable,
    /// Data that dies with the run: nothing is flushed.
    Throwaway,
}

/// The server of one cluster, running or not.
#[derive(Debug, Clone)]
pub struct Server {
    programs: Programs,
    account: Account,
    profile: Profile,
    home: PathBuf,
    socket: PathBuf,
}

impl Server {
    /// Finds the programs and makes the cluster's files under `folder` (which exists, links resolved) unless they are
    /// there. Says whether they were made now.
    ///
    /// # Errors
    /// Postgres is not installed, or the folder can't hold a cluster.
    pub(super) fn prepare(folder: &Path, profile: Profile) -> Result<(Self, bool), LocalError> {
        let account = Account::of_this_process();
        let programs = Programs::find(|major| home(folder, major).join("data/PG_VERSION").exists())?;
        let home = home(folder, programs.major);
        folder::private(&home, account)?;
        let socket = folder::for_socket(&home, account)?;
        let server = Self { programs, account, profile, home, socket };
        let made = !server.data().join("PG_VERSION").exists();
        if made {
            server.init()?;
        }
        Ok((server, made))
    }

    /// The server whose files are already under `folder`.
    pub(super) fn existing(folder: &Path) -> Option<Self> {
        let account = Account::of_this_process();
        let programs = Programs::find(|major| home(folder, major).join("data/PG_VERSION").exists()).ok()?;
        let home = home(folder, programs.major);
        // The server itself says where its socket is.
        let status = fs::read_to_string(home.join("data/postmaster.pid")).ok()?;
        let socket = PathBuf::from(status.lines().nth(4)?);
        Some(Self { programs, account, profile: Profile::Durable, home, socket })
    }

    fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    fn program(&self, name: &str) -> Command {
        self.program_at(&self.programs.path(name))
    }

    fn program_at(&self, path: &Path) -> Command {
        let mut command = Command::new(path);
        command.current_dir(&self.home).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            // PGDATA, PGPORT, PGOPTIONS… are about some other server.
            if name.as_encoded_bytes().starts_with(b"PG") || name.as_encoded_bytes().starts_with(b"LC_") {
                command.env_remove(name);
            }
        }
        command.env("LC_ALL", "C").env("TZ", "UTC");
        self.account.apply(&mut command);
        command
    }

    /// Makes the files beside their place and moves them there last, so that an interrupted start leaves no half.
    fn init(&self) -> Result<(), LocalError> {
        let half = self.home.join("unfinished");
        if half.exists() {
            fs::remove_dir_all(&half).map_err(doing("removing an unfinished cluster", &half))?;
        }
        let mut initdb = self.program("initdb");
        initdb.args(["--username=hostolink", "--auth=trust", "--encoding=UTF8", "--no-instructions"]);
        // Bytes order texts, as on most managed servers' C.UTF-8; letters are letters in every language.
        initdb.arg("--locale=C");
        initdb.arg(if cfg!(target_os = "macos") { "--lc-ctype=UTF-8" } else { "--lc-ctype=C.UTF-8" });
        if self.profile == Profile::Throwaway {
            initdb.arg("--no-sync");
        }
        let said = initdb
            .arg("--pgdata")
            .arg(&half)
            .output()
            .map_err(doing("running initdb", self.programs.path("initdb")))?;
        if !said.status.success() {
            return Err(LocalError::Init(String::from_utf8_lossy(&said.stderr).trim().to_owned()));
        }
        fs::rename(&half, self.data()).map_err(doing("placing the new cluster", self.data()))
    }

    /// The command that runs the server in the foreground, writing to its log. Nothing but the socket leads to it.
    fn command(&self) -> Result<Command, LocalError> {
        let mut command = self.program("postgres");
        command.arg("-D").arg(self.data());
        let mut set = |setting: &str| {
            command.args(["-c", setting]);
        };
        set("listen_addresses=");
        set("port=5432");
        // No values of rows in the log.
        set("log_error_verbosity=terse");
        if self.profile == Profile::Throwaway {
            for setting in [
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
                "autovacuum=off",
                "wal_level=minimal",
                "max_wal_senders=0",
                "max_wal_size=512MB",
                "shared_buffers=64MB",
                "max_connections=400",
                // What a connection does from the sixth time on, tests see at the first: plans without parameters.
                "plan_cache_mode=force_generic_plan",
            ] {
                set(setting);
            }
        }
        // The setting is a list: quotes keep a comma or a leading space in the name.
        let socket = self.socket.as_os_str().as_encoded_bytes();
        let mut quoted = b"unix_socket_directories=\"".to_vec();
        quoted.extend(socket.iter().flat_map(|byte| if *byte == b'"' { vec![b'"'; 2] } else { vec![*byte] }));
        quoted.push(b'"');
        command.arg("-c").arg(<std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(quoted));
        command.stdout(self.log()?).stderr(self.log()?);
        Ok(command)
    }

    fn log(&self) -> Result<File, LocalError> {
        let path = self.home.join("log");
        let what = "opening the server's log";
        let log = File::options().create(true).append(true).open(&path).map_err(doing(what, &path))?;
        if log.metadata().is_ok_and(|found| found.len() > LONGEST_LOG) {
            log.set_len(0).map_err(doing(what, &path))?;
        }
        Ok(log)
    }

    /// The shell `script` with `owner`, `folder` and the server's own command as its arguments.
    pub(super) fn watched_by(&self, script: &str, owner: u32, folder: &Path) -> Result<Command, LocalError> {
        let server = self.command()?;
        let mut shell = self.program_at(Path::new("/bin/sh"));
        shell.args(["-c", script, "hostolink-test-cluster"]).arg(owner.to_string()).arg(folder);
        shell.arg(server.get_program()).args(server.get_args());
        let (log, also) = (self.log()?, self.log()?);
        shell.stdout(log).stderr(also);
        Ok(shell)
    }

    /// Starts the server and waits until it answers. Linux stops it when the calling *thread* ends.
    pub(super) fn launch(&self) -> Result<Child, LocalError> {
        self.stop_leftover()?;
        let began = Instant::now();
        loop {
            let mut command = self.command()?;
            leave_with_parent(&mut command);
            let mut child =
                command.spawn().map_err(doing("running postgres", self.programs.path("postgres")))?;
            let ended = loop {
                if self.is_ready() {
                    return Ok(child);
                }
                if let Ok(Some(status)) = child.try_wait() {
                    break status;
                }
                if began.elapsed() > COMES_UP {
                    halt(&mut child);
                    return Err(LocalError::Start(format!(
                        "not ready in {COMES_UP:?}\n{}",
                        self.last_words()
                    )));
                }
                std::thread::sleep(PAUSE);
            };
            // After the death of a server its workers hold the folder until they notice.
            let held = ["already exists", "still in use"].iter().any(|sign| self.last_words().contains(sign));
            if !held || began.elapsed() > COMES_UP {
                return Err(LocalError::Start(format!("{ended}\n{}", self.last_words())));
            }
            std::thread::sleep(20 * PAUSE);
        }
    }

    /// Stops a server that an earlier process left on these files.
    ///
    /// # Errors
    /// It does not go away.
    pub(super) fn stop_leftover(&self) -> Result<(), LocalError> {
        let file = self.data().join("postmaster.pid");
        let began = Instant::now();
        let mut signal = Signal::INT;
        while let Some(pid) = leader(&file) {
            if !runs_on(pid, &self.data()) {
                // The number was given to another process since: Postgres would take that one for its server.
                fs::remove_file(&file).map_err(doing("removing a stale lock", &file))?;
                break;
            }
            if began.elapsed() > 2 * GOES_AWAY {
                return Err(LocalError::Start(format!("an earlier server (process {pid}) does not stop")));
            }
            if began.elapsed() > GOES_AWAY {
                signal = Signal::QUIT;
            }
            let _ = kill_process(pid, signal);
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// Removes the short folder that held the socket of a stopped server.
    pub(super) fn tidy(&self) {
        if self.socket != self.home {
            // Refused while something is in it.
            let _ = fs::remove_dir(&self.socket);
        }
    }

    /// Whether the server accepts connections.
    pub(super) fn is_ready(&self) -> bool {
        let status = fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
        status.lines().nth(7).is_some_and(|line| line.trim() == "ready")
            && UnixStream::connect(self.socket.join(".s.PGSQL.5432")).is_ok()
    }

    /// The URL of one of its databases. It holds no secret: the socket's folder is open to its account and root alone.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        let host: String = self
            .socket
            .as_os_str()
            .as_encoded_bytes()
            .iter()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => {
                    char::from(*byte).to_string()
                }
                _ => format!("%{byte:02X}"),
            })
            .collect();
        format!("postgres:///{database}?host={host}&port=5432&user=hostolink")
    }

    /// The end of the server's log.
    pub(super) fn last_words(&self) -> String {
        let log = fs::read(self.home.join("log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log[log.len().saturating_sub(4096)..]).into_owned();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(8)..].join("\n")
    }
}

/// The cluster of one major version in a data folder: another version could not open it.
pub(super) fn home(folder: &Path, major: u32) -> PathBuf {
    folder.join(format!("pg{major}"))
}

/// Ends a server in order; what is not committed is rolled back.
pub(super) fn halt(child: &mut Child) {
    let began = Instant::now();
    let mut signal = Signal::INT;
    while matches!(child.try_wait(), Ok(None)) {
        if began.elapsed() > 2 * GOES_AWAY {
            signal = Signal::KILL;
        } else if began.elapsed() > GOES_AWAY {
            signal = Signal::QUIT;
        }
        let _ = kill_process(Pid::from_child(child), signal);
        std::thread::sleep(PAUSE);
    }
}

/// A session of its own: Ctrl-C at the terminal reaches us alone, and we stop the server in order. Where the system
/// can, our death stops it too.
fn leave_with_parent(command: &mut Command) {
    let parent = rustix::process::getpid();
    let prepare = move || -> io::Result<()> {
        rustix::process::setsid()?;
        #[cfg(target_os = "linux")]
        {
            rustix::process::set_parent_process_death_signal(Some(Signal::INT))?;
            if rustix::process::getppid() != Some(parent) {
                return Err(io::Error::from(rustix::io::Errno::CANCELED));
            }
        }
        let _ = parent;
        Ok(())
    };
    #[expect(unsafe_code, reason = "runs between fork and exec: plain system calls, no allocation, no lock")]
    unsafe {
        command.pre_exec(prepare);
    }
}

/// The process that the server's status file names, if it is alive and not a zombie.
fn leader(file: &Path) -> Option<Pid> {
    let pid = Pid::from_raw(fs::read_to_string(file).ok()?.lines().next()?.trim().parse().ok()?)?;
    let alive = rustix::process::test_kill_process(pid).is_ok() && !command_line(pid).is_empty();
    alive.then_some(pid)
}

/// Whether the process is a server of these files.
fn runs_on(pid: Pid, data: &Path) -> bool {
    let line = command_line(pid);
    let says = |part: &[u8]| line.windows(part.len()).any(|here| here == part);
    says(b"/postgres") && says(data.as_os_str().as_encoded_bytes())
}

/// What a process was started with; empty for none and for a zombie.
fn command_line(pid: Pid) -> Vec<u8> {
    if cfg!(target_os = "linux") {
        return fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    }
    let said = Command::new("ps").args(["-ww", "-o", "command=", "-p"]).arg(pid.to_string()).output();
    said.map(|said| said.stdout).unwrap_or_default()
}
