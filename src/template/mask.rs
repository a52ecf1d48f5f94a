//! Masking: what differs from one sighting of an event to the next becomes [`WILD`].
//!
//! A message alone decides its masked form, so equal events get equal forms on every machine and in any order:
//! numbers and words with digits, hexadecimal, addresses, paths, URLs, host names, mail addresses, quoted values,
//! and the values of keys that name a person or a machine. Words of letters stay; [`super::merge`] sees which of them
//! vary.

use super::vocabulary::{self, CALENDAR};

/// The placeholder of what varies.
pub const WILD: &str = "<*>";

/// Bytes of a message that are read: no honest message says anything new past them.
pub const LONGEST: usize = 2048;

/// Words of a message that are read.
pub const MOST_WORDS: usize = 96;

/// Fewest hexadecimal digits of a word that is a hash or an address, even if it has letters alone.
const HASH: usize = 8;

/// What stands between the values of a list.
const JOINS: &[u8] = b" ,:#|&-+;";

/// Words of the longest entry that a list repeats.
const PERIOD: usize = 3;

/// Longest quoted value of a key, in bytes.
const QUOTED: usize = 200;

/// Characters of the longest Chinese names of persons.
const HAN_NAME: usize = 4;

/// Appends the masked form of a message to `out`: its words with one blank between them.
///
/// Masking what is masked changes nothing.
pub fn mask(message: &str, out: &mut String) {
    /// Rounds until a form that a list left with quotes around one value stays as it is.
    const ROUNDS: usize = 3;
    let begin = out.len();
    let mut joined = mask_once(message, out);
    // `"3 4"`: the list became one value, which the quotes now hold alone.
    for _ in 0..ROUNDS {
        if !joined || memchr::memchr2(b'"', b'\'', &out.as_bytes()[begin..]).is_none() {
            return;
        }
        let before = out.split_off(begin);
        joined = mask_once(&before, out);
        joined &= out[begin..] != before;
    }
}

/// One pass; whether values of several words became one.
fn mask_once(message: &str, out: &mut String) -> bool {
    // A word that is cut in two would be another word.
    let message = match &message[..message.floor_char_boundary(LONGEST)] {
        cut if cut.len() < message.len() => cut.rfind([' ', '\t']).map_or(cut, |blank| &cut[..blank]),
        whole => whole,
    };
    let begin = out.len();
    let mut mask = Mask { begin, out, varied: 0, joined: false };
    let mut rest = message;
    for count in 0.. {
        rest = rest.trim_ascii_start();
        if rest.is_empty() || count == MOST_WORDS {
            break;
        }
        if count > 0 {
            mask.out.push(' ');
        }
        mask.varied = mask.varied.saturating_sub(1);
        let end = word_end(rest);
        // `tag="View Lock",`: the value in quotes is one, blanks and all.
        let taken = mask.quoted_value(&rest[..end], rest).unwrap_or_else(|| {
            mask.word(&rest[..end]);
            end
        });
        rest = &rest[taken..];
        if mask.varied > 0 {
            mask.once();
        }
    }
    mask.joined
}

fn word_end(text: &str) -> usize {
    text.bytes().position(|byte| byte <= b' ' && byte.is_ascii_whitespace()).unwrap_or(text.len())
}

/// Bytes that hold a value together; all else sets values apart.
fn is_atom_byte(byte: u8) -> bool {
    ATOM[usize::from(byte)]
}

static ATOM: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let sign = matches!(byte as u8, b'-' | b'_' | b'.' | b'/' | b'\\' | b'~' | b'+' | b'%' | b'$' | b'@' | b'*');
        table[byte] = sign || (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    table
};

/// `text` without any of some ASCII characters at its end: what the standard library does for any characters, faster.
fn trim_end<'t>(text: &'t str, bytes: &[u8]) -> &'t str {
    let length = text.len() - text.bytes().rev().take_while(|byte| bytes.contains(byte)).count();
    &text[..length]
}

/// The masked form as it grows.
struct Mask<'o> {
    out: &'o mut String,
    /// Where it begins in `out`.
    begin: usize,
    /// Positive while one of the last [`PERIOD`] words holds a variable.
    varied: usize,
    /// Whether a list of several words became one value.
    joined: bool,
}

