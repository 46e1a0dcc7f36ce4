//! Files of strangers made into pictures of ours.

use crate::Error;
use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage, codecs::jpeg::JpegEncoder,
    imageops::FilterType,
};
use std::io::Cursor;

/// The largest file that is looked at: 5 MB.
pub const MAX_BYTES: usize = 5 * 1024 * 1024;
/// The most pixels that are decoded: 25 million, 100 MB at four bytes each, what a phone's camera makes.
const MAX_PIXELS: u64 = 25_000_000;
/// The most that decoding may allocate, in bytes: a 16-bit picture of that many pixels.
const MAX_ALLOCATION: u64 = 256 * 1024 * 1024;
/// JPEG quality: a document's small print stays readable.
const QUALITY: u8 = 85;

/// How large a picture is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// At most 2,400 pixels a side, at least 300: a document that people have to read.
    Document,
    /// At most 800 pixels a side: a face beside a name.
    Profile,
    /// At most 1,600 pixels a side: what people publish or send.
    Published,
}

impl Size {
    const fn most(self) -> u32 {
        match self {
            Self::Document => 2_400,
            Self::Profile => 800,
            Self::Published => 1_600,
        }
    }

    const fn least(self) -> u32 {
        match self {
            Self::Document => 300,
            Self::Profile | Self::Published => 16,
        }
    }
}

/// A JPEG that this program wrote, pixel by pixel: nothing else of the file that it came from is left, no place and
/// time of the photo, no script, no second file behind it.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    jpeg: Vec<u8>,
    width: u32,
    height: u32,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Picture").field("width", &self.width).field("height", &self.height).finish()
    }
}

impl Picture {
    /// What it is: `image/jpeg`.
    pub const MEDIA_TYPE: &'static str = "image/jpeg";

    /// Reads a JPEG, PNG or WebP, told by its first bytes and never by its name, turns it upright, makes it small enough
    /// and writes it anew. Takes up to a second of a core: see [`PictureWorkers`](crate::PictureWorkers).
    ///
    /// # Errors
    /// [`Error::NotAPicture`], [`Error::TooManyPixels`], [`Error::TooFewPixels`].
    pub fn read(file: &[u8], size: Size) -> Result<Self, Error> {
        write(&decode(file, size)?)
    }

    /// The file.
    #[must_use]
    pub fn jpeg(&self) -> &[u8] {
        &self.jpeg
    }

    /// Its width in pixels.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Its height in pixels.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }
}

/// The pixels, upright, small enough and without anything else of the file.
pub(crate) fn decode(file: &[u8], size: Size) -> Result<RgbImage, Error> {
    let format = match file {
        [0xFF, 0xD8, 0xFF, ..] => ImageFormat::Jpeg,
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageFormat::Png,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => ImageFormat::WebP,
        _ => return Err(Error::NotAPicture),
    };
    let refuse = |error: image::ImageError| match error {
        image::ImageError::Limits(_) => Error::TooManyPixels,
        _ => Error::NotAPicture,
    };
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOCATION);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refuse)?;
    // Looked at before a single pixel is decoded: a file of a few bytes may claim a million megapixels.
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Error::TooManyPixels);
    }
    if width.min(height) < size.least() {
        return Err(Error::TooFewPixels);
    }
    let upright = decoder.orientation().map_err(refuse)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(refuse)?;
    if width.max(height) > size.most() {
        image = image.resize(size.most(), size.most(), FilterType::Triangle);
    }
    image.apply_orientation(upright);
    Ok(flat(&image))
}

/// JPEG knows no transparency: what is seen through is white, like paper.
fn flat(image: &DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.to_rgb8();
    }
    let image = image.to_rgba8();
    let over = |colour: u8, alpha: u8| {
        let (colour, alpha) = (u32::from(colour), u32::from(alpha));
        u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
    };
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [red, green, blue, alpha] = image.get_pixel(x, y).0;
        Rgb([over(red, alpha), over(green, alpha), over(blue, alpha)])
    })
}

pub(crate) fn write(image: &RgbImage) -> Result<Picture, Error> {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(image).map_err(|_| Error::NotAPicture)?;
    Ok(Picture { jpeg, width: image.width(), height: image.height() })
}

#[cfg(test)]
mod tests;
