//! Any text as subject, note and body of which the fields of a case are read, and as a file of own shapes.
#![no_main]

use std::sync::LazyLock;

use casebook::case::{CaseFields, fields::FieldRules};

static BUILTIN: LazyLock<FieldRules> = LazyLock::new(FieldRules::builtin);

fn read(rules: &FieldRules, text: &str) {
    let mut fields = CaseFields::default();
    rules.read_subject(text, &mut fields);
    rules.read_note(text, &mut fields);
    rules.read_body(text, &mut fields);
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    read(&BUILTIN, text);
    // A blank line parts own shapes from the text.
    // Without a table there is nothing that the built-in rules, which take long to compile, need to be made anew for.
    if let Some((own, text)) = text.split_once("\n\n\n").filter(|(own, _)| own.contains("[[")) {
        let mut rules = FieldRules::builtin();
        // What is no file of shapes is an ordinary answer.
        if rules.prepend("own.toml", own).is_ok() {
            read(&rules, text);
        }
    }
});
