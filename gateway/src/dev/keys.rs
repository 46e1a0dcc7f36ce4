//! Development's own keys: made once, kept in the data folder, so that tokens and passwords outlive a restart.

use crate::{commands::Failure, config::Keys};
use hostolink_kernel::{Random, Secret};
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// Reads the keys of `folder`, made at the first start.
pub(crate) fn read_or_make(folder: &Path, random: &dyn Random) -> Result<Keys, Failure> {
    let folder = folder.join("keys");
    fs::create_dir_all(&folder).map_err(|error| format!("can't make {}: {error}", folder.display()))?;
    Ok(Keys {
        signing: keep(&folder.join("signing.pem"), || hostolink_auth::new_signing_key(random))?,
        code: keep(&folder.join("code.key"), || random.token().into())?,
        pepper: keep(&folder.join("pepper.key"), || random.token().into())?,
        documents: keep(&folder.join("documents.key"), || random.token().into())?,
        cards: keep(&folder.join("cards.key"), || random.token().into())?,
    })
}

fn keep(path: &Path, make: impl Fn() -> Secret) -> Result<Secret, Failure> {
    use hostolink_kernel::ExposeSecret;
    match fs::read_to_string(path) {
        Ok(kept) => Ok(kept.into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let secret = make();
            // Whole or not at all, also when two first starts meet: the loser reads what the winner wrote.
            let draft = path.with_extension(format!("draft-{}", std::process::id()));
            let mut file =
                OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
            file.write_all(secret.expose_secret().as_bytes())?;
            file.sync_all()?;
            let placed = fs::hard_link(&draft, path);
            fs::remove_file(&draft)?;
            match placed {
                Ok(()) => Ok(secret),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    Ok(fs::read_to_string(path)?.into())
                }
                Err(error) => Err(error.into()),
            }
        }
        Err(error) => Err(format!("can't read {}: {error}", path.display()).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostolink_kernel::{ExposeSecret, SystemRandom};

    #[test]
    fn keys_are_made_once_and_for_our_eyes_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let first = read_or_make(folder.path(), &SystemRandom).unwrap();
        let again = read_or_make(folder.path(), &SystemRandom).unwrap();
        assert_eq!(first.signing.expose_secret(), again.signing.expose_secret());
        assert_eq!(first.pepper.expose_secret(), again.pepper.expose_secret());
        assert_ne!(first.pepper.expose_secret(), first.code.expose_secret());
        let mode = fs::metadata(folder.path().join("keys/signing.pem")).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}
