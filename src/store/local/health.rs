//! The index held against the store, message by message.

use super::{AT_A_TIME, Disagreement, LocalStore, StoreError, follow};
use crate::index::cases::CaseIndex;

/// Counts the messages that index and store do not agree on.
pub(super) fn disagreement(store: &LocalStore) -> Result<Disagreement, StoreError> {
    let mut indexed = match store.opened()?.map(CaseIndex::messages) {
        Some(messages) => messages.map_err(|error| store.fault(error))?,
        None => Default::default(),
    };
    let mut found = Disagreement::default();
    let mut after = 0;
    loop {
        let list = store.sql(follow::all_messages(store.sqlite.connection(), after, AT_A_TIME))?;
        let Some(last) = list.last() else { break };
        after = last.message;
        for message in &list {
            match indexed.remove(&message.message) {
                None => found.missing += 1,
                Some(case) if Some(case) != message.case => found.elsewhere += 1,
                Some(_) => {}
            }
        }
    }
    found.surplus = indexed.len() as u64;
    Ok(found)
}
