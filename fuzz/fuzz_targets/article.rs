//! Any text as an article.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    // A refusal is an ordinary answer.
    let _ = casebook::article::parse("fuzz.md", text);
});
