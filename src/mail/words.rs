//! Encoded words (RFC 2047) and parameters (RFC 2045, RFC 2231) of header values.
//!
//! Adjacent encoded words of one character set are joined as bytes before they are decoded: many programs
//! cut a word inside a character.

use std::collections::BTreeMap;

use super::{charset, transfer};

/// Bytes of one encoded word: the rule says 75, some programs put a whole subject into one.
const MAX_WORD: usize = 8 * 1024;

/// Bytes of plain text that are taken over at once.
const MAX_STEP: usize = 1024;

/// An encoded word taken apart.
struct Word<'a> {
    charset: &'a str,
    bytes: Vec<u8>,
    /// Bytes of the value that it took.
    length: usize,
}

/// Reads the encoded word at the beginning of `text`.
fn word_at(text: &str) -> Option<Word<'_>> {
    let rest = text.strip_prefix("=?")?;
    // The longest registered name has below 50 characters.
    let mark = rest.bytes().take(64).position(|byte| byte == b'?')?;
    let charset = &rest[..mark];
    if charset.is_empty() || charset.bytes().any(|byte| byte.is_ascii_whitespace() || byte == b'=') {
        return None;
    }
    let rest = &rest[mark + 1..];
    let form = rest.bytes().next()?.to_ascii_lowercase();
    let rest = rest.get(1..)?.strip_prefix('?')?;
    let begin = text.len() - rest.len();
    // A question mark may stand raw in a Q word; the end is `?=`. A word cut off by its line has none.
    let near = floor(rest, MAX_WORD);
    let (length, end) = match rest[..near].find("?=") {
        Some(end) => (begin + end + 2, end),
        None if near < rest.len() => return None,
        None => (text.len(), rest.len()),
    };
    let content = &rest[..end];
    if content.contains("=?") && form == b'b' {
        return None;
    }
    let bytes = match form {
        b'b' => transfer::base64(content.as_bytes()).bytes,
        b'q' => transfer::quoted_printable(content.replace('_', "=20").as_bytes()).bytes,
        _ => return None,
    };
    Some(Word { charset, bytes, length })
}

/// Decodes the encoded words in a value; the rest stays, with runs of white space made one blank.
pub(super) fn decode(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut pending: Option<(String, Vec<u8>)> = None;
    let mut rest = value;
    let mut blanks = "";
    let mut look = true;
    while !rest.is_empty() {
        let after = rest.trim_start();
        if after.len() < rest.len() {
            blanks = &rest[..rest.len() - after.len()];
            rest = after;
            look = true;
            continue;
        }
        if look && rest.starts_with("=?") {
            if let Some(word) = word_at(rest) {
                match &mut pending {
                    Some((name, bytes)) if name.eq_ignore_ascii_case(word.charset) => {
                        bytes.extend_from_slice(&word.bytes)
                    }
                    _ => {
                        let follows_word = flush(&mut pending, &mut out);
                        if !blanks.is_empty() && !follows_word {
                            out.push(' ');
                        }
                        pending = Some((word.charset.to_owned(), word.bytes));
                    }
                }
                blanks = "";
                rest = &rest[word.length..];
                continue;
            }
            // Not one word is complete from here: no need to try each later place against the whole rest.
            look = rest[2..floor(rest, MAX_WORD).max(2)].contains("?=");
        }
        flush(&mut pending, &mut out);
        if !blanks.is_empty() {
            out.push(' ');
            blanks = "";
        }
        // A step looks at so much only: a value may have neither blanks nor words.
        let piece = &rest[..floor(rest, MAX_STEP)];
        let piece = &piece[..piece.find(char::is_whitespace).unwrap_or(piece.len())];
        let piece = if piece.len() > 1 { piece.strip_suffix('=').unwrap_or(piece) } else { piece };
        let skip = first_char(piece);
        let end = piece[skip..].find("=?").filter(|_| look).map_or(piece.len(), |at| at + skip);
        out.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    flush(&mut pending, &mut out);
    out.retain(|c| !c.is_control());
    out.trim().to_owned()
}

/// The last character boundary not behind `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn first_char(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

fn flush(pending: &mut Option<(String, Vec<u8>)>, out: &mut String) -> bool {
    let Some((name, bytes)) = pending.take() else { return false };
    let text = charset::decode(&bytes, Some(&name)).text;
    out.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c }));
    true
}

/// A value with parameters: `text/plain; charset=utf-8`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parameters {
    /// What stands before the first semicolon, in lower case.
    pub value: String,
    /// By lower-case name, decoded.
    pub named: BTreeMap<String, String>,
}

/// Reads a `Content-Type` or `Content-Disposition` value.
pub(super) fn parameters(value: &str) -> Parameters {
    let mut pieces = split(value).into_iter();
    let main = pieces.next().unwrap_or_default();
    let mut result = Parameters { value: without_comment(&main).to_ascii_lowercase(), ..Parameters::default() };
    // Name, then number of the piece and whether it is percent-encoded (RFC 2231).
    let mut continued: BTreeMap<String, BTreeMap<u32, (bool, String)>> = BTreeMap::new();
    for piece in pieces {
        let Some((name, value)) = piece.split_once('=') else { continue };
        let (name, value) = (name.trim().to_ascii_lowercase(), unquote(value.trim()));
        let Some((base, rest)) = name.split_once('*') else {
            result.named.entry(name).or_insert_with(|| decode(&value));
            continue;
        };
        let encoded = rest.is_empty() || rest.ends_with('*');
        let number = rest.trim_end_matches('*').parse().unwrap_or(0);
        continued.entry(base.to_owned()).or_default().insert(number, (encoded, value));
    }
    for (name, pieces) in continued {
        let text = joined(pieces.into_values());
        result.named.insert(name, text);
    }
    result
}

