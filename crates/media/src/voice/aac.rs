//! AAC frames with headers of their own (ISO 13818-7, 6.2): seven bytes, then one block of 1,024 samples.

use super::{Format, Voice};
use crate::Error;

/// Samples in a frame.
pub(super) const SAMPLES: u64 = 1_024;
/// Bytes of a header without a checksum.
const HEADER: usize = 7;
/// The largest frame that a header can name.
const LARGEST: usize = (1 << 13) - 1;
/// Samples a second by the index that headers hold (ISO 14496-3, table 1.18).
pub(super) const RATES: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

/// What is the same in every frame: the profile, the index of the rate and the channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) profile: u8,
    pub(super) rate: u8,
    pub(super) channels: u8,
}

impl Shape {
    pub(super) fn samples_a_second(self) -> Result<u32, Error> {
        RATES.get(usize::from(self.rate)).copied().ok_or(Error::NotAVoice)
    }

    /// Writes a frame with a header of ours: no checksum, no private bit.
    pub(super) fn write(self, frame: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let length = frame.len() + HEADER;
        if frame.is_empty() || length > LARGEST {
            return Err(Error::NotAVoice);
        }
        let length = u32::try_from(length).map_err(|_| Error::NotAVoice)?;
        let bits = |shift: u32, mask: u32| u8::try_from((length >> shift) & mask).unwrap_or(0);
        out.extend_from_slice(&[
            0xFF,
            0xF1,
            (self.profile << 6) | (self.rate << 2) | (self.channels >> 2),
            ((self.channels & 3) << 6) | bits(11, 0x3),
            bits(3, 0xFF),
            (bits(0, 0x7) << 5) | 0x1F,
            0xFC,
        ]);
        out.extend_from_slice(frame);
        Ok(())
    }
}

pub(super) fn read(file: &[u8]) -> Result<Voice, Error> {
    let (mut rest, mut out) = (file, Vec::with_capacity(file.len()));
    let (mut shape, mut frames) = (None, 0_u64);
    while !rest.is_empty() {
        let (of_this, frame, after) = frame(rest)?;
        if *shape.get_or_insert(of_this) != of_this {
            return Err(Error::NotAVoice);
        }
        of_this.write(frame, &mut out)?;
        (frames, rest) = (frames + 1, after);
    }
    let rate = shape.ok_or(Error::NotAVoice)?.samples_a_second()?;
    Voice::new(out, Format::Aac, frames * SAMPLES, rate)
}

/// The first frame, and what comes after it.
fn frame(rest: &[u8]) -> Result<(Shape, &[u8], &[u8]), Error> {
    let [0xFF, b1, b2, b3, b4, b5, b6, ..] = *rest else { return Err(Error::NotAVoice) };
    let length = (usize::from(b3 & 3) << 11) | (usize::from(b4) << 3) | usize::from(b5 >> 5);
    let header = if b1 & 1 == 1 { HEADER } else { HEADER + 2 };
    let shape = Shape { profile: b2 >> 6, rate: (b2 >> 2) & 0xF, channels: ((b2 & 1) << 2) | (b3 >> 6) };
    // More blocks in one frame are allowed and made by nobody; their checksums lie between them.
    let usual = b1 & 0xF6 == 0xF0 && b6 & 3 == 0 && (1..=2).contains(&shape.channels);
    if !usual || length <= header {
        return Err(Error::NotAVoice);
    }
    let (one, after) = rest.split_at_checked(length).ok_or(Error::NotAVoice)?;
    Ok((shape, &one[header..], after))
}
