//! Front matter of any kind: what of it tells of the document.
//!
//! The generators each have their own keys and dialects (YAML between `---`, TOML between `+++`, JSON between `;;;` or bare), and some
//! write none that a strict reader takes. In YAML and TOML title and description stand on lines of their own.

use serde_json::Value;

use crate::article::audience::keeps_in;

/// What a document's head says of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    /// Whether it says that the document is for the own team.
    pub(super) is_internal: bool,
}

/// Parts front matter from the text.
pub(super) fn split(text: &str) -> (Head, String) {
    if let Some(found) = object(text.trim_start_matches(['\n', ' '])) {
        return found;
    }
    for mark in ["---", "+++", ";;;"] {
        let Some((dialect, rest)) = text.strip_prefix(mark).and_then(|rest| rest.split_once('\n')) else { continue };
        // `---toml`: some name the dialect behind the mark.
        let assigns = match (dialect.trim().to_lowercase().as_str(), mark) {
            ("toml", _) | ("", "+++") => Some('='),
            ("yaml" | "yml", _) | ("", "---") => Some(':'),
            ("json", _) | ("", ";;;") => None,
            _ => continue,
        };
        let end = rest.match_indices(mark).map(|(at, _)| at).find(|&at| {
            let begins = at == 0 || rest.as_bytes().get(at - 1) == Some(&b'\n');
            // A line is looked at only where one begins: text may be one long line of marks.
            begins && rest.get(at..).and_then(|rest| rest.lines().next()).is_some_and(|line| line.trim_end() == mark)
        });
        let Some(end) = end else { continue };
        let head = rest.get(..end).unwrap_or_default();
        let body = rest.get(end + mark.len()..).unwrap_or_default();
        let head = match assigns {
            Some(assigns) => {
                let is_internal = head.lines().any(keeps_in);
                Head {
                    title: value(head, "title", assigns),
                    description: value(head, "description", assigns),
                    is_internal,
                }
            }
            None => object(head.trim_start()).map(|(head, _)| head).unwrap_or_default(),
        };
        return (head, body.to_string());
    }
    (Head::default(), text.to_string())
}

/// A JSON object that opens a text and tells of it, and the text behind it.
fn object(text: &str) -> Option<(Head, String)> {
    if !text.starts_with('{') {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let object = values.next()?.ok()?;
    let body = text.get(values.byte_offset()..)?;
    let value = |key: &str| {
        let wanted = object.as_object()?.iter().find(|(name, _)| name.eq_ignore_ascii_case(key))?;
        wanted.1.as_str().map(|text| text.trim().to_string()).filter(|text| !text.is_empty())
    };
    let mut pairs = object.as_object().into_iter().flatten();
    let is_internal = pairs.any(|(key, value)| keeps_in(&format!("{key}: {value}")));
    let head = Head { title: value("title"), description: value("description"), is_internal };
    // An object that the text itself shows goes on on its line, or tells nothing of the text.
    let ends = body.lines().next().is_none_or(|line| line.trim().is_empty());
    (ends && head != Head::default()).then(|| (head, body.to_string()))
}

/// The value of a key that stands at the beginning of a line.
fn value(head: &str, key: &str, assigns: char) -> Option<String> {
    let text = head.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix(assigns))?.trim();
    let quoted =
        ['"', '\''].into_iter().find(|quote| text.len() > 1 && text.starts_with(*quote) && text.ends_with(*quote));
    let text = if quoted.is_some() { text.get(1..text.len() - 1).unwrap_or(text) } else { text };
    let text = text.replace("\\\"", "\"").replace("''", "'");
    // `title: >` goes on in lines that are indented.
    let is_block = matches!(text.as_str(), ">" | "|" | ">-" | "|-" | "");
    (!is_block).then(|| text.trim().to_string()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_within_the_text_is_no_front_matter() {
        let text = "Pump\n\n---\n\nValve";
        assert_eq!(split(text), (Head::default(), text.to_string()));
        let (head, body) = split("---\ntitle: \"A: b\"\n---\nx\n---\ny");
        assert_eq!((head.title.as_deref(), body.as_str()), (Some("A: b"), "\nx\n---\ny"));
        assert_eq!(split("---\nnever closed").0, Head::default());
        for text in [
            "```json\n{}\n```\n",
            "{\"error\": 5}\n\nx",
            "{\"title\": \"x\"} is printed\n",
            "{% raw %}\nx",
            "{\"title\": \"x\"\nx",
        ] {
            assert_eq!(split(text), (Head::default(), text.to_string()));
        }
        let marks = format!("---\n{}", "-".repeat(4 << 20));
        assert_eq!(split(&marks).0, Head::default());
    }

    #[test]
    fn front_matter_is_read_in_every_dialect() {
        for head in [
            "{\"title\": \"Pump <77>\", \"tags\": [\"lb\"]}\n",
            "\n{\n  \"Title\": \"Pump <77>\",\n  \"a\": {\"title\": \"no\"}\n}\n",
            "---json\n{\"title\": \"Pump <77>\"}\n---\n",
            ";;;\n{\"title\": \"Pump <77>\"}\n;;;\n",
            "---toml\ntitle = \"Pump <77>\"\n---\n",
            "--- yaml\ntitle: Pump <77>\n---\n",
            "+++\ntitle = 'Pump <77>'\n+++\n",
            "---\ntitle: Pump <77>\n---\n",
        ] {
            let (found, body) = split(&format!("{head}# x\n"));
            assert_eq!((found.title.as_deref(), body.trim()), (Some("Pump <77>"), "# x"), "of {head}");
        }
    }
}
