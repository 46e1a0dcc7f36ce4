//! Voice notes: what a telephone recorded, read packet by packet and written anew, so that nothing but sound is left.

mod aac;
mod mp4;
mod ogg;

use crate::Error;

/// Somebody speaking, for [`Voice::MOST`] milliseconds at most.
#[derive(Clone, PartialEq, Eq)]
pub struct Voice {
    bytes: Vec<u8>,
    format: Format,
    milliseconds: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// Opus in Ogg (RFC 7845).
    Opus,
    /// AAC as a stream of frames, each with a header of its own (ADTS, ISO 13818-7).
    Aac,
}

impl std::fmt::Debug for Voice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Voice")
            .field("format", &self.format)
            .field("milliseconds", &self.milliseconds)
            .finish_non_exhaustive()
    }
}

impl Voice {
    /// The longest, in milliseconds: two minutes.
    pub const MOST: u32 = 120_000;

    /// Reads Opus in Ogg, AAC frames (ADTS), or AAC in an MP4 file (`.m4a`), told by the first bytes. How long it lasts is counted in the sound
    /// itself; what the file says about that is not believed. Comments, names, places and covers are left behind.
    ///
    /// # Errors
    /// [`Error::NotAVoice`], [`Error::TooLong`].
    pub fn read(file: &[u8]) -> Result<Self, Error> {
        match file {
            [b'O', b'g', b'g', b'S', ..] => ogg::read(file),
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => mp4::read(file),
            [0xFF, second, ..] if second & 0xF6 == 0xF0 => aac::read(file),
            _ => Err(Error::NotAVoice),
        }
    }

    fn new(bytes: Vec<u8>, format: Format, samples: u64, rate: u32) -> Result<Self, Error> {
        let milliseconds = (samples * 1_000).checked_div(rate.into()).ok_or(Error::NotAVoice)?;
        let milliseconds = u32::try_from(milliseconds).map_err(|_| Error::TooLong)?;
        match milliseconds {
            0 => Err(Error::NotAVoice),
            1..=Self::MOST => Ok(Self { bytes, format, milliseconds }),
            _ => Err(Error::TooLong),
        }
    }

    /// The file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What it is.
    #[must_use]
    pub const fn media_type(&self) -> &'static str {
        match self.format {
            Format::Opus => "audio/ogg",
            Format::Aac => "audio/aac",
        }
    }

    /// How its name ends.
    #[must_use]
    pub const fn extension(&self) -> &'static str {
        match self.format {
            Format::Opus => "ogg",
            Format::Aac => "aac",
        }
    }

    /// How long it lasts.
    #[must_use]
    pub const fn milliseconds(&self) -> u32 {
        self.milliseconds
    }
}

#[cfg(test)]
mod tests;
