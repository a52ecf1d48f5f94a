//! Words of a person as groups of terms, one for each thing that a message must say.

use std::{collections::HashSet, ops::Range};

use super::{EQUIVALENT, MOST_CODES};

use crate::{
    catalog,
    index::{
        beginning,
        cases::{Clause, Field, Group, Reach, signature_term},
    },
    signature::{Signature, SignatureKind},
    text::{
        Token, TokenKind, analyze,
        common::share,
        phrase::{QUOTES, required_parts, required_tokens},
        terms::Terms,
    },
};

/// Where words are looked for, and what they weigh there: a subject says what a case is about, a failing line is one of many.
const FIELDS: [(Field, f32); 3] = [(Field::Subject, 2.0), (Field::Text, 1.0), (Field::Found, 0.6)];

/// What a signature that failed weighs, and one that is only named: a case that is about a code comes before one that
/// mentions it, whatever else they say. BM25 of one term stays below 20 times its field's weight.
const FAILING: f32 = 40.0;
const NAMED: f32 = 10.0;

/// What a concept is worth of the word itself.
const CONCEPT: f32 = 0.8;

/// A word in a larger share of texts than this need not be there: `the`, `please`.
const ORDINARY: f64 = 0.35;

/// Groups of one search, more are a paste.
const MOST_GROUPS: usize = 32;

/// Bytes that are read of a search string.
const MOST_BYTES: usize = 4_096;

/// What a word that is near counts of the word itself.
const NEAR: f32 = 0.5;

/// Letters from which one, and two, of a word may be wrong: as of words of articles.
const MAY_HAVE_A_SLIP: usize = 4;
const MAY_HAVE_TWO: usize = 8;

/// What a search string asks for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wanted {
    /// One for each thing.
    pub groups: Vec<Group>,
    /// Of each group, the word of letters that it is and in which spelling can be forgiven.
    words: Vec<Option<String>>,
    /// The codes among the words, without what means the same.
    pub codes: Vec<Signature>,
    /// The same with everything that means the same.
    pub signatures: Vec<Signature>,
}

