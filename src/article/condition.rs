//! Conditions: when the evidence makes an article certain.
//!
//! A condition is a tree of `all`, `any`, `not` over leaves. A leaf is a signature
//! (`inf:cpu.inf`), a signature that must be failing (`failing hresult:0x80070005`), or words
//! (`text: rollback | 回滚`): alternatives parted by `|`, each a phrase whose words must stand
//! together in what the case newly says or in a failing log line. Words are compared after
//! analysis, so that case, width, Traditional Chinese and the synonyms of `kb/terms.toml` do not
//! matter. A leaf with several words parted by `&` asks for all of them in one sentence. A text leaf
//! may be a list of such strings, which are all alternatives; a signature leaf may be a list, of
//! which one must hold. `count`, `within`, `then`, `same_section` and `in_log` ask where in a log leaves are met. Reading the tree is
//! here, holding it against a case is not.

mod placed;

use serde::{Deserialize, Serialize};

use crate::logs::kind::LogKind;
use crate::signature::{Signature, SignatureError, SignatureKind};
use crate::text::Alternatives;

use super::ArticleError;
use super::front::Reader;
use super::node::{Node, Value};
pub use placed::Leaf;

const KEYS: &[&str] =
    &["all", "any", "not", "signature", "failing", "text", "count", "within", "then", "same_section", "in_log"];

/// A tree of demands on the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    /// Every one must hold.
    All(Vec<Condition>),
    /// At least one must hold.
    Any(Vec<Condition>),
    /// It must not hold.
    Not(Box<Condition>),
    /// A signature or an equivalent is in the evidence (not only quoted).
    Signature(Signature),
    /// A signature or an equivalent is in the evidence and failing.
    Failing(Signature),
    /// One of these phrases is in the evidence; each is a list of words of which all must stand in
    /// one sentence.
    Text(Alternatives),
    /// The leaf is met in at least so many lines.
    Count {
        /// How many, from 2.
        at_least: u64,
        /// What.
        of: Leaf,
    },
    /// All of these are met in one log within a span of its time.
    Within {
        /// The span in seconds.
        seconds: u64,
        /// What.
        of: Vec<Leaf>,
    },
    /// These are met in one log, each on a later line than the one before.
    Then(Vec<Leaf>),
    /// All of these are met in one section of a log.
    SameSection(Vec<Leaf>),
    /// The leaf is met in a log of one of these sorts.
    InLog {
        /// The sorts.
        logs: Vec<LogKind>,
        /// What.
        of: Leaf,
    },
}

/// One that never holds.
impl Default for Condition {
    fn default() -> Self {
        Condition::Any(Vec::new())
    }
}

/// Reads a condition; `path` names the node in messages.
///
/// The tree is as deep as the YAML, whose depth is limited.
pub(super) fn parse_condition(reader: &mut Reader<'_>, node: Node, path: &str) -> Result<Condition, ArticleError> {
    let line = node.line;
    let mut entries = match node.value {
        Value::Map(entries) => entries,
        // `- inf:cpu.inf` in a list needs no key of its own.
        Value::Scalar(text) if names_a_kind(&text) => {
            return reader.signature(Node { line, value: Value::Scalar(text) }, path).map(Condition::Signature);
        }
        other => {
            let expected = format!("a condition: a map with one of {}, or a signature", KEYS.join(", "));
            return Err(reader.bad_value(line, path, &other.describe(), &expected));
        }
    };
    if entries.len() != 1 {
        let value = entries.iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>().join(", ");
        return Err(reader.bad_value(line, path, &value, "a condition with exactly one key; put several under `all`"));
    }
    let entry = entries.remove(0);
    let path = format!("{path}.{}", entry.key);
    match entry.key.as_str() {
        "all" => {
            let line = entry.node.line;
            let parts = parse_list(reader, entry.node, &path)?;
            let denied = |part: &Condition| matches!(part, Condition::Not(inner) if parts.contains(inner));
            if parts.iter().any(denied) {
                let expected = "parts that can hold together: one is asked for and ruled out";
                return Err(reader.bad_value(line, &path, "a list", expected));
            }
            Ok(Condition::All(parts))
        }
        "any" => Ok(Condition::Any(parse_list(reader, entry.node, &path)?)),
        "not" => Ok(Condition::Not(Box::new(parse_condition(reader, entry.node, &path)?))),
        "signature" => parse_leaf(reader, entry.node, &path, Condition::Signature),
        "failing" => parse_leaf(reader, entry.node, &path, Condition::Failing),
        "text" => parse_text(reader, entry.node, &path).map(Condition::Text),
        "count" => placed::count(reader, entry.node, &path),
        "within" => placed::within(reader, entry.node, &path),
        "then" => placed::leaves(reader, entry.node, &path, true).map(Condition::Then),
        "same_section" => placed::leaves(reader, entry.node, &path, false).map(Condition::SameSection),
        "in_log" => placed::in_log(reader, entry.node, &path),
        _ => Err(reader.unknown_key(entry.line, &path, KEYS)),
    }
}

fn names_a_kind(text: &str) -> bool {
    text.split_once(':').is_some_and(|(kind, _)| {
        let kind: Result<SignatureKind, SignatureError> = kind.trim().parse();
        kind.is_ok()
    })
}

/// The members of `all` and `any`: at least one, for an empty `all` would always hold.
fn parse_list(reader: &mut Reader<'_>, node: Node, path: &str) -> Result<Vec<Condition>, ArticleError> {
    let line = node.line;
    match node.value {
        Value::List(items) if !items.is_empty() => {
            items.into_iter().map(|item| parse_condition(reader, item, path)).collect()
        }
        other => Err(reader.bad_value(line, path, &other.describe(), "a list of conditions")),
    }
}

/// One signature, or a list of which one must hold.
fn parse_leaf(
    reader: &mut Reader<'_>,
    node: Node,
    path: &str,
    leaf: fn(Signature) -> Condition,
) -> Result<Condition, ArticleError> {
    let line = node.line;
    match node.value {
        Value::List(items) if !items.is_empty() => {
            let leaves = items.into_iter().map(|item| reader.signature(item, path).map(leaf));
            leaves.collect::<Result<_, _>>().map(Condition::Any)
        }
        value => reader.signature(Node { line, value }, path).map(leaf),
    }
}

/// `rollback & 9% | 回滚`: alternatives parted by `|`, words of one sentence parted by `&`.
/// A list holds more alternatives, so that a long one can stand on several lines.
pub(super) fn parse_text(reader: &Reader<'_>, node: Node, path: &str) -> Result<Alternatives, ArticleError> {
    let line = node.line;
    let mut alternatives = Vec::new();
    for item in reader.items(Some(node), path)? {
        let line = item.line;
        let text = reader.text(item, path)?;
        for alternative in text.split(['|', '｜']) {
            let words: Vec<String> = alternative.split(['&', '＆']).map(|word| word.trim().to_owned()).collect();
            if words.iter().any(String::is_empty) {
                return Err(reader.bad_value(line, path, &text, "words parted by `|` and `&`, none of them empty"));
            }
            alternatives.push(words);
        }
    }
    if alternatives.is_empty() {
        return Err(reader.bad_value(line, path, "nothing", "words parted by `|` and `&`"));
    }
    Ok(alternatives.into())
}
