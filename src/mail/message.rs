//! From an opened message to [`Message`] values: fields, blocks, attachments with part names.

use super::{
    Attachment, Message, address, automatic, bounced, date,
    header::Header,
    mime::{self, Opened},
    name, quote, subject, words,
};
use crate::parsed::{Parsed, Warning};

/// Message ids kept of one `References` field: the newest, which are last.
const MAX_REFERENCES: usize = 200;
/// Characters of a subject that are kept.
const MAX_SUBJECT: usize = 2_000;

/// Reads one mail. The first message is the outer one; enclosed messages follow, each with the part
/// name `part/name`. There is always one message, whatever the bytes are; what was odd is in the warnings.
///
/// `part` names the mail in the output, e.g. `mail-1.eml`. At most 24 levels, 2,000 parts and 200 enclosed
/// messages are read.
pub fn parse(part: &str, bytes: &[u8]) -> Parsed<Vec<Message>> {
    let mut parsed = Parsed::clean(Vec::new());
    let converted;
    // Old Macintosh line ends: the whole mail has no LF.
    let bytes = if !bytes.contains(&b'\n') && bytes.contains(&b'\r') {
        converted = bytes.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect::<Vec<u8>>();
        &converted
    } else {
        bytes
    };
    let opened = mime::open(bytes, 0, &mut mime::Budget::default());
    if opened.header.fields.is_empty() {
        parsed.warnings.push(Warning::new(part, "no mail header found"));
    }
    add(part, opened, &mut parsed);
    parsed
}

fn add(part: &str, opened: Opened, parsed: &mut Parsed<Vec<Message>>) {
    let Opened { header, content_type, body, leaves, enclosed, problems } = opened;
    parsed.warnings.extend(problems.into_iter().map(|problem| Warning::new(part, problem)));
    let mut message = Message { part: part.to_owned(), ..Message::default() };
    read_fields(&header, &mut message, &mut parsed.warnings);
    message.automatic =
        automatic::reason(&header, &content_type.value, content_type.named.get("report-type"), &message, &body);
    if message.is_delivery_report() {
        message.bounced = bounced::find(&body, &leaves, &enclosed);
    }
    let reply = !message.in_reply_to.is_empty() || !message.references.is_empty();
    message.body = quote::split(&body, &subject::context(&message.subject, reply));
    let mut names = name::Names::default();
    for leaf in leaves {
        let safe = leaf.name.as_deref().map(name::safe).filter(|safe| !safe.is_empty());
        let safe = names.unique(&safe.unwrap_or_else(|| name::for_type(&leaf.content_type)));
        message.attachments.push(Attachment {
            part: format!("{part}/{safe}"),
            name: leaf.name,
            content_type: leaf.content_type,
            bytes: leaf.bytes,
        });
    }
    parsed.value.push(message);
    for (wanted, inner) in enclosed {
        let safe = wanted.as_deref().map(name::safe).filter(|safe| !safe.is_empty());
        let safe = safe.unwrap_or_else(|| name::for_type("message/rfc822"));
        let safe = if safe.to_ascii_lowercase().ends_with(".eml") { safe } else { format!("{safe}.eml") };
        add(&format!("{part}/{}", names.unique(&safe)), inner, parsed);
    }
}

pub(super) fn read_fields(header: &Header, message: &mut Message, warnings: &mut Vec<Warning>) {
    let subject = words::decode(&header.get("subject").unwrap_or_default());
    message.subject = subject.chars().take(MAX_SUBJECT).collect();
    let first =
        |name: &str| header.get(name).map(|value| address::parse(&value)).unwrap_or_default().into_iter().next();
    message.from = first("from").or_else(|| first("sender")).or_else(|| first("reply-to"));
    for name in ["to", "cc"] {
        message.recipients.extend(header.all(name).iter().flat_map(|value| address::parse(value)));
    }
    message.message_id = header.get("message-id").and_then(|value| ids(&value).into_iter().next());
    message.in_reply_to = header.get("in-reply-to").map(|value| ids(&value)).unwrap_or_default();
    message.references = header.get("references").map(|value| ids(&value)).unwrap_or_default();
    let surplus = message.references.len().saturating_sub(MAX_REFERENCES);
    message.references.drain(..surplus);
    read_date(header, message, warnings);
}

/// `Received` fields that are read: mail that passed more servers went round in a loop.
const MOST_RECEIVED: usize = 64;

fn read_date(header: &Header, message: &mut Message, warnings: &mut Vec<Warning>) {
    // A server wrote the time behind the last semicolon; the earliest field is last.
    let received = header.all("received");
    let stamps = received.iter().rev().take(MOST_RECEIVED).filter_map(|value| date::parse(value.rsplit(';').next()?));
    message.received = stamps.map(|sent| sent.time).collect();
    let written = header.all("date").into_iter().find(|value| date::parse(value).is_some());
    let sent = written.as_deref().and_then(date::parse);
    if let Some(sent) = sent {
        message.date = Some(sent.time);
        if !sent.zoned {
            warnings.push(Warning::new(&message.part, "date without time zone, taken as UTC"));
        }
        return;
    }
    message.date = message.received.first().copied();
    if header.get("date").is_some() {
        warnings.push(Warning::new(&message.part, "date that cannot be read"));
    }
}

