//! What is looked for among the messages of cases: terms that are ready, no query language.

use tantivy::{
    Term,
    query::{
        AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, FuzzyTermQuery, Occur, PhraseQuery, Query, TermQuery,
    },
    schema::IndexRecordOption,
};

use super::{every, schema::Fields};

/// A field of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// Words of the subject.
    Subject,
    /// Words of what people wrote.
    Text,
    /// Codes and names that were found, and failing lines.
    Found,
    /// Name and address of the sender.
    From,
    /// Names of attachments; [`ANY_ATTACHMENT`] where there is one.
    Attachment,
    /// Signatures that are failing, named or listed, as `kind:value` in lower case.
    Signature,
    /// Those of them that failed.
    Failing,
}

/// Stands among the names of attachments where there are any. No token begins with this mark.
pub const ANY_ATTACHMENT: &str = "\u{3}any";

impl Field {
    /// All, in the order of the schema.
    pub const ALL: [Field; 7] =
        [Field::Subject, Field::Text, Field::Found, Field::From, Field::Attachment, Field::Signature, Field::Failing];

    /// Name in the schema.
    pub(super) fn name(self) -> &'static str {
        match self {
            Field::Subject => "subject",
            Field::Text => "text",
            Field::Found => "found",
            Field::From => "from",
            Field::Attachment => "attachment",
            Field::Signature => "signature",
            Field::Failing => "failing",
        }
    }

    /// Whether it is read as words in a row, whose number and places count.
    pub(super) fn has_words(self) -> bool {
        matches!(self, Field::Subject | Field::Text | Field::Found)
    }
}

/// Which terms stand for the one that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// It alone.
    #[default]
    Exact,
    /// Every one that begins so.
    Prefix,
    /// Every one that is at most so many letters away.
    Near(u8),
}

/// One thing looked for in one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// Where.
    pub field: Field,
    /// Normal forms with their distance from the first; one for a term.
    pub parts: Vec<(u32, String)>,
    /// What it weighs: for words times their BM25, else this alone.
    pub weight: f32,
    /// Which terms do, of a clause of one term.
    pub reach: Reach,
}

impl Clause {
    /// One term.
    pub fn term(field: Field, text: impl Into<String>, weight: f32) -> Self {
        Clause { field, parts: vec![(0, text.into())], weight, reach: Reach::Exact }
    }
}

/// Clauses of which one is enough.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Group {
    /// The clauses.
    pub any: Vec<Clause>,
    /// A message without any of them is no hit.
    pub required: bool,
}

/// What a message must be, whatever its words are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MessageFilter {
    /// Sent at this time or later.
    pub since: Option<i64>,
    /// Sent before this time.
    pub until: Option<i64>,
    /// Further conditions; every one must hold.
    pub all: Vec<Group>,
}

/// A query over messages. Without a group every message fits that the filter lets through.
pub(super) fn compile(groups: &[Group], filter: &MessageFilter, fields: &Fields) -> Box<dyn Query> {
    let mut must: Vec<Box<dyn Query>> = Vec::new();
    let mut should: Vec<Box<dyn Query>> = Vec::new();
    for group in groups.iter().filter(|group| !group.any.is_empty()) {
        let any = union(group, fields);
        if group.required { must.push(any) } else { should.push(any) }
    }
    for group in &filter.all {
        must.push(Box::new(ConstScoreQuery::new(union(group, fields), 0.0)));
    }
    let only_required = should.is_empty();
    if must.is_empty() && only_required {
        return Box::new(AllQuery);
    }
    if only_required {
        return every(must);
    }
    let must = must.into_iter().map(|query| (Occur::Must, query));
    Box::new(BooleanQuery::with_minimum_required_clauses(
        must.chain(should.into_iter().map(|query| (Occur::Should, query))).collect(),
        1,
    ))
}

fn union(group: &Group, fields: &Fields) -> Box<dyn Query> {
    let mut any: Vec<_> = group.any.iter().map(|one| (Occur::Should, clause(one, fields))).collect();
    if any.len() == 1
        && let Some((_, one)) = any.pop()
    {
        return one;
    }
    Box::new(BooleanQuery::new(any))
}

/// The terms of a clause.
pub(super) fn terms(clause: &Clause, fields: &Fields) -> Vec<Term> {
    clause.parts.iter().map(|(_, text)| Term::from_field_text(fields.of(clause.field), text)).collect()
}

/// One clause.
pub(super) fn clause(clause: &Clause, fields: &Fields) -> Box<dyn Query> {
    let field = fields.of(clause.field);
    let term = |text: &str| Term::from_field_text(field, text);
    let query: Box<dyn Query> = match clause.parts.as_slice() {
        // The same score for all of them: which one a message has says little.
        [(_, text)] if clause.reach != Reach::Exact => {
            let text = term(text);
            let near: Box<dyn Query> = match clause.reach {
                Reach::Near(most) => Box::new(FuzzyTermQuery::new(text, most, true)),
                Reach::Prefix | Reach::Exact => Box::new(FuzzyTermQuery::new_prefix(text, 0, true)),
            };
            return Box::new(BoostQuery::new(near, clause.weight));
        }
        [(_, text)] if clause.field.has_words() => Box::new(TermQuery::new(term(text), IndexRecordOption::WithFreqs)),
        parts if clause.field.has_words() && !parts.is_empty() => Box::new(PhraseQuery::new_with_offset(
            parts.iter().map(|(offset, text)| (*offset as usize, term(text))).collect(),
        )),
        // Without places: all of them, in any order.
        parts => {
            let all = parts
                .iter()
                .map(|(_, text)| Box::new(TermQuery::new(term(text), IndexRecordOption::Basic)) as Box<dyn Query>);
            return Box::new(ConstScoreQuery::new(every(all.collect()), clause.weight));
        }
    };
    Box::new(BoostQuery::new(query, clause.weight))
}
