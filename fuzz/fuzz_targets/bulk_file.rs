//! A file of payments is read or refused, whatever it is; what is read fits the table.
#![no_main]

use hostolink_kernel::Region;
use hostolink_wallet::{MAX_BULK_LINES, parse_bulk_file};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(lines) = parse_bulk_file(bytes, &[Region::COTE_D_IVOIRE]) {
        assert!((1..=MAX_BULK_LINES).contains(&lines.len()));
        for line in lines {
            assert!(line.recipient.chars().count() <= 100 && !line.recipient.chars().any(char::is_control));
            assert!(line.amount.is_none_or(|amount| !amount.is_zero()));
            assert!(line.error.is_some() || (line.identifier.is_some() && line.amount.is_some()));
        }
    }
});