/// Message ids of a field, without brackets; bare ones too.
fn ids(value: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = value;
    while let Some(begin) = rest.find('<') {
        let Some(end) = rest[begin..].find('>') else { break };
        let id: String = rest[begin + 1..begin + end].split_whitespace().collect();
        if !id.is_empty() {
            found.push(id);
        }
        rest = &rest[begin + end + 1..];
    }
    if found.is_empty() {
        found = value
            .split_whitespace()
            .filter(|word| word.contains('@'))
            .map(|word| word.trim_matches(['<', '>']).to_owned())
            .collect();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::BlockKind;

    fn read(mail: &[u8]) -> Message {
        parse("mail.eml", mail).value.remove(0)
    }

    #[track_caller]
    fn check_text(mail: &str, expected: &str) {
        for mail in [mail.to_owned(), mail.replace('\n', "\r\n"), mail.replace('\n', "\r")] {
            assert_eq!(read(mail.as_bytes()).text_of(BlockKind::New), expected, "of {mail:?}");
        }
    }

    #[track_caller]
    fn check_parts(mail: &str, expected: &[(&str, &str)]) {
        let message = read(mail.as_bytes());
        let found: Vec<(&str, &str)> =
            message.attachments.iter().map(|a| (a.part.as_str(), str::from_utf8(&a.bytes).unwrap())).collect();
        assert_eq!(found, expected, "of {mail:?}");
    }

    const MIXED: &str = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nbody\n--b\n";

    #[test]
    fn plain_text_is_preferred() {
        let head = "Content-Type: multipart/alternative; boundary=b\n\n--b\n";
        check_text(&format!("{head}\nplain\n--b\nContent-Type: text/html\n\n<p>rich</p>\n--b--\n"), "plain");
        check_text(&format!("{head}\n  \n--b\nContent-Type: text/html\n\n<p>rich</p>\n--b--\n"), "rich");
        let long = "<p>The service does not start after the update of this month was installed.</p>";
        check_text(
            &format!("{head}\nHTML only\n--b\nContent-Type: text/html\n\n{long}\n--b--\n"),
            &long[3..long.len() - 4],
        );
    }

    #[test]
    fn bodies_of_broken_mail() {
        check_text("Subject: x\nHello there\nit fails", "Hello there\nit fails");
        check_text(
            "Content-Type: multipart/mixed; boundary=B\n\n--b\nContent-Type: text/plain\n\ntext\n--b--\n",
            "text",
        );
        check_text("Content-Type: multipart/mixed; boundary=b\n\njust text", "just text");
        check_text("Content-Type: multipart/mixed; boundary=b\n\n--b\n\ncut", "cut");
    }

    #[test]
    fn attachments_keep_their_bytes() {
        let named = "Content-Type: text/plain; charset=gbk; name=a.log\n\nline\n";
        check_parts(&format!("{MIXED}{named}--b--\n"), &[("mail.eml/a.log", "line")]);
        let inline =
            "Content-Disposition: inline; filename=\"../a.log\"\n\n1\n--b\nContent-Type: text/plain; name=a.log\n\n2\n";
        check_parts(&format!("{MIXED}{inline}--b--\n"), &[("mail.eml/a.log", "1"), ("mail.eml/a-2.log", "2")]);
        let tnef = "Content-Type: application/ms-tnef\n\nx\n";
        check_parts(&format!("{MIXED}{tnef}--b--\n"), &[("mail.eml/winmail.dat", "x")]);
    }

    #[test]
    fn enclosed_messages_follow() {
        let inner = "Content-Type: message/rfc822; name=\"fwd.eml\"\n\nSubject: inner\n\ntext\n";
        let parsed = parse("mail.eml", format!("{MIXED}{inner}--b\n{inner}--b--\n").as_bytes());
        let found: Vec<(&str, &str)> = parsed.value.iter().map(|m| (m.part.as_str(), m.subject.as_str())).collect();
        assert_eq!(found, [("mail.eml", ""), ("mail.eml/fwd.eml", "inner"), ("mail.eml/fwd-2.eml", "inner")]);
    }

    #[test]
    fn fields() {
        let message = read(
            b"From: \"Lei, Li\" <li@example.cn>\nTo: a@example.com\nCc: b@example.com\nSubject: x\nMessage-ID: <1@x>\n\
            In-Reply-To: <0@x>\nReferences: <a@x>\n <0@x>\nReceived: by y; Wed, 3 Jun 2020 10:22:33 +0800\nDate: never\n\n",
        );
        assert_eq!(message.from.unwrap().name, "Lei, Li");
        assert_eq!(message.recipients.len(), 2);
        assert_eq!(message.message_id.as_deref(), Some("1@x"));
        assert_eq!((message.in_reply_to, message.references), (vec!["0@x".into()], vec!["a@x".into(), "0@x".into()]));
        assert_eq!(message.date.unwrap().to_string(), "2020-06-03T02:22:33Z");
    }

    #[test]
    fn raw_header_bytes_are_in_the_set_of_the_body() {
        let mut mail = b"Subject: ".to_vec();
        mail.extend_from_slice(&encoding_rs::GBK.encode("补丁失败").0);
        mail.extend_from_slice(b"\nContent-Type: text/plain; charset=gb2312\n\nx");
        assert_eq!(read(&mail).subject, "补丁失败");
    }

    #[test]
    fn anything_is_a_message() {
        let parsed = parse("mail.eml", b"");
        assert_eq!((parsed.value.len(), parsed.warnings.len()), (1, 1));
    }
}
