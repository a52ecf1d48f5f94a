//! Results of LDAP servers and clients, and the failures of `netlogon.log`.

use crate::{
    catalog::{self, Family},
    signature::SignatureKind as Kind,
};

use super::{Scan, codes, lex};

/// How far behind a result the directory's own `data` code may stand: in the same line, in prose over a line end too.
const REACH: usize = 260;
/// The result that `AcceptSecurityContext error` always comes with: invalid credentials.
const INVALID_CREDENTIALS: u32 = 49;

/// Words between a name for LDAP and the number of the result.
const BETWEEN: &[&str] = &[
    "error", "code", "result", "status", "with", "错误", "錯誤", "代码", "代碼", "结果", "結果", "码", "碼", "返回",
    "为", "是", "<", ">", "-",
];

/// `LDAP: error code 49 - 80090308: LdapErr: …, data 52e`, `LDAP Result Code 32`; `at` is the word's end.
pub(super) fn result(scan: &mut Scan<'_>, at: usize) {
    let start = lex::skip_separators(scan.bytes, at, 32, BETWEEN);
    if start == at {
        return;
    }
    number(scan, start);
}

/// `ldap_bind: Invalid credentials (49)`, `ldap_sasl_bind(SIMPLE): Can't contact LDAP server (-1)`: the number of a client
/// function's failure closes the line; `at` is behind `ldap_`.
pub(super) fn function(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let name = lex::skip_while(bytes, at, 40, lex::is_word);
    let end = scan.text.floor_char_boundary(lex::line_end(bytes, name, 160));
    let Some(open) = memchr::memchr_iter(b'(', &bytes[name..end])
        .map(|found| name + found + 1)
        .find(|&open| lex::byte(bytes, open).is_ascii_digit() || lex::has(bytes, open, "-"))
    else {
        return;
    };
    let digits = open + usize::from(lex::byte(bytes, open) == b'-');
    let Some((_, close)) = lex::decimal(bytes, digits) else { return };
    if lex::byte(bytes, close) != b')' {
        return;
    }
    if digits > open {
        // The client library's own results are negative: there was no answer at all.
        if matches!(&scan.text[open..close], "-1" | "-2" | "-3" | "-4" | "-5" | "-6" | "-7" | "-9" | "-10" | "-11") {
            scan.push(Kind::Ldap, &scan.text[open..close], open..close);
        }
        return;
    }
    number(scan, open);
}

/// A result at `at`, with the data code behind it.
fn number(scan: &mut Scan<'_>, at: usize) {
    let (value, end) = match lex::hexadecimal(scan.bytes, at).filter(|_| lex::has(scan.bytes, at, "0x")) {
        Some((value, span)) => (value, span.end),
        None => match lex::decimal(scan.bytes, at) {
            Some((value, end)) if value < 200 => (value as u32, end),
            _ => return,
        },
    };
    // Referrals (10), the steps of a negotiation (14) and the answers of a comparison (5, 6) are no failures.
    if matches!(value, 0 | 5 | 6 | 10 | 14) || !catalog::is_in_family(Family::Ldap, value) {
        return;
    }
    let value = match data_behind(scan, end) {
        Some(data) => format!("{value}/{data}"),
        None => value.to_string(),
    };
    scan.push(Kind::Ldap, value, at..end);
}

/// `LdapErr: DSID-0C09042A, comment: AcceptSecurityContext error, data 52e, v3839` without a result before it; `at` is
/// the end of `AcceptSecurityContext error`.
pub(super) fn accept_context(scan: &mut Scan<'_>, at: usize) {
    let Some(data) = data_behind(scan, at) else { return };
    let value = format!("{INVALID_CREDENTIALS}/{data}");
    // The result stood before and took the data with it.
    if scan
        .candidates
        .iter()
        .rev()
        .take(6)
        .any(|found| found.kind == Kind::Ldap && found.value == value && at.saturating_sub(found.span.end) < REACH)
    {
        return;
    }
    let end = at + 1;
    scan.push(Kind::Ldap, value, at.saturating_sub("error".len())..end.min(scan.bytes.len()));
}

