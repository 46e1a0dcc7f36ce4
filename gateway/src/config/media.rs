//! Where profile pictures are kept.

use hostolink_kernel::Secret;
use serde::Deserialize;

/// The store of public pictures. Without any, development keeps them in its folder and production takes none.
#[derive(Debug, Clone, Default)]
pub struct Media {
    /// Cloudinary's address with key and secret; it comes before ImgBB.
    pub cloudinary: Option<Secret>,
    /// The key of ImgBB.
    pub imgbb: Option<Secret>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Variables {
    cloudinary_url: Option<Secret>,
    imgbb_key: Option<Secret>,
}

impl Variables {
    pub(super) fn check(self) -> Media {
        Media { cloudinary: self.cloudinary_url, imgbb: self.imgbb_key }
    }
}
