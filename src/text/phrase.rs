//! Phrases: words that must be said together, in one sentence, and not denied.
//!
//! A phrase has alternatives; an alternative is a list of words that must all stand in one sentence. A word may be
//! several tokens, which then stand contiguous, and it is met by its own tokens or by any word of the same concept.
//!
//! ```
//! use casebook::text::{phrase::{AnalyzedText, Phrase}, terms::Terms};
//! let terms = Terms::builtin();
//! let phrase = Phrase::parse("registry & modify | 注册表 & 修改", terms);
//! assert!(AnalyzedText::new("登錄檔的鍵值無法修改。", terms).find_phrase(&phrase).is_some());
//! assert!(AnalyzedText::new("注册表正常。已修改密码。", terms).find_phrase(&phrase).is_none());
//! ```

mod book;
mod vocabulary;

use std::{
    collections::BTreeMap,
    hash::{Hash, Hasher},
    ops::Range,
    sync::OnceLock,
};

use rustc_hash::FxHasher;

use super::{
    Token, analyze,
    negation::{Denial, Unit, denials, is_denied},
    pattern::Pattern,
    sentence::sentences,
    terms::{ConceptMatch, Terms, becomes_a_trade, inside_of_words, is_inside},
    units::{Place, units},
};

pub use book::PhraseBook;
pub use vocabulary::{Phrases, Vocabulary};

/// Marks between which the words of a search string hold together as a phrase.
pub const QUOTES: [char; 5] = ['"', '“', '”', '「', '」'];

/// A sentence longer than this, in bytes, is not shown as evidence whole but only from the first word to the last.
const SHOWN: usize = 300;

/// Alternatives, ready for finding them in many texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    alternatives: Vec<Vec<Word>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    patterns: Vec<Pattern>,
    /// Hashes of the first token of each pattern.
    firsts: Vec<u64>,
    concepts: Vec<u32>,
}

impl Phrase {
    /// Reads `a & b | c`: alternatives parted by `|`, words of one sentence by `&`.
    pub fn parse(text: &str, terms: &Terms) -> Phrase {
        let alternatives: Vec<Vec<String>> =
            text.split('|').map(|words| words.split('&').map(|word| word.trim().to_string()).collect()).collect();
        Phrase::compile(&alternatives, terms)
    }

    /// [`super::Alternatives`], or a part of them. One with a word without letters or digits never
    /// matches.
    pub fn compile(alternatives: &[Vec<String>], terms: &Terms) -> Phrase {
        let word = |text: &String| {
            let patterns = Pattern::compile(text);
            let tokens = analyze(text);
            let first = tokens.first().map_or(0, |token| token.position);
            let length = patterns.iter().map(Pattern::length).max().unwrap_or(0);
            let whole = terms.find_concepts(&tokens).into_iter().filter(|f| f.position == first && f.length == length);
            let firsts = patterns.iter().map(|pattern| hash(pattern.first())).collect();
            Word { concepts: whole.map(|found| found.concept).collect(), firsts, patterns }
        };
        let alternatives = alternatives.iter().map(|words| words.iter().map(word).collect()).collect();
        Phrase { alternatives }
    }
}

/// The tokens of a phrase that must stand in a text, each with its distance in positions from the first; `None` if
/// it has none.
pub fn required_tokens(phrase: &str) -> Option<Vec<(u32, String)>> {
    Pattern::compile(phrase).into_iter().next().map(Pattern::into_parts)
}

/// As [`required_tokens`], with the parts of names in place of the whole: finds a part of a path.
pub fn required_parts(phrase: &str) -> Option<Vec<(u32, String)>> {
    Pattern::compile(phrase).into_iter().next_back().map(Pattern::into_parts)
}

/// A text, analyzed once, in which many phrases are looked for.
#[derive(Debug)]
pub struct AnalyzedText {
    terms: Terms,
    tokens: Vec<Token>,
    concepts: Vec<ConceptMatch>,
    sentences: Vec<Range<usize>>,
    /// Made when phrases are looked for: what only asks for denials needs none of these.
    looked_up: OnceLock<LookedUp>,
    /// Words and Chinese characters in order: what negation counts.
    units: Vec<Place>,
    /// Positions that begin in the middle of a Chinese word.
    inside: Vec<u32>,
    denials: Vec<Denial>,
}

/// By what words are found.
#[derive(Debug)]
struct LookedUp {
    /// Numbers of tokens with the hash of their text, sorted.
    by_text: Vec<(u64, u32)>,
    /// Numbers of concept matches, sorted by concept.
    by_concept: Vec<u32>,
}

impl LookedUp {
    fn new(tokens: &[Token], concepts: &[ConceptMatch]) -> Self {
        let numbered = (0..).zip(tokens);
        let mut by_text: Vec<(u64, u32)> = numbered.map(|(number, token)| (hash(&token.text), number)).collect();
        by_text.sort_unstable();
        let mut by_concept: Vec<u32> = (0..concepts.len() as u32).collect();
        by_concept.sort_by_key(|&number| (concepts[number as usize].concept, number));
        LookedUp { by_text, by_concept }
    }
}

