//! Subjects: reply and forward prefixes.

use super::quote::Context;

/// Prefixes of replies: English, German, Scandinavian, Dutch, French, Spanish, Italian, Polish, Chinese.
const REPLY: &[&str] = &[
    "re", "aw", "antw", "antwort", "sv", "vs", "odp", "ref", "rif", "rép", "回复", "回覆", "答复", "答覆", "返信",
    "回信",
];
/// Prefixes of forwards.
const FORWARD: &[&str] =
    &["fw", "fwd", "wg", "tr", "doorst", "enc", "rv", "vb", "vl", "pd", "vid", "转发", "轉寄", "轉發", "转寄", "転送"];

/// The first prefix of a subject: whether it is a forward, and what follows it.
fn prefix(subject: &str) -> Option<(bool, &str)> {
    let subject = subject.trim_start();
    // The longest prefix has seven letters; a counter or blanks may follow.
    let colon = subject.char_indices().take(24).find(|(_, c)| matches!(c, ':' | '：'))?;
    let rest = &subject[colon.0 + colon.1.len_utf8()..];
    let word = subject[..colon.0].trim_end();
    // `RE[2]:`, `Re(3):`, `RE^2:`
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit() || "[]()^ ".contains(c)).to_lowercase();
    if REPLY.contains(&word.as_str()) {
        return Some((false, rest));
    }
    FORWARD.contains(&word.as_str()).then_some((true, rest))
}

/// The subject without reply and forward prefixes, in all languages that mail programs write them in.
///
/// ```
/// use casebook::mail::strip_prefixes;
/// assert_eq!(strip_prefixes("RE: 回复：Fwd: setup fails"), "setup fails");
/// assert_eq!(strip_prefixes("答复: RE[2]: 安装失败"), "安装失败");
/// ```
pub fn strip_prefixes(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some((_, after)) = prefix(rest) {
        rest = after.trim_start();
    }
    rest
}

/// What the subject and the reply fields tell the quote rules.
pub(super) fn context(subject: &str, reply_fields: bool) -> Context {
    match prefix(subject) {
        Some((true, _)) => Context::Forward,
        Some((false, _)) => Context::Reply,
        None if reply_fields => Context::Reply,
        None => Context::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(subject: &str, expected: &str) {
        assert_eq!(strip_prefixes(subject), expected, "of {subject:?}");
        assert_eq!(strip_prefixes(expected), expected, "twice of {subject:?}");
    }

    #[test]
    fn prefixes_go() {
        check("Re: setup fails", "setup fails");
        check("RE[2]: FW: Fwd: setup fails", "setup fails");
        check("回复：转发: 安装失败", "安装失败");
        check("答复: 轉寄： AW: x", "x");
        check("RE : x", "x");
        check("Re(3):x", "x");
        check("Re:", "");
    }

    #[test]
    fn other_words_stay() {
        check("Error: 5", "Error: 5");
        check("Report: x", "Report: x");
        check("[CAS-1] Re: x", "[CAS-1] Re: x");
        check("补丁：失败", "补丁：失败");
        check("", "");
    }
}
