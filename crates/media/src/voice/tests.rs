use super::*;

/// A frame of AAC at 16 kHz, one channel.
fn frame(size: usize) -> Vec<u8> {
    let mut out = Vec::new();
    aac::Shape { profile: 1, rate: 8, channels: 1 }.write(&vec![0x21; size], &mut out).unwrap();
    out
}

fn adts(frames: usize) -> Vec<u8> {
    frame(40).repeat(frames)
}

fn boxed(name: &[u8; 4], content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    [&u32::try_from(content.len() + 8).unwrap().to_be_bytes()[..], name, &content].concat()
}

fn words(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// A telephone's recording: the frames first, then the tables, with a place in between.
fn m4a(frames: u32, size: u32) -> Vec<u8> {
    let ftyp = boxed(b"ftyp", &[b"M4A \0\0\0\0M4A mp42isom"]);
    let sound = vec![0x21; usize::try_from(frames * size).unwrap()];
    let mdat = boxed(b"mdat", &[&sound]);
    let first = u32::try_from(ftyp.len() + 8).unwrap();
    let half = frames / 2;
    // AAC-LC at 16 kHz, one channel.
    let specific = [5, 2, 0x14, 0x08];
    let config = [&[4, 13 + 4, 0x40, 0x15][..], &[0; 11], &specific].concat();
    let stream = [&[3, u8::try_from(3 + config.len()).unwrap(), 0, 1, 0][..], &config].concat();
    let esds = boxed(b"esds", &[&[0; 4], &stream]);
    let mp4a = boxed(b"mp4a", &[&[0; 28], &esds]);
    let stbl = boxed(
        b"stbl",
        &[
            &boxed(b"stsd", &[&words(&[0, 1]), &mp4a]),
            &boxed(b"stsz", &[&words(&[0, size, frames])]),
            &boxed(b"stsc", &[&words(&[0, 1, 1, half, 1])]),
            &boxed(b"stco", &[&words(&[0, 2, first, first + half * size])]),
        ],
    );
    let hdlr = boxed(b"hdlr", &[&[0; 8], b"soun", &[0; 12]]);
    let trak = boxed(b"trak", &[&boxed(b"mdia", &[&hdlr, &boxed(b"minf", &[&stbl])])]);
    let place = boxed(b"udta", &[b"+05.3600-004.0083/"]);
    [ftyp, mdat, boxed(b"moov", &[&place, &trak])].concat()
}

/// Ogg as another program writes it: with comments, one packet a page.
fn opus(packets: usize) -> Vec<u8> {
    let head = [b"OpusHead".as_slice(), &[1, 1, 0x38, 0x01, 0x80, 0x3E, 0, 0, 0, 0, 0]].concat();
    let tags =
        [b"OpusTags".as_slice(), &[4, 0, 0, 0], b"test", &[1, 0, 0, 0, 9, 0, 0, 0], b"GEO=5.3,4"].concat();
    // 20 milliseconds of one frame each, long enough for two segments.
    let sound = [&[0x48][..], &[7; 300]].concat();
    let page = |packet: &[u8], flags: u8, number: u32| {
        let mut table = vec![255; packet.len() / 255];
        table.push(u8::try_from(packet.len() % 255).unwrap());
        [
            b"OggS\0".as_slice(),
            &[flags],
            &[0; 8],
            &[9, 9, 9, 9],
            &number.to_le_bytes(),
            &[0; 4],
            &[u8::try_from(table.len()).unwrap()],
            &table,
            packet,
        ]
        .concat()
    };
    let mut file = [page(&head, 2, 0), page(&tags, 0, 1)].concat();
    for number in 0..packets {
        file.extend(page(&sound, 0, u32::try_from(number).unwrap() + 2));
    }
    file
}

#[test]
fn sound_is_told_by_its_bytes_and_counted_by_its_frames() {
    // 16,000 samples a second, 1,024 a frame.
    let voice = Voice::read(&adts(125)).unwrap();
    assert_eq!((voice.milliseconds(), voice.media_type()), (8_000, "audio/aac"));
    assert_eq!(voice.bytes(), adts(125), "what is nothing but frames stays as it is");
    let voice = Voice::read(&m4a(250, 40)).unwrap();
    assert_eq!((voice.milliseconds(), voice.extension()), (16_000, "aac"));
    assert_eq!(voice.bytes(), adts(250), "its frames, each with a header");
    // 20 milliseconds each, less the 312 samples that a player skips.
    let voice = Voice::read(&opus(500)).unwrap();
    assert_eq!((voice.milliseconds(), voice.media_type()), (9_993, "audio/ogg"));
    assert_eq!(Voice::read(voice.bytes()).unwrap(), voice, "what we write, we read alike");
}

#[test]
fn nothing_but_sound_is_left() {
    for file in [m4a(250, 40), opus(500)] {
        let (voice, place) = (Voice::read(&file).unwrap(), |bytes: &[u8]| {
            bytes.windows(3).any(|part| part == b"GEO" || part == b"+05")
        });
        assert!(place(&file) && !place(voice.bytes()));
    }
}

#[test]
fn two_minutes_are_the_most_whatever_a_file_says() {
    assert_eq!(Voice::read(&adts(1_875)).unwrap().milliseconds(), 120_000);
    assert_eq!(Voice::read(&adts(1_876)), Err(Error::TooLong));
    assert_eq!(Voice::read(&m4a(1_878, 40)), Err(Error::TooLong));
    assert_eq!(Voice::read(&opus(6_000)).unwrap().milliseconds(), 119_993);
    assert_eq!(Voice::read(&opus(6_008)), Err(Error::TooLong));
}

#[test]
fn what_is_no_sound_is_refused() {
    let two_rates = [adts(2), {
        let mut out = Vec::new();
        aac::Shape { profile: 1, rate: 4, channels: 1 }.write(&[1; 40], &mut out).unwrap();
        out
    }]
    .concat();
    let polyglot = [adts(10), b"<script>alert(1)</script>".to_vec()].concat();
    for (name, file) in [
        ("nothing", Vec::new()),
        ("text", b"bonjour".to_vec()),
        ("html", b"<html><script>alert(1)</script>".to_vec()),
        ("wav", b"RIFF\0\0\0\0WAVEfmt ".to_vec()),
        ("two rates", two_rates),
        ("something behind", polyglot),
        ("no tables", boxed(b"ftyp", &[b"M4A "])),
    ] {
        assert_eq!(Voice::read(&file), Err(Error::NotAVoice), "{name}");
    }
}

#[test]
fn a_file_that_ends_early_or_lies_never_panics() {
    for file in [adts(3), m4a(4, 10), opus(3)] {
        for end in 0..file.len() {
            // Cut at a frame's end it is a shorter note; everywhere else it is none.
            let _ = Voice::read(&file[..end]);
        }
        for place in 0..file.len() {
            for value in [0, 0x7F, 0xFF] {
                let mut wrong = file.clone();
                wrong[place] = value;
                if let Ok(voice) = Voice::read(&wrong) {
                    assert!(voice.milliseconds() <= Voice::MOST);
                }
            }
        }
    }
}
