//! Results of the Kerberos protocol in hexadecimal: `Failure Code: 0x18`, `<Data Name="Status">0x18</Data>`.
//!
//! As stop codes and Win32 errors the same numbers mean something else, so that who speaks of Kerberos decides first.

use std::ops::Range;

use crate::signature::SignatureKind as Kind;

use super::{Scan, codes, flags::Flags, hex::Literal, label::Label, lex};

/// Whether a number is called a result where only Kerberos has such results; proposes it if it is one.
pub(super) fn is_result(scan: &mut Scan<'_>, literal: &Literal, label: Label) -> bool {
    let Literal { value, digits, start, end } = *literal;
    let span = start..end;
    if label == Label::Audit && value < 0x100 {
        let event = names_ticket_event(scan.bytes, start);
        if scan.near_flags(start).any(Flags::KERBEROS) || event.is_some() {
            scan.push(Kind::Kerberos, format!("0x{value:X}"), span);
            // The id of a ticket's event beside its result needs no other word.
            if let Some(event) = event.filter(|_| scan.is_prose()) {
                scan.push(Kind::Event, &scan.text[event.clone()], event);
            }
        }
        return true;
    }
    // The numbers of the protocol are below 0x80.
    if value >= 0x80 || digits > 2 || !codes::is_kerberos(value) {
        return false;
    }
    // `| 0x12 | Account disabled |`: a cell of a table of failure codes.
    let mark = lex::back_while(scan.bytes, start, 3, |byte| matches!(byte, b' ' | b'*' | b'`'));
    let cell = label == Label::None && lex::before(scan.bytes, mark) == b'|';
    // `kerb return code 0x17`, `Kerberos error 0x7`
    let called = matches!(label, Label::Error | Label::Returned | Label::Weak)
        && (scan.line_flags(start).any(Flags::KERBEROS) || value > 5 && is_called_kerberos(scan.bytes, start, end));
    let kerberos = called || cell && scan.near_flags(start).any(Flags::KERBEROS);
    if kerberos {
        scan.push(Kind::Kerberos, format!("0x{value:X}"), span);
    }
    kerberos
}

/// `4768 with Result Code 0x17`: the event of a ticket on the line.
fn names_ticket_event(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let line = lex::line_start(bytes, at, 120)..lex::line_end(bytes, at, 120);
    lex::find_any(bytes, line, TICKET_EVENTS)
        .filter(|event| lex::starts_word(bytes, event.start) && lex::ends_word(bytes, event.end))
}

/// Events of Kerberos tickets.
const TICKET_EVENTS: &[&str] = &["4768", "4769", "4770", "4771", "4772", "4773"];

/// `<Data Name="Status">0x10</Data>` of an event of a ticket: the number is one of the protocol. It begins at `at`.
pub(super) fn is_status_of_ticket_event(bytes: &[u8], at: usize) -> bool {
    const BACK: usize = 3_000;
    let named = lex::has_before(bytes, at, "name=\"status\">") || lex::has_before(bytes, at, "name='status'>");
    if !named {
        return false;
    }
    let from = at.saturating_sub(BACK);
    // The nearest event is the one that the field belongs to.
    let Some(event) = memchr::memmem::rfind(&bytes[from..at], b"<EventID").map(|found| from + found) else {
        return false;
    };
    let Some(close) = memchr::memchr(b'>', &bytes[event..at]).map(|found| event + found + 1) else { return false };
    lex::skip_any(bytes, close, TICKET_EVENTS).is_some_and(|end| lex::ends_word(bytes, end))
}

/// What the libraries of MIT and Heimdal, and the KDC in its log, say of results, in no other's words, and the number in RFC 4120.
const SAID: &[(&str, u32)] = &[
    ("client not found in kerberos database", 0x6),
    ("server not found in kerberos database", 0x7),
    ("kdc policy rejects request", 0xC),
    ("kdc has no support for encryption type", 0xE),
    ("clients credentials have been revoked", 0x12),
    ("client's credentials have been revoked", 0x12),
    ("preauthentication failed", 0x18),
    ("decrypt integrity check failed", 0x1F),
    ("clock skew too great", 0x25),
];

/// The words of results, for the triggers.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    SAID.iter().map(|&(words, _)| words)
}

/// `kinit: Preauthentication failed while getting initial credentials`: a result by its words at `at..end`.
pub(super) fn said(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let Some(&(_, number)) = SAID.iter().find(|(words, _)| words.len() == end - at && lex::has(bytes, at, words))
    else {
        return;
    };
    let value = format!("0x{number:X}");
    let line = lex::line_start(bytes, at, 240);
    // `(24) - PREAUTH_FAILED`: found by its number.
    let again = scan
        .candidates
        .iter()
        .rev()
        .take(4)
        .any(|one| one.kind == Kind::Kerberos && one.value == value && one.span.start >= line);
    // `Clock skew too great (37)` is one sighting.
    let number = format!(" ({number})");
    let stop = if lex::has(bytes, end, &number) { end + number.len() } else { end };
    if lex::starts_word(bytes, at) && lex::ends_word(bytes, end) && !again {
        scan.push(Kind::Kerberos, value, at..stop);
    }
}

/// What Kerberos says of its failures, in no other's words.
const KERBEROS_WORDS: &[&str] = &[
    "credentials have been revoked",
    "凭据已被吊销",
    "clock skew too great",
    "kdc_err",
    "krb_ap_err",
    "kerberos",
    "krbtgt",
    "pre-authentication",
    "预身份验证",
];

/// `error code 0x12?` and in the next line `Failure code 0x12 … credentials have been revoked`: whether the same number is called a
/// failure or result close by, and Kerberos is spoken of there.
fn is_called_kerberos(bytes: &[u8], start: usize, end: usize) -> bool {
    const FAR: usize = 240;
    let around = start.saturating_sub(FAR)..end.saturating_add(FAR);
    let Some(number) = std::str::from_utf8(&bytes[start..end]).ok().map(str::to_ascii_lowercase) else { return false };
    let again =
        ["failure code ", "failure code: ", "result code ", "result code: ", "失败代码 ", "失败代码: ", "结果代码 "]
            .iter()
            .any(|label| lex::find_any(bytes, around.clone(), &[&format!("{label}{number}")]).is_some());
    again && lex::find_any(bytes, around, KERBEROS_WORDS).is_some()
}
