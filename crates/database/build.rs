//! Makes the crate follow the migrations: a new folder recompiles it, and tests know the history by a fingerprint, the
//! migrator the tables that it makes.
use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

/// The table that a line makes; a test compares the whole list with the migrated database.
fn made(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("CREATE TABLE ").or_else(|| line.strip_prefix("CREATE UNLOGGED TABLE "))?;
    rest.strip_prefix("IF NOT EXISTS ").unwrap_or(rest).split([' ', '(']).next()
}

fn main() -> std::io::Result<()> {
    let migrations = Path::new("../../migrations");
    println!("cargo::rerun-if-changed={}", migrations.display());
    let mut folders = fs::read_dir(migrations)?.collect::<Result<Vec<_>, _>>()?;
    folders.sort_by_key(fs::DirEntry::file_name);
    let mut hasher = DefaultHasher::new();
    let mut tables = Vec::new();
    for folder in folders {
        let up = fs::read_to_string(folder.path().join("up.sql")).unwrap_or_default();
        folder.file_name().hash(&mut hasher);
        up.hash(&mut hasher);
        tables.extend(up.lines().filter_map(made).map(str::to_owned));
    }
    println!("cargo::rustc-env=HOSTOLINK_HISTORY={:016x}", hasher.finish());
    println!("cargo::rustc-env=HOSTOLINK_TABLES={}", tables.join(","));
    Ok(())
}
