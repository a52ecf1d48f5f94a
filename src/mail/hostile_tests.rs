//! Mail made to hurt: each takes a bounded time and says what was left out.

use std::time::Duration;

use cpu_time::ThreadTime;

use super::{BlockKind, Message, parse, parse_thread_export};
use crate::parsed::Parsed;

/// Processor time that one hostile mail may take in an unoptimized build: quadratic work would take minutes.
const LIMIT: Duration = Duration::from_secs(10);

#[track_caller]
fn timed(bytes: &[u8]) -> Parsed<Vec<Message>> {
    let begin = ThreadTime::now();
    let parsed = parse("mail.eml", bytes);
    let took = begin.elapsed();
    assert!(took < LIMIT, "took {took:?}");
    assert!(!parsed.value.is_empty());
    parsed
}

#[track_caller]
fn check_warning(parsed: &Parsed<Vec<Message>>, text: &str) {
    assert!(parsed.warnings.iter().any(|warning| warning.message.contains(text)), "{:?}", parsed.warnings);
}

#[test]
fn nested_divs() {
    let depth = 100_000;
    let html = format!("Content-Type: text/html\n\n{}deep 0x80070005{}", "<div>".repeat(depth), "</div>".repeat(depth));
    assert_eq!(timed(html.as_bytes()).value[0].text_of(BlockKind::New), "deep 0x80070005");
}

#[test]
fn nested_quotes_and_unclosed_tags() {
    let html = format!("Content-Type: text/html\n\n{}x", "<blockquote><style><!--".repeat(20_000));
    timed(html.as_bytes());
    timed(format!("Content-Type: text/html\n\n{}", "<a b=\"".repeat(60_000)).as_bytes());
    timed(format!("Content-Type: text/html\n\n{}", "<".repeat(200_000)).as_bytes());
    timed(format!("Content-Type: text/html\n\n{}", "&#x".repeat(100_000)).as_bytes());
}

