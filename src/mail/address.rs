//! Address fields: names and addresses out of `From`, `To`, `Cc`.
//!
//! mail-parser takes the fields apart; encoded words are decoded before, because it garbles those that are cut inside a
//! character, and what people write into such fields without a rule is put right behind it.

use mail_parser::{Addr, Address, parsers::MessageStream};

use super::{
    Mailbox,
    words::{self, Piece},
};

/// Addresses of one field beyond this are dropped.
const MAX_ADDRESSES: usize = 5_000;

/// Stands for a quote that has no partner: mail-parser would read on to the end of the field.
const LONE_QUOTE: char = '\u{1}';

/// Reads a list of addresses; groups give their members.
pub(super) fn parse(value: &str) -> Vec<Mailbox> {
    let line = prepare(value);
    let found = MessageStream::new(line.as_bytes()).parse_address();
    let lists: Vec<&[Addr<'_>]> = match found.as_address() {
        Some(Address::List(list)) => vec![list],
        Some(Address::Group(groups)) => groups.iter().map(|group| group.addresses.as_slice()).collect(),
        None => Vec::new(),
    };
    lists.into_iter().flatten().take(MAX_ADDRESSES).filter_map(mailbox).collect()
}

/// The value as one line, its encoded words as quoted strings.
fn prepare(value: &str) -> String {
    let mut escaped = false;
    let quotes = value.chars().filter(|c| {
        let counts = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        counts
    });
    let mut line = Line { balanced: quotes.count() % 2 == 0, ..Line::default() };
    words::pieces(value, |piece| match piece {
        Piece::Plain(text) => text.chars().for_each(|c| line.plain(c)),
        Piece::Decoded(text) => {
            let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
            if line.quoted {
                line.item.push_str(&escaped);
            } else {
                line.open_quote();
                line.item.push_str(&escaped);
                line.item.push('"');
            }
        }
    });
    line.end_item();
    line.done.push('\n');
    line.done
}

/// A value on its way to mail-parser.
#[derive(Default)]
struct Line {
    done: String,
    /// The address that is read now.
    item: String,
    /// Each quote has a partner.
    balanced: bool,
    quoted: bool,
    escaped: bool,
    comment: u32,
    angle: bool,
}

impl Line {
    fn plain(&mut self, c: char) {
        let escaped = self.escaped;
        self.escaped = c == '\\' && !escaped;
        match c {
            '"' if !escaped && !self.balanced => return self.item.push(LONE_QUOTE),
            '"' if !escaped && !self.quoted => {
                self.quoted = true;
                return self.open_quote();
            }
            '"' if !escaped => self.quoted = false,
            _ if self.quoted => {}
            '(' => self.comment += 1,
            ')' => self.comment = self.comment.saturating_sub(1),
            '<' => self.angle = true,
            ',' | ';' if self.comment == 0 => self.end_item(),
            _ => {}
        }
        self.item.push(if c.is_control() { ' ' } else { c });
    }

    /// Opens a quoted string. One right before it is gone on with: mail-parser drops the blank between them.
    fn open_quote(&mut self) {
        let before = self.item.trim_end();
        if before.len() < self.item.len() && before.len() > 1 && before.ends_with('"') && !before.ends_with("\\\"") {
            self.item.truncate(before.len() - 1);
            self.item.push(' ');
        } else {
            self.item.push('"');
        }
    }

    /// Ends an address. One that stands among words without brackets gets them: mail-parser would join them all.
    fn end_item(&mut self) {
        let item = std::mem::take(&mut self.item);
        let has_angle = std::mem::take(&mut self.angle);
        let fits = |word: &&str| word.contains('@') && !word.contains(['"', '(', ')', LONE_QUOTE]);
        match item.split_whitespace().find(fits).filter(|word| !has_angle && word.len() < item.trim().len()) {
            Some(word) => {
                // A separator before the address belongs to the list.
                let separator = if word.starts_with([',', ';']) { &word[..1] } else { "" };
                let address = word.trim_matches([',', ';', '[', ']', '\'']).trim_start_matches("mailto:");
                self.done.push_str(&item.replacen(word, &format!("{separator}<{address}>"), 1));
            }
            None => self.done.push_str(&item),
        }
    }
}

fn mailbox(found: &Addr<'_>) -> Option<Mailbox> {
    let clean = |text: &Option<std::borrow::Cow<'_, str>>| {
        text.as_deref().map(|text| text.replace(LONE_QUOTE, "\"").trim().to_owned()).unwrap_or_default()
    };
    let (mut name, mut address) = (clean(&found.name), clean(&found.address));
    if address.is_empty()
        && let Some(at) = name.split_whitespace().position(|word| word.contains('@'))
    {
        // `user@example.com Some Name`, without any brackets.
        let words: Vec<&str> = name.split_whitespace().collect();
        address = words[at].trim_matches(['[', ']', '\'']).to_owned();
        name = words.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, word)| *word).collect::<Vec<_>>().join(" ");
    }
    let address: String = address.split_whitespace().collect();
    let address = address.trim_start_matches("mailto:").to_owned();
    let name = name.trim().trim_matches('\'').trim().to_owned();
    (!(name.is_empty() && address.is_empty())).then_some(Mailbox { name, address })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: &[(&str, &str)]) {
        let found = parse(value);
        let found: Vec<(&str, &str)> = found.iter().map(|m| (m.name.as_str(), m.address.as_str())).collect();
        assert_eq!(found, expected, "in {value:?}");
    }

    #[test]
    fn usual_forms() {
        check("Li Lei <li.lei@example.cn>", &[("Li Lei", "li.lei@example.cn")]);
        check("li.lei@example.cn", &[("", "li.lei@example.cn")]);
        check("\"Lei, Li\" <a@example.cn>, b@example.cn", &[("Lei, Li", "a@example.cn"), ("", "b@example.cn")]);
        check("a@example.cn (Li Lei)", &[("Li Lei", "a@example.cn")]);
        check("=?utf-8?B?5p2O6Zu3?= <a@example.cn>", &[("李雷", "a@example.cn")]);
        check("李雷 <a@example.cn>; 韩梅 <b@example.cn>", &[("李雷", "a@example.cn"), ("韩梅", "b@example.cn")]);
    }

    #[test]
    fn groups_and_broken_ones() {
        check("Team: a@example.com, b@example.com;", &[("", "a@example.com"), ("", "b@example.com")]);
        check("undisclosed-recipients:;", &[]);
        check("Only A Name", &[("Only A Name", "")]);
        check("\"open <a@example.com>", &[("\"open", "a@example.com")]);
        check("<a@example.com", &[("", "a@example.com")]);
        check("", &[]);
        check(
            "Li Lei a@example.com, b@example.com Han Mei",
            &[("Li Lei", "a@example.com"), ("Han Mei", "b@example.com")],
        );
        check("Li Lei [mailto:a@example.com]", &[("Li Lei", "a@example.com")]);
        check("\"x\" \"y\" <a@example.com>", &[("x y", "a@example.com")]);
        check("\"a\\\"b\" <a@example.com>", &[("a\"b", "a@example.com")]);
        check("=?utf-8?Q?Lei,_Li?= <a@example.com>", &[("Lei, Li", "a@example.com")]);
    }
}
