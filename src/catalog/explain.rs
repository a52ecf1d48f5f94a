//! One query answered: every reading of a code, in order, with all that the catalog knows of it.

use serde::Serialize;

use super::{
    Entry, Family, by_number,
    derive::Sentence,
    event, guess, login, network_library, product, program, program_error,
    query::{self, Query, Term},
    reading::Reading,
};
use answer::Answer;

mod answer;
mod names;
mod words;

/// Names given at most for a part of a name.
const MOST_FOUND: usize = 20;

/// What is known of a query. Nothing known is an ordinary answer: `readings` is empty then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The query as typed.
    pub query: String,
    /// Every reading, the likeliest first.
    pub readings: Vec<Reading>,
    /// What the query is if it is no error code, and what else there is to say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Sentence>,
    /// Existing codes near it, when it was not found: guesses, not readings; the likeliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub did_you_mean: Vec<Guess>,
}

/// A code that may have been meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Guess {
    /// The code that exists.
    #[serde(flatten)]
    pub entry: Entry,
    /// Always true: whoever reads one of these alone is to know what it is.
    pub guess: bool,
}

impl Explanation {
    /// Whether a code of the catalog was found.
    pub fn is_found(&self) -> bool {
        self.readings.iter().any(|reading| reading.symbol.is_some())
    }
}

/// Explains a code, name or message as a person typed it. Never fails.
///
/// Understood are hexadecimal with and without `0x`, signed and unsigned decimal, sign-extended
/// numbers, names and parts of names, `HRESULT_FROM_WIN32(5)`, `0xC1900101-0x20017`, mail and SQL
/// states, system messages in words, and words around the code that say which family is meant.
pub fn explain(query: &str) -> Explanation {
    let mut parsed = query::parse(query);
    let login = login::reason(&parsed.text);
    if login.is_some() {
        // State and severity are no codes of their own.
        parsed.terms.retain(|term| matches!(term, Term::Number { text, .. } if text == login::MESSAGE));
        parsed.hints.push(Family::Mssql);
    }
    let tokens = query::tokens(&parsed.text);
    let alone = tokens.len() == 1;
    let event = event::named(&parsed.text).or_else(|| event::of_source(&parsed.text)).map(str::to_string);
    if let Some(id) = &event {
        parsed.terms.retain(|term| !matches!(term, Term::Number { text, .. } if text == id));
    }
    let event =
        event.or_else(|| tokens.first().filter(|token| alone && event::is_known(token)).map(|id| id.to_string()));
    let mut answer = Answer {
        hints: parsed.hints.clone(),
        programs: program::named(&tokens),
        products: product::named(&parsed.text),
        readings: Vec::new(),
        notes: Vec::new(),
    };
    for term in &parsed.terms {
        answer.term(term, alone);
    }
    // A message is several words or Chinese; a lone token need not wait for the phrases to be read.
    if parsed.text.contains(' ') || !parsed.text.is_ascii() {
        answer.messages(&parsed.text);
    }
    answer.notes.extend(event.as_deref().map(event::note));
    if answer.readings.is_empty() && answer.notes.is_empty() {
        answer.part_of_name(&parsed);
    }
    answer.order();
    answer.notes.extend(login);
    if let Some(note) = network_library::reason(&parsed.text) {
        // Of the numbers below a hundred any list has one.
        answer.readings.retain(|reading| reading.family == Family::Mssql);
        answer.notes.push(note);
    }
    if answer.readings.is_empty() && answer.notes.is_empty() {
        answer.notes.extend(program_error::note(&parsed.text));
    }
    let known = answer.readings.iter().any(|reading| reading.symbol.is_some()) || !answer.notes.is_empty();
    let found = if known { Vec::new() } else { guesses(&parsed) };
    let did_you_mean = found.into_iter().map(|entry| Guess { entry, guess: true }).collect();
    Explanation { query: query.to_string(), readings: answer.readings, notes: answer.notes, did_you_mean }
}

fn guesses(query: &Query) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    // A mistyped code stands alone or nearly so; in a long text every word has a neighbor.
    for term in query.terms.iter().take(4) {
        let (numbers, names) = match term {
            Term::Number { text, .. } => {
                (guess::without_its_minus(text).into_iter().chain(guess::numbers_near(text)).collect(), Vec::new())
            }
            Term::Word(word) => (guess::numbers_near(word), guess::symbols_near(word)),
            _ => (Vec::new(), Vec::new()),
        };
        found.extend(numbers.into_iter().filter_map(|number| by_number(number).into_iter().next()));
        found.extend(names);
    }
    found.truncate(MOST_FOUND);
    found
}

#[cfg(test)]
mod tests;
