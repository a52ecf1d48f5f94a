//! Front matter of any kind: what of it tells of the document.
//!
//! The generators each have their own keys and dialects (YAML between `---`, TOML between `+++`), and some write none that a
//! strict reader takes. Title and description stand on lines of their own in all of them.

/// What a document's head says of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
}

/// Parts front matter from the text.
pub(super) fn split(text: &str) -> (Head, String) {
    for (mark, assigns) in [("---", ':'), ("+++", '=')] {
        let Some(rest) = text.strip_prefix(mark).and_then(|rest| rest.strip_prefix('\n')) else { continue };
        let end = rest.match_indices(mark).map(|(at, _)| at).find(|&at| {
            let begins = at == 0 || rest.as_bytes().get(at - 1) == Some(&b'\n');
            // A line is looked at only where one begins: text may be one long line of marks.
            begins && rest.get(at..).and_then(|rest| rest.lines().next()).is_some_and(|line| line.trim_end() == mark)
        });
        let Some(end) = end else { continue };
        let head = rest.get(..end).unwrap_or_default();
        let body = rest.get(end + mark.len()..).unwrap_or_default();
        let value = |key| value(head, key, assigns);
        let head = Head { title: value("title"), description: value("description") };
        return (head, body.to_string());
    }
    (Head::default(), text.to_string())
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
        let marks = format!("---\n{}", "-".repeat(4 << 20));
        assert_eq!(split(&marks).0, Head::default());
    }
}
