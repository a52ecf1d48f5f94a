//! Lines that look like failures and are harmless: `kb/benign.toml`, and a user's own list beside it.
//!
//! A rule is asked only about lines that would count as failing. All rules share one search for the longest literal of
//! each pattern; only the few whose literal stands in the line are looked at further. Patterns are literal words with
//! `<*>` for what varies, or regexes of the linear kind, so that a line costs time in proportion to its length.
//!
//! ```
//! use casebook::signature::benign::BenignRules;
//! let line = "2024-05-14 03:12:14, Info  CBS  SQM: Failed to start standard sample upload. [HRESULT = 0x80004005 - E_FAIL]";
//! assert!(BenignRules::builtin().find(line).is_some());
//! ```

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use toml::Spanned;

use crate::text::literals::Literals;

/// The rules that are built in.
const BUILTIN: &str = include_str!("../../kb/benign.toml");

/// Name of the built-in file in messages.
const BUILTIN_NAME: &str = "kb/benign.toml";

/// What stands for any text in a pattern.
const ANY: &str = "<*>";

/// Fewest letters and digits of the longest literal of a pattern: shorter ones stand in lines of every sort.
const SHORTEST: usize = 6;

/// Bytes of a line that are looked at: what a harmless line says stands at its head.
const LOOKED_AT: usize = 4 << 10;

/// Compiled size allowed per regex.
const REGEX_SIZE: usize = 1 << 20;

/// Rules allowed in one file.
const MOST: usize = 5_000;

