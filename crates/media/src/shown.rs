//! A picture that people publish or send: as large as a screen, small for a list, and as a few colours until it is there.

use crate::{
    Error, Picture, Size,
    picture::{decode, write},
};
use image::imageops::{FilterType, resize};

/// The longest side of what a list shows, in pixels.
const SMALL: u32 = 320;
/// The longest side of what the colours are taken from: more shows no difference.
const COLOURS: u32 = 32;

/// One picture in its three forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// At most 1,600 pixels a side.
    pub picture: Picture,
    /// At most 320 pixels a side.
    pub thumbnail: Picture,
    /// Its colours as a BlurHash: 4 by 3 components, 28 characters.
    pub blurhash: String,
}

impl Shown {
    /// Reads a file as [`Picture::read`] does.
    ///
    /// # Errors
    /// As [`Picture::read`].
    pub fn read(file: &[u8]) -> Result<Self, Error> {
        let image = decode(file, Size::Published)?;
        let (width, height) = fitting(image.width(), image.height(), SMALL);
        let small = resize(&image, width, height, FilterType::Triangle);
        let (width, height) = fitting(small.width(), small.height(), COLOURS);
        let tiny = resize(&small, width, height, FilterType::Triangle);
        let rgba: Vec<u8> = tiny.pixels().flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255]).collect();
        let blurhash =
            blurhash::encode(4, 3, tiny.width(), tiny.height(), &rgba).map_err(|_| Error::NotAPicture)?;
        Ok(Self { picture: write(&image)?, thumbnail: write(&small)?, blurhash })
    }
}

/// The same shape with no side longer than `most`, and none without a pixel.
fn fitting(width: u32, height: u32, most: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= most {
        return (width, height);
    }
    let scaled = |side: u32| {
        u32::try_from(u64::from(side) * u64::from(most) / u64::from(longest)).unwrap_or(most).max(1)
    };
    (scaled(width), scaled(height))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage};

    fn png(width: u32, height: u32) -> Vec<u8> {
        let image = RgbImage::from_fn(width, height, |x, _| Rgb([u8::try_from(x % 256).unwrap(), 80, 20]));
        let mut file = std::io::Cursor::new(Vec::new());
        image.write_to(&mut file, image::ImageFormat::Png).unwrap();
        file.into_inner()
    }

    #[test]
    fn a_picture_comes_in_three_forms_of_one_shape() {
        let shown = Shown::read(&png(2_000, 1_000)).unwrap();
        assert_eq!((shown.picture.width(), shown.picture.height()), (1_600, 800));
        assert_eq!((shown.thumbnail.width(), shown.thumbnail.height()), (320, 160));
        assert_eq!(shown.blurhash.len(), 28);
        assert!(shown.thumbnail.jpeg().len() < shown.picture.jpeg().len());
        let again = blurhash::decode(&shown.blurhash, 8, 4, 1.0).unwrap();
        assert!(again.chunks(4).all(|pixel| pixel[2] < 120), "there is little blue in it");
    }

    #[test]
    fn a_ribbon_keeps_its_pixels() {
        let shown = Shown::read(&png(1_000, 16)).unwrap();
        assert_eq!((shown.thumbnail.width(), shown.thumbnail.height()), (320, 5));
        assert!(Shown::read(&png(16, 16)).is_ok());
        assert_eq!(Shown::read(&png(15, 16)), Err(Error::TooFewPixels));
        assert_eq!(Shown::read(b"<svg onload=alert(1)>"), Err(Error::NotAPicture));
    }
}
