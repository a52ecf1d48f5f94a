//! Servicing packages and components by their identities, as CBS, DISM and the component store write them.

use crate::signature::SignatureKind as Kind;

use super::{Scan, lex};

/// Longest name of a package or component looked at.
const LONGEST: usize = 160;

/// Architectures that begin the folder name of a component.
const ARCHITECTURES: &[&str] = &["amd64_", "x86_", "arm64_", "arm64.x86_", "wow64_", "msil_", "arm_", "ia64_"];

/// An identity around the key token at `at..end`.
pub(super) fn identity(scan: &mut Scan<'_>, at: usize, end: usize) {
    match (lex::before(scan.bytes, at), lex::byte(scan.bytes, end)) {
        (b'~', b'~') => package(scan, at, end),
        (b'_', b'_') => component(scan, at, end),
        _ => in_words(scan, at),
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// `Package_for_KB4474419~31bf3856ad364e35~amd64~~6.1.1.2`.
fn package(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let start = lex::back_while(bytes, at - 1, LONGEST, is_name);
    // Behind the token: architecture, language, version.
    let architecture = lex::skip_while(bytes, end + 1, 12, is_name);
    let language = lex::skip_while(bytes, architecture + 1, 16, is_name);
    if start == at - 1 || lex::byte(bytes, architecture) != b'~' || lex::byte(bytes, language) != b'~' {
        return;
    }
    let Some((version, stop)) = version_at(scan, language + 1) else { return };
    let name = &scan.text[start..at - 1];
    let language = &scan.text[architecture + 1..language];
    let value = named(name, language, version);
    scan.push(Kind::Package, value, start..stop);
}

/// `amd64_microsoft-windows-servicingstack_31bf3856ad364e35_10.0.19041.1_none_0123456789abcdef`.
fn component(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let start = lex::back_while(bytes, at - 1, LONGEST, is_name);
    let Some(name) = lex::skip_any(bytes, start, ARCHITECTURES).filter(|&name| name < at - 1) else { return };
    let Some((version, stop)) = version_at(scan, end + 1) else { return };
    if lex::byte(bytes, stop) != b'_' {
        return;
    }
    let culture = lex::skip_while(bytes, stop + 1, 16, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let language = match &scan.text[stop + 1..culture] {
        "none" => "",
        culture => culture,
    };
    let value = named(&scan.text[name..at - 1].to_ascii_lowercase(), language, version);
    let stop = if lex::byte(bytes, culture) == b'_' {
        lex::skip_while(bytes, culture + 1, 16, |byte| byte.is_ascii_hexdigit())
    } else {
        culture
    };
    scan.push(Kind::Package, value, start..stop);
}

/// `Microsoft-Windows-Foo, version 10.0.19041.1, arch amd64, nonSxS, pkt {l:8 b:31bf3856ad364e35}` and the older
/// `Microsoft-Windows-Foo, Version = 6.1.7600.16385, pA = PROCESSOR_ARCHITECTURE_AMD64 (9), …`.
fn in_words(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let from = scan.text.ceil_char_boundary(lex::line_start(bytes, at, 320));
    // `VersionScope` is no version: the last place that has a number.
    let commas = memchr::memrchr_iter(b',', &bytes[from..at]).map(|offset| from + offset);
    let words = commas.filter(|&place| lex::has(bytes, place, ", version"));
    let Some((comma, version, stop)) = words
        .filter_map(|comma| {
            let number =
                lex::skip_while(bytes, comma + ", version".len(), 4, |byte| matches!(byte, b' ' | b'=' | b'"'));
            version_at(scan, number).map(|(version, stop)| (comma, version, stop))
        })
        .next()
    else {
        return;
    };
    let start = lex::back_while(bytes, comma, LONGEST, is_name);
    if start == comma {
        return;
    }
    let language = lex::find_any(bytes, stop..at, &["culture="])
        .map(|found| found.end)
        .map(|begin| {
            &scan.text[begin..lex::skip_while(bytes, begin, 12, |byte| byte.is_ascii_alphanumeric() || byte == b'-')]
        })
        .filter(|culture| !culture.eq_ignore_ascii_case("neutral"))
        .unwrap_or_default();
    let value = named(&scan.text[start..comma].to_ascii_lowercase(), language, version);
    scan.push(Kind::Package, value, start..stop);
}

/// The normal form; a neutral language is left out.
fn named(name: &str, language: &str, version: &str) -> String {
    match language {
        "" => [name, "~", version].concat(),
        language => [name, "~", &language.to_ascii_lowercase(), "~", version].concat(),
    }
}

/// A version of four numbers.
fn version_at<'a>(scan: &Scan<'a>, at: usize) -> Option<(&'a str, usize)> {
    let end = lex::skip_while(scan.bytes, at, 40, |byte| byte.is_ascii_digit() || byte == b'.');
    let end = if lex::before(scan.bytes, end) == b'.' { end - 1 } else { end };
    let version = scan.text.get(at..end)?;
    let mut parts = 0;
    let fits = version.as_bytes().split(|&byte| byte == b'.').all(|part| {
        parts += 1;
        (1..=8).contains(&part.len())
    });
    (fits && parts == 4).then_some((version, end))
}
