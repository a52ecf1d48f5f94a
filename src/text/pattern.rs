//! A word or phrase, compiled: tokens that must stand at fixed distances.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Token, TokenKind, analyze};

/// Tokens that must all stand at their offset from the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pattern {
    parts: Vec<Part>,
    length: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    offset: u32,
    text: String,
}

impl Pattern {
    /// The ways in which a written phrase can stand in a text; empty if it holds no word. A name can stand as a
    /// whole or as its parts: `roll-back` meets `roll back`.
    pub(crate) fn compile(phrase: &str) -> Vec<Pattern> {
        let tokens = analyze(phrase);
        let mut patterns: Vec<Pattern> = Vec::new();
        for parts_of_names in [false, true] {
            if let Some(pattern) = Pattern::from_tokens(&tokens, parts_of_names)
                && !patterns.contains(&pattern)
            {
                patterns.push(pattern);
            }
        }
        patterns
    }

    fn from_tokens(tokens: &[Token], parts_of_names: bool) -> Option<Pattern> {
        let first = tokens.first()?.position;
        let end = tokens.iter().map(|token| token.position + token.length).max()?;
        let mut parts = Vec::new();
        // End of the part before.
        let mut at = first;
        let mut index = 0;
        while index < tokens.len() {
            let position = tokens[index].position;
            let here: Vec<&Token> = tokens[index..].iter().take_while(|token| token.position == position).collect();
            index += here.len();
            let han =
                here.iter().any(|token| matches!(token.kind, TokenKind::Han | TokenKind::HanPair | TokenKind::HanChar));
            if han {
                // Every pair is in every text, however it was cut into words; a character alone only where it is a
                // word.
                let pair = here.iter().find(|token| token.length == 2);
                let inside = position < at;
                let single = here.iter().find(|token| token.length == 1 && !inside);
                if let Some(token) = pair.or(single) {
                    parts.push(Part { offset: position - first, text: token.text.to_string() });
                    at = position + token.length;
                }
                continue;
            }
            if position < at {
                continue;
            }
            // The widest is the whole; else the one that covers least.
            let token = if parts_of_names {
                here.iter().min_by_key(|token| token.length)
            } else {
                here.iter().max_by_key(|token| token.length)
            };
            // Of several with the same width the first is the normal form (an update before its number).
            if let Some(token) = token.and_then(|widest| here.iter().find(|token| token.length == widest.length)) {
                parts.push(Part { offset: position - first, text: token.text.to_string() });
                at = position + token.length;
            }
        }
        (!parts.is_empty()).then_some(Pattern { parts, length: end - first })
    }

    /// Offsets and texts.
    pub(crate) fn into_parts(self) -> Vec<(u32, String)> {
        self.parts.into_iter().map(|part| (part.offset, part.text)).collect()
    }

    /// Text of the first token.
    pub(crate) fn first(&self) -> &str {
        self.parts.first().map_or("", |part| &part.text)
    }

    /// How many positions it covers.
    pub(crate) fn length(&self) -> u32 {
        self.length
    }

    /// Bytes covered if it stands at the position of `tokens[index]`, the first token of that position.
    pub(crate) fn match_at(&self, tokens: &[Token], index: usize) -> Option<Range<usize>> {
        let base = tokens.get(index)?.position;
        let mut at = index;
        let mut span: Option<Range<usize>> = None;
        for part in &self.parts {
            let position = base + part.offset;
            at += tokens[at..].iter().take_while(|token| token.position < position).count();
            let here = tokens[at..].iter().take_while(|token| token.position == position);
            let token = here.into_iter().find(|token| token.text == part.text)?;
            span = Some(match span {
                None => token.span.clone(),
                Some(span) => span.start.min(token.span.start)..span.end.max(token.span.end),
            });
        }
        span
    }
}
