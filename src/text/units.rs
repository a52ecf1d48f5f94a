//! The words and Chinese characters of a text, one by one: what negation counts.

use super::{Token, TokenKind, negation::Unit};

/// Punctuation that ends a clause, for negation.
const CLAUSE_ENDS: &str = "，,；;。.！!？?：:\n—()（）";

/// A word or Chinese character.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub position: u32,
    /// Number of a token that begins with it, or whose second character it is.
    token: u32,
    second: bool,
    /// Punctuation that ends a clause stands before it.
    pub after_break: bool,
}

impl Place {
    /// As negation takes it.
    pub(crate) fn unit(self, tokens: &[Token]) -> Unit<'_> {
        let text = tokens.get(self.token as usize).map_or("", |token| character(token, self.second));
        Unit { text, after_break: self.after_break }
    }
}

/// Words and Chinese characters of a text in order.
pub(crate) fn units(text: &str, tokens: &[Token]) -> Vec<Place> {
    let mut units: Vec<Place> = Vec::new();
    // End of the bytes so far: what lies between it and the next word is punctuation.
    let (mut end, mut first) = (0, 0);
    for here in tokens.chunk_by(|a, b| a.position == b.position) {
        let start = here.iter().map(|token| token.span.start).min().unwrap_or(0);
        let after_break = text.get(end..start).is_some_and(|between| between.contains(|c| CLAUSE_ENDS.contains(c)));
        end = end.max(here.iter().map(|token| token.span.end).max().unwrap_or(end));
        // The narrowest: the word, not the name that it begins.
        let narrowest =
            here.iter().enumerate().min_by_key(|(_, token)| token.length).map_or(0, |(index, _)| index as u32);
        let position = here[0].position;
        // The last character of a Chinese run has no token of its own where it is part of a word.
        if let Some(last) = units.last().copied()
            && position > last.position + 1
            && let Some(place) = second_character(&tokens[..first as usize], last)
        {
            units.push(place);
        }
        units.push(Place { position, token: first + narrowest, second: false, after_break });
        first += here.len() as u32;
    }
    if let Some(place) = units.last().and_then(|&last| second_character(tokens, last)) {
        units.push(place);
    }
    units
}

/// The character behind the first one of a Chinese pair.
fn second_character(tokens: &[Token], first: Place) -> Option<Place> {
    let pair = |token: &&Token| token.position == first.position && is_han(token) && token.length == 2;
    let back =
        tokens.iter().rev().take_while(|token| token.position == first.position).position(|token| pair(&token))?;
    let token = (tokens.len() - 1 - back) as u32;
    Some(Place { position: first.position + 1, token, second: true, after_break: false })
}

fn is_han(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Han | TokenKind::HanPair | TokenKind::HanChar)
}

/// The first or second character of a Chinese token; the whole text of others.
fn character(token: &Token, second: bool) -> &str {
    if !is_han(token) {
        return &token.text;
    }
    let mut chars = token.text.char_indices().skip(usize::from(second));
    chars.next().and_then(|(at, c)| token.text.get(at..at + c.len_utf8())).unwrap_or("")
}
