//! Any text as a file of tag rules, and any as a tag: problems name a line of the file.
#![no_main]

use casebook::tag::{TagRules, parse_tag};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let lines = text.bytes().filter(|byte| *byte == b'\n').count() as u64 + 1;
    let mut rules = TagRules::default();
    for problem in rules.add("own.toml", text) {
        assert!((1..=lines).contains(&problem.line), "{problem}");
    }
    if let Ok(tag) = parse_tag(text) {
        assert_eq!(parse_tag(&tag).ok().as_deref(), Some(tag.as_str()));
    }
});
