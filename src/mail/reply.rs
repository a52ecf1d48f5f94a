//! A reply written as RFC 5322, to be looked over and sent by a person.

use std::io;

use jiff::Timestamp;
use mail_builder::{
    MessageBuilder,
    headers::{address::Address, date::Date, raw::Raw, text::Text},
};

use super::{Mailbox, Message, strip_prefixes};

/// Ids of earlier messages that a reply names: the oldest and the newest are kept, as RFC 5322 asks for the thread and
/// servers limit a header's length.
const MOST_REFERENCES: usize = 40;
/// Longest id that is named, in bytes: a line has 998 at most (RFC 5322, section 2.1.1), and an id is not parted.
const LONGEST_ID: usize = 900;
/// Longest subject and name, in characters: what is longer was not written by a person.
const LONGEST_TEXT: usize = 400;

/// What a reply says, and to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply<'m> {
    /// The message that is answered.
    pub answered: &'m Message,
    /// Who answers.
    pub from: Mailbox,
    /// To whom.
    pub to: Mailbox,
    /// The text.
    pub text: String,
    /// When it is written.
    pub date: Timestamp,
    /// Id of the reply, without angle brackets.
    pub message_id: String,
    /// Further header fields, name and value.
    pub fields: Vec<(&'static str, String)>,
}

impl Reply<'_> {
    /// The subject: `Re: ` and that of the message answered without its own prefixes (RFC 5322, section 3.6.5).
    pub fn subject(&self) -> String {
        let subject: Vec<&str> = strip_prefixes(&self.answered.subject).split_whitespace().collect();
        let subject: String = subject.join(" ").chars().take(LONGEST_TEXT).collect();
        format!("Re: {subject}")
    }

    /// The ids that the reply names, oldest first: those of the message answered, or what it answers where it names none,
    /// and its own (RFC 5322, section 3.6.4).
    pub fn references(&self) -> Vec<String> {
        let before = match self.answered.references.is_empty() {
            false => &self.answered.references,
            true if self.answered.in_reply_to.len() == 1 => &self.answered.in_reply_to,
            true => &Vec::new(),
        };
        let mut all: Vec<String> = before.iter().chain(&self.answered.message_id).filter_map(|id| named(id)).collect();
        if all.len() > MOST_REFERENCES {
            all.drain(1..all.len() - MOST_REFERENCES + 1);
        }
        all
    }

    /// The message as bytes with CRLF line ends. `X-Unsent: 1` makes mail programs open it as a draft.
    ///
    /// # Errors
    /// When it cannot be written, which memory never refuses.
    pub fn render(&self) -> io::Result<Vec<u8>> {
        let mut message = MessageBuilder::new()
            .from(address(&self.from))
            .to(address(&self.to))
            .subject(Text::new(self.subject()))
            .date(Date::new(self.date.as_second()))
            .message_id(self.message_id.clone())
            .header("X-Unsent", Raw::new("1"));
        if let Some(id) = self.answered.message_id.as_deref().and_then(named) {
            message = message.in_reply_to(id);
        }
        let references = self.references();
        if !references.is_empty() {
            message = message.references(references);
        }
        for (name, value) in &self.fields {
            message = message.header(*name, Text::new(one_line(value)));
        }
        message.text_body(self.text.as_str()).write_to_vec()
    }
}

/// An id as it may be named; `None`: it is none that a line holds whole.
fn named(id: &str) -> Option<String> {
    let is_id = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>');
    let id = one_line(id);
    (!id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(is_id)).then_some(id)
}

fn address(mailbox: &Mailbox) -> Address<'static> {
    let name = one_line(&mailbox.name).chars().take(LONGEST_TEXT).collect::<String>();
    let name = Some(name).filter(|name| name.chars().any(char::is_alphanumeric));
    Address::new_address(name, one_line(&mailbox.address))
}

/// A value from outside in a header: a line end would begin a field of its own.
fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{BlockKind, parse};

    fn answered(head: &str) -> Message {
        parse("m", format!("{head}\n\nIt fails.\n").as_bytes()).value.remove(0)
    }

    fn reply(answered: &Message) -> Reply<'_> {
        let mailbox = |name: &str, address: &str| Mailbox { name: name.into(), address: address.into() };
        Reply {
            answered,
            from: mailbox("支持组", "support@example.org"),
            to: mailbox("Ann\r\nBcc: x@example.net", "ann@example.com"),
            text: "您好：\n\n请按步骤操作。\n".into(),
            date: Timestamp::from_second(1_725_949_973).unwrap(),
            message_id: "r1@example.org".into(),
            fields: vec![("X-Casebook-Case", "CAS-1\nX-Evil: 1".into())],
        }
    }

    #[test]
    fn a_reply_is_threaded_and_reads_back() {
        let head = "From: Ann <ann@example.com>\nSubject: 回复: RE: 补丁安装失败\nMessage-ID: <2@x>\nIn-Reply-To: <1@x>\nReferences: <0@x> <1@x>";
        let message = answered(head);
        let bytes = reply(&message).render().unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.is_ascii() && text.contains("\r\n"), "{text}");
        assert!(!text.contains("\r\nBcc:") && !text.contains("\r\nX-Evil"), "{text}");
        let back = parse("r", &bytes).value.remove(0);
        assert_eq!(back.subject, "Re: 补丁安装失败");
        assert_eq!(back.in_reply_to, ["2@x"]);
        assert_eq!(back.references, ["0@x", "1@x", "2@x"]);
        assert_eq!(back.from.as_ref().map(|from| from.name.as_str()), Some("支持组"));
        assert_eq!(back.recipients[0].address, "ann@example.com");
        assert_eq!(back.date.map(|date| date.as_second()), Some(1_725_949_973));
        assert!(back.text_of(BlockKind::New).contains("请按步骤操作。"));
    }

    #[test]
    fn without_ids_there_is_no_thread_to_name() {
        let message = answered("From: a@example.com\nSubject: x");
        let text = String::from_utf8(reply(&message).render().unwrap()).unwrap();
        assert!(!text.contains("In-Reply-To") && !text.contains("References"), "{text}");
    }

    #[test]
    fn lines_are_as_long_as_mail_allows() {
        let long = "x".repeat(3_000);
        for (subject, name) in
            [(long.clone(), long.clone()), ("补丁".repeat(900), "安".repeat(900)), ("a ".repeat(900), "b ".repeat(900))]
        {
            let head = format!("From: a@example.com\nMessage-ID: <{long}@x>\nReferences: <{long}@y> <1@x> <安@x>");
            let mut message = answered(&head);
            message.subject = subject;
            let mut reply = reply(&message);
            reply.to.name = name;
            let text = String::from_utf8(reply.render().unwrap()).unwrap();
            assert!(text.is_ascii() && text.lines().all(|line| line.len() <= 998), "{text}");
            assert!(!text.contains("In-Reply-To") && text.contains("References: <1@x>"), "{text}");
        }
    }

    #[test]
    fn long_threads_keep_their_first_and_their_newest() {
        let ids: Vec<String> = (0..100).map(|n| format!("<{n}@x>")).collect();
        let message =
            answered(&format!("From: a@example.com\nSubject: x\nMessage-ID: <m@x>\nReferences: {}", ids.join("\n ")));
        let named = reply(&message).references();
        assert_eq!(
            (named.len(), named[0].as_str(), named[MOST_REFERENCES - 1].as_str()),
            (MOST_REFERENCES, "0@x", "m@x")
        );
    }
}
