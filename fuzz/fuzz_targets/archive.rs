//! Any bytes as an archive, every entry read to its end within a small budget.
#![no_main]

use std::io::{self, Cursor};

use casebook::archive::{Budget, Limits, open};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let budget = Budget::new(Limits { depth: 3, entries: 100, bytes: 4 << 20, ..Limits::USUAL });
    open("fuzz.zip", 0, Cursor::new(bytes), &budget, &mut |_, reader| {
        // What cannot be read is the archive's warning.
        let _ = io::copy(reader, &mut io::sink());
    });
});
