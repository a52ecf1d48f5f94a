//! Any text as subject, note and body of which the fields of a case are read, and as a file of own shapes.
#![no_main]

use casebook::case::{CaseFields, fields::FieldRules};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (own, text) = text.split_once("\n\n\n").unwrap_or(("", text));
    let mut rules = FieldRules::builtin();
    // What is no file of shapes is an ordinary answer.
    let _ = rules.prepend("own.toml", own);
    let mut fields = CaseFields::default();
    rules.read_subject(text, &mut fields);
    rules.read_note(text, &mut fields);
    rules.read_body(text, &mut fields);
});
