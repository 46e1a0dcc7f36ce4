use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection};
use hostolink_database::local::{LocalCluster, LocalError, detached};
use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// A folder that the account which runs Postgres may enter, also when we are root.
pub(crate) fn folder() -> tempfile::TempDir {
    // In memory where that is possible: a cluster is a thousand files.
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn write(cluster: &LocalCluster) {
    let mut conn = PgConnection::establish(&cluster.url()).unwrap();
    conn.batch_execute("CREATE TABLE note (texte text); INSERT INTO note VALUES ('là')").unwrap();
}

fn rows(url: &str) -> usize {
    diesel::sql_query("SELECT * FROM note").execute(&mut PgConnection::establish(url).unwrap()).unwrap()
}

/// Waits for something that must happen, and says so when it does not.
pub(crate) fn until(what: &str, mut done: impl FnMut() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}: not in a minute");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn kill(pid: u32) {
    let pid = rustix::process::Pid::from_raw(pid.cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}

#[test]
fn data_is_kept_between_starts_and_a_second_start_is_refused() {
    let folder = folder();
    let cluster = LocalCluster::start(folder.path()).unwrap();
    assert!(cluster.is_new() && cluster.moved().is_none());
    write(&cluster);
    assert_eq!(LocalCluster::url_of_running(folder.path()), Some(cluster.url()));

    let second = LocalCluster::start(folder.path()).unwrap_err();
    assert!(
        matches!(second, LocalError::AlreadyRunning { pid: Some(pid), .. } if pid == std::process::id()),
        "{second}"
    );
    assert_eq!(rows(&cluster.url()), 1, "the second start did not disturb the first");

    cluster.stop();
    assert_eq!(LocalCluster::url_of_running(folder.path()), None);
    let again = LocalCluster::start(folder.path()).unwrap();
    assert!(!again.is_new());
    assert_eq!(rows(&again.url()), 1);
}

#[test]
fn any_path_will_do() {
    let base = folder();
    for name in ["mes données d'essai, (1) \"ici\"", &"long".repeat(40)] {
        let folder = base.path().join(name);
        let cluster = LocalCluster::start(&folder).unwrap();
        assert!(cluster.moved().is_none());
        write(&cluster);
        assert_eq!(rows(&cluster.url()), 1, "{name}");
    }
}

#[test]
fn a_server_that_is_killed_comes_back_with_what_was_committed() {
    let folder = folder();
    let cluster = LocalCluster::start(folder.path()).unwrap();
    write(&cluster);
    let killed = cluster.pid();
    kill(killed);
    until("a new server", || cluster.pid() != killed);
    assert_eq!(rows(&cluster.url()), 1);
}

#[test]
fn what_a_killed_process_left_is_recovered() {
    let folder = folder();
    let (mut owner, url) = start_elsewhere(folder.path(), None);
    let url = url.unwrap();
    let mut conn = PgConnection::establish(&url).unwrap();
    conn.batch_execute("CREATE TABLE note (texte text); INSERT INTO note VALUES ('là')").unwrap();
    owner.kill().unwrap();
    owner.wait().unwrap();
    let cluster = LocalCluster::start(folder.path()).unwrap();
    assert_eq!(rows(&cluster.url()), 1);
}

#[test]
fn a_server_that_outlived_its_owner_is_replaced() {
    let folder = folder();
    // Nothing ties this one to its starter, as on systems that can't tell a process that its parent died.
    let left = detached::shared_until_gone(folder.path(), std::process::id()).unwrap();
    PgConnection::establish(&left.url("postgres"))
        .unwrap()
        .batch_execute("CREATE DATABASE hostolink")
        .unwrap();
    let mut conn = PgConnection::establish(&left.url("hostolink")).unwrap();
    conn.batch_execute("CREATE TABLE note (texte text); INSERT INTO note VALUES ('là')").unwrap();
    let cluster = LocalCluster::start(folder.path()).unwrap();
    assert!(!cluster.is_new());
    assert_eq!(rows(&cluster.url()), 1);
    conn.batch_execute("SELECT 1").unwrap_err();
}

#[test]
fn a_shared_cluster_goes_with_the_process_it_was_made_for() {
    let base = folder();
    // As /dev/shm and /tmp are: anybody makes folders, and removes their own.
    fs::set_permissions(base.path(), fs::Permissions::from_mode(0o1777)).unwrap();
    let shared = base.path().join("shared");
    let mut runner = Command::new("sleep").arg("600").spawn().unwrap();
    let server = detached::shared_until_gone(&shared, runner.id()).unwrap();
    let same = detached::shared_until_gone(&shared, runner.id()).unwrap();
    assert_eq!(server.url("postgres"), same.url("postgres"));
    PgConnection::establish(&server.url("postgres")).unwrap();
    runner.kill().unwrap();
    // Not even reaped: a zombie is gone too.
    until("the cluster and its files gone", || !shared.exists());
    PgConnection::establish(&server.url("postgres")).map(|_| ()).unwrap_err();
    runner.wait().unwrap();
}

#[test]
fn a_folder_closed_to_the_server_s_account_has_a_stand_in() {
    let base = folder();
    let closed = base.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    let cluster = LocalCluster::start(&closed.join("data")).unwrap();
    write(&cluster);
    let root = fs::metadata(&closed).unwrap().uid() == 0;
    assert_eq!(cluster.moved().is_some(), root, "only root hands the server to another account");
    if let Some(moved) = cluster.moved().cloned() {
        assert!(moved.to.starts_with("/var/tmp") && moved.to_string().contains("may not enter"), "{moved}");
        assert!(!closed.join("data").exists());
        assert_eq!(LocalCluster::url_of_running(&closed.join("data")), Some(cluster.url()));
        cluster.stop();
        let again = LocalCluster::start(&closed.join("data")).unwrap();
        assert_eq!(rows(&again.url()), 1, "the stand-in is found again");
        drop(again);
        fs::remove_dir_all(moved.to).unwrap();
    }
}

#[test]
fn without_the_programs_one_message_says_what_to_install() {
    let folder = folder();
    let (mut elsewhere, _) = start_elsewhere(folder.path(), Some(folder.path()));
    let mut said = String::new();
    std::io::Read::read_to_string(&mut elsewhere.stderr.take().unwrap(), &mut said).unwrap();
    assert!(said.contains("HOSTOLINK_PG_BIN=") && said.contains("does not hold initdb"), "{said}");
    assert!(!elsewhere.wait().unwrap().success());
}

/// Another process that starts a cluster, and holds it until it is killed. Gives the URL it says.
fn start_elsewhere(folder: &Path, programs: Option<&Path>) -> (Child, Option<String>) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "local::the_other_process", "--ignored", "--nocapture"])
        .env("OTHER_FOLDER", folder);
    if let Some(programs) = programs {
        command.env("HOSTOLINK_PG_BIN", programs);
    }
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let said = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("at ").map(str::to_owned));
    (child, said)
}

#[test]
#[ignore = "the other process of the tests above"]
fn the_other_process() {
    let folder = std::env::var_os("OTHER_FOLDER").expect("run by another test");
    let cluster = LocalCluster::start(Path::new(&folder)).unwrap();
    #[expect(clippy::print_stdout, reason = "how the two processes talk")]
    {
        println!("\nat {}", cluster.url());
    }
    // Until we are killed, or the test that started us ends.
    std::io::stdin().lines().for_each(drop);
}
