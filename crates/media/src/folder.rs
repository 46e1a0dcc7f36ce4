//! A folder of this machine: development's store.

use crate::{Error, MediaStore, Owner, Pending, Picture, Reply, Stored, Ticket};
use hostolink_kernel::{Clock, Random};
use std::{fs, path::PathBuf, sync::Arc};

/// Pictures in a folder, shown by the program itself. Files are small and the machine is the developer's own: they are
/// read and written where they are asked for.
#[derive(Debug, Clone)]
pub struct Folder {
    folder: PathBuf,
    base: String,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Folder {
    /// Keeps pictures in `folder`, made with the first of them; `base` is the address under which the program shows them.
    #[must_use]
    pub fn new(folder: PathBuf, base: &str, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self { folder, base: base.trim_end_matches('/').to_owned(), clock, random }
    }

    /// The picture with this name: a JPEG. A name that this store did not give has none.
    #[must_use]
    pub fn read(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.path(name)?).ok()
    }

    /// Where a name is kept. It is two ids that we drew: nothing in it leads out of the folder.
    fn path(&self, name: &str) -> Option<PathBuf> {
        let (owner, id) = name.strip_suffix(".jpg")?.split_once('.')?;
        let owner = uuid::Uuid::try_parse(owner).ok()?;
        let id = uuid::Uuid::try_parse(id).ok()?;
        Some(self.folder.join(format!("{owner}.{id}.jpg")))
    }

    fn store(&self, owner: Owner, picture: &Picture) -> Result<Stored, Error> {
        let name = format!("{}.{}.jpg", owner.0, self.random.uuid(self.clock.now()));
        let path = self.path(&name).ok_or(Error::Store(None))?;
        fs::create_dir_all(&self.folder).map_err(|_| Error::Store(None))?;
        fs::write(path, picture.jpeg()).map_err(|_| Error::Store(None))?;
        Ok(Stored { url: format!("{}/{name}", self.base) })
    }

    fn remove(&self, url: &str) -> Result<(), Error> {
        let name = url.strip_prefix(&self.base).and_then(|rest| rest.strip_prefix('/'));
        match name.and_then(|name| self.path(name)).map(fs::remove_file) {
            Some(Err(error)) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::Store(None)),
            _ => Ok(()),
        }
    }
}

impl MediaStore for Folder {
    fn ticket(&self, _: Owner) -> Option<Ticket> {
        None
    }

    fn confirm(&self, _: Owner, _: &Reply) -> Result<Stored, Error> {
        Err(Error::NoTickets)
    }

    fn put<'a>(&'a self, owner: Owner, picture: &'a Picture) -> Pending<'a, Stored> {
        Box::pin(std::future::ready(self.store(owner, picture)))
    }

    fn delete<'a>(&'a self, url: &'a str) -> Pending<'a, ()> {
        Box::pin(std::future::ready(self.remove(url)))
    }
}
