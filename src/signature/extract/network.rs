//! Answers of name servers, faults of remote procedure calls, alerts of TLS.

use std::sync::LazyLock;

use crate::{
    catalog::{self, Family},
    signature::SignatureKind as Kind,
};

use super::{Scan, lex};

/// Response codes that say failure, by their names in RFC 1035, RFC 2136 and RFC 8945.
const RESPONSES: &[&str] =
    &["FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"];

/// Response codes, for the triggers.
pub(super) fn responses() -> impl Iterator<Item = &'static str> {
    RESPONSES.iter().copied()
}

/// A response code by its name at `at..end`.
pub(super) fn response(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    // `DNS_PROBE_FINISHED_NXDOMAIN` of browsers is one too; `servfail_count` is the name of a counter.
    let apart = !lex::before(bytes, at).is_ascii_alphanumeric()
        && lex::ends_word(bytes, end)
        && !matches!(lex::byte(bytes, end), b'=' | b'-');
    let name = &scan.text[at..end];
    // The two that support meets are written in lower case too.
    if apart && (!name.bytes().any(|byte| byte.is_ascii_lowercase()) || matches!(name, "nxdomain" | "servfail")) {
        scan.push(Kind::Dns, name.to_ascii_uppercase(), at..end);
    }
}

/// `REFUSED`, which means other things too, in words of a resolver that stand at `at..end`.
pub(super) fn refused(scan: &mut Scan<'_>, at: usize, end: usize) {
    if lex::ends_word(scan.bytes, end) {
        scan.push(Kind::Dns, "REFUSED", at..end);
    }
}

/// What programs say instead of the name, with the name that it stands for.
const ANSWERS: &[(&str, &str)] = &[
    ("non-existent domain", "NXDOMAIN"),
    ("nonexistent domain", "NXDOMAIN"),
    ("dns name does not exist", "NXDOMAIN"),
    ("dns 名称不存在", "NXDOMAIN"),
    ("dns名称不存在", "NXDOMAIN"),
    ("dns 名稱不存在", "NXDOMAIN"),
    ("ry refused", "REFUSED"),
    ("dns server failure", "SERVFAIL"),
    ("dns 服务器失败", "SERVFAIL"),
    ("dns 服务器错误", "SERVFAIL"),
    ("server failed", "SERVFAIL"),
    ("no such host", "NXDOMAIN"),
    ("server misbehaving", "SERVFAIL"),
];

/// The words, for the triggers.
pub(super) fn answers() -> impl Iterator<Item = &'static str> {
    ANSWERS.iter().map(|&(words, _)| words)
}

/// An answer in words at `at..end`.
pub(super) fn answer(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let Some(&(words, name)) = ANSWERS.iter().find(|(words, _)| words.len() == end - at && lex::has(bytes, at, words))
    else {
        return;
    };
    if !lex::ends_word(bytes, end) {
        return;
    }
    // Words that any program may say count behind the question of a resolver only.
    if matches!(words, "server failed" | "no such host" | "server misbehaving" | "ry refused") {
        let from = lex::line_start(bytes, at, 200);
        let asked = ["lookup ", "can't find", "找不到", "dns", "query refused", "resolv"];
        if lex::find_any(bytes, from..end, &asked).is_none() {
            return;
        }
    }
    scan.push(Kind::Dns, name, at..end);
}

