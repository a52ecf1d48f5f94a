//! Attachments that were read before: what was found in them stands, wherever they are sent again.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use super::analyze::PARSER;
use crate::store::{CaseStore, KnownSource, MessageHash};

/// Findings kept of attachments that this run has read, in signatures: some 100 MB at the most.
const MOST_KEPT: usize = 200_000;

/// Looks attachments up, among those of this run and in the store.
#[derive(Default)]
pub struct KnownSources {
    store: Option<Mutex<Box<dyn CaseStore + Send>>>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    by_hash: HashMap<MessageHash, Arc<KnownSource>>,
    order: VecDeque<MessageHash>,
    signatures: usize,
}

impl fmt::Debug for KnownSources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KnownSources").finish_non_exhaustive()
    }
}

impl KnownSources {
    /// Of a store, too.
    pub(super) fn of(store: Option<Box<dyn CaseStore + Send>>) -> Self {
        KnownSources { store: store.map(Mutex::new), kept: Mutex::default() }
    }

    /// What was found in a source when it was read.
    pub(super) fn find(&self, id: MessageHash) -> Option<Arc<KnownSource>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).by_hash.get(&id).cloned();
        if kept.is_some() {
            return kept;
        }
        let store = self.store.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        // A store that cannot be asked: the attachment is read again.
        let found = Arc::new(store.source(id, PARSER).ok().flatten()?);
        drop(store);
        self.keep(id, Arc::clone(&found));
        Some(found)
    }

    /// Keeps what was found in a source.
    pub(super) fn keep(&self, id: MessageHash, found: Arc<KnownSource>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.signatures += found.found.len() + 1;
        if let Some(before) = kept.by_hash.insert(id, found) {
            kept.signatures -= before.found.len() + 1;
            return;
        }
        kept.order.push_back(id);
        while kept.signatures > MOST_KEPT {
            let Some(oldest) = kept.order.pop_front() else { break };
            if let Some(gone) = kept.by_hash.remove(&oldest) {
                kept.signatures -= gone.found.len() + 1;
            }
        }
    }
}