/// The data code that Active Directory puts behind `AcceptSecurityContext error, data`: a Win32 error in hexadecimal.
fn data_behind(scan: &Scan<'_>, at: usize) -> Option<String> {
    let bytes = scan.bytes;
    // The next line of a log is another record, unless it is indented.
    let line = lex::line_end(bytes, at, REACH);
    let goes_on = scan.is_prose() || matches!(lex::byte(bytes, line + 1), b' ' | b'\t');
    let far = if goes_on { (at + REACH).min(bytes.len()) } else { line };
    let stop = scan.text.floor_char_boundary(far);
    let context = lex::find_any(bytes, at.saturating_sub(6)..stop, &["acceptsecuritycontext error", "error, data"])?;
    let label = lex::find_any(bytes, context.start..(context.end + 8).min(stop), &["data "])?;
    let end = lex::skip_while(bytes, label.end, 5, |byte| byte.is_ascii_hexdigit());
    let digits = scan.text.get(label.end..end)?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    (number != 0 && lex::ends_word(bytes, end) && codes::is_win32(number)).then(|| digits.to_ascii_lowercase())
}

/// The code before `: LdapErr:` or `: SvcErr:`, which the server puts before its own words: `80090308`, `00002098`;
/// `at` is where the word begins.
pub(super) fn before_server_words(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let end = lex::back_while(bytes, at, 3, |byte| matches!(byte, b':' | b' '));
    let start = lex::back_while(bytes, end, 9, |byte| byte.is_ascii_hexdigit());
    // What is copied without its line ends is glued to the words before it: `Invalid credentials80090308: LdapErr`.
    let glued = lex::has(bytes, start, "80") && lex::before(bytes, start).is_ascii_lowercase();
    if end == at || end - start != 8 || !lex::starts_word(bytes, start) && !glued {
        return;
    }
    let Ok(value) = u32::from_str_radix(&scan.text[start..end], 16) else { return };
    if codes::is_severe(value) {
        scan.push(Kind::Hresult, format!("0x{value:08X}"), start..end);
    } else if codes::is_win32(value) {
        scan.push(Kind::Win32, value.to_string(), start..end);
    }
}

/// A line of slapd's log, `RESULT tag=97 err=49`: only binds and changes that failed; `at` is behind `err=`.
pub(super) fn server_log(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let digits = lex::skip_digits(bytes, at);
    let err = lex::skip_any(bytes, digits, &[" err=", ", err="]);
    if let Some(start) = err {
        number(scan, start);
    }
}

/// `[CRITICAL] EXAMPLE: NlSetStatusClientSession: Set connection status to c000005e` and
/// `SamLogon: Network logon of … Returns 0xC000006A`; the operation stands at `at..end`.
pub(super) fn netlogon(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let stop = lex::skip_while(bytes, end, 40, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !lex::starts_word(bytes, at) || !matches!(lex::byte(bytes, at), b'N' | b'S' | b'I') {
        return;
    }
    let line = lex::line_end(bytes, stop, 400);
    let mut here = stop;
    while here < line {
        if let Some((status, span)) = lex::hexadecimal(bytes, here).filter(|_| lex::starts_word(bytes, here)) {
            if status >> 28 == 0xC && codes::is_ntstatus(status) {
                let value = format!("{}/0x{status:08X}", &scan.text[at..stop]);
                scan.push(Kind::Netlogon, value, at..stop);
                // Without 0x nothing else reads it.
                if !lex::has(bytes, span.start, "0x") {
                    scan.push(Kind::Ntstatus, format!("0x{status:08X}"), span);
                }
                return;
            }
            here = span.end;
        }
        here += 1;
    }
}

/// `NO_CLIENT_SITE: PC01 192.0.2.15`: the address belongs to no site.
pub(super) fn no_client_site(scan: &mut Scan<'_>, at: usize, end: usize) {
    if lex::starts_word(scan.bytes, at) && lex::ends_word(scan.bytes, end) {
        scan.push(Kind::Netlogon, "NO_CLIENT_SITE", at..end);
    }
}
