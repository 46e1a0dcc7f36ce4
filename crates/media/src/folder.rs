//! A folder of this machine: development's store.

use crate::{Error, MediaStore, Owner, Pending, Picture, Reply, Stored, Ticket, Voice};
use hostolink_kernel::{Clock, Random};
use std::{fs, path::PathBuf, sync::Arc};

/// How names end, and what that means.
const ENDINGS: [(&str, &str); 3] = [("jpg", Picture::MEDIA_TYPE), ("ogg", "audio/ogg"), ("aac", "audio/aac")];

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

    /// What has this name, and its media type. A name that this store did not give has nothing.
    #[must_use]
    pub fn read(&self, name: &str) -> Option<(Vec<u8>, &'static str)> {
        let (_, ending) = name.rsplit_once('.')?;
        let (_, media_type) = ENDINGS.into_iter().find(|(known, _)| *known == ending)?;
        Some((fs::read(self.path(name)?).ok()?, media_type))
    }

    /// Where a name is kept. It is two ids that we drew: nothing in it leads out of the folder.
    fn path(&self, name: &str) -> Option<PathBuf> {
        let (rest, ending) = name.rsplit_once('.')?;
        let (ending, _) = ENDINGS.into_iter().find(|(known, _)| *known == ending)?;
        let (owner, id) = rest.split_once('.')?;
        let owner = uuid::Uuid::try_parse(owner).ok()?;
        let id = uuid::Uuid::try_parse(id).ok()?;
        Some(self.folder.join(format!("{owner}.{id}.{ending}")))
    }

    fn store(&self, owner: Owner, file: &[u8], ending: &str) -> Result<Stored, Error> {
        let name = format!("{}.{}.{ending}", owner.0, self.random.uuid(self.clock.now()));
        let path = self.path(&name).ok_or(Error::Store(None))?;
        fs::create_dir_all(&self.folder).map_err(|_| Error::Store(None))?;
        fs::write(path, file).map_err(|_| Error::Store(None))?;
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
        Box::pin(std::future::ready(self.store(owner, picture.jpeg(), "jpg")))
    }

    fn put_voice<'a>(&'a self, owner: Owner, voice: &'a Voice) -> Pending<'a, Stored> {
        Box::pin(std::future::ready(self.store(owner, voice.bytes(), voice.extension())))
    }

    fn delete<'a>(&'a self, url: &'a str) -> Pending<'a, ()> {
        Box::pin(std::future::ready(self.remove(url)))
    }
}
