//! Any bytes as a log: decoded, cut into chunks, read as records of the format found.
#![no_main]

use casebook::logs::{self, reader::LogReader};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut reader = LogReader::new(bytes);
    while let Ok(Some(chunk)) = reader.next_chunk() {
        for line in chunk.text.lines() {
            logs::read_record(chunk.format, line);
        }
    }
});
