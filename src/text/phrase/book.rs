//! Phrases kept compiled.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::Phrases;
use crate::text::{Alternatives, terms::Terms};

/// Phrases compiled once for many cases: compiling those of all articles takes longer than looking for them in a mail.
/// They are of one list of terms.
#[derive(Debug, Default)]
pub struct PhraseBook(RwLock<FxHashMap<Alternatives, Arc<Phrases>>>);

impl PhraseBook {
    /// What is made of the phrases.
    pub(crate) fn with<R>(
        &self,
        alternatives: &Alternatives,
        terms: &Terms,
        make: impl FnOnce(&Arc<Phrases>) -> R,
    ) -> R {
        // A thread that broke while it held the lock left the map whole: entries are put in whole.
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(alternatives) {
            return make(known);
        }
        let compiled = Arc::new(Phrases::compile(alternatives, terms));
        let mut book = self.0.write().unwrap_or_else(PoisonError::into_inner);
        make(book.entry(alternatives.clone()).or_insert(compiled))
    }
}