#[test]
fn nested_multiparts() {
    let mut mail = String::new();
    for level in 0..10_000 {
        mail.push_str(&format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"));
    }
    mail.push_str("\ninnermost\n");
    check_warning(&timed(mail.as_bytes()), "too deep");
}

#[test]
fn nested_messages() {
    let mail = "Content-Type: message/rfc822\nSubject: x\n\n".repeat(20_000);
    let parsed = timed(mail.as_bytes());
    check_warning(&parsed, "too many enclosed messages");
    assert!(parsed.value.len() < 100);
}

#[test]
fn nested_messages_in_odd_spelling() {
    for spelling in
        ["message / rfc822", "message(x)/rfc822", "Message/\n\tGLOBAL", "\"message\"/rfc822", "message/rfc822 (x)"]
    {
        timed(format!("Content-Type: {spelling}\nSubject: x\n\n").repeat(20_000).as_bytes());
    }
    let digest = "Content-Type: multipart/digest; boundary=b\n\n--b\n\n";
    timed(digest.repeat(20_000).as_bytes());
    timed(format!("{digest}{}", "Content-Type: message/rfc822\n\n".repeat(20_000)).as_bytes());
}

#[test]
fn multiparts_that_never_begin_or_end() {
    let mut mail = String::from("Content-Type: multipart/mixed; boundary=b\n\n");
    for part in 0..5_000 {
        mail.push_str(&format!("--b\nContent-Type: multipart/mixed; boundary=x{part}\n\n"));
    }
    timed(format!("{mail}{}", "text\n".repeat(100_000)).as_bytes());
    timed(mail.replace("boundary=b", "boundary=nowhere").as_bytes());
    let same = "Content-Type: multipart/mixed; boundary=b\n\n--b\n".repeat(20_000);
    timed(same.as_bytes());
    timed(format!("{same}{}", "--b--\n".repeat(20_000)).as_bytes());
    timed(format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b--\n--b\n".repeat(20_000)).as_bytes());
}

#[test]
fn thousands_of_parts() {
    let mut mail = String::from("Content-Type: multipart/mixed; boundary=b\n\n");
    for _ in 0..20_000 {
        mail.push_str("--b\nContent-Type: application/octet-stream; name=a.log\n\nx\n");
    }
    let parsed = timed(mail.as_bytes());
    check_warning(&parsed, "too many parts");
    assert_eq!(parsed.value[0].attachments.len(), 2_000);
}

#[test]
fn one_long_line() {
    let mut mail = b"Subject: x\n\n".to_vec();
    mail.resize(50 * 1024 * 1024, b'a');
    check_warning(&timed(&mail), "text too long");
    mail.truncate(11);
    mail.resize(5 * 1024 * 1024, b'=');
    timed(&mail);
}

#[test]
fn many_headers_and_words() {
    timed("X-A: b\n".repeat(100_000).as_bytes());
    timed(format!("Subject: {}\n\n", "=?utf-8?b?".repeat(15_000)).as_bytes());
    timed(format!("Subject: {}?=\n\n", "=?utf-8?q?a ".repeat(15_000)).as_bytes());
    timed(format!("To: {}\n\n", "a@example.com, ".repeat(15_000)).as_bytes());
    timed(format!("Content-Type: text/plain; {}\n\n", "a*0*=b; ".repeat(15_000)).as_bytes());
    timed(format!("From: {}\n\n", "\"(<".repeat(100_000)).as_bytes());
}

#[test]
fn many_lines_that_look_like_something() {
    for line in [
        "From: a\n",
        "On 1/1/2020, a\n",
        "> x\ny\n",
        "--\n",
        "begin 644 a\n",
        "Thanks\n\n",
        "If you\n\n",
        "```\n",
        "-----\n",
    ] {
        timed(format!("Subject: x\n\n{}", line.repeat(15_000)).as_bytes());
    }
    let text = "====第1封邮件====\n发件人：a\n".repeat(20_000);
    let begin = ThreadTime::now();
    assert_eq!(parse_thread_export("t", &text).value.len(), 10_000);
    assert!(begin.elapsed() < LIMIT);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        proptest::prop_assert!(!parse("mail.eml", &bytes).value.is_empty());
    }

    #[test]
    fn mutated_mail(at in 0usize..900, byte in proptest::num::u8::ANY, cut in 0usize..900, twice in 0usize..900) {
        let mut mail = SAMPLE.as_bytes().to_vec();
        if let Some(slot) = mail.get_mut(at) {
            *slot = byte;
        }
        let piece: Vec<u8> = mail.iter().skip(twice).take(40).copied().collect();
        mail.splice(cut.min(mail.len())..cut.min(mail.len()), piece);
        for message in parse("mail.eml", &mail).value {
            proptest::prop_assert!(message.part.starts_with("mail.eml"));
            for attachment in &message.attachments {
                let name = attachment.part.strip_prefix(&format!("{}/", message.part)).unwrap();
                proptest::prop_assert!(!name.is_empty() && !name.contains(['/', '\\']) && name != "..");
            }
        }
        mail.truncate(cut);
        parse("mail.eml", &mail);
    }
}

/// A mail with most of what is read: encoded words, alternatives, an attachment, an enclosed message.
const SAMPLE: &str = "From: =?utf-8?B?5p2O6Zu3?= <li.lei@example.cn>\r\nTo: help@example.com\r\nSubject: =?gb2312?B?suG5pA==?=\r\n\
Date: Wed, 3 Jun 2020 10:22:33 +0800\r\nMessage-ID: <1@example.cn>\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n\
--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain; charset=utf-8\r\n\
Content-Transfer-Encoding: quoted-printable\r\n\r\n=E8=A1=A5\r\n-- \r\nLi\r\n--c\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n--c--\r\n\
--b\r\nContent-Type: text/plain; name=a.log\r\nContent-Transfer-Encoding: base64\r\n\r\nRXJyb3I=\r\n\
--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nText\r\n--b--\r\n";

#[test]
fn the_sample_is_read() {
    let parsed = parse("mail.eml", SAMPLE.as_bytes());
    assert_eq!(parsed.warnings, []);
    let parts: Vec<&str> = parsed.value.iter().map(|message| message.part.as_str()).collect();
    assert_eq!(parts, ["mail.eml", "mail.eml/message.eml"]);
    assert_eq!(parsed.value[0].text_of(BlockKind::New), "补");
    assert_eq!(parsed.value[0].attachments[0].part, "mail.eml/a.log");
}
