//! A scanned text is read or refused, whatever it is; what is read as ours is written and read back the same.
#![no_main]

use hostolink_wallet::emv::Payload;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(payload) = Payload::parse(text)
        && payload.reference().is_none()
        && payload.initiation().is_some()
        && let Some(written) = payload.write()
    {
        assert_eq!(Payload::parse(&written), Ok(payload));
    }
});
