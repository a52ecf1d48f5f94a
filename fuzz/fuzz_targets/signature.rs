//! Any text through the extractor: spans fit and stand in order.
#![no_main]

use std::sync::LazyLock;

use casebook::{
    logs::LogFormat,
    signature::{
        extract::{Context, Extractor},
        sight::sight,
    },
};

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(Extractor::new);

libfuzzer_sys::fuzz_target!(|text: &str| {
    for context in [Context::Prose, Context::Log(LogFormat::Cbs), Context::Log(LogFormat::SetupApi)] {
        for found in EXTRACTOR.extract(text, context) {
            assert!(text.get(found.span).is_some());
        }
        sight(&EXTRACTOR, text, 1, context, |sighting| drop(sighting.excerpt()));
    }
});
