//! The store held against itself, and the index against the store.

use super::{AT_A_TIME, Disagreement, LocalStore, StoreError, follow};
use crate::{
    index::cases::{CaseIndex, CaseIndexError, is_there},
    store::{
        CaseStore,
        health::{Fault, FaultKind},
        search::{CaseSearch, Lag},
        sqlite::check,
    },
};

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

impl LocalStore {
    /// Checks the store and its index; with `mend` puts right what can be. `progress` is told how many messages were read.
    ///
    /// # Errors
    /// When the store cannot be read, or not be written where something is to be mended.
    pub fn check(&mut self, mend: bool, progress: &mut dyn FnMut(u64)) -> Result<Vec<Fault>, StoreError> {
        let mut faults = self.sqlite.check(mend, progress)?;
        if faults.iter().any(|fault| fault.kind == FaultKind::File) {
            return Ok(faults);
        }
        if let Some(count) = self.lost()? {
            // Mending would take away the last that tells of it.
            faults.push(Fault { kind: FaultKind::Lost, count, examples: Vec::new(), mended: false });
            return Ok(faults);
        }
        let damaged = self.damaged_index()?;
        if !damaged.is_empty() {
            if mend {
                self.rebuild(progress)?;
            }
            let count = damaged.len() as u64;
            faults.push(Fault { kind: FaultKind::IndexDamaged, count, examples: damaged, mended: mend });
            return Ok(faults);
        }
        if mend {
            // A kill or a delivery left it behind: that is how it is meant to be, and no fault.
            self.refresh()?;
        }
        let mut wrong: Vec<(FaultKind, u64)> = Vec::new();
        let found = match self.lag()? {
            Lag::NoIndex if self.is_to_come()? => Disagreement::default(),
            Lag::NoIndex => {
                wrong.push((FaultKind::NoIndex, 1));
                Disagreement::default()
            }
            lag => {
                let mut found = self.disagreement()?;
                if let Lag::Changes(count) = lag {
                    // What it does not know yet cannot be held against it.
                    found.missing = found.missing.saturating_sub(count);
                    found.surplus = found.surplus.saturating_sub(count);
                    found.elsewhere = found.elsewhere.saturating_sub(count);
                }
                found
            }
        };
        wrong.extend([
            (FaultKind::IndexMissing, found.missing),
            (FaultKind::IndexSurplus, found.surplus),
            (FaultKind::IndexElsewhere, found.elsewhere),
        ]);
        wrong.retain(|(_, count)| *count > 0);
        if mend && !wrong.is_empty() {
            self.rebuild(progress)?;
        }
        let fault = |(kind, count)| Fault { kind, count, examples: Vec::new(), mended: mend };
        faults.extend(wrong.into_iter().map(fault));
        Ok(faults)
    }
}

impl LocalStore {
    /// Whether the index was not built yet, or not to its end: the next search does so.
    fn is_to_come(&self) -> Result<bool, StoreError> {
        let building = self.opened()?.is_some_and(|index| index.mark().building);
        Ok(building || !is_there(&self.folder))
    }

    /// The files of the index that are damaged, or what says that they are.
    fn damaged_index(&self) -> Result<Vec<String>, StoreError> {
        match CaseIndex::open(&self.folder)
            .and_then(|index| index.map_or(Ok(Vec::new()), |index| index.damaged_files()))
        {
            Ok(files) => Ok(files),
            Err(CaseIndexError::Damaged(why)) => Ok(vec![why.to_string()]),
            Err(error) => Err(self.fault(error)),
        }
    }

    /// The messages of the index that lies beside an empty store and is not its own.
    fn lost(&self) -> Result<Option<u64>, StoreError> {
        let connection = self.sqlite.connection();
        if !self.sql(follow::all_messages(connection, 0, 1))?.is_empty() {
            return Ok(None);
        }
        let Some(index) = CaseIndex::open(&self.folder).ok().flatten() else { return Ok(None) };
        let foreign = index.mark().store != self.sql(follow::identity(connection))?;
        Ok(Some(index.len()).filter(|count| foreign && *count > 0))
    }
}

impl super::SqliteStore {
    fn check(&mut self, mend: bool, progress: &mut dyn FnMut(u64)) -> Result<Vec<Fault>, StoreError> {
        let checked = check::check(self.connection_mut(), mend, progress);
        checked.map_err(|error| self.fault(error))
    }
}
