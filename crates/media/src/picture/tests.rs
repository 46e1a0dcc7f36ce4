use super::*;
use image::{Rgba, RgbaImage};

fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let pixels = RgbImage::from_fn(width, height, |x, _| Rgb([u8::try_from(x % 256).unwrap(), 80, 160]));
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(pixels).write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// A JPEG with an EXIF segment: its picture lies on its side, and it was taken at a place with a name.
fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let tiff: &[u8] = &[
        b'M',
        b'M',
        0,
        42,
        0,
        0,
        0,
        8,
        0,
        1, // one entry: orientation, a short, once
        0x01,
        0x12,
        0,
        3,
        0,
        0,
        0,
        1,
        0,
        orientation,
        0,
        0,
        0,
        0,
        0,
        0,
    ];
    let content = [b"Exif\0\0", tiff, b"GPS 5.3599517,-4.0082563 Cocody"].concat();
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &content, &jpeg[2..]].concat()
}

fn holds(file: &[u8], text: &[u8]) -> bool {
    file.windows(text.len()).any(|window| window == text)
}

#[test]
fn three_formats_become_one() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let picture = Picture::read(&encoded(640, 400, format), Size::Document).unwrap();
        assert_eq!((picture.width(), picture.height()), (640, 400), "{format:?}");
        assert!(picture.jpeg().starts_with(&[0xFF, 0xD8, 0xFF]));
    }
}

#[test]
fn large_ones_are_made_smaller_and_keep_their_shape() {
    let file = encoded(3_000, 1_500, ImageFormat::Jpeg);
    let picture = Picture::read(&file, Size::Document).unwrap();
    assert_eq!((picture.width(), picture.height()), (2_400, 1_200));
    let picture = Picture::read(&file, Size::Profile).unwrap();
    assert_eq!((picture.width(), picture.height()), (800, 400));
}

#[test]
fn case_65_nothing_is_left_of_the_file_but_its_pixels() {
    let jpeg = encoded(400, 300, ImageFormat::Jpeg);
    let exif = with_exif(&jpeg, 6);
    assert!(holds(&exif, b"Cocody"));
    let picture = Picture::read(&exif, Size::Document).unwrap();
    assert!(!holds(picture.jpeg(), b"Cocody") && !holds(picture.jpeg(), b"Exif"));
    assert_eq!((picture.width(), picture.height()), (300, 400), "it stands upright");
    // A picture and a page or an archive in one file.
    for tail in [&b"<script>alert(1)</script>"[..], b"PK\x03\x04 an archive"] {
        let picture = Picture::read(&[&jpeg[..], tail].concat(), Size::Document).unwrap();
        assert!(!holds(picture.jpeg(), tail));
    }
}

#[test]
fn case_65_what_is_no_picture_is_refused() {
    let png = encoded(400, 400, ImageFormat::Png);
    for (name, file) in [
        ("nothing", &b""[..]),
        ("SVG", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("HTML", b"<html><body>not a picture</body></html>"),
        ("PDF", b"%PDF-1.7"),
        ("GIF", b"GIF89a\x01\x00\x01\x00"),
        ("magic alone", &[0xFF, 0xD8, 0xFF]),
        ("PNG magic alone", &png[..8]),
        ("half a PNG", &png[..png.len() / 2]),
        ("a PNG that says it is WebP", b"RIFF\x10\x00\x00\x00WEBPnonsense"),
    ] {
        assert_eq!(Picture::read(file, Size::Document), Err(Error::NotAPicture), "{name}");
    }
    assert_eq!(Picture::read(&encoded(299, 800, ImageFormat::Png), Size::Document), Err(Error::TooFewPixels));
}

#[test]
fn case_65_a_pixel_flood_is_refused_by_its_header() {
    // 50,000 × 50,000 in a header; what follows would be 10 GB.
    let mut png = encoded(400, 400, ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 0, 0xC3, 0x50, 0, 0, 0xC3, 0x50]);
    let crc = crc(&png[12..29]).to_be_bytes();
    png[29..33].copy_from_slice(&crc);
    assert_eq!(Picture::read(&png, Size::Document), Err(Error::TooManyPixels));
    let mut jpeg = encoded(400, 400, ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|marker| marker == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xC3, 0x50, 0xC3, 0x50]);
    assert_eq!(Picture::read(&jpeg, Size::Document), Err(Error::TooManyPixels));
}

#[test]
fn what_is_seen_through_is_white() {
    let mut file = Cursor::new(Vec::new());
    let clear = RgbaImage::from_pixel(400, 400, Rgba([0, 0, 0, 0]));
    DynamicImage::ImageRgba8(clear).write_to(&mut file, ImageFormat::Png).unwrap();
    let picture = Picture::read(&file.into_inner(), Size::Profile).unwrap();
    let read = image::load_from_memory(picture.jpeg()).unwrap().to_rgb8();
    assert!(read.get_pixel(200, 200).0.iter().all(|colour| *colour > 250));
}

/// The checksum of a PNG chunk (ISO/IEC 15948, annex D).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    })
}
