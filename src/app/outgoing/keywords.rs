//! Tags as keywords of the messages in a mail account, see [`crate::imap::keyword`].
//!
//! The store notes which cases change once a run asked for keywords, whoever changes them: what is not written yet waits there for
//! the next run, folder by folder. Messages are found by their `Message-ID` in the folders that are taken in, wherever they were
//! moved to among them. Of the flags of a message nothing is changed but keywords of casebook's own.

use std::collections::HashMap;

use crate::{
    app::mailbox::{Account, MailboxError},
    imap::{Client, GLIMPSED, ImapError, Stop, folders::Folder, keyword},
    mail,
    store::{CaseId, CaseWork, StoreError},
};

/// Cases whose messages are brought up to date before it is noted: a kill repeats at most these.
const AT_ONCE: usize = 2_000;

/// Messages that a folder is searched for one by one; for more of them it is read through, which takes one pass for all.
const SEARCHED: usize = 50;

/// A mail account whose messages get keywords.
pub struct Keywords {
    account: Account,
    stop: Stop,
}

/// The keywords that messages should have, by their `Message-ID`.
type Wanted = HashMap<String, Vec<String>>;

impl Keywords {
    /// For an account; `stop` says whether the program is to end.
    pub fn new(account: Account, stop: Stop) -> Self {
        Keywords { account, stop }
    }

    /// Whether something waits to be written to one of these folders.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn wait(&self, store: &dyn CaseWork, folders: &[Folder]) -> Result<bool, StoreError> {
        let account = self.account.address.account();
        for folder in folders {
            if !store.keyword_work(&account, &folder.key(), 1)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Gives the messages of the cases that changed the keywords of their tags, and takes those of tags that are gone.
    ///
    /// # Errors
    /// When the store or the server refuses, or a folder keeps no keywords; the other folders are written all the same.
    pub fn write(&self, store: &mut dyn CaseWork) -> Result<(), MailboxError> {
        let mut client = self.account.enter(&self.stop)?;
        let mut without = None;
        for folder in self.account.folders(&mut client)? {
            match self.folder(&mut client, &folder, store) {
                Err(MailboxError::Imap(error @ ImapError::NoKeywords(_))) => without = without.or(Some(error)),
                other => other?,
            }
        }
        client.logout();
        without.map_or(Ok(()), |error| Err(error.into()))
    }

    fn folder(&self, client: &mut Client, folder: &Folder, store: &mut dyn CaseWork) -> Result<(), MailboxError> {
        let (account, key) = (self.account.address.account(), folder.key());
        let mut open = false;
        loop {
            let work = store.keyword_work(&account, &key, AT_ONCE)?;
            let Some((last, _)) = work.last() else { return Ok(()) };
            if !std::mem::replace(&mut open, true) {
                let opened = client.open(&folder.wire, true)?;
                if opened.read_only || !opened.keywords {
                    return Err(ImapError::NoKeywords(folder.name.clone()).into());
                }
            }
            let mut wanted = Wanted::new();
            for (_, case) in &work {
                want(store, case, &mut wanted)?;
            }
            change(client, &wanted)?;
            store.keywords_given(&account, &key, *last)?;
        }
    }
}

/// What the messages of a case should have; of one that is gone, nothing.
fn want(store: &dyn CaseWork, id: &CaseId, wanted: &mut Wanted) -> Result<(), StoreError> {
    let Some(case) = store.case(id)? else { return Ok(()) };
    let keywords: Vec<String> = case.tags.iter().map(|tag| keyword::of_tag(&tag.tag)).collect();
    let ids = store.messages(&case.id)?.into_iter().filter_map(|message| message.message_id);
    wanted.extend(ids.map(|id| (id, keywords.clone())));
    Ok(())
}

fn change(client: &mut Client, wanted: &Wanted) -> Result<(), ImapError> {
    if wanted.len() > SEARCHED {
        let uids = client.search(1, None, "")?;
        for chunk in uids.chunks(GLIMPSED) {
            for (uid, flags, header) in client.flags_and_ids(chunk)? {
                if let Some(keywords) = id_of(&header).and_then(|id| wanted.get(&id)) {
                    give(client, uid, &flags, keywords)?;
                }
            }
        }
        return Ok(());
    }
    for (id, keywords) in wanted {
        // A search finds parts of a field; with its brackets an id is no part of another.
        let uids = client.with_id(&format!("<{id}>"))?;
        if uids.is_empty() {
            continue;
        }
        for (uid, flags) in client.flags(&uids)? {
            give(client, uid, &flags, keywords)?;
        }
    }
    Ok(())
}

fn give(client: &mut Client, uid: u32, flags: &[String], keywords: &[String]) -> Result<(), ImapError> {
    let (missing, stale) = keyword::changes(flags, keywords);
    if !missing.is_empty() {
        client.store(uid, true, &missing)?;
    }
    if !stale.is_empty() {
        client.store(uid, false, &stale)?;
    }
    Ok(())
}

/// The `Message-ID` in a header, read as it is read when a mail is taken in.
fn id_of(header: &[u8]) -> Option<String> {
    mail::parse("", header).value.into_iter().next()?.message_id
}
