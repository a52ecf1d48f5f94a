//! What is looked for: a search string of a person.

use std::collections::BTreeMap;

use super::ArticleField;
use crate::text::{
    TokenKind, analyze,
    common::share,
    phrase::{QUOTES, required_parts, required_tokens},
    terms::Terms,
};

/// Longest search string that is read, in bytes; people write less, the rest is a paste.
const MAX_SEARCH_BYTES: usize = 4_096;
/// Terms of a search string.
const MAX_SEARCH_TERMS: usize = 128;

/// Weight of the parts of a name in a row: more than the parts apart, which stand in other names too.
const PARTS_IN_A_ROW: f32 = 3.0;

/// A weighted bag of terms and phrases.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    pub(super) clauses: Vec<Clause>,
}

/// One thing looked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clause {
    /// Normal forms with their distance from the first; one for a term.
    pub parts: Vec<(u32, String)>,
    /// How people see it: the term, or the phrase in quotes.
    pub label: String,
    pub weight: f32,
    /// An article without it is no hit.
    pub required: bool,
    /// Where it must stand; anywhere if there is none.
    pub field: Option<ArticleField>,
}

impl Query {
    /// Reads a search string: words in any language, codes in any spelling, update numbers, names and paths or
    /// parts of them; what stands in quotes must stand so in the article; `title:word` looks in one field, and must
    /// stand there.
    pub fn parse(text: &str, terms: &Terms) -> Query {
        let end = (0..=text.len().min(MAX_SEARCH_BYTES)).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
        let mut query = Query::default();
        for (index, piece) in text[..end].split(QUOTES).enumerate() {
            if index % 2 == 1 {
                query.add_phrase(piece, None);
            } else {
                query.add_unquoted(piece, terms);
            }
        }
        query.clauses.truncate(MAX_SEARCH_TERMS);
        query
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    fn add_unquoted(&mut self, text: &str, terms: &Terms) {
        let mut free = String::new();
        for word in text.split_inclusive(char::is_whitespace) {
            let field = word.split_once(':').and_then(|(name, value)| {
                let field = ArticleField::ALL.into_iter().find(|field| field.name().eq_ignore_ascii_case(name))?;
                (!value.trim().is_empty()).then_some((field, value))
            });
            match field {
                Some((field, value)) => self.add_phrase(value, Some(field)),
                None => free.push_str(word),
            }
        }
        self.add_words(&free, terms);
    }

    fn add_words(&mut self, text: &str, terms: &Terms) {
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
            add(token.text.clone(), kind * (1.0 - share(&token.text) as f32));
        }
        for concept in terms.find_concepts(&tokens) {
            let term = format!("#{}", terms.id(concept.concept));
            let weight = 0.9 * (1.0 - share(&term) as f32);
            add(term, weight);
        }
        // A part of a path or of a longer name: its parts in a row.
        for token in tokens.iter().filter(|token| token.kind == TokenKind::Name && token.length > 1) {
            if let Some(parts) = text.get(token.span.clone()).and_then(required_parts).filter(|parts| parts.len() > 1) {
                let label = token.text.clone();
                self.clauses.push(Clause { parts, label, weight: PARTS_IN_A_ROW, required: false, field: None });
            }
        }
        for term in order {
            let weight = weights.get(&term).copied().unwrap_or(0.0);
            self.clauses.push(Clause::term(term, weight));
        }
    }

    fn add_phrase(&mut self, text: &str, field: Option<ArticleField>) {
        let Some(parts) = required_tokens(text) else { return };
        let label = match field {
            Some(field) => format!("{}:{}", field.name(), text.trim()),
            None => format!("\"{}\"", text.trim()),
        };
        self.clauses.push(Clause { parts, label, weight: 1.5, required: true, field });
    }
}

impl Clause {
    fn term(term: String, weight: f32) -> Clause {
        Clause { label: term.clone(), parts: vec![(0, term)], weight, required: false, field: None }
    }
}
