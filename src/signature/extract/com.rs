//! COM classes that could not be had. A class id is evidence only there: logs are full of other GUIDs.

use crate::signature::SignatureKind as Kind;

use super::{Scan, lex};

/// Length of a GUID without its braces.
const GUID: usize = 36;
/// How far around a class id its line is read for what happened to it, in bytes.
const REACH: usize = 420;

/// Words of failure about a class, in the system's and programmers' texts.
const FAILURES: &[&str] = &[
    "class not registered",
    "not registered",
    "did not register",
    "regdb_e_classnotreg",
    "80040154",
    "class factory",
    "createinstance failed",
    "launch permission",
    "activation permission",
    "access permission",
    "permission settings do not grant",
    "distributedcom",
    "10016",
    "没有注册",
    "未注册",
    "没有在所需的超时时间内",
    "類別未登錄",
    "未登錄",
    "激活权限",
    "启动权限",
    "啟用權限",
    "権限",
    "未向",
    "类工厂",
];

/// What may be said of a call that wanted a class.
const CALL_FAILURES: &[&str] = &["fail", "error", "0x8", "失败", "失敗", "错误", "錯誤"];

/// What must be said beside a class id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// That the class is missing or may not be used.
    OfClass,
    /// That the call failed.
    OfCall,
    /// The words before the id say it already.
    Already,
}

/// The class id behind `CLSID` or behind words such as `run the server:`; `at` is the words' end.
pub(super) fn class_behind(scan: &mut Scan<'_>, at: usize, said: Said) {
    let bytes = scan.bytes;
    let gap = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b':' | b'=' | b'{' | b'"' | b'\'' | b'(');
    let mut start = lex::skip_while(bytes, at, 12, gap);
    while let Some(next) = lex::skip_any(bytes, start, &["is", "of", "为", "為", "是", "[", "-"]) {
        start = lex::skip_while(bytes, next, 12, gap);
    }
    propose(scan, start, said);
}

/// `The server {…} did not register with DCOM`: the id stands before the words, which begin at `at`.
pub(super) fn class_before(scan: &mut Scan<'_>, at: usize) {
    let end = lex::back_while(scan.bytes, at, 4, |byte| matches!(byte, b' ' | b'\r' | b'\n' | b'"'));
    let end = if lex::before(scan.bytes, end) == b'}' { end - 1 } else { end };
    if let Some(start) = end.checked_sub(GUID) {
        propose(scan, start, Said::Already);
    }
}

fn propose(scan: &mut Scan<'_>, start: usize, said: Said) {
    let bytes = scan.bytes;
    let Some(id) = guid_at(scan, start) else { return };
    let words = match said {
        Said::OfClass => FAILURES,
        Said::OfCall => CALL_FAILURES,
        Said::Already => &[],
    };
    let from = scan.text.ceil_char_boundary(start.saturating_sub(REACH));
    let to = scan.text.floor_char_boundary((start + GUID + REACH).min(bytes.len()));
    if said != Said::Already && lex::find_any(bytes, from..to, words).is_none() {
        return;
    }
    let braces = lex::before(bytes, start) == b'{' && lex::byte(bytes, start + GUID) == b'}';
    let span = if braces { start - 1..start + GUID + 1 } else { start..start + GUID };
    scan.push(Kind::Clsid, id, span);
}

/// A GUID at `at`, in normal form.
fn guid_at(scan: &Scan<'_>, at: usize) -> Option<String> {
    let text = scan.text.get(at..at + GUID)?;
    let fits = text.bytes().enumerate().all(|(place, byte)| match place {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    (fits && lex::ends_word(scan.bytes, at + GUID)).then(|| format!("{{{}}}", text.to_ascii_uppercase()))
}