impl AnalyzedText {
    /// Analyzes a text. Linear but for sorting.
    pub fn new(text: &str, terms: &Terms) -> AnalyzedText {
        let tokens = analyze(text);
        let concepts = terms.find_concepts(&tokens);
        let mut analyzed = AnalyzedText {
            terms: terms.clone(),
            inside: inside_of_words(&tokens),
            sentences: sentences(text),
            units: units(text, &tokens),
            tokens,
            concepts,
            looked_up: OnceLock::new(),
            denials: Vec::new(),
        };
        analyzed.denials = denials(&analyzed.negation_units());
        analyzed
    }

    fn looked_up(&self) -> &LookedUp {
        self.looked_up.get_or_init(|| LookedUp::new(&self.tokens, &self.concepts))
    }

    /// The terms whose concepts were looked for.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The tokens.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The concepts.
    pub fn concepts(&self) -> &[ConceptMatch] {
        &self.concepts
    }

    /// Spans of the sentences.
    pub fn sentences(&self) -> &[Range<usize>] {
        &self.sentences
    }

    /// As [`AnalyzedText::find_phrase`], for a phrase that is looked for once.
    pub fn find(&self, alternatives: &[Vec<String>]) -> Option<Range<usize>> {
        self.find_phrase(&Phrase::compile(alternatives, &self.terms))
    }

    /// The first sentence in which all words of one alternative stand, none of them denied; the earlier alternative
    /// wins. The span is the sentence, or of a long one the part from the first to the last of the words.
    pub fn find_phrase(&self, phrase: &Phrase) -> Option<Range<usize>> {
        phrase.alternatives.iter().find_map(|words| self.find_words(words))
    }

    fn find_words(&self, words: &[Word]) -> Option<Range<usize>> {
        // By sentence: how many of the words it has, and the bytes that they cover.
        let mut sentences: Option<BTreeMap<usize, Range<usize>>> = None;
        for word in words {
            let mut next = BTreeMap::new();
            for span in self.find_word(word) {
                let sentence = self.sentences.partition_point(|sentence| sentence.end <= span.start);
                let so_far = match &sentences {
                    None => span.clone(),
                    Some(before) => match before.get(&sentence) {
                        Some(so_far) => so_far.start.min(span.start)..so_far.end.max(span.end),
                        None => continue,
                    },
                };
                next.entry(sentence).or_insert(so_far);
            }
            if next.is_empty() {
                return None;
            }
            sentences = Some(next);
        }
        let (sentence, words) = sentences?.into_iter().next()?;
        match self.sentences.get(sentence) {
            Some(span) if span.len() <= SHOWN && span.start <= words.start && words.end <= span.end => {
                Some(span.clone())
            }
            _ => Some(words),
        }
    }

    /// Where a word stands and is not denied, in any order.
    fn find_word(&self, word: &Word) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for (pattern, first) in word.patterns.iter().zip(&word.firsts) {
            for &(_, token) in self.tokens_with(*first) {
                let position = self.tokens[token as usize].position;
                let index = self.tokens.partition_point(|token| token.position < position);
                let Some(span) = pattern.match_at(&self.tokens, index) else { continue };
                let cut = is_inside(&self.inside, position + pattern.length())
                    || becomes_a_trade(&self.tokens, index, pattern.length());
                if !cut && !self.denied(position, pattern.length()) {
                    found.push(span);
                }
            }
        }
        for &concept in &word.concepts {
            let concept_of = |number: &u32| self.concepts[*number as usize].concept;
            let by_concept = &self.looked_up().by_concept;
            let from = by_concept.partition_point(|number| concept_of(number) < concept);
            for &number in by_concept[from..].iter().take_while(|number| concept_of(number) == concept) {
                let place = &self.concepts[number as usize];
                if !self.denied(place.position, place.length) {
                    found.push(place.span.clone());
                }
            }
        }
        found.sort_by_key(|span| (span.start, span.end));
        found
    }

    /// Tokens with the text of this hash, and hardly ever others: the pattern is compared with the text itself.
    fn tokens_with(&self, wanted: u64) -> &[(u64, u32)] {
        let by_text = &self.looked_up().by_text;
        let from = by_text.partition_point(|(hash, _)| *hash < wanted);
        let count = by_text[from..].partition_point(|(hash, _)| *hash == wanted);
        &by_text[from..from + count]
    }

    /// Whether the text denies what stands at these bytes: `never had krnlmgr.sys`, `与 intelppm 无关`.
    pub fn denies(&self, span: &Range<usize>) -> bool {
        if self.denials.is_empty() {
            return false;
        }
        // Tokens stand in the order of the text; the one that covers the start may begin before it.
        let next = self.tokens.partition_point(|token| token.span.start < span.start);
        let around = self.tokens[next.saturating_sub(1)..].iter().take(2);
        let mut inside = around.filter(|token| token.span.start < span.end && span.start < token.span.end);
        inside.next().is_some_and(|token| self.denied(token.position, token.length))
    }

    fn denied(&self, position: u32, length: u32) -> bool {
        if self.denials.is_empty() {
            return false;
        }
        let unit_at = |position: u32| self.units.partition_point(|unit| unit.position < position);
        let breaks = |unit: usize| self.units.get(unit).is_some_and(|unit| unit.after_break);
        is_denied(&self.denials, breaks, unit_at(position), unit_at(position + length))
    }

    fn negation_units(&self) -> Vec<Unit<'_>> {
        self.units.iter().map(|place| place.unit(&self.tokens)).collect()
    }
}

/// The same in every run.
fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests;