/// Fault statuses of DCE/RPC with their names (C706 appendix E).
#[rustfmt::skip]
const FAULTS: &[(&str, u32)] = &[
    ("nca_s_fault_int_div_by_zero", 0x1C00_0001), ("nca_s_fault_addr_error", 0x1C00_0002),
    ("nca_s_fault_fp_div_zero", 0x1C00_0003), ("nca_s_fault_fp_underflow", 0x1C00_0004),
    ("nca_s_fault_fp_overflow", 0x1C00_0005), ("nca_s_fault_invalid_tag", 0x1C00_0006),
    ("nca_s_fault_invalid_bound", 0x1C00_0007), ("nca_rpc_version_mismatch", 0x1C00_0008),
    ("nca_unspec_reject", 0x1C00_0009), ("nca_s_bad_actid", 0x1C00_000A),
    ("nca_who_are_you_failed", 0x1C00_000B), ("nca_manager_not_entered", 0x1C00_000C),
    ("nca_s_fault_cancel", 0x1C00_000D), ("nca_s_fault_ill_inst", 0x1C00_000E),
    ("nca_s_fault_fp_error", 0x1C00_000F), ("nca_s_fault_int_overflow", 0x1C00_0010),
    ("nca_s_fault_unspec", 0x1C00_0012), ("nca_s_fault_remote_comm_failure", 0x1C00_0013),
    ("nca_s_fault_pipe_empty", 0x1C00_0014), ("nca_s_fault_pipe_closed", 0x1C00_0015),
    ("nca_s_fault_pipe_order", 0x1C00_0016), ("nca_s_fault_pipe_discipline", 0x1C00_0017),
    ("nca_s_fault_pipe_comm_error", 0x1C00_0018), ("nca_s_fault_pipe_memory", 0x1C00_0019),
    ("nca_s_fault_context_mismatch", 0x1C00_001A), ("nca_s_fault_remote_no_memory", 0x1C00_001B),
    ("nca_s_invalid_pres_context_id", 0x1C00_001C), ("nca_s_unsupported_authn_level", 0x1C00_001D),
    ("nca_s_invalid_checksum", 0x1C00_001F), ("nca_s_invalid_crc", 0x1C00_0020),
    ("nca_s_fault_user_defined", 0x1C00_0021), ("nca_s_fault_tx_open_failed", 0x1C00_0022),
    ("nca_s_fault_codeset_conv_error", 0x1C00_0023), ("nca_s_fault_object_not_found", 0x1C00_0024),
    ("nca_s_fault_no_client_stub", 0x1C00_0025), ("nca_s_comm_failure", 0x1C01_0001),
    ("nca_op_rng_error", 0x1C01_0002), ("nca_s_op_rng_error", 0x1C01_0002), ("nca_unk_if", 0x1C01_0003),
    ("nca_s_unk_if", 0x1C01_0003), ("nca_wrong_boot_time", 0x1C01_0006), ("nca_s_wrong_boot_time", 0x1C01_0006),
    ("nca_s_you_crashed", 0x1C01_0009), ("nca_proto_error", 0x1C01_000B), ("nca_s_proto_error", 0x1C01_000B),
    ("nca_out_args_too_big", 0x1C01_0013), ("nca_s_out_args_too_big", 0x1C01_0013),
    ("nca_server_too_busy", 0x1C01_0014), ("nca_s_server_too_busy", 0x1C01_0014),
    ("nca_s_unsupported_type", 0x1C01_0017), ("ept_s_not_registered", 0x16C9_A0D6),
];

/// A fault status by its number, `0x1c010003`; `at` is where the zero stands. The range is DCE's own, but the number
/// must be a known fault, or be called one.
pub(super) fn fault_number(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    if lex::is_word(lex::before(bytes, at)) || matches!(lex::before(bytes, at), b'@' | b'+') {
        return;
    }
    let Some((value, span)) = lex::hexadecimal(bytes, at) else { return };
    let known = FAULTS.iter().any(|&(_, number)| number == value);
    let called = || {
        let from = lex::line_start(bytes, at, 100);
        let to = lex::line_end(bytes, span.end, 40);
        lex::find_any(bytes, from..to, &["fault", "nca_", "故障"]).is_some()
            && lex::find_any(bytes, from..to, &["rpc", "nca_", "dce"]).is_some()
    };
    let fits = span.len() == 10 && (0x1C00_0001..=0x1C01_FFFF).contains(&value) || value == 0x16C9_A0D6;
    let spoken_of = || {
        let (from, to) = (lex::line_start(bytes, at, 160), lex::line_end(bytes, span.end, 80));
        lex::find_any(bytes, from..to, &["rpc", "nca_", "dce", "fault", "ept_"]).is_some()
    };
    if fits && (known && spoken_of() || called()) {
        scan.push(Kind::Rpc, format!("0x{value:08X}"), span);
    }
}

/// A fault status by its name at `at`.
pub(super) fn fault_name(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let end = lex::skip_while(bytes, at, 48, lex::is_word);
    let Some(&(name, value)) = FAULTS.iter().find(|(name, _)| name.len() == end - at && lex::has(bytes, at, name))
    else {
        return;
    };
    // Windows' own EPT_S_NOT_REGISTERED in capitals is the Win32 error 1753.
    let windows = name.starts_with("ept") && lex::byte(bytes, at).is_ascii_uppercase();
    if lex::starts_word(bytes, at) && !windows {
        scan.push(Kind::Rpc, format!("0x{value:08X}"), at..end);
    }
}

