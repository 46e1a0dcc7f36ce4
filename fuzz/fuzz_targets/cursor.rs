//! A cursor that a caller sends is read or refused, whatever it is.
#![no_main]

use hostolink_kernel::{Cursor, QrId};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(cursor) = Cursor::parse(text) {
        let _ = cursor.keyset::<QrId>("wallet.codes");
        let _ = cursor.keyset::<(i64, String)>("wallet.codes");
    }
});
