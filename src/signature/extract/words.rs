//! The table of literal triggers: which words lead to which recognizer. Data only.
//!
//! A trigger must stand, whole, in what its recognizer takes or just before it. Rare is better than
//! short: every trigger met in a log costs a look.

mod codes;
mod names;
mod products;
mod replies;
mod windows;

use super::recognizer::Recognizer::{self, self as R};

/// Recognizers and their words.
type Triggers = &'static [(Recognizer, &'static [&'static str])];

/// Triggers by recognizer, lower case.
pub(super) fn triggers() -> impl Iterator<Item = &'static (Recognizer, &'static [&'static str])> {
    [codes::TRIGGERS, names::TRIGGERS, windows::TRIGGERS, replies::TRIGGERS, products::TRIGGERS].into_iter().flatten()
}
