//! From an opened message to [`Message`] values: fields, blocks, attachments with part names.

use super::{
    Attachment, Message, address, automatic, date,
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
        automatic::reason(&header, &content_type.value, content_type.named.get("report-type"), &message);
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

fn read_fields(header: &Header, message: &mut Message, warnings: &mut Vec<Warning>) {
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

fn read_date(header: &Header, message: &mut Message, warnings: &mut Vec<Warning>) {
    let written = header.all("date").into_iter().find(|value| date::parse(value).is_some());
    let sent = written.as_deref().and_then(date::parse);
    if let Some(sent) = sent {
        message.date = Some(sent.time);
        if !sent.zoned {
            warnings.push(Warning::new(&message.part, "date without time zone, taken as UTC"));
        }
        return;
    }
    // The server that took the mail in wrote the time behind the last semicolon; the earliest is last.
    let received = header.all("received");
    let stamps = received.iter().rev().filter_map(|value| date::parse(value.rsplit(';').next()?));
    message.date = stamps.map(|sent| sent.time).next();
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