impl Mask<'_> {
    fn text(&self) -> &str {
        &self.out[self.begin..]
    }

    /// Masks a value in quotes that may hold blanks, with what follows it up to the next blank; how much of `rest`
    /// was taken. `word` is the first word of `rest`.
    fn quoted_value(&mut self, word: &str, rest: &str) -> Option<usize> {
        let open = memchr::memmem::find(word.as_bytes(), b"=\"")? + 2;
        let length = rest.as_bytes()[open..].iter().take(QUOTED).position(|byte| *byte == b'"')?;
        // `msg="..."` is the message.
        if vocabulary::speaks(last_name(&word[..open - 2])) {
            return None;
        }
        self.word(&word[..open]);
        self.varied = PERIOD;
        self.out.push_str(WILD);
        self.out.push('"');
        let after = open + length + 1;
        let end = after + word_end(&rest[after..]);
        self.word(&rest[after..end]);
        Some(end)
    }

    fn word(&mut self, word: &str) {
        let bare = trim_end(word, b",).];:");
        // `1.26 KB`: the unit belongs to the number.
        if bare.len() <= 4 && self.text().ends_with("<*> ") && vocabulary::is_unit(bare) {
            self.out.pop();
            self.out.push_str(&word[bare.len()..]);
            self.drop_echo();
            return;
        }
        // An empty bracket is one whose value is missing, `connection from 192.0.2.1 ()`; with a name before it, it is
        // a function's.
        if word == "()" {
            self.out.push_str("(<*>)");
            return;
        }
        let bytes = word.as_bytes();
        // Most words are letters alone, and short of a hash.
        if bytes.len() < HASH && bytes.iter().all(u8::is_ascii_alphabetic) && self.name(word).is_none() {
            self.out.push_str(word);
            return;
        }
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at] == b'<' && word[at..].starts_with(WILD) {
                self.wild();
                at += WILD.len();
            } else if let Some(length) = quoted(bytes, at) {
                self.out.push_str(&word[at..=at]);
                self.wild();
                self.out.push_str(&word[at..=at]);
                at += length;
            } else if let Some(length) = self.name(&word[at..]) {
                self.wild();
                at += length;
            } else if is_atom_byte(bytes[at]) {
                at = self.atom(word, at);
            } else {
                let end = at + 1 + bytes[at + 1..].iter().take_while(|byte| !byte.is_ascii()).count();
                self.out.push_str(&word[at..end]);
                at = end;
            }
        }
    }

    /// Takes the value that begins at an offset; its end.
    fn atom(&mut self, word: &str, at: usize) -> usize {
        let bytes = word.as_bytes();
        let drive = bytes[at].is_ascii_alphabetic() && matches!(bytes.get(at + 1..at + 3), Some(b":\\" | b":/"));
        let path = drive || bytes[at] == b'/';
        let mut end = at + if drive { 2 } else { 0 };
        while end < bytes.len() && (is_atom_byte(bytes[end]) || path && b"?&=:#!".contains(&bytes[end])) {
            end += 1;
        }
        let url = word[end..].starts_with("://");
        if url {
            end += bytes[end..].iter().position(|byte| b"\"'<>)],;".contains(byte)).unwrap_or(bytes.len() - end);
        }
        let atom = &word[at..end];
        // The full stop of the sentence, bullets and rules are no part of the value.
        let core = trim_end(atom, b".-*:");
        let value = &core[core.bytes().take_while(|byte| matches!(byte, b'*' | b'-')).count()..];
        if !value.is_empty() && (url || drive || is_variable(value)) {
            self.wild();
            self.out.push_str(&atom[core.len()..]);
        } else {
            self.out.push_str(atom);
        }
        end
    }

    /// Length of the name of a person or a machine at the beginning of `rest`, if what stands before says that it is one.
    fn name(&self, rest: &str) -> Option<usize> {
        let text = self.text();
        let named = match text.as_bytes().last()? {
            b'=' | b':' | b'"' => {
                let key = trim_end(text, b"=:\"");
                text.as_bytes()[key.len()..].iter().any(|byte| matches!(byte, b'=' | b':'))
                    && !text.ends_with("::")
                    && vocabulary::names_value(last_name(key))
            }
            b' ' => {
                let before = trim_end(text, b" :=").as_bytes();
                let length = before.iter().rev().take(13).take_while(|byte| !b" ([,".contains(byte)).count();
                vocabulary::name_follows(&before[before.len() - length..])
            }
            _ => false,
        };
        if !named {
            return None;
        }
        let run =
            rest.find(|c: char| !(c.is_alphanumeric() || c.is_ascii() && is_atom_byte(c as u8))).unwrap_or(rest.len());
        let name = rest[..run].trim_end_matches(['.', '-', '*', ':']);
        // Chinese text has no blanks: what is longer than a name is one with the sentence behind it.
        let han = name.chars().filter(|c| !c.is_ascii()).count();
        (!name.trim_matches(['*', '-']).is_empty() && !vocabulary::no_name(name) && (han <= HAN_NAME || !is_han(name)))
            .then_some(name.len())
    }

    /// Appends the placeholder, unless the one before already covers it: lists become one.
    fn wild(&mut self) {
        self.varied = PERIOD;
        let bare = trim_end(self.text(), JOINS);
        if bare.ends_with(WILD) {
            let keep = self.begin + bare.len();
            self.joined |= keep < self.out.len();
            self.out.truncate(keep);
            return;
        }
        // `<1 sec`: the sign of comparison belongs to the number.
        let text = self.text();
        if text.ends_with(" <") || text.ends_with(" >") {
            self.out.pop();
        }
        // `Fri Jun 17`: so do the names.
        while let Some(before) = self.text().strip_suffix(' ') {
            let length = before.bytes().rev().take(4).take_while(u8::is_ascii_alphabetic).count();
            let name = &before[before.len() - length..];
            if !CALENDAR.contains(&name) {
                break;
            }
            let keep = self.out.len() - 1 - name.len();
            self.out.truncate(keep);
        }
        let bare = trim_end(self.text(), JOINS);
        if bare.ends_with(WILD) {
            let keep = self.begin + bare.len();
            self.joined = true;
            self.out.truncate(keep);
        } else {
            self.out.push_str(WILD);
        }
    }

    /// `1293 bytes (1.26 KB)`: the bracket says the number once more.
    fn drop_echo(&mut self) {
        let bare = trim_end(self.text(), b",.;:");
        if let Some(said) = bare.strip_suffix(" (<*>)") {
            let (from, to) = (self.begin + said.len(), self.begin + bare.len());
            self.out.replace_range(from..to, "");
        }
    }

    /// `node-1 <ok> node-2 <ok>`: a list that says the same of each says it once. Looks at the last words, up to three
    /// and the three before.
    fn once(&mut self) {
        let text = self.text();
        let mut starts = [0; 2 * PERIOD];
        let mut found = 0;
        for at in memchr::memrchr_iter(b' ', text.as_bytes()).map(|at| at + 1).chain([0]).take(starts.len()) {
            starts[found] = at;
            found += 1;
        }
        for period in 1..=found / 2 {
            let (first, second) = (starts[2 * period - 1], starts[period - 1]);
            let (before, after) = (trim_end(&text[first..second], b" ,;"), &text[second..]);
            let bare = trim_end(after, b",;");
            if before == bare && after.contains(WILD) {
                let (from, to) = (self.begin + first + before.len(), self.begin + second + bare.len());
                self.out.replace_range(from..to, "");
                return;
            }
        }
    }
}

