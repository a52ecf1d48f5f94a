//! Text analysis for mixed English and Chinese technical text: the same for articles, cases and queries.
//!
//! [`analyze`] cuts a text into [`Token`]s in normal form with their place in the input. Steps: `fold` (width,
//! case, accents, Traditional to Simplified), runs of Chinese (`segment`: words of a list, and every pair of
//! neighbors, so that words that no list knows are found), everything else (`compound`: codes, paths and names
//! whole and in parts; `stem`: English endings). `terms` adds synonyms in both languages, `phrase` asks for words
//! in one sentence, `common` knows ordinary words.
//!
//! This module does no I/O, loads nothing at start and knows no search engine.
//!
//! ```
//! use casebook::text::analyze;
//! let tokens = analyze("安装补丁失败，错误８００７０００５");
//! let words: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
//! assert!(words.contains(&"补丁") && words.contains(&"0x80070005"));
//! ```

mod alternatives;
mod bilingual;
mod code;
pub mod common;
mod compound;
pub mod flat;
mod fold;
pub mod grams;
pub(crate) mod literals;
pub(crate) mod machine;
mod negation;
pub mod passage;
pub(crate) mod past;
mod pattern;
pub mod phrase;
pub mod relevance;
mod segment;
pub(crate) mod sentence;
pub(crate) mod shape;
pub(crate) mod slips;
pub(crate) mod solved;
mod stem;
pub(crate) mod supposed;
pub mod terms;
mod units;
pub mod unseen;

use std::ops::Range;

use compact_str::CompactString;

pub use alternatives::Alternatives;
pub use bilingual::Bilingual;

pub(crate) use fold::is_han;
use fold::{Folded, fold, is_word};

/// A text in the letters that tokens are written in: width, case, accents and variant characters folded, words as they are.
pub(crate) fn fold_text(text: &str) -> String {
    fold(text).into_iter().map(|folded| folded.c).collect()
}

/// Normal forms of the words that begin with a text which is longer than their normal form: `installat` begins installation, in the index
/// as `install`.
pub(crate) fn ends_alike(text: &str) -> Vec<String> {
    stem::of_beginning(text)
}

/// Whether a token is two Chinese characters that stand side by side and are no word of the list.
pub(crate) fn is_pair(token: &str) -> bool {
    token.chars().count() == 2 && token.chars().all(is_han) && !segment::is_word(token)
}

/// Share of Chinese characters among the letters of a text; `None` where it has no letters.
pub fn chinese_share(letters: impl Iterator<Item = char>) -> Option<f64> {
    let (mut han, mut all) = (0u64, 0u64);
    for c in letters.filter(|c| c.is_alphabetic()) {
        all += 1;
        han += u64::from(('\u{4E00}'..='\u{9FFF}').contains(&c));
    }
    (all > 0).then(|| han as f64 / all as f64)
}

/// Longest text kept of one token, in bytes; longer ones (encoded data) are cut.
pub const MAX_TOKEN_BYTES: usize = 256;

/// A word, code or name in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Normal form: equal for what should be found together. Nearly all are so short that they need no memory of their own.
    pub text: CompactString,
    /// Where it stands: bytes of the input, on char boundaries.
    pub span: Range<usize>,
    /// Its place among words, for phrases: a Chinese character or a part of a name counts one, punctuation that
    /// parts clauses one.
    pub position: u32,
    /// How many positions it covers, at least 1.
    pub length: u32,
    /// What it is.
    pub kind: TokenKind,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenKind {
    /// A word of a script with letters; English is stemmed.
    Word,
    /// A number that is no error code.
    Number,
    /// An error code or update number in normal form: `0x80070005`, `kb4474419`.
    Code,
    /// A whole file name, path, registry key, version or identifier.
    Name,
    /// A part of a name: in normal form as if it stood alone.
    Part,
    /// A Chinese word: of the list, or two single characters in a row, which are likely a word that the list lacks.
    Han,
    /// Two Chinese characters in a row that are not a word by the list.
    HanPair,
    /// A Chinese character that is a word by itself.
    HanChar,
}

/// Cuts a text into tokens, ordered by position, longer ones first. Linear in the text.
pub fn analyze(text: &str) -> Vec<Token> {
    let folded = fold(text);
    let mut writer = Writer { tokens: Vec::with_capacity(text.len() / 4), position: 0, pieces: Vec::new() };
    let mut at = 0;
    while let Some(first) = folded.get(at) {
        if is_han(first.c) {
            let run = run_while(&folded[at..], is_han);
            writer.han_run(run);
            at += run.len();
        } else if let Some(taken) = compound::read(&folded, at, &mut writer) {
            at += taken.max(1);
        } else {
            // A gap keeps phrases from reaching over the end of a clause.
            if matches!(first.c, ',' | '.' | ';' | '!' | '?' | '。' | '、') {
                writer.position += 1;
            }
            at += 1;
        }
    }
    writer.tokens
}

fn run_while(folded: &[Folded], wanted: impl Fn(char) -> bool) -> &[Folded] {
    let length = folded.iter().take_while(|f| wanted(f.c)).count();
    &folded[..length]
}

/// Collects tokens and counts positions.
struct Writer {
    tokens: Vec<Token>,
    position: u32,
    /// Memory for the pieces of one word, to be used for the next.
    pieces: Vec<compound::Piece>,
}

impl Writer {
    fn push(&mut self, text: CompactString, source: &[Folded], offset: u32, length: u32, kind: TokenKind) {
        let (Some(first), Some(last)) = (source.first(), source.last()) else { return };
        let mut text = text;
        if text.len() > MAX_TOKEN_BYTES {
            let end = (0..=MAX_TOKEN_BYTES).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
            text.truncate(end);
        }
        let position = self.position + offset;
        self.tokens.push(Token { text, span: first.start..last.end, position, length, kind });
    }

    fn han_run(&mut self, run: &[Folded]) {
        let chars: Vec<char> = run.iter().map(|f| f.c).collect();
        let lengths = segment::segment(&chars);
        // Length of the word that begins at each character; 0 inside of a word.
        let mut words = vec![0; chars.len()];
        let mut at = 0;
        for length in lengths {
            words[at] = length;
            at += length;
        }
        for (at, &word) in words.iter().enumerate() {
            let text = |length: usize| chars[at..at + length].iter().collect::<CompactString>();
            let offset = at as u32;
            if word > 2 {
                self.push(text(word), &run[at..at + word], offset, word as u32, TokenKind::Han);
            }
            if at + 2 <= chars.len() {
                let unlisted = word == 1 && words[at + 1] == 1 && !chars[at..at + 2].iter().any(|c| is_particle(*c));
                let kind = if word == 2 || unlisted { TokenKind::Han } else { TokenKind::HanPair };
                self.push(text(2), &run[at..at + 2], offset, 2, kind);
            }
            if word == 1 {
                self.push(text(1), &run[at..=at], offset, 1, TokenKind::HanChar);
            }
        }
        self.position += chars.len() as u32;
    }
}

/// Chinese characters of grammar: a pair with one of them is hardly a word.
fn is_particle(c: char) -> bool {
    "的了着过在是和与及或就也都而但并把被将对从到为之其这那个们后前时中上下里很又再还让给请您你我他它等所有没不未无则当已".contains(c)
}

#[cfg(test)]
mod tests;
