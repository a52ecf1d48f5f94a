//! Tags as keywords of the messages in a mail account, see [`crate::imap::keyword`].
//!
//! Messages are found by their `Message-ID` in the folders that are taken in, wherever they were moved to among them. Of the
//! flags of a message nothing is changed but keywords of casebook's own.

use crate::{
    app::{
        mailbox::{Account, MailboxError},
        tags::CaseTags,
    },
    imap::{Client, ImapError, Stop, keyword},
    store::{CaseWork, StoreError},
};

/// A mail account whose messages get keywords.
pub struct Keywords {
    account: Account,
    stop: Stop,
}

/// The keywords that the messages of a case should have, and the messages.
struct Wanted {
    keywords: Vec<String>,
    message_ids: Vec<String>,
}

impl Keywords {
    /// For an account; `stop` says whether the program is to end.
    pub fn new(account: Account, stop: Stop) -> Self {
        Keywords { account, stop }
    }

    /// Gives the messages of these cases the keywords of their tags, and takes those of tags that are gone.
    ///
    /// # Errors
    /// When the store or the server refuses, or the server keeps no keywords.
    pub fn tell(&self, store: &dyn CaseWork, cases: &[CaseTags]) -> Result<(), MailboxError> {
        let wanted = cases.iter().map(|one| wanted(store, one)).collect::<Result<Vec<_>, _>>()?;
        let wanted: Vec<Wanted> = wanted.into_iter().flatten().collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let mut client = self.account.enter(&self.stop)?;
        for folder in self.account.folders(&mut client)? {
            let opened = client.open(&folder.wire, true)?;
            if opened.read_only || !opened.keywords {
                return Err(ImapError::NoKeywords(folder.name).into());
            }
            for one in &wanted {
                change(&mut client, one)?;
            }
        }
        client.logout();
        Ok(())
    }
}

/// `None`: the case is gone.
fn wanted(store: &dyn CaseWork, one: &CaseTags) -> Result<Option<Wanted>, StoreError> {
    let Some(case) = store.case(&one.case)? else { return Ok(None) };
    let messages = store.messages(&case.id)?;
    let message_ids = messages.into_iter().filter_map(|message| message.message_id).collect();
    let keywords = case.tags.iter().map(|tag| keyword::of_tag(&tag.tag)).collect();
    Ok(Some(Wanted { keywords, message_ids }))
}

fn change(client: &mut Client, wanted: &Wanted) -> Result<(), ImapError> {
    for id in &wanted.message_ids {
        // A search finds parts of a field; with its brackets an id is no part of another.
        let uids = client.with_id(&format!("<{id}>"))?;
        if uids.is_empty() {
            continue;
        }
        for (uid, flags) in client.flags(&uids)? {
            let (missing, stale) = keyword::changes(&flags, &wanted.keywords);
            if !missing.is_empty() {
                client.store(uid, true, &missing)?;
            }
            if !stale.is_empty() {
                client.store(uid, false, &stale)?;
            }
        }
    }
    Ok(())
}
