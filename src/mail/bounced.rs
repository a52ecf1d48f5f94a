//! Which mail a delivery report is about: the message that it encloses, its header alone, or what an old mail system shows of it
//! in its own text.

use super::{
    Bounced, Message,
    message::read_fields,
    mime::{self, Leaf, Opened},
};

/// Bytes of a header in a report that are read.
const MOST_HEADER: usize = 64 << 10;

/// Lines of a report's text that are looked at.
const MOST_LINES: usize = 2_000;

/// The fields of a shown header that are wanted; it is one if it has both a name of the mail and its subject, or else none.
const FIELDS: [&str; 5] = ["message-id:", "in-reply-to:", "references:", "subject:", "from:"];

/// The mail that a report with these parts is about; `None` where nothing of it is there.
pub(super) fn find(body: &str, leaves: &[Leaf], enclosed: &[(Option<String>, Opened)]) -> Option<Bounced> {
    let of_enclosed = enclosed.first().map(|(_, opened)| of(&opened.header));
    let of_header = || {
        // RFC 6522 section 3.
        let wanted =
            |leaf: &&Leaf| matches!(leaf.content_type.as_str(), "text/rfc822-headers" | "message/rfc822-headers");
        leaves.iter().find(wanted).map(|leaf| of_text(&leaf.bytes))
    };
    of_enclosed
        .or_else(of_header)
        .or_else(|| shown(body))
        .filter(|found| !found.subject.is_empty() || !found.ids.is_empty())
}

fn of(header: &super::header::Header) -> Bounced {
    let mut message = Message::default();
    // What is odd in it is told where it is read as a message.
    read_fields(header, &mut message, &mut Vec::new());
    let mut ids = message.references;
    for id in message.in_reply_to.into_iter().chain(message.message_id) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Bounced { subject: message.subject, ids, from: message.from }
}

/// Of a header alone: nothing behind it is read, so that reports in reports cost nothing.
fn of_text(bytes: &[u8]) -> Bounced {
    let bytes = &bytes[..bytes.len().min(MOST_HEADER)];
    let end = super::head::Head::read(bytes).body;
    of(&mime::open(&bytes[..end.min(bytes.len())], 0, &mut mime::Budget::default()).header)
}

/// Of the header that qmail, Exim and others copy into their text.
fn shown(body: &str) -> Option<Bounced> {
    let mut header = String::new();
    let mut wanted = false;
    for line in body.lines().take(MOST_LINES) {
        if line.starts_with([' ', '\t']) && wanted {
            // A field that goes on.
        } else {
            let start =
                line.get(..line.find(':').map_or(0, |colon| colon + 1)).unwrap_or_default().to_ascii_lowercase();
            wanted = FIELDS.contains(&start.as_str()) && !header.to_ascii_lowercase().contains(&format!("\n{start}"));
        }
        if wanted && header.len() < MOST_HEADER {
            header.push('\n');
            header.push_str(line);
        }
    }
    let has = |name: &str| header.to_ascii_lowercase().contains(&format!("\n{name}"));
    (has("message-id:") && has("subject:")).then(|| of_text(format!("{}\n\n", header.trim_start()).as_bytes()))
}

#[cfg(test)]
mod tests {
    use crate::mail::{Bounced, Mailbox, parse};

    fn bounced(mail: &str) -> Option<Bounced> {
        parse("mail.eml", mail.as_bytes()).value.remove(0).bounced
    }

    fn report(part: &str) -> String {
        format!(
            "From: MAILER-DAEMON@mx.example.com\nSubject: Undelivered Mail Returned to Sender\nMessage-ID: <r@mx>\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nIt could not be delivered.\n\
             --b\nContent-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n\n--b\n{part}\n--b--\n"
        )
    }

    const FIELDS: &str = "From: s@example.com\nSubject: =?utf-8?B?W0lOQzcxXSDmiZPljbDmnLo=?=\nMessage-ID: <2@example.com>\nIn-Reply-To: <1@example.cn>\nReferences:\n <0@example.cn> <1@example.cn>\n";

    fn expected() -> Option<Bounced> {
        let ids = ["0@example.cn", "1@example.cn", "2@example.com"].map(String::from).to_vec();
        let from = Some(Mailbox { name: String::new(), address: "s@example.com".into() });
        Some(Bounced { subject: "[INC71] 打印机".into(), ids, from })
    }

    #[test]
    fn a_mail_that_is_enclosed_whole_or_by_its_header() {
        assert_eq!(bounced(&report(&format!("Content-Type: message/rfc822\n\n{FIELDS}\ntext\n"))), expected());
        assert_eq!(bounced(&report(&format!("Content-Type: text/rfc822-headers\n\n{FIELDS}"))), expected());
        assert_eq!(bounced(&report("Content-Type: text/plain\n\nnothing of it\n")), None);
    }

    #[test]
    fn a_mail_whose_header_is_shown_in_the_text() {
        let text = |fields: &str| {
            format!(
                "From: MAILER-DAEMON@mx.example.com\nSubject: failure notice\n\nHi. This is the mail program.\nI wasn't able to \
                 deliver it: no such user.\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <s@example.com>\n{fields}\n\
                 Subject: of the text\n"
            )
        };
        assert_eq!(bounced(&text(FIELDS)), expected());
        assert_eq!(bounced(&text("From: s@example.com\nMessage: none\n")), None, "no id, no mail");
    }

    #[test]
    fn only_of_delivery_reports() {
        let forward = format!(
            "From: a@example.com\nSubject: Fwd: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n{FIELDS}\ntext\n--b--\n"
        );
        assert_eq!(bounced(&forward), None);
        assert_eq!(bounced("From: a@example.com\nSubject: x\n\nMessage-ID: <1@x>\nSubject: y\n"), None);
    }
}