/// A TLS alert by number or name behind words that announce one: `SSL alert number 40`, `tlsv1 alert unknown ca`,
/// `fatal alert: handshake_failure`, `AlertReceived(HandshakeFailure)`, 严重警告代码为 46; `at` is the words' end.
pub(super) fn alert(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let between = &["number", "code", "is", "was", "has been", "alert", "received", ".", "为", "是", "-", "<", "tls:"];
    let start = lex::skip_separators(bytes, at, 32, between);
    if lex::byte(bytes, start).is_ascii_digit() {
        let Some((number, end)) = lex::decimal(bytes, start) else { return };
        if number < 256
            && let Some(name) = alert_name(number as u32)
        {
            scan.push(Kind::Tls, name, start..end);
        }
        return;
    }
    let end = lex::skip_while(bytes, start, 48, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b' '));
    if let Some((name, length)) = alert_said(&scan.text[start..end]) {
        scan.push(Kind::Tls, name, start..start + length);
    }
}

/// What OpenSSL's library finds wrong with a certificate (X509_V_ERR_…), and the alert that it sends for it (ssl_x509err2alert).
const CERTIFICATE_ERRORS: &[(std::ops::RangeInclusive<u32>, &str)] = &[
    (2..=2, "unknown_ca"),
    (7..=7, "decrypt_error"),
    (9..=9, "bad_certificate"),
    (10..=10, "certificate_expired"),
    (18..=22, "unknown_ca"),
    (23..=23, "certificate_revoked"),
    (24..=24, "unknown_ca"),
    (25..=25, "unknown_ca"),
    (26..=26, "unsupported_certificate"),
    (62..=64, "bad_certificate"),
];

/// `verify error:num=10:certificate has expired`, `Verify return code: 20 (unable to get local issuer certificate)` of OpenSSL; `at` is
/// where the number stands.
pub(super) fn certificate_error(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let start = lex::skip_blanks(bytes, at);
    let end = lex::skip_digits(bytes, start);
    let Some(number) = scan.text.get(start..end).and_then(|digits| digits.parse::<u32>().ok()) else { return };
    let worded = lex::byte(bytes, end) == b':' || lex::has(bytes, end, " (");
    if let Some((_, alert)) = CERTIFICATE_ERRORS.iter().find(|(numbers, _)| numbers.contains(&number))
        && worded
    {
        scan.push(Kind::Tls, *alert, start..end);
    }
}

/// The name of a failing alert; closing a connection (0) and giving up by the user's wish (90) are none.
fn alert_name(number: u32) -> Option<&'static str> {
    let entry = catalog::by_family(Family::Tls, number).into_iter().next()?;
    (!matches!(number, 0 | 90)).then_some(entry.symbol)
}

/// The names of failing alerts, the longest first: `bad_certificate_hash_value` begins like `bad_certificate`.
static ALERTS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut names: Vec<&'static str> = (1..=255).filter_map(alert_name).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names
});

/// The failing alert whose name a text begins with: with underscores, with blanks, or in camel case. The longest fits.
fn alert_said(text: &str) -> Option<(&'static str, usize)> {
    // Go says the authority's name in full.
    let unknown_authority = "unknown certificate authority";
    if lex::has(text.as_bytes(), 0, unknown_authority) {
        return Some(("unknown_ca", unknown_authority.len()));
    }
    ALERTS.iter().find_map(|&name| said_length(text, name).map(|length| (name, length)))
}

/// How much of `text` says `name`, marks between its words left aside.
fn said_length(text: &str, name: &str) -> Option<usize> {
    let mut written = text.bytes().enumerate().filter(|(_, byte)| !matches!(byte, b'_' | b' '));
    let mut end = 0;
    for wanted in name.bytes().filter(|&byte| byte != b'_') {
        let (at, byte) = written.next()?;
        if !byte.eq_ignore_ascii_case(&wanted) {
            return None;
        }
        end = at + 1;
    }
    // OpenSSL says `tlsv1 alert unknown ca`; `internal errors` is another word.
    lex::ends_word(text.as_bytes(), end).then_some(end)
}
