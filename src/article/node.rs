//! YAML front matter as a tree in which every node knows its line.
//!
//! Reading into a tree first, rather than straight into structs, is what lets every complaint name
//! the key, the value and the line of the file. Scalars stay text as written: `10.0` is a build
//! number here, never the number ten.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use super::ArticleError;

/// Nesting of front matter: conditions of real articles stay below ten levels.
const MAX_DEPTH: usize = 40;
/// Nodes of front matter: the largest real one has a few hundred.
const MAX_NODES: usize = 20_000;

/// A value of the front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// Line in the article file, from 1.
    pub line: u64,
    pub value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing, `null` or `~`.
    Null,
    /// A scalar as written, without its quotes.
    Scalar(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// One key of a map with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub key: String,
    /// Line of the key, from 1.
    pub line: u64,
    pub node: Node,
}

impl Value {
    /// What it is, for messages.
    pub fn describe(&self) -> String {
        match self {
            Value::Null => "nothing".into(),
            Value::Scalar(text) => text.clone(),
            Value::List(_) => "a list".into(),
            Value::Map(_) => "a map".into(),
        }
    }
}

/// Reads `yaml`, which starts behind `lines_before` lines of the file named `file`.
pub(super) fn parse_yaml(file: &str, yaml: &str, lines_before: u64) -> Result<Node, ArticleError> {
    let mut options = serde_saphyr::Options::default();
    options.with_snippet = false;
    options.alias_limits.max_total_replayed_events = MAX_NODES;
    if let Some(budget) = options.budget.as_mut() {
        budget.max_depth = MAX_DEPTH;
        budget.flow_nesting_limit = MAX_DEPTH;
        budget.max_nodes = MAX_NODES;
        budget.max_documents = 1;
    }
    let raw: Spanned<Raw> = serde_saphyr::from_str_with_options(yaml, options).map_err(|error| {
        let line = error.location().map_or(1, |location| location.line().max(1));
        let mut message = message_of(&error);
        if let Some(right) = usize::try_from(line - 1).ok().and_then(|at| yaml.lines().nth(at)).and_then(quoted) {
            message.push_str(&format!("; a value with a colon or a mark in it stands in quotes: {right}"));
        }
        ArticleError::Yaml { file: file.into(), line: line + lines_before, message }
    })?;
    Ok(resolve(raw, yaml, lines_before))
}

/// A line `key: value` with its value in quotes, where it has what YAML reads as a mark.
fn quoted(line: &str) -> Option<String> {
    let (key, value) = line.split_once(": ")?;
    let value = value.trim();
    let is_key = key.trim_start_matches([' ', '-']).bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_plain = !value.starts_with(['"', '\'', '[', '{', '|', '>']);
    let is_marked = value.contains(": ") || value.ends_with(':') || value.starts_with(['@', '`', '%', '*', '&', '!']);
    (is_key && is_plain && is_marked).then(|| format!("{}: {}", key.trim_start(), super::template::scalar(value)))
}

/// The reader's message without the position, which it counts from the front matter's start.
fn message_of(error: &serde_saphyr::Error) -> String {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
    let without = match first.split_once(": ") {
        Some((place, rest)) if place.starts_with("line ") => rest,
        _ => first,
    };
    without.split(" at line ").next().unwrap_or(without).trim().to_owned()
}

/// A node before its numbers are turned back into the text that was written.
enum Raw {
    Null,
    Text(String),
    /// A boolean or number; the text is only a stand-in where the source cannot be cut.
    Typed(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

fn resolve(raw: Spanned<Raw>, yaml: &str, lines_before: u64) -> Node {
    let line = raw.referenced.line().max(1) + lines_before;
    let value = match raw.value {
        Raw::Null => Value::Null,
        Raw::Text(text) => Value::Scalar(text),
        Raw::Typed(stand_in) => {
            let span = raw.defined.span();
            let written = span.byte_offset().zip(span.byte_len()).and_then(|(start, length)| {
                let start = usize::try_from(start).ok()?;
                yaml.get(start..start.checked_add(usize::try_from(length).ok()?)?)
            });
            Value::Scalar(written.map_or(stand_in, |text| text.trim().to_owned()))
        }
        Raw::List(items) => Value::List(items.into_iter().map(|item| resolve(item, yaml, lines_before)).collect()),
        Raw::Map(entries) => Value::Map(
            entries
                .into_iter()
                .map(|(key, node)| Entry {
                    line: key.referenced.line().max(1) + lines_before,
                    key: key.value,
                    node: resolve(node, yaml, lines_before),
                })
                .collect(),
        ),
    };
    Node { line, value }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Typed(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Typed(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Typed(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Raw, E> {
        Ok(Raw::Typed(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Raw, E> {
        Ok(Raw::Typed(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Typed(value.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Raw, E> {
        Ok(Raw::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(yaml: &str) -> Value {
        match parse_yaml("t.md", yaml, 1).unwrap().value {
            Value::Map(mut entries) => entries.remove(0).node.value,
            other => other,
        }
    }

    #[track_caller]
    fn check(written: &str, expected: &str) {
        assert_eq!(scalar(&format!("key: {written}\n")), Value::Scalar(expected.into()), "in: {written}");
    }

    #[test]
    fn build_number_stays_text() {
        check("10.0", "10.0")
    }
    #[test]
    fn hexadecimal_number_stays_text() {
        check("0x80070005", "0x80070005")
    }
    #[test]
    fn boolean_word_stays_text() {
        check("yes", "yes")
    }
    #[test]
    fn quotes_are_taken_off() {
        check("\"a: b\"", "a: b")
    }
    #[test]
    fn signature_needs_no_quotes() {
        check(r"regkey:HKLM\SYSTEM\Setup", r"regkey:HKLM\SYSTEM\Setup")
    }
    #[test]
    fn number_behind_chinese_text_is_cut_at_the_right_place() {
        let node = parse_yaml("t.md", "标题: 中文\n版本: 6.10\n", 0).unwrap();
        let Value::Map(entries) = node.value else { panic!("no map") };
        assert_eq!(entries[1].node.value, Value::Scalar("6.10".into()));
        assert_eq!(entries[1].line, 2);
    }

    #[test]
    fn lines_count_from_the_file_start() {
        let error = parse_yaml("t.md", "a: 1\nb: [1, 2\n", 1).unwrap_err();
        let ArticleError::Yaml { line, message, .. } = error else { panic!("other error") };
        assert!(line >= 3, "line {line}: {message}");
        assert!(!message.is_empty() && !message.contains('\n'));
    }

    #[test]
    fn duplicate_key_is_an_error() {
        assert!(matches!(parse_yaml("t.md", "a: 1\na: 2\n", 1), Err(ArticleError::Yaml { line: 3, .. })));
    }

    #[test]
    fn deep_nesting_is_an_error() {
        let yaml = format!("a: {}1{}", "[".repeat(5000), "]".repeat(5000));
        assert!(matches!(parse_yaml("t.md", &yaml, 1), Err(ArticleError::Yaml { .. })));
    }

    #[test]
    fn alias_bomb_is_an_error() {
        let mut yaml = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for level in 1..9 {
            let item = format!("*a{}", level - 1);
            yaml.push_str(&format!("a{level}: &a{level} [{}]\n", vec![item; 9].join(", ")));
        }
        assert!(matches!(parse_yaml("t.md", &yaml, 1), Err(ArticleError::Yaml { .. })));
    }
}