fn is_han(text: &str) -> bool {
    text.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c))
}

/// The name that a text ends with: letters, digits and underscores.
fn last_name(text: &str) -> &[u8] {
    let bytes = text.as_bytes();
    let length = bytes.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    &bytes[bytes.len() - length..]
}

/// `'orders'`, `"orders"`: a name in quotes that stands alone; its length with the quotes.
fn quoted(word: &[u8], at: usize) -> Option<usize> {
    let quote = word[at];
    if !matches!(quote, b'"' | b'\'') || at > 0 && !b"([{,;@|".contains(&word[at - 1]) {
        return None;
    }
    let length = word[at + 1..].iter().position(|byte| *byte == quote)?;
    let after = word.get(at + length + 2);
    // `"level":"error"` keeps its keys.
    (length > 0 && after.is_none_or(|byte| b",.;)]}@".contains(byte))).then_some(length + 2)
}

/// Whether a value varies by its form.
fn is_variable(value: &str) -> bool {
    let bytes = value.as_bytes();
    let (mut digit, mut slashes, mut back, mut dot, mut hex) = (false, 0, 0, false, bytes.len() >= HASH);
    for byte in bytes {
        match byte {
            b'0'..=b'9' => digit = true,
            b'/' => slashes += 1,
            b'\\' => back += 1,
            b'.' => dot = true,
            b'@' => return true,
            _ => {}
        }
        hex &= byte.is_ascii_hexdigit();
    }
    if digit {
        return !vocabulary::is_term(bytes);
    }
    let slash = slashes + back > 0;
    hex || slash
        && (bytes.len() > 1 && matches!(bytes[0], b'/' | b'\\')
            || slashes + back > 1
            || dot
            || back > 0 && bytes.len() > 1)
        || dot && value.rsplit_once('.').is_some_and(|(_, end)| vocabulary::is_domain(end))
}

#[cfg(test)]
mod tests;
