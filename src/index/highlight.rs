//! Where the terms of a query stand in a text, for snippets.

use std::{collections::HashSet, ops::Range};

use super::Query;
use crate::text::{analyze, terms::Terms};

/// Spans of what a query found, in order, not overlapping: bytes of the text.
pub fn highlight(text: &str, query: &Query, terms: &Terms) -> Vec<Range<usize>> {
    let wanted =
        query.clauses.iter().flat_map(|clause| clause.any.iter().flatten()).map(|(_, text)| text.as_str()).collect();
    highlight_terms(text, &wanted, terms)
}

/// Spans of terms in their normal form, concepts as `#id`; in order, not overlapping: bytes of the text.
pub fn highlight_terms(text: &str, wanted: &HashSet<&str>, terms: &Terms) -> Vec<Range<usize>> {
    let tokens = analyze(text);
    let concepts = terms.find_concepts(&tokens);
    let concepts =
        concepts.into_iter().filter(|found| wanted.contains(format!("#{}", terms.id(found.concept)).as_str()));
    let mut spans: Vec<Range<usize>> = concepts.map(|found| found.span).collect();
    spans.extend(tokens.into_iter().filter(|token| wanted.contains(token.text.as_str())).map(|token| token.span));
    spans.sort_by_key(|span| (span.start, span.end));
    let mut joined: Vec<Range<usize>> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    joined
}