impl Wanted {
    /// Reads words, codes and quoted phrases. `terms` are asked for only where there are words: a code needs none.
    pub fn read<'t>(text: &str, terms: &dyn Fn() -> &'t Terms) -> Self {
        let text = &text[..text.floor_char_boundary(MOST_BYTES)];
        let mut wanted = Wanted::default();
        for (number, piece) in text.split(QUOTES).enumerate() {
            if number % 2 == 1 {
                wanted.phrase(piece);
            } else {
                wanted.words(piece, terms);
            }
        }
        wanted.groups.truncate(MOST_GROUPS);
        wanted.words.truncate(MOST_GROUPS);
        if wanted.groups.iter().all(|group| !group.required) {
            wanted.groups.iter_mut().for_each(|group| group.required = true);
        }
        let mut seen = HashSet::new();
        wanted.codes.retain(|signature| seen.insert(signature.clone()));
        seen.clear();
        wanted.signatures.retain(|signature| seen.insert(signature.clone()));
        wanted
    }

    /// The groups with wrong spelling forgiven in words, never in codes and names; `None` where there is no such word.
    pub fn forgiving(&self) -> Option<Vec<Group>> {
        let mut groups = self.groups.clone();
        let mut forgiven = false;
        for (group, word) in groups.iter_mut().zip(&self.words) {
            let Some(word) = word else { continue };
            let slips = match word.chars().count() {
                ..MAY_HAVE_A_SLIP => continue,
                MAY_HAVE_A_SLIP..MAY_HAVE_TWO => 1,
                _ => 2,
            };
            for (field, weight) in FIELDS {
                let term = Clause::term(field, word.clone(), weight * NEAR);
                group.any.push(Clause { reach: Reach::Near(slips), ..term });
            }
            forgiven = true;
        }
        forgiven.then_some(groups)
    }

    /// The terms of the groups.
    pub fn terms(&self) -> HashSet<&str> {
        let clauses = self.groups.iter().flat_map(|group| &group.any);
        clauses.flat_map(|clause| &clause.parts).map(|(_, text)| text.as_str()).collect()
    }

    fn phrase(&mut self, text: &str) {
        let mut any = Vec::new();
        for parts in [required_tokens(text), required_parts(text)].into_iter().flatten() {
            push_everywhere(&mut any, &parts, 1.5);
        }
        if !any.is_empty() {
            self.push(Group { any, required: true }, None);
        }
    }

    fn push(&mut self, group: Group, word: Option<String>) {
        self.groups.push(group);
        self.words.push(word);
    }

    /// The beginning of a word: `roll*`.
    fn beginning(&mut self, text: &str) {
        let clause = |(field, weight)| Clause { reach: Reach::Prefix, ..Clause::term(field, text, weight) };
        self.push(Group { any: FIELDS.map(clause).to_vec(), required: true }, None);
    }

    fn words<'t>(&mut self, text: &str, terms: &dyn Fn() -> &'t Terms) {
        let mut free = String::with_capacity(text.len());
        for word in text.split_inclusive(char::is_whitespace) {
            match beginning(word.trim_end()) {
                Some(text) => self.beginning(&text),
                None => free.push_str(word),
            }
        }
        self.free_words(&free, terms);
    }

    fn free_words<'t>(&mut self, text: &str, terms: &dyn Fn() -> &'t Terms) {
        let tokens = analyze(text);
        let lone = !text.trim().contains(char::is_whitespace);
        let first = self.groups.len();
        let mut places: Vec<Range<u32>> = Vec::new();
        let mut next = 0;
        for (number, token) in tokens.iter().enumerate() {
            if token.position < next {
                continue;
            }
            let here: Vec<&Token> =
                tokens[number..].iter().take_while(|other| other.position == token.position).collect();
            let Some(widest) = widest(&here) else { continue };
            next = widest.position + widest.length;
            places.push(widest.position..next);
            self.word(text, widest, lone);
        }
        if self.groups[first..].iter().any(|group| !group.any.iter().any(|one| one.field == Field::Failing)) {
            let terms = terms();
            for found in terms.find_concepts(&tokens) {
                let concept = format!("#{}", terms.id(found.concept));
                let covered = found.position..found.position + found.length;
                for (group, place) in self.groups[first..].iter_mut().zip(&places) {
                    if covered.start <= place.start && place.end <= covered.end {
                        push_everywhere(&mut group.any, &[(0, concept.clone())], CONCEPT);
                    }
                }
            }
        }
    }

    /// One word: itself, its parts in a row, the code that it is.
    fn word(&mut self, text: &str, token: &Token, lone: bool) {
        let mut any = Vec::new();
        push_everywhere(&mut any, &[(0, token.text.to_string())], 1.0);
        let span = text.get(token.span.clone()).unwrap_or_default();
        if let Some(parts) = required_parts(span).filter(|parts| parts.len() > 1) {
            push_everywhere(&mut any, &parts, 1.0);
        }
        for signature in signatures_of(span, token, lone) {
            let equivalents = catalog::equivalents(&signature);
            push_signature(&mut any, &signature, 1.0);
            equivalents.iter().for_each(|other| push_signature(&mut any, other, EQUIVALENT));
            self.signatures.push(signature.clone());
            self.signatures.extend(equivalents);
            self.codes.push(signature);
        }
        let required = share(&token.text) < ORDINARY && token.kind != TokenKind::HanChar;
        let word = (token.kind == TokenKind::Word).then(|| token.text.to_string());
        self.push(Group { any, required }, word);
    }
}

/// The token that stands for a place: a word of the list, else a pair, else what is widest.
fn widest<'t>(here: &[&'t Token]) -> Option<&'t Token> {
    let han = here.iter().filter(|token| token.kind == TokenKind::Han).max_by_key(|token| token.length);
    let single = || here.iter().find(|token| token.kind == TokenKind::HanChar);
    // Of several with the same width the first is the normal form: an update before its number.
    let first = || {
        let length = here.iter().map(|token| token.length).max()?;
        here.iter().find(|token| token.length == length)
    };
    han.or_else(single).or_else(first).copied()
}

