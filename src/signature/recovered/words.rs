//! What a line says that is done: the words that two lines about one operation have in common.

use std::sync::LazyLock;

use crate::logs::{self, LogFormat};

/// Bytes of a line that are looked at.
pub(super) const LOOKED_AT: usize = 512;

/// Words of an operation kept.
const MOST_WORDS: usize = 24;

/// Share of words that two lines about one operation have in common.
const SAME: f64 = 0.6;

/// What a line says that is done, to what: its words in order, without how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Words {
    words: Vec<Word>,
    /// One bit for each hash.
    bits: u64,
}

/// A word by its hash: 64 bits are enough for the few dozen that are compared at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Word {
    hash: u64,
    /// Whether it has a digit (`db1`, `job-7`, `192.0.2.4`).
    is_name: bool,
}

impl Words {
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether two lines speak of one operation: most words in common, and no two names or numbers that differ.
    pub(super) fn same(&self, other: &Words) -> bool {
        let enough = |common: usize| {
            let share = |all: usize| common as f64 / all.max(1) as f64;
            common >= 2.min(self.len().max(1)) && common > 0 && share(self.len()).max(share(other.len())) >= SAME
        };
        enough(self.most_common(other))
            && enough(self.words.iter().filter(|word| other.words.contains(word)).count())
            && self.agree(other)
    }

    /// How many words two lines have in common at most: of most pairs that is seen to be too few.
    fn most_common(&self, other: &Words) -> usize {
        let shared_bits = self.len() - self.bits.count_ones() as usize;
        (self.bits & other.bits).count_ones() as usize + shared_bits
    }

    /// Whether the names that hold a digit are the same where both have some.
    pub(super) fn agree(&self, other: &Words) -> bool {
        let named = |words: &Words| words.words.iter().any(|word| word.is_name);
        let within = |words: &Words, all: &Words| {
            words.words.iter().filter(|word| word.is_name).all(|name| all.words.contains(name))
        };
        !named(self) || !named(other) || within(other, self) || within(self, other)
    }

    fn add(&mut self, word: Word) {
        if self.len() < MOST_WORDS && !self.words.contains(&word) {
            self.bits |= 1 << (word.hash & 63);
            self.words.push(word);
        }
    }

    fn clear(&mut self) {
        self.words.clear();
        self.bits = 0;
    }
}

impl Word {
    /// A word in lower case.
    fn new(word: &str) -> Self {
        let hash = word.as_bytes().chunks(8).fold(word.len() as u64, |hash, chunk| {
            let part = match chunk.try_into() {
                Ok(whole) => u64::from_le_bytes(whole),
                Err(_) => chunk.iter().rev().fold(0, |part, &byte| part << 8 | u64::from(byte)),
            };
            mix(hash, part)
        });
        Word { hash, is_name: word.bytes().any(|byte| is(byte, trait_of::DIGIT)) }
    }
}

/// Multiplicative hash (Knuth) of eight bytes at a time, begun with the length.
fn mix(hash: u64, part: u64) -> u64 {
    let product = (hash ^ part).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    product ^ product >> 32
}

/// A short word of ASCII as a number, which is compared without a call.
#[derive(Debug, Clone, Copy)]
struct Short {
    /// Its bytes in lower case.
    key: u128,
    length: usize,
    /// What any of its bytes is.
    any: u8,
}

impl Short {
    /// `None` of a long word, and of one with other letters.
    fn of(word: &str) -> Option<Self> {
        let (mut key, mut any) = ([0; size_of::<u128>()], 0);
        if word.len() > key.len() {
            return None;
        }
        for (lower, byte) in key.iter_mut().zip(word.bytes()) {
            *lower = byte.to_ascii_lowercase();
            any |= TRAITS[usize::from(byte)];
        }
        let short = Short { key: u128::from_le_bytes(key), length: word.len(), any };
        (any & trait_of::BEYOND_ASCII == 0).then_some(short)
    }

    /// The same as that of the whole word.
    fn word(self) -> Word {
        let first = mix(self.length as u64, self.key as u64);
        let hash = if self.length > 8 { mix(first, (self.key >> 64) as u64) } else { first };
        Word { hash, is_name: self.any & trait_of::DIGIT != 0 }
    }
}

