//! Any text as a code to be explained.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    casebook::catalog::explain(text);
});