/// The signatures that a word is. In a sentence only what can be nothing else is a code: `5` is a number there.
fn signatures_of(span: &str, token: &Token, lone: bool) -> Vec<Signature> {
    if let Some(update) = token.text.strip_prefix("kb").filter(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
        && token.kind == TokenKind::Code
    {
        return vec![Signature::new(SignatureKind::Kb, format!("KB{update}"))];
    }
    let asked = match token.kind {
        TokenKind::Code => token.text.as_str(),
        _ if span.contains('_') && span.len() > 4 => span,
        _ if lone && span.contains(|c: char| c.is_ascii_digit()) => span,
        _ => return Vec::new(),
    };
    let readings = catalog::explain(asked).readings.into_iter();
    readings.filter_map(|reading| reading.signature).take(MOST_CODES).collect()
}

fn push_everywhere(any: &mut Vec<Clause>, parts: &[(u32, String)], weight: f32) {
    for (field, worth) in FIELDS {
        let clause = Clause { field, parts: parts.to_vec(), weight: weight * worth, reach: Reach::Exact };
        if !any.iter().any(|known| known.field == field && known.parts == clause.parts) {
            any.push(clause);
        }
    }
}

fn push_signature(any: &mut Vec<Clause>, signature: &Signature, worth: f32) {
    let term = signature_term(signature);
    any.push(Clause::term(Field::Failing, term.clone(), FAILING * worth));
    any.push(Clause::term(Field::Signature, term, NAMED * worth));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For each group the terms and phrases of one field, and whether it is required.
    fn groups(text: &str, field: Field) -> Vec<(bool, Vec<String>)> {
        let wanted = Wanted::read(text, &|| Terms::builtin());
        let label = |clause: &Clause| {
            let parts: Vec<&str> = clause.parts.iter().map(|(_, text)| text.as_str()).collect();
            parts.join(" ")
        };
        let of = |group: &Group| group.any.iter().filter(|clause| clause.field == field).map(label).collect();
        wanted.groups.iter().map(|group| (group.required, of(group))).collect()
    }

    #[track_caller]
    fn check(text: &str, expected: &[&[&str]]) {
        let found = groups(text, Field::Text);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for ((_, found), expected) in found.iter().zip(expected) {
            assert!(expected.iter().all(|term| found.iter().any(|one| one == term)), "{text}: {found:?}");
        }
    }

    #[test]
    fn each_word_is_a_group_with_its_concept() {
        check("printer offline", &[&["printer"], &["offlin"]]);
        check("blue screen", &[&["blue", "#bluescreen"], &["screen", "#bluescreen"]]);
        check("补丁", &[&["补丁"]]);
        check("安装失败", &[&["安装", "#install"], &["失败", "#failed"]]);
    }

    #[test]
    fn names_are_found_whole_and_in_parts() {
        check("krnlmgr.sys", &[&["krnlmgr.sys"]]);
        check("drivers\\krnlmgr.sys", &[&["drivers\\krnlmgr.sys", "driver krnlmgr.sys"]]);
        check("\"trust relationship\"", &[&["trust relationship"]]);
    }

    #[test]
    fn beginnings_and_slips_are_of_words_alone() {
        let wanted = Wanted::read("roll* printr 0x80070005 krnlmgr.sys", &|| Terms::builtin());
        let reaches = |groups: &[Group]| -> Vec<Vec<Reach>> {
            let of = |group: &Group| {
                let reaches = group.any.iter().filter(|one| one.field == Field::Text).map(|one| one.reach);
                reaches.filter(|reach| *reach != Reach::Exact).collect()
            };
            groups.iter().map(of).collect()
        };
        assert_eq!(reaches(&wanted.groups), [vec![Reach::Prefix], vec![], vec![], vec![]]);
        let forgiving = wanted.forgiving().unwrap();
        assert_eq!(reaches(&forgiving), [vec![Reach::Prefix], vec![Reach::Near(1)], vec![], vec![]]);
        assert_eq!(Wanted::read("0x80070005 dns", &|| Terms::builtin()).forgiving(), None);
    }

    #[test]
    fn ordinary_words_need_not_be_there() {
        let found: Vec<bool> = groups("the printer", Field::Text).into_iter().map(|(required, _)| required).collect();
        assert_eq!(found, [false, true]);
        assert!(groups("the", Field::Text)[0].0);
    }

    #[test]
    fn codes_are_signatures_in_any_spelling() {
        for text in ["0x80070005", "-2147024891", "2147942405", "E_ACCESSDENIED"] {
            let found = groups(text, Field::Failing);
            let terms = &found[0].1;
            assert!(terms.contains(&"hresult:0x80070005".to_string()), "{text}: {terms:?}");
            assert!(terms.contains(&"win32:5".to_string()), "{text}: {terms:?}");
        }
        assert!(groups("KB4474419", Field::Failing)[0].1.contains(&"kb:kb4474419".to_string()));
        // A number in a sentence is no code.
        assert!(groups("5 printers", Field::Failing).iter().all(|(_, terms)| terms.is_empty()));
    }
}
