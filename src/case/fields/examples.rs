//! The examples of field rules, run: what each rule must read, and what it must leave alone.

use super::{CaseFields, FieldRules, FieldRulesError, Place, REGEX_SIZE, RuleFile, RuleText};
use regex::RegexBuilder;

/// An example that a rule fails, or that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedExample {
    /// Line in the file, from 1.
    pub line: u64,
    /// What is wrong: lower case, no full stop.
    pub message: String,
}

/// The built-in rules as a file: name and text.
pub fn builtin_file() -> (&'static str, &'static str) {
    (super::BUILTIN_NAME, super::BUILTIN)
}

/// Runs the examples of a file of field rules against its rules put before the built-in ones: how many there are, and
/// which of them fail.
///
/// # Errors
/// When the text is not a rule file or a pattern does not compile.
pub fn try_examples(file: &str, text: &str) -> Result<(usize, Vec<FailedExample>), FieldRulesError> {
    let mut all = FieldRules::builtin();
    all.prepend(file, text)?;
    let parsed: RuleFile =
        toml::from_str(text).map_err(|source| FieldRulesError::Syntax { file: file.into(), source })?;
    let line_of = |at: usize| memchr::memchr_iter(b'\n', &text.as_bytes()[..at.min(text.len())]).count() as u64 + 1;
    let (mut tried, mut failed) = (0, Vec::new());
    for rule in &parsed.rules {
        let RuleText { name, examples, rejects, pattern, places, .. } = rule;
        let mut fail = |line: u64, message: String| {
            failed.push(FailedExample { line, message: format!("rule `{name}`: {message}") });
        };
        if examples.is_empty() || rejects.is_empty() {
            let at = text.find(&format!("\"{name}\"")).map_or(1, line_of);
            fail(at, "examples are missing: `examples` and `rejects` need one entry at least".to_string());
        }
        // It compiled above.
        let Ok(regex) = RegexBuilder::new(pattern).size_limit(REGEX_SIZE).build() else { continue };
        for example in examples {
            tried += 1;
            let line = line_of(example.span().start);
            let example = example.get_ref();
            let Some(text) = example.get("text") else {
                fail(line, "an example has no `text`".to_string());
                continue;
            };
            if !regex.is_match(text) {
                fail(line, format!("it does not match its example `{text}`"));
            }
            let mut fields = CaseFields::default();
            match places.first() {
                Some(Place::Body) => all.read_body(text, &mut fields),
                Some(Place::Subject) | None => all.read_subject(text, &mut fields),
            }
            for (name, value) in example.iter().filter(|(name, _)| *name != "text") {
                let found = match name.as_str() {
                    "number" => fields.numbers.iter().find(|number| *number == value).cloned(),
                    "severity" => fields.severity.clone(),
                    "customer" => fields.customer.clone(),
                    "product" => fields.product.clone(),
                    "title" => Some(fields.subject.clone()),
                    other => {
                        fail(line, format!("`{other}` is no field"));
                        continue;
                    }
                };
                if found.as_ref() != Some(value) {
                    let found = found.map_or("nothing".to_string(), |found| format!("`{found}`"));
                    fail(line, format!("{name} is {found}, not `{value}`, in `{text}`"));
                }
            }
        }
        for reject in rejects {
            tried += 1;
            if regex.is_match(reject.get_ref()) {
                fail(line_of(reject.span().start), format!("it matches `{}`, which it rejects", reject.get_ref()));
            }
        }
    }
    Ok((tried, failed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_rule_passes_its_own_examples() {
        let (file, text) = builtin_file();
        let (tried, failed) = try_examples(file, text).unwrap();
        assert!(tried > 20, "only {tried} examples");
        assert_eq!(failed, []);
    }

    #[test]
    fn a_failing_example_is_told_with_its_line() {
        let text = "[[rule]]\nname = \"own\"\nin = [\"subject\"]\npattern = 'X(?<number>\\d+)Y'\nexamples = [\n  { text = \"X7Y\", number = \"7\" },\n  { text = \"X7Y\", number = \"8\" },\n  { text = \"x\" },\n]\nrejects = [\"X1Y\"]\n";
        let (tried, failed) = try_examples("own.toml", text).unwrap();
        assert_eq!(tried, 4);
        assert_eq!(failed.iter().map(|one| one.line).collect::<Vec<_>>(), [7, 8, 10], "{failed:?}");
    }
}
