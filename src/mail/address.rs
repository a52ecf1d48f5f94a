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
    let balanced = value.bytes().filter(|byte| *byte == b'"').count() % 2 == 0;
    let mut line = String::with_capacity(value.len() + 16);
    let (mut quoted, mut escaped) = (false, false);
    words::pieces(value, |piece| match piece {
        Piece::Plain(text) => {
            for c in text.chars() {
                let is_quote = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                if is_quote && !balanced {
                    line.push(LONE_QUOTE);
                    continue;
                }
                quoted ^= is_quote;
                line.push(if c.is_control() { ' ' } else { c });
            }
        }
        Piece::Decoded(text) => {
            let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
            if quoted {
                line.push_str(&escaped);
            } else {
                line.push('"');
                line.push_str(&escaped);
                line.push('"');
            }
        }
    });
    line.push('\n');
    line
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
    }
}
