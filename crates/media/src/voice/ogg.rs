//! Opus in Ogg (RFC 3533, RFC 7845): pages of packets. The packets are kept, the pages and what the file says of itself are not.

use super::{Format, Voice};
use crate::Error;

/// Opus counts in this many samples a second, whatever was recorded.
const RATE: u32 = 48_000;
/// Packets that are looked at: two minutes of the shortest that there are.
const MOST_PACKETS: usize = 50_000;
/// The largest packet that anybody has to take (RFC 7845, 3): it fits into a page.
const LARGEST: usize = 61_440;
/// Where our pages say they come from: one stream a file.
const STREAM: u32 = 1;

pub(super) fn read(file: &[u8]) -> Result<Voice, Error> {
    let packets = packets(file)?;
    let [head, tags, sound @ ..] = packets.as_slice() else { return Err(Error::NotAVoice) };
    // Channel mapping 0: one or two channels, and nothing more in the header.
    let [b'O', b'p', b'u', b's', b'H', b'e', b'a', b'd', version, 1..=2, skip_low, skip_high, .., 0] =
        *head.as_slice()
    else {
        return Err(Error::NotAVoice);
    };
    if version & 0xF0 != 0 || head.len() != 19 || !tags.starts_with(b"OpusTags") || sound.is_empty() {
        return Err(Error::NotAVoice);
    }
    let skipped = u64::from(u16::from_le_bytes([skip_low, skip_high]));
    let mut writer = Pages::default();
    writer.page(&[head], 0, 2);
    let no_tags = [b"OpusTags".as_slice(), &[0; 8]].concat();
    writer.page(&[&no_tags], 0, 0);
    let mut samples = 0;
    let mut waiting: Vec<&[u8]> = Vec::new();
    for (place, packet) in sound.iter().enumerate() {
        if packet.len() > LARGEST {
            return Err(Error::NotAVoice);
        }
        samples += samples_of(packet)?;
        waiting.push(packet);
        let last = place + 1 == sound.len();
        let segments: usize = waiting.iter().map(|packet| packet.len() / 255 + 1).sum();
        let next = sound.get(place + 1).map_or(0, |packet| packet.len() / 255 + 1);
        if last || segments + next > 255 || waiting.len() >= 50 {
            writer.page(&waiting, samples, if last { 4 } else { 0 });
            waiting.clear();
        }
    }
    Voice::new(writer.out, Format::Opus, samples.saturating_sub(skipped), RATE)
}

/// The packets of the one stream of a file.
fn packets(file: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
    let (mut rest, mut packets) = (file, Vec::new());
    let (mut open, mut stream): (Vec<u8>, Option<[u8; 4]>) = (Vec::new(), None);
    while !rest.is_empty() {
        let header = rest.first_chunk::<27>().ok_or(Error::NotAVoice)?;
        let [b'O', b'g', b'g', b'S', 0, flags, ..] = *header else { return Err(Error::NotAVoice) };
        let serial = [header[14], header[15], header[16], header[17]];
        let continued = flags & 1 == 1;
        if *stream.get_or_insert(serial) != serial || continued == open.is_empty() {
            return Err(Error::NotAVoice);
        }
        let (table, mut body) =
            rest[27..].split_at_checked(usize::from(header[26])).ok_or(Error::NotAVoice)?;
        for lacing in table {
            let (part, after) = body.split_at_checked(usize::from(*lacing)).ok_or(Error::NotAVoice)?;
            open.extend_from_slice(part);
            body = after;
            if *lacing < 255 {
                packets.push(std::mem::take(&mut open));
            }
        }
        if packets.len() > MOST_PACKETS {
            return Err(Error::TooLong);
        }
        rest = body;
    }
    if open.is_empty() { Ok(packets) } else { Err(Error::NotAVoice) }
}

/// How many samples a packet of Opus holds (RFC 6716, 3.1): by the configuration and the count of frames of its first bytes.
fn samples_of(packet: &[u8]) -> Result<u64, Error> {
    let toc = *packet.first().ok_or(Error::NotAVoice)?;
    let samples = match toc >> 3 {
        config @ 0..=11 => [480, 960, 1_920, 2_880][usize::from(config & 3)],
        config @ 12..=15 => [480, 960][usize::from(config & 1)],
        config => [120, 240, 480, 960][usize::from(config & 3)],
    };
    let frames = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u64::from(packet.get(1).ok_or(Error::NotAVoice)? & 0x3F),
    };
    let samples = samples * frames;
    // 120 milliseconds are the most that a packet may hold.
    if (1..=5_760).contains(&samples) { Ok(samples) } else { Err(Error::NotAVoice) }
}

/// Our own pages.
#[derive(Default)]
struct Pages {
    out: Vec<u8>,
    number: u32,
}

impl Pages {
    /// Whole packets, at most 255 segments of them.
    fn page(&mut self, packets: &[&[u8]], samples: u64, flags: u8) {
        let mut table = Vec::new();
        for packet in packets {
            table.resize(table.len() + packet.len() / 255, 255);
            table.push(u8::try_from(packet.len() % 255).unwrap_or(0));
        }
        let start = self.out.len();
        self.out.extend_from_slice(b"OggS\0");
        self.out.push(flags);
        self.out.extend_from_slice(&samples.to_le_bytes());
        self.out.extend_from_slice(&STREAM.to_le_bytes());
        self.out.extend_from_slice(&self.number.to_le_bytes());
        self.out.extend_from_slice(&[0; 4]);
        self.out.push(u8::try_from(table.len()).unwrap_or(u8::MAX));
        self.out.extend_from_slice(&table);
        packets.iter().for_each(|packet| self.out.extend_from_slice(packet));
        let sum = checksum(&self.out[start..]).to_le_bytes();
        self.out[start + 22..start + 26].copy_from_slice(&sum);
        self.number += 1;
    }
}

/// The checksum of a page whose own is zero: CRC-32 with 0x04C11DB7, highest bit first, neither turned nor inverted.
fn checksum(page: &[u8]) -> u32 {
    page.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ (u32::from(*byte) << 24), |sum, _| {
            if sum & 0x8000_0000 == 0 { sum << 1 } else { (sum << 1) ^ 0x04C1_1DB7 }
        })
    })
}
