//! What is kept is SQLite's; what changes of it, the index follows.

use std::cell::OnceCell;

use super::{LocalStore, StoreError};
use crate::{
    signature::Signature,
    store::{
        Added, CaseChange, CaseDecision, CaseFilter, CaseId, CaseRecord, CaseStore, Cursor, Event, Forgotten,
        KnownSource, MailGlimpse, MailboxMark, MessageHash, MessageRecord, NewMessage, Page, Quarantined,
        SignatureCount, Sort, ThreadKey, Update,
        search::{CaseSearch, Lag},
    },
};

impl CaseStore for LocalStore {
    fn add(&mut self, messages: &[NewMessage]) -> Result<Vec<Added>, StoreError> {
        let added = self.sqlite.add(messages)?;
        if added.iter().any(|added| matches!(added, Added::Created(_))) {
            self.follow(messages, &mut |_| ())?;
        }
        Ok(added)
    }

    fn known(&self, ids: &[MessageHash]) -> Result<Vec<bool>, StoreError> {
        self.sqlite.known(ids)
    }

    fn source(&self, id: MessageHash, parser: u32) -> Result<Option<KnownSource>, StoreError> {
        self.sqlite.source(id, parser)
    }

    fn raw(&self, id: MessageHash) -> Result<Option<Vec<u8>>, StoreError> {
        self.sqlite.raw(id)
    }

    fn case(&self, id: &CaseId) -> Result<Option<CaseRecord>, StoreError> {
        self.sqlite.case(id)
    }

    fn case_of(&self, key: &ThreadKey) -> Result<Option<CaseId>, StoreError> {
        self.sqlite.case_of(key)
    }

    fn messages(&self, case: &CaseId) -> Result<Vec<MessageRecord>, StoreError> {
        self.sqlite.messages(case)
    }

    fn evidence(&self, case: &CaseId) -> Result<Vec<SignatureCount>, StoreError> {
        self.sqlite.evidence(case)
    }

    fn decisions(&self, case: &CaseId) -> Result<Vec<CaseDecision>, StoreError> {
        self.sqlite.decisions(case)
    }

    fn events(&self, case: &CaseId) -> Result<Vec<Event>, StoreError> {
        self.sqlite.events(case)
    }

    fn list(
        &self,
        filter: &CaseFilter,
        sort: Sort,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<CaseRecord>, StoreError> {
        self.sqlite.list(filter, sort, after, limit)
    }

    fn case_counts(&self, groups: &[Vec<Signature>]) -> Result<Vec<u64>, StoreError> {
        self.sqlite.case_counts(groups)
    }

    fn update(&mut self, case: &CaseId, expected: u64, changes: &[CaseChange]) -> Result<Update, StoreError> {
        self.sqlite.update(case, expected, changes)
    }

    /// The index loses it too, and writes anew what holds traces of it.
    fn forget(&mut self, case: &CaseId) -> Result<Forgotten, StoreError> {
        // The index first: what cannot be taken out of it stays in the store too.
        self.wait_for_writer()?;
        let forgotten = self.sqlite.forget(case)?;
        self.follow(&[], &mut |_| ())?;
        let folder = self.folder.clone();
        if let Some(writer) = self.writer.take() {
            writer.purge().map_err(|source| super::fault(folder, source))?;
        }
        self.index = OnceCell::new();
        Ok(forgotten)
    }

    fn quarantine(&mut self, item: &Quarantined) -> Result<(), StoreError> {
        self.sqlite.quarantine(item)
    }

    fn quarantined(&self) -> Result<Vec<Quarantined>, StoreError> {
        self.sqlite.quarantined()
    }

    fn quarantined_raw(&self, id: MessageHash) -> Result<Option<Vec<u8>>, StoreError> {
        self.sqlite.quarantined_raw(id)
    }

    fn release(&mut self, id: MessageHash) -> Result<bool, StoreError> {
        self.sqlite.release(id)
    }

    fn holds(&self, mails: &[MailGlimpse]) -> Result<Vec<bool>, StoreError> {
        self.sqlite.holds(mails)
    }

    fn mailbox(&self, account: &str, folder: &str) -> Result<Option<MailboxMark>, StoreError> {
        self.sqlite.mailbox(account, folder)
    }

    fn set_mailbox(&mut self, account: &str, folder: &str, mark: MailboxMark) -> Result<(), StoreError> {
        self.sqlite.set_mailbox(account, folder, mark)
    }

    fn keep_keywords(&mut self, account: &str, folder: &str) -> Result<(), StoreError> {
        self.sqlite.keep_keywords(account, folder)
    }

    /// Brings the index up to the store, unless another process is at it.
    fn refresh(&mut self) -> Result<(), StoreError> {
        if self.writer.is_none() && self.lag()? == Lag::None {
            return Ok(());
        }
        self.follow(&[], &mut |_| ())?;
        self.commit()
    }
}
