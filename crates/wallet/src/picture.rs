//! The picture of a payload, for a screen or a printer.

use image::{DynamicImage, ImageFormat, Luma};
use qrcode::{EcLevel, QrCode, render::svg};

/// Why there is no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// The text does not fit into a symbol. No payload of ours is that long.
    #[error("the text does not fit into a QR code")]
    TooLong,
    /// The picture could not be encoded.
    #[error("the picture could not be encoded")]
    Encoding,
}

/// The least width of a picture, in pixels: sharp on a phone's screen, 4 cm in print at 300 dpi.
const WIDTH: u32 = 480;

/// Level M (15 % may be unreadable): a cracked screen and a creased sticker still work, the symbol stays coarse enough
/// for a cheap camera.
pub(crate) fn symbol(text: &str) -> Result<QrCode, PictureError> {
    QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| PictureError::TooLong)
}

/// A PNG, black on white, with the quiet zone of four modules that ISO/IEC 18004 asks for.
///
/// # Errors
/// [`PictureError::TooLong`] for a text that no symbol holds.
pub fn png(text: &str) -> Result<Vec<u8>, PictureError> {
    let pixels = symbol(text)?.render::<Luma<u8>>().quiet_zone(true).min_dimensions(WIDTH, WIDTH).build();
    let mut bytes = std::io::Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(pixels)
        .write_to(&mut bytes, ImageFormat::Png)
        .map_err(|_| PictureError::Encoding)?;
    Ok(bytes.into_inner())
}

/// The same as SVG: grows without blur, for posters.
///
/// # Errors
/// [`PictureError::TooLong`] for a text that no symbol holds.
pub fn svg(text: &str) -> Result<String, PictureError> {
    Ok(symbol(text)?
        .render::<svg::Color<'_>>()
        .quiet_zone(true)
        .min_dimensions(WIDTH, WIDTH)
        .dark_color(svg::Color("#000000"))
        .light_color(svg::Color("#ffffff"))
        .build())
}

/// The dark modules of a symbol as an SVG path, a unit a module, and how many modules it is wide, quiet zone not included.
pub(crate) fn modules(text: &str) -> Result<(usize, String), PictureError> {
    let symbol = symbol(text)?;
    let width = symbol.width();
    let dark = |(place, color): (usize, &qrcode::Color)| {
        (*color == qrcode::Color::Dark).then(|| format!("M{} {}h1v1h-1z", place % width, place / width))
    };
    Ok((width, symbol.to_colors().iter().enumerate().filter_map(dark).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emv::{Payload, Token};
    use hostolink_kernel::{SystemRandom, Xof};

    fn payloads() -> [String; 2] {
        let token = Token::draw(&SystemRandom);
        let fixed = Payload::one_payment(token.clone(), Xof::new(Payload::MAX_AMOUNT).unwrap()).unwrap();
        [Payload::of_account(token).write().unwrap(), fixed.write().unwrap()]
    }

    /// What an independent decoder reads in a picture.
    fn decoded(pixels: image::GrayImage) -> String {
        let mut image = rqrr::PreparedImage::prepare(pixels);
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1, "one code in the picture");
        grids[0].decode().unwrap().1
    }

    #[test]
    fn another_program_reads_the_payload_from_the_png() {
        for text in payloads() {
            let bytes = png(&text).unwrap();
            let pixels = image::load_from_memory(&bytes).unwrap().to_luma8();
            assert!(pixels.width() >= WIDTH && pixels.width() == pixels.height());
            assert_eq!(decoded(pixels), text);
        }
    }

    #[test]
    fn the_png_has_its_quiet_zone_and_stays_small() {
        let [text, _] = payloads();
        let bytes = png(&text).unwrap();
        assert!(bytes.len() < 16 * 1024, "{} bytes", bytes.len());
        let pixels = image::load_from_memory(&bytes).unwrap().to_luma8();
        // A module is at least 480 / (177 + 8) pixels wide: four of them are at least eight.
        assert!(pixels.enumerate_pixels().all(|(x, y, pixel)| x.min(y) >= 8 || pixel.0 == [255]));
    }

    #[test]
    fn the_svg_draws_the_same_symbol() {
        for text in payloads() {
            let drawn = svg(&text).unwrap();
            assert!(drawn.contains("<svg") && drawn.contains("viewBox") && !drawn.contains("<script"));
            assert_eq!(decoded(rasterised(&drawn)), text);
        }
    }

    /// Draws the squares of the SVG path (`M x y h w v h h-w V y`…) that `qrcode` writes, without an SVG library.
    fn rasterised(drawn: &str) -> image::GrayImage {
        let size = attribute(drawn, "width=\"").parse().unwrap();
        let mut pixels = image::GrayImage::from_pixel(size, size, Luma([255]));
        let path = drawn.rsplit(" d=\"").next().unwrap().split('"').next().unwrap();
        for square in path.split('M').filter(|square| !square.is_empty()) {
            let numbers: Vec<u32> =
                square.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).take(4).collect();
            let [x, y, width, height] = numbers[..] else { panic!("unexpected path part {square:?}") };
            for (dx, dy) in (0..height).flat_map(|dy| (0..width).map(move |dx| (dx, dy))) {
                pixels.put_pixel(x + dx, y + dy, Luma([0]));
            }
        }
        pixels
    }

    fn attribute<'a>(drawn: &'a str, name: &str) -> &'a str {
        drawn.split(name).nth(1).unwrap().split('"').next().unwrap()
    }

    #[test]
    fn a_text_that_no_symbol_holds_is_refused() {
        assert_eq!(png(&"x".repeat(5_000)), Err(PictureError::TooLong));
        assert_eq!(svg(&"x".repeat(5_000)), Err(PictureError::TooLong));
    }
}
