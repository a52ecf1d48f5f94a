//! Values with parameters (RFC 2045, RFC 2231): `Content-Type`, `Content-Disposition`.
//!
//! mail-parser reads the plain ones. It decodes each piece of a continued value by itself, takes the backslashes of
//! Windows paths for escapes and reads to the end of the header behind an open quote; such values are read here.

use std::collections::BTreeMap;

use mail_parser::parsers::MessageStream;

use super::{charset, words::decode};

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
    plain(value).unwrap_or_else(|| odd(value))
}

/// What mail-parser reads, if nothing stands in the value that it reads wrongly.
fn plain(value: &str) -> Option<Parameters> {
    // An unquoted value may hold blanks and brackets, which are then no comment.
    let odd_sign = |c: char| !c.is_ascii() || c.is_ascii_control() || matches!(c, '*' | '\\' | '(' | '\'');
    let quotes = value.bytes().filter(|byte| *byte == b'"').count();
    if value.contains(odd_sign) || value.contains("=?") || (quotes % 2) != 0 || value.contains(",") {
        return None;
    }
    let line = format!("{value}\n");
    let found = MessageStream::new(line.as_bytes()).parse_content_type();
    let kind = found.as_content_type()?;
    let main = match kind.subtype() {
        Some(subtype) => format!("{}/{subtype}", kind.ctype()),
        None => kind.ctype().to_owned(),
    };
    let mut result = Parameters { value: main.to_ascii_lowercase(), ..Parameters::default() };
    for attribute in kind.attributes().unwrap_or_default() {
        let (name, value) = (attribute.name.to_ascii_lowercase(), decode(&attribute.value));
        result.named.entry(name).or_insert(value);
    }
    Some(result)
}

fn odd(value: &str) -> Parameters {
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
            parameters(&value);
        }
    }
}