/// Why a list of harmless lines could not be used.
#[derive(Debug, thiserror::Error)]
pub enum BenignError {
    /// Not TOML of the documented shape; the source names line and column.
    #[error("`{file}` is not a list of harmless lines")]
    Syntax {
        /// The file as named by the user.
        file: String,
        /// What the reader says.
        source: toml::de::Error,
    },
    /// A rule that cannot be used.
    #[error("`{file}` line {line}: {problem}")]
    Rule {
        /// The file as named by the user.
        file: String,
        /// The line of the pattern or example, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// A regex does not compile.
    #[error("`{file}` line {line}: the regex cannot be used")]
    Regex {
        /// The file as named by the user.
        file: String,
        /// The line of the regex, from 1.
        line: usize,
        /// What the compiler says.
        source: Box<regex::Error>,
    },
}

impl BenignError {
    /// The line of the file that is wrong, from 1, where it is known by itself.
    pub fn line(&self) -> Option<u64> {
        match self {
            BenignError::Syntax { .. } => None,
            BenignError::Rule { line, .. } | BenignError::Regex { line, .. } => Some(*line as u64),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    #[serde(default, rename = "benign")]
    rules: Vec<Spanned<RuleText>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    pattern: Option<Spanned<String>>,
    regex: Option<Spanned<String>>,
    #[serde(default)]
    unless: Vec<String>,
    example: Spanned<String>,
    counter: Option<Spanned<String>>,
    reason: Spanned<String>,
}

/// One harmless sort of line.
#[derive(Debug, Clone)]
pub struct BenignRule {
    matcher: Matcher,
    /// In lower case: a line with one of these is not harmless.
    unless: Vec<String>,
    /// Why such lines are harmless.
    pub reason: String,
}

#[derive(Debug, Clone)]
enum Matcher {
    /// Literals in lower case that stand in the line in this order.
    Words(Vec<String>),
    /// Looked for in the line as it is.
    Regex(Regex),
}

/// The harmless lines in use.
#[derive(Debug)]
pub struct BenignRules {
    rules: Vec<BenignRule>,
    /// The longest literal of each rule of words.
    literals: Literals,
    /// The rule of each literal.
    of_literal: Vec<usize>,
    /// The rules by regex.
    by_regex: Vec<usize>,
}

impl BenignRules {
    /// The built-in rules.
    pub fn builtin() -> &'static Self {
        static RULES: LazyLock<BenignRules> = LazyLock::new(|| {
            let (rules, _) = parse(BUILTIN_NAME, BUILTIN).expect("the built-in list is checked by a test");
            BenignRules::new(rules)
        });
        &RULES
    }

    /// The built-in rules and those of a user's file, whose examples are tried.
    ///
    /// # Errors
    /// When the text is no such list, a pattern or regex cannot be used, or an example does not do what it is there for.
    pub fn with_own(file: &str, text: &str) -> Result<Self, BenignError> {
        let (own, examples) = parse(file, text)?;
        examples.check(file, &own)?;
        let mut rules = own;
        rules.extend(BenignRules::builtin().rules.iter().cloned());
        Ok(BenignRules::new(rules))
    }

    /// Tries the examples of the built-in list; how many there are, and what is wrong with the first that fails.
    pub fn try_builtin() -> (usize, Option<BenignError>) {
        match parse(BUILTIN_NAME, BUILTIN) {
            Ok((rules, examples)) => {
                let tried = examples.0.iter().map(|(_, counter)| 1 + usize::from(counter.is_some())).sum();
                (tried, examples.check(BUILTIN_NAME, &rules).err())
            }
            Err(error) => (1, Some(error)),
        }
    }

    fn new(rules: Vec<BenignRule>) -> Self {
        let (mut literals, mut of_literal, mut by_regex) = (Vec::new(), Vec::new(), Vec::new());
        for (index, rule) in rules.iter().enumerate() {
            match &rule.matcher {
                Matcher::Words(words) => {
                    literals.push(words.iter().max_by_key(|word| word.len()).cloned().unwrap_or_default().into());
                    of_literal.push(index);
                }
                Matcher::Regex(_) => by_regex.push(index),
            }
        }
        BenignRules { rules, literals: Literals::new(literals, |_| true), of_literal, by_regex }
    }

    /// The first rule that calls a line harmless.
    pub fn find(&self, line: &str) -> Option<&BenignRule> {
        let line = &line[..line.floor_char_boundary(LOOKED_AT)];
        let mut lower = None;
        let mut asked = Vec::new();
        for (literal, _) in self.literals.find_overlapping(line.as_bytes()) {
            let index = self.of_literal[literal];
            if asked.contains(&index) {
                continue;
            }
            asked.push(index);
            let lower = lower.get_or_insert_with(|| line.to_ascii_lowercase());
            if self.rules[index].matches(line, lower) {
                return Some(&self.rules[index]);
            }
        }
        self.by_regex.iter().map(|index| &self.rules[*index]).find(|rule| {
            let lower = lower.get_or_insert_with(|| line.to_ascii_lowercase());
            rule.matches(line, lower)
        })
    }
}

impl BenignRule {
    fn matches(&self, line: &str, lower: &str) -> bool {
        let found = match &self.matcher {
            Matcher::Words(words) => in_order(words, lower),
            Matcher::Regex(regex) => regex.is_match(line),
        };
        found && !self.unless.iter().any(|word| lower.contains(word.as_str()))
    }
}

/// Whether the words stand in the text one behind the other.
fn in_order(words: &[String], text: &str) -> bool {
    let mut rest = text;
    words.iter().all(|word| match rest.find(word.as_str()) {
        Some(at) => {
            rest = &rest[at + word.len()..];
            true
        }
        None => false,
    })
}

/// A line of a rule file that is an example, with its number.
type Placed = (String, usize);

/// The example and counter example of each rule of a file.
struct Examples(Vec<(Placed, Option<Placed>)>);

impl Examples {
    fn check(&self, file: &str, rules: &[BenignRule]) -> Result<(), BenignError> {
        let tried = |rule: &BenignRule, text: &str| rule.matches(text, &text.to_ascii_lowercase());
        for (((example, line), counter), rule) in self.0.iter().zip(rules) {
            if !tried(rule, example) {
                return Err(problem(file, *line, "the pattern does not match its own example"));
            }
            if let Some((_, line)) = counter.as_ref().filter(|(counter, _)| tried(rule, counter)) {
                return Err(problem(file, *line, "the pattern matches the counter example"));
            }
        }
        Ok(())
    }
}

fn problem(file: &str, line: usize, problem: impl Into<String>) -> BenignError {
    BenignError::Rule { file: file.into(), line, problem: problem.into() }
}

fn parse(file: &str, text: &str) -> Result<(Vec<BenignRule>, Examples), BenignError> {
    let parsed: RuleFile = toml::from_str(text).map_err(|source| BenignError::Syntax { file: file.into(), source })?;
    if parsed.rules.len() > MOST {
        return Err(problem(file, 1, format!("more than {MOST} rules")));
    }
    let line_of = |offset: usize| 1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..offset.min(text.len())]).count();
    let mut rules = Vec::with_capacity(parsed.rules.len());
    let mut examples = Vec::with_capacity(parsed.rules.len());
    for rule in parsed.rules {
        let at = line_of(rule.span().start);
        let rule = rule.into_inner();
        let matcher = match (&rule.pattern, &rule.regex) {
            (Some(pattern), None) => {
                words(pattern.get_ref()).map_err(|message| problem(file, line_of(pattern.span().start), message))?
            }
            (None, Some(regex)) => {
                let line = line_of(regex.span().start);
                let built = RegexBuilder::new(regex.get_ref())
                    .size_limit(REGEX_SIZE)
                    .build()
                    .map_err(|source| BenignError::Regex { file: file.into(), line, source: Box::new(source) })?;
                if built.is_match("") {
                    return Err(problem(file, line, "the regex matches any line"));
                }
                Matcher::Regex(built)
            }
            _ => return Err(problem(file, at, "a rule needs either `pattern` or `regex`")),
        };
        if rule.reason.get_ref().trim().is_empty() {
            return Err(problem(file, line_of(rule.reason.span().start), "the reason is empty"));
        }
        let unless: Vec<String> = rule.unless.iter().map(|word| word.to_ascii_lowercase()).collect();
        if unless.iter().any(|word| word.trim().is_empty()) {
            return Err(problem(file, at, "a word of `unless` is empty"));
        }
        rules.push(BenignRule { matcher, unless, reason: rule.reason.into_inner() });
        let placed = |text: Spanned<String>| {
            let line = line_of(text.span().start);
            (text.into_inner(), line)
        };
        examples.push((placed(rule.example), rule.counter.map(placed)));
    }
    Ok((rules, Examples(examples)))
}

