//! AAC in an MP4 file (ISO 14496-12), which telephones record: the sound's frames are taken out by the file's own tables, which are checked against
//! the file and the bounds of a voice note. Everything else (places, names, covers) stays behind.

use super::{
    Format, Voice,
    aac::{self, Shape},
};
use crate::Error;

/// The most frames: two minutes at the highest rate.
const MOST_FRAMES: usize = 12_000;

pub(super) fn read(file: &[u8]) -> Result<Voice, Error> {
    let movie = child(file, b"moov")?;
    // One track of sound; another that holds pictures is left out.
    let table = boxes(movie)
        .filter_map(|found| found.ok().filter(|(name, _)| name == b"trak"))
        .find_map(|(_, track)| sound(track))
        .ok_or(Error::NotAVoice)?;
    let shape = shape(child(table, b"stsd")?)?;
    let sizes = sizes(child(table, b"stsz")?)?;
    let chunks = chunks(table)?;
    let runs = runs(child(table, b"stsc")?)?;
    let (mut out, mut sizes, mut frames) = (Vec::new(), sizes.into_iter(), 0);
    for (place, offset) in chunks.iter().enumerate() {
        let number = u32::try_from(place + 1).map_err(|_| Error::NotAVoice)?;
        let count =
            runs.iter().take_while(|(first, _)| *first <= number).last().map_or(0, |(_, count)| *count);
        let mut rest = usize::try_from(*offset).ok().and_then(|at| file.get(at..)).ok_or(Error::NotAVoice)?;
        for size in sizes.by_ref().take(usize::try_from(count).unwrap_or(MOST_FRAMES)) {
            let (frame, after) = rest.split_at_checked(size).ok_or(Error::NotAVoice)?;
            shape.write(frame, &mut out)?;
            (rest, frames) = (after, frames + 1);
        }
    }
    if sizes.next().is_some() {
        return Err(Error::NotAVoice);
    }
    Voice::new(out, Format::Aac, frames * aac::SAMPLES, shape.samples_a_second()?)
}

/// The table of samples of a track of sound.
fn sound(track: &[u8]) -> Option<&[u8]> {
    let media = child(track, b"mdia").ok()?;
    let handler = child(media, b"hdlr").ok()?;
    let is_sound = handler.get(8..12)? == b"soun";
    is_sound.then(|| child(child(media, b"minf").ok()?, b"stbl").ok()).flatten()
}

/// The boxes that lie beside one another: their names and what is in them.
fn boxes(mut rest: &[u8]) -> impl Iterator<Item = Result<([u8; 4], &[u8]), Error>> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let found = (|| {
            let name = *rest.get(4..8)?.first_chunk::<4>()?;
            let (header, length) = match u32::from_be_bytes(*rest.first_chunk::<4>()?) {
                0 => (8, rest.len()),
                1 => {
                    let length = u64::from_be_bytes(*rest.get(8..16)?.first_chunk::<8>()?);
                    (16, usize::try_from(length).ok()?)
                }
                length => (8, usize::try_from(length).ok()?),
            };
            let (whole, after) = rest.split_at_checked(length)?;
            rest = after;
            Some((name, whole.get(header..)?))
        })();
        if found.is_none() {
            rest = &[];
        }
        Some(found.ok_or(Error::NotAVoice))
    })
}

fn child<'a>(parent: &'a [u8], name: &[u8; 4]) -> Result<&'a [u8], Error> {
    for found in boxes(parent) {
        let (found, content) = found?;
        if found == *name {
            return Ok(content);
        }
    }
    Err(Error::NotAVoice)
}

/// What the one description says: AAC, at which rate, in how many channels.
fn shape(descriptions: &[u8]) -> Result<Shape, Error> {
    let entry = child(descriptions.get(8..).ok_or(Error::NotAVoice)?, b"mp4a")?;
    // The description of a sound takes 28 bytes; what describes the stream comes after it.
    let stream = child(entry.get(28..).ok_or(Error::NotAVoice)?, b"esds")?;
    let config = specific(stream.get(4..).ok_or(Error::NotAVoice)?).ok_or(Error::NotAVoice)?;
    let [first, second, ..] = *config else { return Err(Error::NotAVoice) };
    let object = first >> 3;
    let shape = Shape {
        profile: object.wrapping_sub(1),
        rate: ((first & 7) << 1) | (second >> 7),
        channels: (second >> 3) & 0xF,
    };
    // Objects 1 to 4 are what the headers of frames can name; 2 is what telephones make.
    let usual = (1..=4).contains(&object) && (1..=2).contains(&shape.channels);
    if usual { Ok(shape) } else { Err(Error::NotAVoice) }
}

/// The decoder's own configuration inside the descriptors of a stream (ISO 14496-1, 7.2.6).
fn specific(mut rest: &[u8]) -> Option<&[u8]> {
    loop {
        let (tag, content, after) = descriptor(rest)?;
        rest = match tag {
            // The stream: its id, then flags for what may follow; none of them is used in files.
            3 => content.get(3..)?,
            4 => content.get(13..)?,
            5 => return Some(content),
            _ => after,
        };
    }
}

fn descriptor(rest: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, mut rest) = rest.split_first()?;
    let mut length = 0_usize;
    for _ in 0..4 {
        let (byte, after) = rest.split_first()?;
        length = (length << 7) | usize::from(byte & 0x7F);
        rest = after;
        if byte & 0x80 == 0 {
            break;
        }
    }
    let (content, after) = rest.split_at_checked(length)?;
    Some((*tag, content, after))
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
}

/// The entries after version, flags and count; no more than a voice note can have.
fn entries(content: &[u8], before: usize, width: usize) -> Result<&[u8], Error> {
    let count = content.get(before..before + 4).and_then(|four| numbers(four).next());
    let count = usize::try_from(count.ok_or(Error::NotAVoice)?).map_err(|_| Error::NotAVoice)?;
    if count > MOST_FRAMES {
        return Err(Error::TooLong);
    }
    content.get(before + 4..before + 4 + count * width).ok_or(Error::NotAVoice)
}

/// How long each frame is.
fn sizes(content: &[u8]) -> Result<Vec<usize>, Error> {
    let all = content.get(4..8).and_then(|four| numbers(four).next()).ok_or(Error::NotAVoice)?;
    let all = usize::try_from(all).map_err(|_| Error::NotAVoice)?;
    if all == 0 {
        let sizes = numbers(entries(content, 8, 4)?);
        return sizes.map(|size| usize::try_from(size).map_err(|_| Error::NotAVoice)).collect();
    }
    let count = content.get(8..12).and_then(|four| numbers(four).next()).ok_or(Error::NotAVoice)?;
    let count = usize::try_from(count).ok().filter(|count| *count <= MOST_FRAMES).ok_or(Error::TooLong)?;
    Ok(vec![all; count])
}

/// Where the chunks begin in the file.
fn chunks(table: &[u8]) -> Result<Vec<u64>, Error> {
    if let Ok(short) = child(table, b"stco") {
        return Ok(numbers(entries(short, 4, 4)?).map(u64::from).collect());
    }
    let long = entries(child(table, b"co64")?, 4, 8)?;
    let pairs: Vec<u32> = numbers(long).collect();
    Ok(pairs.chunks_exact(2).map(|pair| (u64::from(pair[0]) << 32) | u64::from(pair[1])).collect())
}

/// From which chunk on there are how many frames in each.
fn runs(content: &[u8]) -> Result<Vec<(u32, u32)>, Error> {
    let all: Vec<u32> = numbers(entries(content, 4, 12)?).collect();
    Ok(all.chunks_exact(3).map(|three| (three[0], three[1])).collect())
}
