//! HTML source made ready for the tokenizer, where its rules would lose text that people see.

use std::borrow::Cow;

/// Letters of the longest character reference, `CounterClockwiseContourIntegral`, and one to see that it goes on.
const MAX_REFERENCE: usize = 33;

/// References that are read without their semicolon, as browsers write and read them.
const OPEN_REFERENCES: [&[u8]; 4] = [b"nbsp", b"lt", b"gt", b"amp"];

/// Takes out what never ends and would swallow the rest of the text: a comment without an end.
/// References that have no semicolon are made plain text: `&lt=5` and `&copy=1` are parts of addresses.
pub(super) fn prepare(html: &str) -> Cow<'_, str> {
    let last_end = html.rfind("-->").unwrap_or(0);
    let open_comment = html[last_end..].contains("<!--");
    if !open_comment && !html.contains(['&', '\r']) {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len() + 64);
    let (mut at, bytes) = (0, html.as_bytes());
    while let Some(next) = memchr::memchr3(b'&', b'<', b'\r', &bytes[at..]).map(|next| at + next) {
        out.push_str(&html[at..next]);
        at = next + 1;
        match bytes[next] {
            b'\r' => out.push_str(if bytes.get(at) == Some(&b'\n') { "" } else { "\n" }),
            b'<' if next >= last_end && html[next..].starts_with("<!--") => at = next + 4,
            b'<' => out.push('<'),
            _ => out.push_str(if is_reference(&bytes[at..]) { "&" } else { "&amp;" }),
        }
    }
    out.push_str(&html[at..]);
    Cow::Owned(out)
}

/// Whether a character reference stands behind an ampersand.
fn is_reference(rest: &[u8]) -> bool {
    let near = &rest[..rest.len().min(MAX_REFERENCE)];
    let end = near.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'#').unwrap_or(near.len());
    rest.get(end) == Some(&b';') || OPEN_REFERENCES.contains(&&near[..end])
}

/// Where the real tag begins in the source of a tag that holds another `<` outside of quotes: what stands before
/// is text such as `a <b and c <br>`.
pub(super) fn real_tag(source: &str) -> usize {
    let bytes = source.as_bytes();
    if memchr::memrchr(b'<', bytes).is_none_or(|at| at == 0) {
        return 0;
    }
    let (mut quote, mut last) = (None, 0);
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if open == *byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') if at > 0 && bytes[at - 1] == b'=' => quote = Some(*byte),
            (None, b'<') => last = at,
            _ => {}
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(prepare(html), expected, "of {html}");
    }

    #[test]
    fn references() {
        check("a&lt;b &amp c&nbsp", "a&lt;b &amp c&nbsp");
        check("?a=1&copy=2&ltb&#x41;&", "?a=1&amp;copy=2&amp;ltb&#x41;&amp;");
    }

    #[test]
    fn open_comments_and_line_ends() {
        check("<!-- a --> b <!-- c", "<!-- a --> b  c");
        check("a\r\nb\rc", "a\nb\nc");
    }

    #[test]
    fn tags_in_tags() {
        assert_eq!(real_tag("<br>"), 0);
        assert_eq!(real_tag("<b and c <br>"), 9);
        assert_eq!(real_tag("<a title=\"<b>\">"), 0);
    }
}
