#![doc = include_str!("../README.md")]

mod cloudinary;
mod error;
mod folder;
mod imgbb;
mod picture;
mod port;
mod shown;
mod signature;
mod voice;
mod workers;

pub use cloudinary::{Cloudinary, CloudinarySettings, InvalidCloudinaryUrl};
pub use error::{ERRORS, Error};
pub use folder::Folder;
pub use imgbb::Imgbb;
pub use picture::{MAX_BYTES, Picture, Size};
pub use port::{MediaStore, Owner, Pending, Reply, Stored, Ticket, Unconfigured};
pub use shown::Shown;
pub use voice::Voice;
pub use workers::PictureWorkers;
