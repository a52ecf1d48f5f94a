//! Any text as a mapping, and any text as an export in each form that a mapping can read.
#![no_main]

use std::io::{self, Read};

use casebook::import::mapping::{self, Mapping};

libfuzzer_sys::fuzz_target!(|text: &str| {
    // A blank line parts the mapping from the export.
    let (own, export) = text.split_once("\n\n\n").unwrap_or(("", text));
    let own = Mapping::parse("fuzz.toml", own).ok();
    let built_in = mapping::builtin_names().filter_map(Mapping::builtin);
    for mapping in own.into_iter().chain(built_in) {
        for name in ["fuzz.csv", "fuzz.json", "fuzz.jsonl"] {
            let open = |_: Option<&str>| -> io::Result<Box<dyn Read + '_>> { Ok(Box::new(export.as_bytes())) };
            // What cannot be read is an ordinary answer.
            let _ = mapping::read(&mapping, name, &open, &mut |_| {});
        }
    }
});