/// Joins the pieces of an RFC 2231 value and decodes it by the character set that its first piece names.
fn joined(pieces: impl Iterator<Item = (bool, String)>) -> String {
    let (mut bytes, mut label) = (Vec::new(), None);
    let mut any_encoded = false;
    for (at, (encoded, value)) in pieces.enumerate() {
        let mut value = value.as_str();
        if at == 0
            && encoded
            && let Some((charset, rest)) = value.split_once('\'')
            && let Some((_, rest)) = rest.split_once('\'')
        {
            label = Some(charset.to_owned());
            value = rest;
        }
        any_encoded |= encoded;
        if encoded {
            percent(value, &mut bytes);
        } else {
            bytes.extend_from_slice(value.as_bytes());
        }
    }
    let text = charset::decode(&bytes, label.as_deref()).text;
    if any_encoded { text } else { decode(&text) }
}

fn percent(value: &str, bytes: &mut Vec<u8>) {
    let raw = value.as_bytes();
    let mut at = 0;
    while at < raw.len() {
        let digits = raw.get(at + 1..at + 3).and_then(|pair| str::from_utf8(pair).ok());
        match digits.and_then(|pair| u8::from_str_radix(pair, 16).ok()).filter(|_| raw[at] == b'%') {
            Some(byte) => {
                bytes.push(byte);
                at += 3;
            }
            None => {
                bytes.push(raw[at]);
                at += 1;
            }
        }
    }
}

/// Splits at semicolons outside of quotes. A quote that never ends is taken for a plain character.
fn split(value: &str) -> Vec<String> {
    let (mut pieces, mut begin, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    let balanced = value.bytes().filter(|byte| *byte == b'"').count() % 2 == 0;
    for (at, c) in value.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if balanced => quoted = !quoted,
            ';' if !quoted => {
                pieces.push(value[begin..at].trim().to_owned());
                begin = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(value[begin..].trim().to_owned());
    pieces
}

fn unquote(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else { return without_comment(value).to_owned() };
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            // Windows paths in file names are written with single backslashes: only \" and \\ are escapes.
            '\\' if matches!(chars.peek(), Some('"' | '\\')) => out.extend(chars.next()),
            _ => out.push(c),
        }
    }
    out
}

fn without_comment(value: &str) -> &str {
    value.split(" (").next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: &str) {
        assert_eq!(decode(value), expected, "in {value:?}");
    }

    #[test]
    fn encoded_words() {
        check("=?utf-8?B?6KGl5LiB?=", "补丁");
        check("=?UTF-8?Q?Caf=C3=A9_bar?= end", "Café bar end");
        check("plain =?gb2312?B?suG5pA==?= text", "plain 册工 text");
        check("a  b\tc", "a b c");
    }

    #[test]
    fn words_cut_inside_a_character_are_joined() {
        check("=?utf-8?B?6KGl?= =?utf-8?B?5A==?= =?utf-8?B?uIE=?=", "补丁");
        check("=?utf-8?Q?=E8=A1?=\r\n =?utf-8?Q?=A5?=", "补");
    }

    #[test]
    fn words_without_blanks_between() {
        check("=?utf-8?Q?a?==?utf-8?Q?b?=", "ab");
        check("x=?utf-8?Q?a?=y", "xay");
    }

    #[test]
    fn what_is_no_word_stays() {
        check("what is =?this", "what is =?this");
        check("a =? b ?= c", "a =? b ?= c");
        check("=?utf-8?X?abc?=", "=?utf-8?X?abc?=");
    }

    #[track_caller]
    fn check_parameter(value: &str, name: &str, expected: &str) {
        let found = parameters(value);
        assert_eq!(found.named.get(name).map(String::as_str), Some(expected), "in {value:?}: {found:?}");
    }

    #[test]
    fn parameter_forms() {
        check_parameter("text/plain; charset=\"utf-8\"", "charset", "utf-8");
        check_parameter("attachment; filename=a b.txt", "filename", "a b.txt");
        check_parameter("attachment; filename=\"a;b.txt\"", "filename", "a;b.txt");
        check_parameter("attachment; filename=\"C:\\logs\\cbs.log\"", "filename", "C:\\logs\\cbs.log");
        check_parameter("attachment; filename=\"open.txt", "filename", "open.txt");
        check_parameter("attachment; filename=\"=?utf-8?B?5pel5b+XLnR4dA==?=\"", "filename", "日志.txt");
        check_parameter("attachment; filename*=UTF-8''%E6%97%A5%E5%BF%97.txt", "filename", "日志.txt");
        check_parameter("a; filename*1=b.log; filename*0=a", "filename", "ab.log");
        check_parameter("a; filename*0*=GBK''%C8%D5; filename*1*=%D6%BE; filename*2=.log", "filename", "日志.log");
        check_parameter("a; filename=plain.txt; filename*=utf-8''better.txt", "filename", "better.txt");
    }

    proptest::proptest! {
        #[test]
        fn anything_is_read_without_panic(value in "\\PC{0,60}|(=\\?|utf-8|\\?[bq]\\?|\\?=|[a-z]| |\\*0\\*=|;|\"){0,30}") {
            decode(&value);
            parameters(&value);
        }
    }
}
