//! `hostolink import`.

use crate::{cli::Import, commands::Failure, config::Config};

pub(super) fn import(_: &Config, _: &Import) -> Result<(), Failure> {
    Err("not yet".into())
}
