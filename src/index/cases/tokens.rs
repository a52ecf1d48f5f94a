//! Tokens that come ready-made, read by tantivy from their string.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::text::flat::{FlatToken, Reader, read};

/// Name of the tokenizer in the schema.
pub(super) const NAME: &str = "flat";

/// Reads [`crate::text::flat::FlatTokens`].
#[derive(Clone, Default)]
pub(super) struct FlatTokenizer {
    token: Token,
}

/// The tokens of one text.
pub(super) struct FlatStream<'a> {
    tokens: Reader<'a>,
    token: &'a mut Token,
    position: usize,
}

impl Tokenizer for FlatTokenizer {
    type TokenStream<'a> = FlatStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> FlatStream<'a> {
        self.token.reset();
        FlatStream { tokens: read(text), token: &mut self.token, position: 0 }
    }
}

impl TokenStream for FlatStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(FlatToken { text, step }) = self.tokens.next() else { return false };
        self.position += step as usize;
        self.token.position = self.position;
        self.token.text.clear();
        self.token.text.push_str(text);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
