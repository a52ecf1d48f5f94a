//! Address fields: names and addresses out of `From`, `To`, `Cc`.

use super::{Mailbox, words};

/// Addresses of one field beyond this are dropped.
const MAX_ADDRESSES: usize = 5_000;

/// Reads a list of addresses; groups give their members.
pub(super) fn parse(value: &str) -> Vec<Mailbox> {
    let mut found = Vec::new();
    let mut one = Pending::default();
    let mut chars = value.chars();
    let balanced = value.bytes().filter(|byte| *byte == b'"').count() % 2 == 0;
    let (mut quoted, mut depth) = (false, 0u32);
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted || depth > 0 => one.push(chars.next().unwrap_or('\\'), depth),
            '"' if balanced && depth == 0 => {
                quoted = !quoted;
                one.had_quotes = true;
            }
            _ if quoted => one.push(c, depth),
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            '<' if depth == 0 && !one.in_angle => {
                one.in_angle = true;
                one.address.clear();
            }
            '>' if depth == 0 && one.in_angle => {
                one.in_angle = false;
                one.had_angle = true;
            }
            ',' | ';' if depth == 0 && (!one.in_angle || c == ';') => one.finish(&mut found),
            // A group: its name is no address. An address has no colon, unless `mailto:`.
            ':' if depth == 0 && !one.in_angle && !one.name.contains('@') && !one.name.contains("=?") => {
                one.name.clear()
            }
            _ => one.push(c, depth),
        }
        if found.len() >= MAX_ADDRESSES {
            return found;
        }
    }
    one.finish(&mut found);
    found
}

#[derive(Default)]
struct Pending {
    name: String,
    comment: String,
    address: String,
    in_angle: bool,
    had_angle: bool,
    had_quotes: bool,
}

impl Pending {
    fn push(&mut self, c: char, depth: u32) {
        if depth > 0 {
            self.comment.push(c);
        } else if self.in_angle {
            self.address.push(c);
        } else {
            self.name.push(c);
        }
    }

    fn finish(&mut self, found: &mut Vec<Mailbox>) {
        let one = std::mem::take(self);
        let mut name = words::decode(one.name.trim());
        let mut address: String = one.address.split_whitespace().collect();
        if !one.had_angle && address.is_empty() && name.contains('@') && !name.contains(' ') {
            address = std::mem::take(&mut name);
        } else if address.is_empty()
            && let Some(at) = name.split_whitespace().position(|word| word.contains('@'))
        {
            // `user@example.com Some Name`, without any brackets.
            let words: Vec<&str> = name.split_whitespace().collect();
            address = words[at].trim_matches(['[', ']', '\'']).to_owned();
            name =
                words.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, word)| *word).collect::<Vec<_>>().join(" ");
        }
        if name.is_empty() {
            name = words::decode(one.comment.trim());
        }
        let address = address.trim_start_matches("mailto:").to_owned();
        let name = name.trim().trim_matches('\'').trim().to_owned();
        if !(name.is_empty() && address.is_empty()) {
            found.push(Mailbox { name, address });
        }
    }
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
