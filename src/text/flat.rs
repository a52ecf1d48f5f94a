//! Tokens of a text as one string: what an engine indexes, so that every engine indexes the same terms.
//!
//! Before each token stands how many positions it lies behind the one before: `SAME` for none, a blank for one, and
//! `FURTHER` before that for each one more. An engine that knows no positions parts the string at these characters.

use super::{
    Token, TokenKind, analyze,
    terms::{ConceptMatch, Terms},
};

/// Before a token at the position of the one before.
const SAME: char = '\u{1}';

/// One position more than the next mark says.
const FURTHER: char = '\u{2}';

/// Before a token one position behind the one before.
const NEXT: char = ' ';

/// Positions between texts, and the most that are kept of a gap: no phrase reaches over them.
const GAP: u32 = 8;

/// Tokens as one string.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlatTokens {
    text: String,
}

/// A token read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlatToken<'t> {
    /// Its normal form.
    pub text: &'t str,
    /// How many positions it lies behind the one before.
    pub step: u32,
}

impl FlatTokens {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The string.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Adds the tokens of a text with the concepts in it (`#rollback`), behind a gap.
    pub fn push_text(&mut self, text: &str, terms: &Terms) {
        let tokens = analyze(text);
        self.push_analyzed(&tokens, &terms.find_concepts(&tokens), terms);
    }

    /// The same for a text that is analyzed already.
    pub fn push_analyzed(&mut self, tokens: &[Token], concepts: &[ConceptMatch], terms: &Terms) {
        let mut concepts = concepts.iter().peekable();
        let mut at = None;
        let mut put = |text: &str, mark: &str, position: u32| {
            let step = at.map_or(GAP, |before| position.saturating_sub(before).min(GAP));
            self.put(text, mark, step);
            at = Some(position);
        };
        for token in tokens {
            // At one position words stand in their order, concepts before them.
            while let Some(found) = concepts.next_if(|found| found.position <= token.position) {
                put(terms.id(found.concept), "#", found.position);
            }
            put(&token.text, "", token.position);
        }
    }

    /// Adds the codes and names of a short value, no words: `service:Windows Update` is found by its name, not by each word.
    pub fn push_value(&mut self, value: &str) {
        let mut step = GAP;
        for token in analyze(value).iter().filter(|token| token.kind != TokenKind::HanPair) {
            self.put(&token.text, "", step);
            step = 1;
        }
    }

    /// Adds a term as it is, at a position of its own.
    pub fn push_term(&mut self, term: &str) {
        self.put(term, "", 1);
    }

    /// Adds other tokens.
    pub fn push_all(&mut self, other: &FlatTokens) {
        self.text.push_str(&other.text);
    }

    fn put(&mut self, text: &str, mark: &str, step: u32) {
        match step {
            0 => self.text.push(SAME),
            step => {
                self.text.extend(std::iter::repeat_n(FURTHER, step as usize - 1));
                self.text.push(NEXT);
            }
        }
        self.text.push_str(mark);
        if text.contains(is_mark) {
            self.text.extend(text.chars().map(|c| if is_mark(c) { '_' } else { c }));
        } else {
            self.text.push_str(text);
        }
    }

    /// The tokens, in order.
    pub fn iter(&self) -> impl Iterator<Item = FlatToken<'_>> {
        read(&self.text)
    }
}

fn is_mark(c: char) -> bool {
    matches!(c, SAME | FURTHER | NEXT)
}

/// A term as [`FlatTokens::push_term`] keeps it.
pub fn flat_term(term: &str) -> String {
    term.chars().map(|c| if is_mark(c) { '_' } else { c }).collect()
}

/// Reads tokens back from their string.
pub fn read(text: &str) -> Reader<'_> {
    Reader { rest: text }
}

/// The tokens of a string, in order.
#[derive(Debug, Clone)]
pub struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Iterator for Reader<'t> {
    type Item = FlatToken<'t>;

    fn next(&mut self) -> Option<FlatToken<'t>> {
        // The marks are ASCII: no byte of another character is one.
        let is_mark = |byte: &u8| matches!(*byte as char, SAME | FURTHER | NEXT);
        let bytes = self.rest.as_bytes();
        let start = bytes.iter().position(|byte| !is_mark(byte))?;
        let step = bytes[..start].iter().filter(|byte| **byte != SAME as u8).count() as u32;
        let body = &self.rest[start..];
        let end = body.bytes().position(|byte| is_mark(&byte)).unwrap_or(body.len());
        self.rest = &body[end..];
        Some(FlatToken { text: &body[..end], step })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn flat(text: &str) -> Vec<(String, u32)> {
        let mut tokens = FlatTokens::default();
        tokens.push_text(text, Terms::builtin());
        tokens.iter().map(|token| (token.text.to_string(), token.step)).collect()
    }

    #[test]
    fn tokens_and_concepts_come_back_with_their_distance() {
        let found = flat("The update rolled back");
        let place = |text: &str| {
            let number = found.iter().position(|(found, _)| found == text)?;
            Some(found[..=number].iter().map(|(_, step)| step).sum::<u32>())
        };
        assert_eq!(place("#rollback"), place("roll"));
        assert_eq!(place("back"), place("roll").map(|at| at + 1));
        assert!(flat("补丁").iter().any(|(text, _)| text == "补丁"));
    }

    #[test]
    fn texts_are_parted_and_marks_in_terms_are_replaced() {
        let mut tokens = FlatTokens::default();
        tokens.push_text("one", Terms::builtin());
        tokens.push_text("two", Terms::builtin());
        let steps: Vec<u32> = tokens.iter().map(|token| token.step).collect();
        assert_eq!(steps.last(), Some(&GAP));
        let mut tokens = FlatTokens::default();
        tokens.push_term("service:windows update");
        assert_eq!(tokens.iter().next().map(|token| token.text), Some("service:windows_update"));
        assert_eq!(flat_term("service:windows update"), "service:windows_update");
    }

    proptest! {
        #[test]
        fn every_token_is_read_back(text in "\\PC{0,80}") {
            let terms = Terms::default();
            let mut tokens = FlatTokens::default();
            tokens.push_text(&text, &terms);
            let expected: Vec<String> = analyze(&text).into_iter().map(|token| flat_term(&token.text)).collect();
            let found: Vec<&str> = tokens.iter().map(|token| token.text).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
