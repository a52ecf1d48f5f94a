//! What is looked for: a search string of a person.

use std::{collections::BTreeMap, ops::Range};

use super::{ArticleField, Suggestion};
use crate::text::{
    Token, TokenKind, analyze,
    common::share,
    fold_text,
    phrase::{QUOTES, required_parts, required_tokens},
    terms::Terms,
};

/// Longest search string that is read, in bytes; people write less, the rest is a paste.
const MAX_SEARCH_BYTES: usize = 4_096;
/// Terms of a search string.
const MAX_SEARCH_TERMS: usize = 128;

/// Weight of the parts of a name in a row: more than the parts apart, which stand in other names too.
const PARTS_IN_A_ROW: f32 = 3.0;

/// Shortest beginning of a word that is looked for, in letters: a shorter one is the beginning of too many.
const SHORTEST_BEGINNING: usize = 2;

/// A weighted bag of terms and phrases.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    pub(super) clauses: Vec<Clause>,
    /// Words and beginnings of words for which the index has to say what stands for them.
    pub(super) open: Vec<Open>,
    /// Words that stand in no article, with what was taken in their stead.
    pub(super) put_right: Vec<Suggestion>,
}

/// One thing looked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clause {
    /// What may stand for it, each as normal forms with their distance from the first; one form for a term.
    pub any: Vec<Vec<(u32, String)>>,
    /// How people see it: the term, or the phrase in quotes.
    pub label: String,
    pub weight: f32,
    /// An article without it is no hit.
    pub required: bool,
    /// Where it must stand; anywhere if there is none.
    pub field: Option<ArticleField>,
}

/// What only the words of the index can settle.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Open {
    /// `roll*`: words that begin so.
    Beginning { text: String, field: Option<ArticleField> },
    /// A word that may be misspelt, or at the end not yet written out; no code, number or name.
    Word { text: String, span: Range<usize>, last: bool },
}

impl Query {
    /// Reads a search string: words in any language, codes in any spelling, update numbers, names and paths or
    /// parts of them; what stands in quotes must stand so in the article; `roll*` is the beginning of a word.
    pub(super) fn parse(text: &str, terms: &Terms) -> Query {
        let text = &text[..text.floor_char_boundary(MAX_SEARCH_BYTES)];
        let mut query = Query::default();
        let mut at = 0;
        for (index, piece) in text.split(QUOTES).enumerate() {
            let start = at;
            at += piece.len();
            at += text[at..].chars().next().map_or(0, char::len_utf8);
            if index % 2 == 1 {
                query.add_phrase(piece, None);
            } else {
                query.add_unquoted(piece, start, at >= text.len(), terms);
            }
        }
        query.clauses.truncate(MAX_SEARCH_TERMS);
        query
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty() && self.open.is_empty()
    }

    /// Words that stand in no article, with what was looked for in their stead, in the order of the search string.
    pub fn put_right(&self) -> &[Suggestion] {
        &self.put_right
    }

    /// Adds what must stand in one field: a phrase, or the beginning of a word.
    pub(super) fn add_field(&mut self, field: ArticleField, value: &str) {
        match beginning(value) {
            Some(text) => self.open.push(Open::Beginning { text, field: Some(field) }),
            None => self.add_phrase(value, Some(field)),
        }
    }

    fn add_unquoted(&mut self, text: &str, start: usize, is_last: bool, terms: &Terms) {
        // Beginnings of words leave blanks, so that places in the text stay what they are.
        let mut free = String::with_capacity(text.len());
        for word in text.split_inclusive(char::is_whitespace) {
            match beginning(word.trim_end()) {
                Some(text) => {
                    self.open.push(Open::Beginning { text, field: None });
                    free.extend(std::iter::repeat_n(' ', word.len()));
                }
                None => free.push_str(word),
            }
        }
        self.add_words(&free, start, is_last, terms);
    }