/// What a byte is in a word; several may be true.
mod trait_of {
    pub(super) const PART: u8 = 1;
    pub(super) const MARK: u8 = 2;
    pub(super) const DIGIT: u8 = 4;
    pub(super) const HEX: u8 = 8;
    pub(super) const BEYOND_ASCII: u8 = 16;
}

static TRAITS: [u8; 256] = {
    let mut traits = [trait_of::BEYOND_ASCII; 256];
    let mut byte = 0;
    while byte < 128 {
        let of = byte as u8;
        traits[byte] = 0;
        if of.is_ascii_alphanumeric() {
            traits[byte] |= trait_of::PART;
        }
        if is_mark(of as char) {
            traits[byte] |= trait_of::PART | trait_of::MARK;
        }
        if of.is_ascii_digit() {
            traits[byte] |= trait_of::DIGIT;
        }
        if of.is_ascii_hexdigit() {
            traits[byte] |= trait_of::HEX;
        }
        byte += 1;
    }
    traits
};

fn is(byte: u8, what: u8) -> bool {
    TRAITS[usize::from(byte)] & what != 0
}

/// Words that tell how an operation ended or are said of any.
#[rustfmt::skip]
const SAID_OF_ANY: &[&str] = &[
    "the", "and", "for", "with", "was", "has", "had", "been", "from", "error", "errors", "failed", "failure", "fail",
    "fails", "failing", "succeeded", "success", "successful", "successfully", "succeeds", "established", "recovered",
    "after", "again", "now", "attempt", "attempts", "attempting", "retry", "retrying", "retried", "retries", "try",
    "tries", "warning", "warn", "info", "code", "hresult", "result", "status", "exit", "could", "not", "cannot",
    "unable", "timed", "out", "timeout", "refused", "reset", "peer", "denied", "will", "seconds", "second", "times",
    "this", "that", "into", "exception", "fatal", "of", "to", "in", "on", "at", "by", "is", "be", "hr", "rc", "ms",
    "no", "an", "it", "a",
];

/// Words behind which a number tells one attempt from the next.
const COUNTING: &[&str] = &["attempt", "retry", "try", "after", "code", "error", "errno", "hr", "rc", "status", "in"];

/// What is known of a word that tells nothing of what is done.
#[derive(Debug, Clone, Copy, Default)]
struct Said {
    of_any: bool,
    counting: bool,
}

/// By the first letter: every word of every line that tells of a success is asked for.
static SAID: LazyLock<[Vec<(u128, Said)>; 26]> = LazyLock::new(|| {
    let mut letters: [Vec<(u128, Said)>; 26] = std::array::from_fn(|_| Vec::new());
    let others = COUNTING.iter().filter(|word| !SAID_OF_ANY.contains(word));
    for &word in SAID_OF_ANY.iter().chain(others) {
        let said = Said { of_any: SAID_OF_ANY.contains(&word), counting: COUNTING.contains(&word) };
        if let Some(short) = Short::of(word)
            && let Some(list) = letters.get_mut(letter(short))
        {
            list.push((short.key, said));
        }
    }
    letters
});

fn letter(short: Short) -> usize {
    usize::from((short.key as u8).wrapping_sub(b'a'))
}

/// What is known of a word.
fn said(short: Short) -> Said {
    let alike = SAID.get(letter(short)).map_or(&[][..], Vec::as_slice);
    alike.iter().find(|(key, _)| *key == short.key).map_or(Said::default(), |&(_, said)| said)
}

/// Reads lines for what they say that is done, without memory of its own for each.
#[derive(Debug, Default)]
pub(super) struct Reader {
    words: Words,
    lower: String,
}

