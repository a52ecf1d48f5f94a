//! Files of rules in TOML, read rule by rule: one that is wrong does not take the others with it.
//!
//! Signature rules and tag rules are both lists of `[[rule]]`. What a rule holds is theirs; here is what they share: the
//! rules of a file with their lines, and what is wrong, with its line. No I/O.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::parsed::Warning;

/// Why a rule, or a file of rules, cannot be used; or an example that a rule fails.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[error("`{file}` line {line}: {}{message}", .rule.as_ref().map(|rule| format!("rule `{rule}`: ")).unwrap_or_default())]
pub struct RuleProblem {
    /// The file as named by the user.
    pub file: String,
    /// Line in the file, from 1.
    pub line: u64,
    /// The rule's id, where it could be read.
    pub rule: Option<String>,
    /// What is wrong: lower case, no full stop.
    pub message: String,
}

impl RuleProblem {
    /// Of a file whose bytes are no text from somewhere on; `before` is what stands before that.
    pub(crate) fn not_text(file: &str, before: &[u8]) -> RuleProblem {
        let line = crate::utf8::line_behind(before);
        RuleProblem { file: file.to_string(), line, rule: None, message: "is no UTF-8 text".to_string() }
    }
}

impl From<RuleProblem> for Warning {
    fn from(problem: RuleProblem) -> Self {
        let rule = problem.rule.map(|rule| format!("rule `{rule}`: ")).unwrap_or_default();
        Warning { part: problem.file, line: Some(problem.line), message: format!("{rule}{}", problem.message) }
    }
}

/// What is wrong, and where in the text.
pub(crate) type Fault = (usize, String);

/// Line numbers of offsets.
pub(crate) struct Lines(Vec<usize>);

impl Lines {
    pub(crate) fn new(text: &str) -> Self {
        Lines(memchr::memchr_iter(b'\n', text.as_bytes()).collect())
    }

    /// The line that holds an offset, from 1.
    pub(crate) fn of(&self, at: usize) -> u64 {
        self.0.partition_point(|end| *end < at) as u64 + 1
    }
}

/// Reads the `[[rule]]` entries of a file, each checked by `check`, which gets the bytes that the rule takes in the text.
/// `others` are keys beside the rules that somebody else reads.
pub(crate) fn read<T: DeserializeOwned, R>(
    file: &str,
    text: &str,
    lines: &Lines,
    others: &[&str],
    mut check: impl FnMut(T, &Range<usize>) -> Result<R, Fault>,
) -> (Vec<R>, Vec<RuleProblem>) {
    let problem = |at: usize, rule: Option<String>, message: String| RuleProblem {
        file: file.to_string(),
        line: lines.of(at),
        rule,
        message,
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    let broken: Vec<usize> = errors.iter().map(|error| error.span().map_or(0, |span| span.start)).collect();
    let mut problems: Vec<RuleProblem> =
        errors.iter().zip(&broken).map(|(error, at)| problem(*at, None, error.message().to_string())).collect();
    let mut elements: Vec<Spanned<DeValue<'_>>> = Vec::new();
    for (key, value) in table.into_inner() {
        if others.contains(&key.get_ref().as_ref()) {
            continue;
        }
        if key.get_ref() != "rule" {
            problems.push(problem(
                key.span().start,
                None,
                format!("unknown key `{}`; rules stand under `[[rule]]`", key.get_ref()),
            ));
            continue;
        }
        let span = value.span();
        match value.into_inner() {
            DeValue::Array(array) => elements.extend(array),
            _ => problems.push(problem(span.start, None, "`rule` must be written `[[rule]]`".to_string())),
        }
    }
    let starts: Vec<usize> = elements.iter().map(|element| element.span().start).collect();
    let mut rules = Vec::new();
    for (place, element) in elements.into_iter().enumerate() {
        let own = starts[place]..starts.get(place + 1).copied().unwrap_or(text.len() + 1);
        // What is wrong there was said; the rest of the rule would be read awry.
        if broken.iter().any(|at| own.contains(at)) {
            continue;
        }
        let id = element.get_ref().get("id").and_then(|id| id.get_ref().as_str()).map(str::to_owned);
        match T::deserialize(toml::de::ValueDeserializer::from(element)) {
            Err(error) => {
                let at = error.span().map_or(own.start, |span| span.start);
                problems.push(problem(at, id, error.message().to_string()));
            }
            Ok(rule) => match check(rule, &own) {
                Ok(rule) => rules.push(rule),
                Err((at, message)) => problems.push(problem(at, id, message)),
            },
        }
    }
    (rules, problems)
}

/// Whether a text is an id: lower-case letters, digits and hyphens, 60 at most.
pub(crate) fn is_id(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 60
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
