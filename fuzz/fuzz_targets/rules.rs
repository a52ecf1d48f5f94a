//! Any text as a rule file, and a scan with what comes of it: nothing panics, problems name a line, spans fit.
#![no_main]

use casebook::{
    logs::LogFormat,
    signature::{
        extract::{Context, Extractor},
        rules::RuleSet,
    },
};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut rules = RuleSet::default();
    let lines = text.bytes().filter(|byte| *byte == b'\n').count() as u64 + 1;
    for problem in rules.add("own.toml", text) {
        assert!((1..=lines).contains(&problem.line), "{problem}");
    }
    if rules.rules().len() == 0 {
        return;
    }
    let extractor = Extractor::with_rules(rules);
    for context in [Context::Prose, Context::Log(LogFormat::Plain)] {
        for found in extractor.extract(text, context) {
            assert!(text.get(found.span).is_some_and(|part| !part.is_empty()));
        }
    }
});
