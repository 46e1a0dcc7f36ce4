//! Who runs the server: Postgres refuses root.
use std::{
    fs, io,
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::{Path, PathBuf},
    process::Command,
};

/// The account that owns the cluster's files and runs its programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) uid: u32,
    gid: u32,
    /// Whether this process is root and must become the account.
    switch: bool,
}

impl Account {
    /// Ourselves; for root the account `postgres`, else `nobody`.
    pub(super) fn of_this_process() -> Self {
        let (uid, gid) = (rustix::process::geteuid(), rustix::process::getegid());
        if !uid.is_root() {
            return Self { uid: uid.as_raw(), gid: gid.as_raw(), switch: false };
        }
        let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let (uid, gid) = ["postgres", "_postgres", "nobody"]
            .iter()
            .find_map(|name| ids_of(&accounts, name))
            .unwrap_or((65534, 65534));
        Self { uid, gid, switch: true }
    }

    /// Makes `command` run as this account.
    pub(super) fn apply(self, command: &mut Command) {
        if self.switch {
            command.uid(self.uid).gid(self.gid);
        }
    }

    /// Makes this account the owner of `path`.
    pub(super) fn own(self, path: &Path) -> io::Result<()> {
        if self.switch { std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid)) } else { Ok(()) }
    }

    /// The first folder on the way to `path` (which exists, links resolved) that the account may not enter.
    pub(super) fn stopped_at(self, path: &Path) -> Option<PathBuf> {
        if !self.switch {
            return None;
        }
        let enters = |folder: &&Path| {
            fs::metadata(folder).is_ok_and(|found| {
                let shift = match (found.uid() == self.uid, found.gid() == self.gid) {
                    (true, _) => 6,
                    (false, true) => 3,
                    (false, false) => 0,
                };
                found.mode() >> shift & 1 == 1
            })
        };
        path.ancestors().find(|folder| !enters(folder)).map(Path::to_path_buf)
    }
}

/// A user's and its group's number from the text of `/etc/passwd`. macOS writes nobody's as -2.
fn ids_of(accounts: &str, name: &str) -> Option<(u32, u32)> {
    let number = |text: &str| text.parse().ok().or_else(|| Some(text.parse::<i32>().ok()?.cast_unsigned()));
    let mut fields =
        accounts.lines().map(|line| line.split(':')).find(|fields| fields.clone().next() == Some(name))?;
    Some((number(fields.nth(2)?)?, number(fields.next()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_read_from_the_system_s_list() {
        let list = "root:x:0:0:root:/root:/bin/sh\nnobody:*:-2:-2:Unprivileged:/var/empty:/usr/bin/false\npostgres:x:101:104::/:/bin/sh\n";
        assert_eq!(ids_of(list, "postgres"), Some((101, 104)));
        assert_eq!(ids_of(list, "nobody"), Some((u32::MAX - 1, u32::MAX - 1)));
        assert_eq!(ids_of(list, "post"), None);
    }

    #[test]
    fn a_folder_closed_to_others_stops_the_account() {
        use std::os::unix::fs::PermissionsExt;
        let open = tempfile::tempdir().unwrap();
        let closed = open.path().canonicalize().unwrap().join("closed");
        let inner = closed.join("inner");
        fs::create_dir_all(&inner).unwrap();
        fs::set_permissions(open.path(), fs::Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
        let stranger = Account { uid: 4_000_001, gid: 4_000_001, switch: true };
        assert_eq!(stranger.stopped_at(&inner), Some(closed.clone()));
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o711)).unwrap();
        fs::set_permissions(&inner, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(stranger.stopped_at(&inner), None);
        let ourselves = Account { switch: false, ..stranger };
        assert_eq!(ourselves.stopped_at(&closed), None);
    }
}
