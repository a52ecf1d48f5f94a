//! Any bytes as a mail, a mailbox and a thread export.
#![no_main]

use casebook::{logs::decode, mail};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    mail::parse("fuzz.eml", bytes);
    mail::MboxReader::new(bytes).take_while(Result::is_ok).for_each(drop);
    let text = decode::decode(bytes).value;
    if mail::looks_like_thread_export(&text) {
        mail::parse_thread_export("fuzz.txt", &text);
    }
});
