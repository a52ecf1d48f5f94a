//! Tags of generators: Liquid's `{% name … %}` and Hugo's `{{< name … >}}` and `{{% name … %}}`.

/// Of which generator a tag is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Engine {
    /// Jekyll, GitBook and others.
    Liquid,
    /// Hugo.
    Hugo,
}

/// One tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag<'t> {
    pub(super) engine: Engine,
    /// Without the slash of a closing one.
    pub(super) name: &'t str,
    /// Whether it ends what another began.
    pub(super) closes: bool,
    /// What stands behind the name: values, some with a key.
    pub(super) values: Vec<(Option<&'t str>, &'t str)>,
}

/// Longest tag, in bytes: what is longer is text.
const LONGEST: usize = 2_000;

/// The first tag of a text, with the bytes that it takes.
pub(super) fn first(text: &str) -> Option<(std::ops::Range<usize>, Tag<'_>)> {
    let mut from = 0;
    while let Some(at) = text[from..].find('{').map(|at| at + from) {
        if let Some((length, tag)) = read(&text[at..]) {
            return Some((at..at + length, tag));
        }
        from = at + 1;
    }
    None
}

/// The tag that a line consists of.
pub(super) fn alone(line: &str) -> Option<Tag<'_>> {
    let line = line.trim();
    let (length, tag) = read(line)?;
    (length == line.len()).then_some(tag)
}

/// Reads a tag at the beginning of a text, with its length.
pub(super) fn read(text: &str) -> Option<(usize, Tag<'_>)> {
    const MARKS: [(&str, &str, Engine); 3] =
        [("{{<", ">}}", Engine::Hugo), ("{{%", "%}}", Engine::Hugo), ("{%", "%}", Engine::Liquid)];
    let (open, close, engine) = MARKS.into_iter().find(|(open, ..)| text.starts_with(open))?;
    let head = &text[..text.floor_char_boundary(LONGEST)];
    let end = head[open.len()..].find(close)? + open.len();
    let inner = head[open.len()..end].trim_matches('-').trim();
    // `{{</* name */>}}` shows a tag and is none.
    if inner.starts_with("/*") || inner.contains("{{") || inner.contains("{%") {
        return None;
    }
    let slash = inner.strip_prefix('/');
    let inner = slash.unwrap_or(inner).trim_end_matches('/').trim();
    let at = inner.find(|c: char| c.is_whitespace()).unwrap_or(inner.len());
    let (name, rest) = inner.split_at(at);
    let ends = (engine == Engine::Liquid).then(|| name.strip_prefix("end")).flatten();
    let closes = slash.is_some() || ends.is_some_and(|name| !name.is_empty());
    let name = ends.filter(|name| !name.is_empty()).unwrap_or(name);
    Some((end + close.len(), Tag { engine, name, closes, values: values(rest) }))
}

/// `warning "Mind the gap" title="x y" file=a.md`.
pub(super) fn values(text: &str) -> Vec<(Option<&str>, &str)> {
    let mut values = Vec::new();
    let mut rest = text.trim_start_matches([' ', '\t', '\n', ',']);
    while !rest.is_empty() {
        let key_end =
            rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '@'))).unwrap_or(rest.len());
        let (key, after) = rest.split_at(key_end);
        let (key, value) = match after.trim_start().strip_prefix('=').filter(|_| !key.is_empty()) {
            Some(value) => (Some(key), value.trim_start()),
            None => (None, rest),
        };
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\'' | '`' | '“'));
        let (value, left) = match quote {
            Some(open) => {
                let close = if open == '“' { '”' } else { open };
                let inner = &value[open.len_utf8()..];
                inner.split_once(close).unwrap_or((inner, ""))
            }
            None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
        };
        if !value.is_empty() {
            values.push((key, value));
        }
        rest = left.trim_start_matches([' ', '\t', '\n', ',']);
    }
    values
}

impl<'t> Tag<'t> {
    /// The value of a key.
    pub(super) fn value(&self, key: &str) -> Option<&'t str> {
        let mut values = self.values.iter();
        values.find(|(own, _)| own.is_some_and(|own| own.eq_ignore_ascii_case(key))).map(|(_, value)| *value)
    }

    /// The first value without a key.
    pub(super) fn plain(&self, number: usize) -> Option<&'t str> {
        self.values.iter().filter(|(key, _)| key.is_none()).nth(number).map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_in_all_their_forms() {
        let tag = alone("{{% notice warning \"Mind the gap\" %}}").unwrap();
        assert_eq!(
            (tag.name, tag.closes, tag.plain(0), tag.plain(1)),
            ("notice", false, Some("warning"), Some("Mind the gap"))
        );
        let tag = alone("{%- include note.html content=\"a 'b' c\" -%}").unwrap();
        assert_eq!((tag.name, tag.plain(0), tag.value("content")), ("include", Some("note.html"), Some("a 'b' c")));
        for (text, name) in [("{{< /note >}}", "note"), ("{{</note>}}", "note"), ("{% endraw %}", "raw")] {
            let tag = alone(text).unwrap();
            assert_eq!((tag.name, tag.closes), (name, true), "{text}");
        }
        assert_eq!(alone("{{</* note */>}}"), None);
        assert_eq!(alone("{{ site.name }}"), None);
        assert_eq!(alone("text {% x %}"), None);
        assert_eq!(first("text {{x}} {% x %} more").map(|(span, _)| span), Some(11..18));
    }
}
