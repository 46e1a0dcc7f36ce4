//! Makes the crate follow the migrations: a new folder recompiles it, and tests know the history by a fingerprint.
use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

fn main() -> std::io::Result<()> {
    let migrations = Path::new("../../migrations");
    println!("cargo::rerun-if-changed={}", migrations.display());
    let mut folders = fs::read_dir(migrations)?.collect::<Result<Vec<_>, _>>()?;
    folders.sort_by_key(fs::DirEntry::file_name);
    let mut hasher = DefaultHasher::new();
    for folder in folders {
        folder.file_name().hash(&mut hasher);
        fs::read(folder.path().join("up.sql")).unwrap_or_default().hash(&mut hasher);
    }
    println!("cargo::rustc-env=HOSTOLINK_HISTORY={:016x}", hasher.finish());
    Ok(())
}