/// The literals of a pattern.
fn words(pattern: &str) -> Result<Matcher, String> {
    let words: Vec<String> =
        pattern.split(ANY).map(|word| word.trim().to_ascii_lowercase()).filter(|word| !word.is_empty()).collect();
    let longest = words.iter().map(|word| weight(word)).max().unwrap_or(0);
    if longest < SHORTEST {
        return Err(format!("the pattern has no literal of at least {SHORTEST} letters: it would match too much"));
    }
    Ok(Matcher::Words(words))
}

/// Letters and digits of a literal; a Chinese character says as much as three letters.
fn weight(word: &str) -> usize {
    word.chars().filter(|c| c.is_alphanumeric()).map(|c| if c.is_ascii() { 1 } else { 3 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_rules_do_what_their_examples_say() {
        let (rules, examples) = parse(BUILTIN_NAME, BUILTIN).unwrap();
        examples.check(BUILTIN_NAME, &rules).unwrap();
        assert!(rules.len() >= 60, "{} rules", rules.len());
        let all = BenignRules::builtin();
        for ((example, line), counter) in &examples.0 {
            assert!(all.find(example).is_some(), "line {line}: {example}");
            if let Some((counter, line)) = counter {
                assert!(all.find(counter).is_none(), "line {line}: another rule takes {counter}");
            }
        }
    }

    #[track_caller]
    fn check_error(text: &str, expected: &str) {
        let error = BenignRules::with_own("own.toml", text).unwrap_err();
        let mut told = error.to_string();
        if let Some(source) = std::error::Error::source(&error) {
            told.push_str(&source.to_string());
        }
        assert!(told.contains("own.toml") && told.contains(expected), "{told}");
    }

    #[test]
    fn bad_entries_are_told_with_file_and_line() {
        check_error(
            "[[benign]]\npattern = \"abc\"\nexample = \"abc\"\nreason = \"r\"\n",
            "line 2: the pattern has no literal",
        );
        check_error("\n[[benign]]\nexample = \"abc\"\nreason = \"r\"\n", "line 2: a rule needs either");
        check_error("[[benign]]\nregex = \"(\"\nexample = \"abc\"\nreason = \"r\"\n", "line 2: the regex cannot");
        check_error("[[benign]]\nregex = \"x*\"\nexample = \"abc\"\nreason = \"r\"\n", "matches any line");
        check_error(
            "[[benign]]\npattern = \"probe failed\"\nexample = \"abc\"\nreason = \"r\"\n",
            "line 3: the pattern does not",
        );
        let counter = "[[benign]]\npattern = \"probe failed\"\nexample = \"probe failed\"\ncounter = \"probe failed 5\"\nreason = \"r\"\n";
        check_error(counter, "line 4: the pattern matches the counter");
        check_error("[[benign]]\npatern = \"abc\"\n", "patern");
    }

    #[test]
    fn own_rules_stand_beside_the_built_in_ones() {
        let own = "[[benign]]\npattern = \"heartbeat of <*> missed\"\nunless = [\"primary\"]\nexample = \"heartbeat of n1 missed\"\nreason = \"nodes sleep\"\n\
                   [[benign]]\nregex = '^idle \\d+ error$'\nexample = \"idle 5 error\"\nreason = \"counter\"\n";
        let rules = BenignRules::with_own("own.toml", own).unwrap();
        assert_eq!(
            rules.find("10:00 Heartbeat of n7 MISSED (5)").map(|rule| rule.reason.as_str()),
            Some("nodes sleep")
        );
        assert!(rules.find("heartbeat of the primary missed").is_none());
        assert!(rules.find("missed: heartbeat of n7").is_none());
        assert!(rules.find("idle 7 error").is_some() && rules.find("idle x error").is_none());
        assert!(rules.find("SQM: Failed to start standard sample upload. [HRESULT = 0x80004005 - E_FAIL]").is_some());
    }

    #[test]
    fn long_lines_are_looked_at_in_part() {
        let line = format!("{}SQM: Failed to start standard sample upload.", "错".repeat(LOOKED_AT));
        assert!(BenignRules::builtin().find(&line).is_none());
    }
}