impl Reader {
    /// The words of a line that tell what is done.
    pub(super) fn read(&mut self, format: LogFormat, line: &str) -> &Words {
        let line = &line[..line.floor_char_boundary(LOOKED_AT)];
        let message = logs::read_record(format, line).message;
        let Reader { words, lower } = self;
        words.clear();
        let mut after_attempt = false;
        let mut rest = message;
        while !rest.is_empty() && words.len() < MOST_WORDS {
            let run;
            (run, rest) = split_run(rest);
            let run = trim_marks(run);
            if run.is_empty() {
                after_attempt = false;
                continue;
            }
            let Some(short) = Short::of(run) else {
                lower.clear();
                if run.is_ascii() {
                    lower.push_str(run);
                    lower.make_ascii_lowercase();
                } else {
                    lower.push_str(&run.to_lowercase());
                }
                let word = Word::new(lower);
                let counted = after_attempt || lower.as_bytes().starts_with(b"0x");
                after_attempt = lower == "第";
                match () {
                    () if counted && word.is_name || is_measure(lower) => {}
                    () if lower.is_ascii() => words.add(word),
                    () => chinese(lower, words),
                }
                continue;
            };
            let (word, said) = (short.word(), said(short));
            let counted = after_attempt || short.key as u16 == u16::from_le_bytes(*b"0x");
            after_attempt = said.counting;
            let passed = said.of_any || counted && word.is_name;
            // A measure has digits, or is eight of them that are letters.
            if !(passed || (word.is_name || short.length == 8) && is_measure(run)) {
                words.add(word);
            }
        }
        words
    }
}

/// The characters before the first that belongs to no word, and what follows that one.
fn split_run(text: &str) -> (&str, &str) {
    let bytes = text.as_bytes();
    let plain = bytes.iter().take_while(|&&byte| is(byte, trait_of::PART)).count();
    match bytes.get(plain) {
        None => (text, ""),
        Some(byte) if byte.is_ascii() => (&text[..plain], &text[plain + 1..]),
        // On with characters: a word of another script.
        Some(_) => match text[plain..].char_indices().find(|&(_, c)| !(c.is_alphanumeric() || is_mark(c))) {
            None => (text, ""),
            Some((at, c)) => (&text[..plain + at], &text[plain + at + c.len_utf8()..]),
        },
    }
}

/// A run without the marks at its ends.
fn trim_marks(run: &str) -> &str {
    let own = |&byte: &u8| !is(byte, trait_of::MARK);
    let bytes = run.as_bytes();
    match (bytes.iter().position(own), bytes.iter().rposition(own)) {
        (Some(first), Some(last)) => &run[first..=last],
        _ => "",
    }
}

/// Whether a mark joins the parts of a word.
const fn is_mark(c: char) -> bool {
    matches!(c, '.' | '-' | '_' | '/' | '\\' | ':')
}

/// A code of eight digits, a time, or a number with a unit: they differ from one attempt to the next.
fn is_measure(word: &str) -> bool {
    const UNITS: &[&str] = &["s", "ms", "sec", "mb", "kb", "gb", "次", "秒", "毫秒", "分钟"];
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    (word.len() == 8 && word.bytes().all(|byte| is(byte, trait_of::HEX)))
        || (1..word.len()).contains(&digits) && UNITS.iter().any(|unit| word[digits..].eq_ignore_ascii_case(unit))
}

/// Pairs of characters of a Chinese run, without those that tell how it ended; Latin names within it whole.
fn chinese(run: &str, words: &mut Words) {
    let mut rest = run.to_string();
    for ended in [
        "第二次",
        "第一次",
        "重试",
        "重試",
        "再试",
        "再次",
        "成功",
        "失败",
        "失敗",
        "错误",
        "錯誤",
        "代码",
        "代碼",
        "已经",
        "恢复",
        "后",
        "已",
        "次",
    ] {
        rest = rest.replace(ended, " ");
    }
    for piece in rest.split(' ') {
        let mut latin = String::new();
        let mut last: Option<char> = None;
        for c in piece.chars().chain([' ']) {
            if c.is_ascii_alphanumeric() || is_mark(c) {
                latin.push(c);
                last = None;
                continue;
            }
            if latin.len() > 1 {
                words.add(Word::new(&latin));
            }
            latin.clear();
            if let Some(last) = last.filter(|_| c != ' ') {
                words.add(Word::new(&String::from_iter([last, c])));
            }
            last = Some(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn short_words_are_as_whole_ones(word in "[a-zA-Z0-9._-]{1,16}") {
            let short = Short::of(&word).unwrap();
            prop_assert_eq!(short.word(), Word::new(&word.to_lowercase()));
            prop_assert_eq!(said(short).of_any, SAID_OF_ANY.contains(&word.to_lowercase().as_str()));
        }
    }

    #[test]
    fn long_words_and_other_letters_are_not_short() {
        assert!(Short::of("seventeen-letters").is_none());
        assert!(Short::of("重试").is_none());
        assert!(said(Short::of("Errno").unwrap()).counting && !said(Short::of("errno").unwrap()).of_any);
    }
}
