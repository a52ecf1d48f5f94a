//! An article as texts by field, and texts as tokens of the index.

use tantivy::tokenizer::{PreTokenizedString, Token};

use super::ArticleField;
use crate::{
    article::{Article, SectionKind},
    text::{self, TokenKind, analyze, terms::Terms},
};

/// The texts of an article by field.
pub(super) fn texts(article: &Article) -> Vec<(ArticleField, String)> {
    let mut texts = vec![(ArticleField::Title, article.title.clone())];
    for section in &article.sections {
        let field = match section.kind {
            SectionKind::Symptoms => ArticleField::Symptoms,
            SectionKind::Cause => ArticleField::Cause,
            SectionKind::Resolution | SectionKind::Workaround => ArticleField::Resolution,
            SectionKind::Verify | SectionKind::Risk | SectionKind::Other => ArticleField::Other,
        };
        texts.push((field, section.text.clone()));
    }
    texts.extend(article.matching_examples.iter().map(|example| (ArticleField::Examples, example.clone())));
    let signatures = article.strong.iter().chain(&article.weak);
    for signature in signatures {
        texts.push((ArticleField::Codes, signature.value.clone()));
        // Its words, such as those of an event source, are no codes, but tell what it is about.
        texts.push((ArticleField::Tags, signature.value.clone()));
    }
    texts.extend(article.fixed_in.iter().map(|update| (ArticleField::Codes, update.clone())));
    texts.extend(article.references.iter().map(|reference| (ArticleField::Codes, reference.id.clone())));
    texts.push((ArticleField::Tags, article.id.to_string()));
    let tags = article.tags.iter().chain(&article.products).chain(&article.components);
    texts.extend(tags.map(|tag| (ArticleField::Tags, tag.clone())));
    texts.push((ArticleField::Language, article.language.clone()));
    texts
}

/// Tokens for the index, with the concepts (`#rollback`) where their words stand. Among the codes only codes and
/// names are taken, no words: there they would weigh too much.
pub(super) fn tokens(field: ArticleField, text: &str, terms: &Terms) -> PreTokenizedString {
    let words = analyze(text);
    let concepts = terms.find_concepts(&words);
    let codes = field == ArticleField::Codes;
    let is_code = |token: &text::Token| {
        matches!(token.kind, TokenKind::Code | TokenKind::Name | TokenKind::Number) || token.length > 1
    };
    let words = words.into_iter().filter(|token| !codes || is_code(token)).map(|token| Token {
        offset_from: token.span.start,
        offset_to: token.span.end,
        position: token.position as usize,
        text: token.text.into(),
        position_length: token.length as usize,
    });
    let concepts = concepts.into_iter().filter(|_| !codes).map(|concept| Token {
        offset_from: concept.span.start,
        offset_to: concept.span.end,
        position: concept.position as usize,
        text: format!("#{}", terms.id(concept.concept)),
        position_length: concept.length as usize,
    });
    let mut tokens: Vec<Token> = words.chain(concepts).collect();
    // Stable: at one position words stay in their order, concepts after them.
    tokens.sort_by_key(|token| token.position);
    PreTokenizedString { text: String::new(), tokens }
}
