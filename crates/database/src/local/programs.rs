//! Where Postgres' programs are on this machine.
use super::LocalError;
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Older servers are past their end of life.
const OLDEST: u32 = 14;

/// One installed version of Postgres.
#[derive(Debug, Clone)]
pub(super) struct Programs {
    folder: PathBuf,
    /// 15 for 15.18: a data folder belongs to one major version.
    pub(super) major: u32,
}

impl Programs {
    /// The programs in `HOSTOLINK_PG_BIN`, else the first found; among those, the version that already has a cluster
    /// (`has_cluster(major)`) is preferred, so that an upgrade of the machine does not hide the data.
    pub(super) fn find(has_cluster: impl Fn(u32) -> bool) -> Result<Self, LocalError> {
        if let Some(folder) = std::env::var_os("HOSTOLINK_PG_BIN").filter(|folder| !folder.is_empty()) {
            return Self::at(Path::new(&folder)).ok_or_else(|| {
                LocalError::NotInstalled(format!(
                    "HOSTOLINK_PG_BIN={} does not hold initdb and postgres of version {OLDEST} or later",
                    Path::new(&folder).display()
                ))
            });
        }
        let mut first = None;
        for folder in candidates() {
            let Some(found) = Self::at(&folder) else { continue };
            if has_cluster(found.major) {
                return Ok(found);
            }
            first.get_or_insert(found);
        }
        first.ok_or_else(|| LocalError::NotInstalled(advice()))
    }

    /// What `folder` holds. A PATH entry often holds only links, so the real place is what counts.
    fn at(folder: &Path) -> Option<Self> {
        let folder = fs::canonicalize(folder.join("initdb")).ok()?.parent()?.to_path_buf();
        let said = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
        let major = major(&String::from_utf8_lossy(&said.stdout))?;
        (major >= OLDEST).then_some(Self { folder, major })
    }

    /// The path of one program.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// "postgres (PostgreSQL) 15.18 (Debian …)" is 15; "17beta1" is 17.
fn major(said: &str) -> Option<u32> {
    let version = said.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn candidates() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    if let Ok(said) = Command::new("pg_config").arg("--bindir").output() {
        folders.push(String::from_utf8_lossy(&said.stdout).trim().into());
    }
    // Debian and SUSE, Alpine, PGDG's packages for Fedora, Homebrew on both Macs and Linux, Postgres.app.
    for root in [
        "/usr/lib/postgresql",
        "/usr/lib",
        "/usr/libexec",
        "/usr",
        "/opt/homebrew/opt",
        "/usr/local/opt",
        "/home/linuxbrew/.linuxbrew/opt",
        "/Applications/Postgres.app/Contents/Versions",
    ] {
        let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(root)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| Some((version_in(&entry.file_name())?, entry.path())))
            .collect();
        versions.sort();
        folders.extend(versions.into_iter().rev().flat_map(|(_, path)| [path.join("bin"), path]));
    }
    folders.push("/usr/local/pgsql/bin".into());
    folders
}

/// The version a folder's name tells: `15`, `postgresql@17`, `postgresql16`, `pgsql-14`.
fn version_in(name: &OsString) -> Option<u32> {
    let name = name.to_str()?;
    let bare = ["postgresql@", "postgresql", "pgsql-"].iter().find_map(|start| name.strip_prefix(start));
    bare.unwrap_or(name).parse().ok()
}

/// What to type on this system.
fn advice() -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    format!(
        "Postgres is not installed on this machine and DATABASE_URL is not set.\n  {}\n\
         Programs in an unusual place: set HOSTOLINK_PG_BIN to the folder that holds initdb and postgres.",
        advice_for(std::env::consts::OS, &release)
    )
}

fn advice_for(os: &str, release: &str) -> String {
    let is = |names: &[&str]| {
        release
            .lines()
            .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
            .flat_map(|ids| ids.trim_matches('"').split(' '))
            .any(|id| names.contains(&id))
    };
    let command = match os {
        "macos" => "brew install postgresql@17",
        _ if is(&["debian", "ubuntu"]) => "sudo apt-get install postgresql",
        _ if is(&["alpine"]) => "sudo apk add postgresql",
        _ if is(&["fedora", "rhel", "centos"]) => "sudo dnf install postgresql-server",
        _ if is(&["arch"]) => "sudo pacman -S postgresql",
        _ if is(&["suse", "opensuse"]) => "sudo zypper install postgresql-server",
        _ => return "Set DATABASE_URL to a Postgres server (14 or later) you may use.".into(),
    };
    format!("Install it:  {command}\n  or set DATABASE_URL to a Postgres server (14 or later) you may use.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_programs_and_folders_say() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(major("command not found"), None);
        for (name, version) in
            [("15", Some(15)), ("postgresql@17", Some(17)), ("postgresql16", Some(16)), ("bin", None)]
        {
            assert_eq!(version_in(&name.into()), version);
        }
    }

    #[test]
    fn the_advice_fits_the_system() {
        assert!(advice_for("macos", "").contains("brew install"));
        assert!(advice_for("linux", "NAME=\"Ubuntu\"\nID=ubuntu\nID_LIKE=debian\n").contains("apt-get"));
        assert!(advice_for("linux", "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n").contains("dnf"));
        assert!(advice_for("linux", "ID=alpine\n").contains("apk add"));
        assert!(advice_for("linux", "ID=plan9\n").contains("DATABASE_URL"));
    }
}
