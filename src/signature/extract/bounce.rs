//! Why a mail came back, where no enhanced status says it.

use crate::signature::SignatureKind as Kind;

use super::{Scan, flags::Flags, lex};

/// What servers and mailboxes say, lower case, with the reason. English words are cut where they become rare
/// (`er quota` of `over quota`): as triggers, words such as `user` or `message` would be met in every line of a log.
const REASONS: &[(&str, &str)] = &[
    ("mailbox full", "mailbox-full"),
    ("mailbox is full", "mailbox-full"),
    ("mailbox quota exceeded", "mailbox-full"),
    ("er quota", "mailbox-full"),
    ("ge allocation", "mailbox-full"),
    ("quota exceeded", "mailbox-full"),
    ("ir quota", "mailbox-full"),
    ("mailbox size limit exceeded", "mailbox-full"),
    ("insufficient system storage", "mailbox-full"),
    ("邮箱已满", "mailbox-full"),
    ("邮箱空间不足", "mailbox-full"),
    ("邮箱容量已满", "mailbox-full"),
    ("信箱已满", "mailbox-full"),
    ("信箱空间不足", "mailbox-full"),
    ("信箱已滿", "mailbox-full"),
    ("收件箱已满", "mailbox-full"),
    ("r unknown", "user-unknown"),
    ("unknown user", "user-unknown"),
    ("no such user", "user-unknown"),
    ("no such recipient", "user-unknown"),
    ("no such mailbox", "user-unknown"),
    ("no mailbox here by that name", "user-unknown"),
    ("mailbox unavailable", "user-unknown"),
    ("mailbox not found", "user-unknown"),
    ("mailbox does not exist", "user-unknown"),
    ("ient not found", "user-unknown"),
    ("ss rejected", "user-unknown"),
    ("lid recipient", "user-unknown"),
    ("ient unknown", "user-unknown"),
    ("like recipient", "user-unknown"),
    ("收件人不存在", "user-unknown"),
    ("收件人地址不存在", "user-unknown"),
    ("收件人邮箱不存在", "user-unknown"),
    ("邮箱不存在", "user-unknown"),
    ("邮箱用户不存在", "user-unknown"),
    ("用户不存在", "user-unknown"),
    ("邮件地址不存在", "user-unknown"),
    ("使用者不存在", "user-unknown"),
    ("relay access denied", "relay-denied"),
    ("relaying denied", "relay-denied"),
    ("relay denied", "relay-denied"),
    ("relay not permitted", "relay-denied"),
    ("relaying not allowed", "relay-denied"),
    ("不允许中继", "relay-denied"),
    ("拒绝中继", "relay-denied"),
    ("中继被拒绝", "relay-denied"),
    ("禁止转发", "relay-denied"),
    ("greylist", "greylisted"),
    ("graylist", "greylisted"),
    ("灰名单", "greylisted"),
    ("灰名單", "greylisted"),
    ("ze exceeds", "too-large"),
    ("eds size limit", "too-large"),
    ("too large", "too-large"),
    ("eds fixed maximum", "too-large"),
    ("邮件过大", "too-large"),
    ("邮件太大", "too-large"),
    ("邮件大小超过", "too-large"),
    ("邮件大小超出", "too-large"),
    ("郵件過大", "too-large"),
    ("ked using", "blocked"),
    ("blacklisted", "blocked"),
    ("d as spam", "blocked"),
    ("被列入黑名单", "blocked"),
    ("列入了黑名单", "blocked"),
    ("在黑名单中", "blocked"),
    ("判定为垃圾邮件", "blocked"),
    ("被识别为垃圾邮件", "blocked"),
    ("被列入黑名單", "blocked"),
    ("r domain name not found", "host-unknown"),
    ("unrouteable address", "host-unknown"),
    ("unrouteable mail domain", "host-unknown"),
    ("relevant mx records", "host-unknown"),
    ("找不到收件人域名", "host-unknown"),
    ("收件人域名不存在", "host-unknown"),
    ("域名不存在", "host-unknown"),
];

/// How far an enhanced status may stand from the words and still speak for them: a folded reply of a server.
const REACH: usize = 160;

/// The words, for the triggers.
pub(super) fn reasons() -> impl Iterator<Item = &'static str> {
    REASONS.iter().map(|&(words, _)| words)
}

/// A reason at `at..end`.
pub(super) fn reason(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let Some(&(words, reason)) =
        REASONS.iter().find(|(words, _)| words.len() == end - at && lex::has(bytes, at, words))
    else {
        return;
    };
    // `r unknown` is the end of `user unknown`; `error unknown` and `for unknown` are others.
    let whole = match words {
        "r unknown" => lex::has_before(bytes, at + 1, "user"),
        "er quota" => lex::has_before(bytes, at + 2, "over") || lex::has_before(bytes, at + 2, "user"),
        _ => true,
    };
    // A disk quota or an unknown account elsewhere is no bounce: the line must speak of mail, or the text just before it.
    if whole
        && lex::ends_word(bytes, end) | words.contains("list")
        && scan.near_flags(at).any(Flags::MAIL)
        && !status_near(scan, at, end)
    {
        scan.push(Kind::Bounce, reason, at..end);
    }
}

/// Whether an enhanced status stands close by: `550 5.1.1 … User unknown`.
fn status_near(scan: &Scan<'_>, at: usize, end: usize) -> bool {
    let bytes = scan.bytes;
    let (from, to) = (at.saturating_sub(REACH), (end + REACH).min(bytes.len()));
    memchr::memchr_iter(b'.', &bytes[from..to]).map(|found| from + found).any(|dot| {
        let class = matches!(lex::before(bytes, dot), b'4' | b'5')
            && dot >= 2
            && !lex::is_word(bytes[dot - 2])
            && bytes[dot - 2] != b'.';
        let subject = lex::skip_digits(bytes, dot + 1);
        class
            && (1..=3).contains(&(subject - dot - 1))
            && lex::byte(bytes, subject) == b'.'
            && lex::byte(bytes, subject + 1).is_ascii_digit()
            && lex::byte(bytes, lex::skip_digits(bytes, subject + 1)) != b'.'
    })
}
