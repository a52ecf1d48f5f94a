//! Parts of a condition that ask where in a log something stands.

use serde::{Deserialize, Serialize};

use super::{
    super::{
        ArticleError,
        front::Reader,
        node::{Entry, Node, Value},
    },
    Condition, names_a_kind, parse_text,
};
use crate::{
    logs::kind::LogKind,
    signature::{Signature, SignatureEvidence},
    text::Alternatives,
};

/// Most lines that `count` can ask for: so many sightings of a signature are kept.
const MOST_COUNTED: u64 = SignatureEvidence::KEPT as u64;
/// Longest span that `within` can ask for, in seconds: a week; what lies further apart has other ties than time.
const LONGEST: u64 = 7 * 86_400;
/// Leaves of one list.
const MOST_LEAVES: usize = 8;

/// What is looked for in lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Leaf {
    /// One of these signatures, or an equivalent.
    Signature(Vec<Signature>),
    /// The same, and the line says that it failed.
    Failing(Vec<Signature>),
    /// Words, as in [`Condition::Text`].
    Text(Alternatives),
}

impl Leaf {
    /// Its signatures.
    pub fn signatures(&self) -> &[Signature] {
        match self {
            Leaf::Signature(signatures) | Leaf::Failing(signatures) => signatures,
            Leaf::Text(_) => &[],
        }
    }
}

const LEAVES: &str = "one of signature, failing, text, or a signature";

/// `{at_least: 3, failing: win32:5}`.
pub(super) fn count(reader: &mut Reader<'_>, node: Node, path: &str) -> Result<Condition, ArticleError> {
    let line = node.line;
    let (rest, given) = split(reader, node, path, "at_least")?;
    let text = given.map(|given| reader.text(given, path)).transpose()?.unwrap_or_default();
    let at_least = text.parse::<u64>().ok().filter(|count| (2..=MOST_COUNTED).contains(count));
    let at_least = at_least.ok_or_else(|| {
        let expected = format!("`at_least` as a number from 2 to {MOST_COUNTED}: no more sightings are kept");
        reader.bad_value(line, path, &text, &expected)
    })?;
    Ok(Condition::Count { at_least, of: leaf(reader, rest, path, true)? })
}

/// `{span: 5m, of: [failing: x, y]}`.
pub(super) fn within(reader: &mut Reader<'_>, node: Node, path: &str) -> Result<Condition, ArticleError> {
    let line = node.line;
    let (rest, given) = split(reader, node, path, "span")?;
    let text = given.map(|given| reader.text(given, path)).transpose()?.unwrap_or_default();
    let seconds = span(&text).filter(|seconds| (1..=LONGEST).contains(seconds));
    let seconds = seconds.ok_or_else(|| {
        reader.bad_value(line, path, &text, "`span` as `30s`, `5m`, `2h` or `1d`, from a second to a week")
    })?;
    let of = match rest.value {
        Value::Map(mut entries) if entries.len() == 1 && entries[0].key == "of" => {
            leaves(reader, entries.remove(0).node, path, false)?
        }
        other => return Err(reader.bad_value(line, path, &other.describe(), "`span` and `of`, a list")),
    };
    Ok(Condition::Within { seconds, of })
}

/// `{log: [cbs, dism], failing: hresult:0x800f0922}`.
pub(super) fn in_log(reader: &mut Reader<'_>, node: Node, path: &str) -> Result<Condition, ArticleError> {
    let line = node.line;
    let (rest, given) = split(reader, node, path, "log")?;
    let names = LogKind::ALL.map(LogKind::name).join(", ");
    let mut logs = Vec::new();
    for item in reader.items(given, path)? {
        let line = item.line;
        let text = reader.text(item, path)?;
        let kind = LogKind::from_name(&text);
        logs.push(kind.ok_or_else(|| reader.bad_value(line, path, &text, &format!("`log` as one of {names}")))?);
    }
    if logs.is_empty() {
        return Err(reader.bad_value(line, path, "nothing", &format!("`log` as one of {names}")));
    }
    Ok(Condition::InLog { logs, of: leaf(reader, rest, path, true)? })
}

/// At least two leaves; words have no time and no section, and are taken where `with_text` says so.
pub(super) fn leaves(
    reader: &mut Reader<'_>,
    node: Node,
    path: &str,
    with_text: bool,
) -> Result<Vec<Leaf>, ArticleError> {
    let line = node.line;
    match node.value {
        Value::List(items) if (2..=MOST_LEAVES).contains(&items.len()) => {
            items.into_iter().map(|item| leaf(reader, item, path, with_text)).collect()
        }
        other => {
            let expected = format!("a list of 2 to {MOST_LEAVES}, each {LEAVES}");
            Err(reader.bad_value(line, path, &other.describe(), &expected))
        }
    }
}

fn leaf(reader: &mut Reader<'_>, node: Node, path: &str, with_text: bool) -> Result<Leaf, ArticleError> {
    let line = node.line;
    let mut entries = match node.value {
        Value::Scalar(text) if names_a_kind(&text) => {
            let signature = reader.signature(Node { line, value: Value::Scalar(text) }, path)?;
            return Ok(Leaf::Signature(vec![signature]));
        }
        Value::Map(entries) if entries.len() == 1 => entries,
        other => return Err(reader.bad_value(line, path, &other.describe(), LEAVES)),
    };
    let Entry { key, node, line, .. } = entries.remove(0);
    let path = format!("{path}.{key}");
    match key.as_str() {
        "signature" => signatures(reader, node, &path).map(Leaf::Signature),
        "failing" => signatures(reader, node, &path).map(Leaf::Failing),
        "text" if with_text => parse_text(reader, node, &path).map(Leaf::Text),
        "text" => Err(reader.bad_value(line, &path, "text", "signatures: of words neither time nor section is known")),
        _ => Err(reader.unknown_key(line, &path, &["signature", "failing", "text"])),
    }
}

fn signatures(reader: &mut Reader<'_>, node: Node, path: &str) -> Result<Vec<Signature>, ArticleError> {
    let line = node.line;
    let items = reader.items(Some(node), path)?;
    if items.is_empty() {
        return Err(reader.bad_value(line, path, "nothing", "a signature, or a list of them"));
    }
    items.into_iter().map(|item| reader.signature(item, path)).collect()
}

/// Takes one key out of a map.
fn split(reader: &Reader<'_>, node: Node, path: &str, key: &str) -> Result<(Node, Option<Node>), ArticleError> {
    let line = node.line;
    match node.value {
        Value::Map(mut entries) => {
            let place = entries.iter().position(|entry| entry.key == key);
            let given = place.map(|place| entries.remove(place).node);
            Ok((Node { line, value: Value::Map(entries) }, given))
        }
        other => Err(reader.bad_value(line, path, &other.describe(), &format!("a map with `{key}`"))),
    }
}

/// Seconds of `30s`, `5m`, `2h`, `1d`.
fn span(text: &str) -> Option<u64> {
    let unit = text.chars().next_back()?;
    let number: u64 = text.strip_suffix(unit)?.trim().parse().ok()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return None,
    };
    number.checked_mul(seconds)
}