    fn add_words(&mut self, text: &str, start: usize, is_last: bool, terms: &Terms) {
        let tokens = analyze(text);
        let mut weights: BTreeMap<String, f32> = BTreeMap::new();
        let mut order: Vec<String> = Vec::new();
        let mut add = |term: String, weight: f32| {
            if !weights.contains_key(&term) {
                order.push(term.clone());
            }
            let known = weights.entry(term).or_insert(0.0);
            *known = known.max(weight);
        };
        for token in &tokens {
            let kind = match token.kind {
                TokenKind::Code | TokenKind::Name => 1.2,
                TokenKind::Word | TokenKind::Number | TokenKind::Han => 1.0,
                TokenKind::Part => 0.4,
                // Pairs across words say little, but find words that no list knows.
                TokenKind::HanPair => 0.3,
                TokenKind::HanChar => 0.2,
            };
            // Ordinary words count little, but someone who asks for nothing else gets an answer.
            add(token.text.to_string(), kind * (1.0 - share(&token.text) as f32));
        }
        let concepts = terms.find_concepts(&tokens);
        for concept in &concepts {
            let term = format!("#{}", terms.id(concept.concept));
            let weight = 0.9 * (1.0 - share(&term) as f32);
            add(term, weight);
        }
        // A word of the list of terms is no slip, whether or not an article has it.
        let is_known = |token: &Token| {
            let mut found = concepts.iter().map(|concept| concept.position..concept.position + concept.length);
            found.any(|known| known.contains(&token.position))
        };
        for token in tokens.iter().filter(|token| token.kind == TokenKind::Word && !is_known(token)) {
            let last = is_last && token.span.end == text.len();
            let span = start + token.span.start..start + token.span.end;
            self.open.push(Open::Word { text: token.text.to_string(), span, last });
        }
        // A part of a path or of a longer name: its parts in a row.
        for token in tokens.iter().filter(|token| token.kind == TokenKind::Name && token.length > 1) {
            if let Some(parts) = text.get(token.span.clone()).and_then(required_parts).filter(|parts| parts.len() > 1) {
                let label = token.text.to_string();
                self.clauses.push(Clause { weight: PARTS_IN_A_ROW, ..Clause::of(parts, label) });
            }
        }
        for term in order {
            let weight = weights.get(&term).copied().unwrap_or(0.0);
            self.clauses.push(Clause { weight, ..Clause::term(term) });
        }
    }

    fn add_phrase(&mut self, text: &str, field: Option<ArticleField>) {
        let Some(parts) = required_tokens(text) else { return };
        let label = match field {
            Some(field) => format!("{}:{}", field.name(), text.trim()),
            None => format!("\"{}\"", text.trim()),
        };
        self.clauses.push(Clause { weight: 1.5, required: true, field, ..Clause::of(parts, label) });
    }

    /// Adds what another reading of the same words looks for, where it is new.
    pub(super) fn add_reading(&mut self, other: Query, worth: f32) {
        for clause in other.clauses {
            if !clause.required && !self.clauses.iter().any(|known| known.any == clause.any) {
                self.clauses.push(Clause { weight: clause.weight * worth, ..clause });
            }
        }
    }
}

impl Clause {
    fn of(parts: Vec<(u32, String)>, label: String) -> Clause {
        Clause { any: vec![parts], label, weight: 1.0, required: false, field: None }
    }

    fn term(term: String) -> Clause {
        Clause::of(vec![(0, term.clone())], term)
    }

    /// Any of several terms.
    pub(super) fn any_of(terms: impl IntoIterator<Item = String>, label: String) -> Clause {
        let any = terms.into_iter().map(|term| vec![(0, term)]).collect();
        Clause { any, label, weight: 1.0, required: false, field: None }
    }
}

/// The beginning of a word that `roll*` asks for, in the letters of the index.
pub(crate) fn beginning(word: &str) -> Option<String> {
    let text = fold_text(word.trim_matches(QUOTES).strip_suffix('*')?.trim_end_matches('*'));
    let is_one = text.chars().count() >= SHORTEST_BEGINNING && !text.contains(char::is_whitespace);
    (is_one && text.starts_with(char::is_alphanumeric)).then_some(text)
}
