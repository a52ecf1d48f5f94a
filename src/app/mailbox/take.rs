//! One look into the folders of an account: what is new is fetched and stored, batch by batch.

use std::collections::HashSet;

use jiff::Timestamp;

use super::{Account, MailboxError};
use crate::{
    app::ingest::{Ingest, IngestReport, Mail, Options},
    imap::{Client, GLIMPSED, Glimpse, ImapError, Stop, WINDOW, folders::Folder},
    intake, mail,
    parsed::Warning,
    store::{CaseStore, MailGlimpse, MailboxMark},
};

/// Messages fetched at once.
const BATCH: usize = 200;

/// Bytes fetched at once; a larger message is fetched alone.
const BATCH_BYTES: u64 = 16 << 20;

/// Days between `--until` and what a server is asked for: dates on servers have no zone, and mail is some days on its way.
const SLACK: i64 = 2 * 24 * 3600;

/// How far a look is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told<'t> {
    /// The folder that is looked at.
    pub folder: &'t str,
    /// Messages looked at.
    pub done: u64,
    /// Messages found so far that are to be looked at.
    pub of: u64,
}

/// Is told how far a look is.
pub type Tell<'t> = dyn Fn(Told<'_>) + 't;

/// Mails that were fetched and that the store did not take: they are stored before anything else is fetched.
#[derive(Debug, Default)]
pub struct Pending {
    mails: Vec<Mail>,
    /// The folder, and what is to be noted of it then.
    note: Option<(String, MailboxMark)>,
}

impl Pending {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.mails.is_empty()
    }
}

/// With what mail is taken in.
pub struct Taking<'t, 'i> {
    /// The account.
    pub account: &'t Account,
    /// What takes mails in.
    pub ingest: &'t mut Ingest<'i>,
    /// The store.
    pub store: &'t mut dyn CaseStore,
    /// How.
    pub options: Options,
    /// Whether the messages are to get keywords: what changes from now on is noted for their folders.
    pub keywords: bool,
    /// Whether the program is to end.
    pub stop: Stop,
    /// What an earlier look fetched and the store did not take.
    pub pending: &'t mut Pending,
    /// Is told how far a look is.
    pub tell: &'t Tell<'t>,
}

/// A session with an account.
pub struct Session {
    pub(super) client: Client,
    /// Those of the last look.
    pub(super) folders: Vec<Folder>,
}

impl Session {
    /// Logs in.
    ///
    /// # Errors
    /// As [`Account::enter`].
    pub fn open(account: &Account, stop: &Stop) -> Result<Self, MailboxError> {
        Ok(Session { client: account.enter(stop)?, folders: Vec::new() })
    }

    /// Takes leave.
    pub fn close(self) {
        self.client.logout();
    }
}

/// One folder while it is looked at.
struct Look<'l> {
    folder: &'l Folder,
    /// Its name in the store.
    key: String,
    /// Whether how far it was taken in is kept.
    marked: Option<u32>,
    /// What was noted last.
    mark: Option<MailboxMark>,
    /// A message that the server did not give: nothing behind it is noted as taken in.
    held: bool,
    done: u64,
    of: u64,
}

impl Taking<'_, '_> {
    /// Looks into all folders and takes in what is new. What was taken in before something failed is in the report.
    ///
    /// # Errors
    /// When the server, the connection or the store refuses, or a folder that is named is not there.
    pub fn look(&mut self, session: &mut Session, report: &mut IngestReport) -> Result<(), MailboxError> {
        self.settle(report)?;
        // Each time: a pattern may have found more meanwhile.
        session.folders = self.account.folders(&mut session.client)?;
        for folder in &session.folders {
            self.folder(&mut session.client, folder, report)?;
        }
        Ok(())
    }

    fn folder(&mut self, client: &mut Client, folder: &Folder, report: &mut IngestReport) -> Result<(), MailboxError> {
        let opened = client.open(&folder.wire, false)?;
        let key = folder.key();
        if self.keywords && !self.options.dry_run {
            self.store.keep_keywords(&self.account.address.account(), &key)?;
        }
        let mark = self.store.mailbox(&self.account.address.account(), &key)?;
        let current = mark.filter(|mark| Some(mark.uid_validity) == opened.uid_validity);
        if mark.is_some() && current.is_none() {
            let message =
                "the server counts its messages anew (UIDVALIDITY): all are looked at again, none is stored twice";
            report.warn(Warning::new(&folder.name, message));
        }
        // What is left out of a look would be passed over for good: no mark then.
        let marked = opened.uid_validity.filter(|_| !self.options.dry_run && self.options.until.is_none());
        let mut look = Look { folder, key, marked, mark: current, held: false, done: 0, of: 0 };
        let Some(first) = current.map_or(Some(1), |mark| mark.uid.checked_add(1)) else { return Ok(()) };
        let condition = self.condition();
        let Some(next) = opened.uid_next else {
            let uids = client.search(first, None, &condition)?;
            return self.messages(client, &mut look, &uids, report);
        };
        let (mut low, mut width) = (first, WINDOW);
        while opened.exists > 0 && low < next {
            let high = low.saturating_add(width - 1).min(next - 1);
            let uids = client.search(low, Some(high), &condition)?;
            // Where nothing is, longer strides.
            width = if uids.is_empty() { width.saturating_mul(2) } else { WINDOW };
            self.messages(client, &mut look, &uids, report)?;
            self.note(&mut look, high)?;
            let Some(above) = high.checked_add(1) else { break };
            low = above;
        }
        self.note(&mut look, next - 1)
    }

    /// What narrows the search: with `--until`, mail that both its writer and the server date well after is not fetched.
    fn condition(&self) -> String {
        let day = self.options.until.and_then(|until| Timestamp::from_second(until.saturating_add(SLACK)).ok());
        day.map_or_else(String::new, |day| {
            let day = day.strftime("%-d-%b-%Y").to_string();
            format!(" OR SENTBEFORE {day} BEFORE {day}")
        })
    }

    /// Takes in messages, in the order of their numbers.
    fn messages(
        &mut self,
        client: &mut Client,
        look: &mut Look<'_>,
        uids: &[u32],
        report: &mut IngestReport,
    ) -> Result<(), MailboxError> {
        look.of += uids.len() as u64;
        for chunk in uids.chunks(GLIMPSED) {
            self.told(look);
            let glimpses = client.glimpses(chunk)?;
            let wanted = self.wanted(look, glimpses, report)?;
            let gone = chunk.len() - wanted.len();
            let mut rest = &wanted[..];
            while !rest.is_empty() {
                let (batch, behind) = rest.split_at(batch(rest));
                self.batch(client, look, batch, report)?;
                rest = behind;
                look.done += batch.len() as u64;
                self.told(look);
            }
            look.done += gone as u64;
            if let Some(last) = chunk.last() {
                self.note(look, *last)?;
            }
        }
        self.told(look);
        Ok(())
    }

    fn told(&self, look: &Look<'_>) {
        (self.tell)(Told { folder: &look.folder.name, done: look.done, of: look.of });
    }

    /// Those that are neither there nor too large.
    fn wanted(
        &mut self,
        look: &Look<'_>,
        glimpses: Vec<Glimpse>,
        report: &mut IngestReport,
    ) -> Result<Vec<Glimpse>, MailboxError> {
        let seen: Vec<Option<MailGlimpse>> = glimpses.iter().map(seen).collect();
        let asked: Vec<MailGlimpse> = seen.iter().flatten().cloned().collect();
        let mut held = self.store.holds(&asked)?.into_iter();
        let mut wanted = Vec::new();
        for (glimpse, seen) in glimpses.into_iter().zip(seen) {
            if seen.is_some() && held.next() == Some(true) {
                report.units += 1;
                report.existing += 1;
            } else if glimpse.size > intake::MOST_MAIL {
                let message = format!("{} bytes, larger than {}: not fetched", glimpse.size, intake::MOST_MAIL);
                report.warn(Warning::new(part(look.folder, glimpse.uid), message));
            } else {
                wanted.push(glimpse);
            }
        }
        Ok(wanted)
    }

    /// Fetches some messages and stores them: those that came whole, too, when the connection is lost among them.
    fn batch(
        &mut self,
        client: &mut Client,
        look: &mut Look<'_>,
        batch: &[Glimpse],
        report: &mut IngestReport,
    ) -> Result<(), MailboxError> {
        let (bodies, ended) = fetch(client, batch);
        let come: HashSet<u32> = bodies.iter().map(|(uid, _)| *uid).collect();
        for (uid, body) in bodies {
            let part = part(look.folder, uid);
            match body {
                Ok(raw) => self.pending.mails.push(Mail { part, raw }),
                Err(why) => {
                    look.held = true;
                    report.warn(Warning::new(part, format!("not fetched, the next run tries again: {why}")));
                }
            }
        }
        // With those between that are there already, too large or gone; but what did not come is gone only if all was sent.
        let whole = batch.iter().take_while(|glimpse| ended.is_ok() || come.contains(&glimpse.uid)).last();
        let mark = whole.and_then(|last| look.reaches(last.uid));
        self.pending.note = mark.map(|mark| (look.key.clone(), mark));
        self.settle(report)?;
        if mark.is_some() {
            look.mark = mark;
        }
        Ok(ended?)
    }

    /// Stores what was fetched and is not stored yet.
    ///
    /// # Errors
    /// When the store refuses: it waits on.
    pub fn settle(&mut self, report: &mut IngestReport) -> Result<(), MailboxError> {
        if !self.pending.mails.is_empty() {
            let (taken, _) = self.ingest.mails(&self.pending.mails, self.store, self.options)?;
            self.pending.mails.clear();
            report.absorb(taken);
        }
        if let Some((folder, mark)) = &self.pending.note {
            self.store.set_mailbox(&self.account.address.account(), folder, *mark)?;
            self.pending.note = None;
        }
        Ok(())
    }

    /// Notes that everything up to a number was taken in.
    fn note(&mut self, look: &mut Look<'_>, uid: u32) -> Result<(), MailboxError> {
        if let Some(mark) = look.reaches(uid) {
            self.store.set_mailbox(&self.account.address.account(), &look.key, mark)?;
            look.mark = Some(mark);
        }
        Ok(())
    }
}

impl Look<'_> {
    /// What is to be noted when everything up to a number was taken in; `None`: nothing new.
    fn reaches(&self, uid: u32) -> Option<MailboxMark> {
        let uid_validity = self.marked.filter(|_| !self.held)?;
        self.mark.is_none_or(|before| before.uid < uid).then_some(MailboxMark { uid_validity, uid })
    }
}

const NOTHING: &str = "the server has nothing of it";

/// A message, or why there is none.
type Fetched = (u32, Result<Vec<u8>, String>);

/// Fetches messages: those that came, and how it ended.
fn fetch(client: &mut Client, batch: &[Glimpse]) -> (Vec<Fetched>, Result<(), ImapError>) {
    let given = |(uid, body): (u32, Option<Vec<u8>>)| (uid, body.ok_or_else(|| NOTHING.to_string()));
    let refused = |error: &ImapError| matches!(error, ImapError::No { .. }) && !error.is_passing();
    let (bodies, ended) = client.bodies(batch);
    let mut fetched: Vec<Fetched> = bodies.into_iter().map(given).collect();
    if !ended.as_ref().is_err_and(refused) {
        return (fetched, ended);
    }
    // One that the server cannot give must not keep the others back.
    let come: HashSet<u32> = fetched.iter().map(|(uid, _)| *uid).collect();
    for glimpse in batch.iter().filter(|glimpse| !come.contains(&glimpse.uid)) {
        let (bodies, ended) = client.bodies(std::slice::from_ref(glimpse));
        fetched.extend(bodies.into_iter().map(given));
        match ended {
            Err(error) if refused(&error) => fetched.push((glimpse.uid, Err(error.to_string()))),
            Err(error) => return (fetched, Err(error)),
            Ok(()) => {}
        }
    }
    (fetched, Ok(()))
}

/// How a message is called in reports.
fn part(folder: &Folder, uid: u32) -> String {
    format!("{}/{uid}", folder.name)
}

/// How many of these are fetched at once: at least one.
fn batch(rest: &[Glimpse]) -> usize {
    let mut bytes = 0_u64;
    let fit = rest.iter().take(BATCH).take_while(|glimpse| {
        bytes = bytes.saturating_add(glimpse.size);
        bytes <= BATCH_BYTES
    });
    fit.count().max(1)
}

/// What tells a mail from others before it is fetched; `None` for one without id or date.
fn seen(glimpse: &Glimpse) -> Option<MailGlimpse> {
    let message = mail::parse("", &glimpse.header).value.into_iter().next()?;
    Some(MailGlimpse { message_id: message.message_id?, date: message.date?.as_second(), bytes: glimpse.size })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glimpse(size: u64) -> Glimpse {
        Glimpse { uid: 1, size, header: Vec::new() }
    }

    #[test]
    fn batches_are_bounded_by_number_and_bytes() {
        assert_eq!(batch(&vec![glimpse(1); 1000]), BATCH);
        assert_eq!(batch(&[glimpse(BATCH_BYTES - 1), glimpse(1), glimpse(1)]), 2);
        assert_eq!(batch(&[glimpse(BATCH_BYTES + 1), glimpse(1)]), 1);
        assert_eq!(batch(&[glimpse(u64::MAX), glimpse(u64::MAX)]), 1);
    }

    #[test]
    fn a_mail_is_told_by_id_date_and_size() {
        let header = b"Date: Tue, 10 Sep 2024 08:00:00 +0200\r\nMessage-ID:\r\n <1@example.com>\r\n\r\n".to_vec();
        let expected = MailGlimpse { message_id: "1@example.com".into(), date: 1_725_948_000, bytes: 7 };
        assert_eq!(seen(&Glimpse { uid: 1, size: 7, header }), Some(expected));
        let undated = b"Message-ID: <1@example.com>\r\n\r\n".to_vec();
        assert_eq!(seen(&Glimpse { uid: 1, size: 7, header: undated }), None);
        assert_eq!(seen(&glimpse(7)), None);
    }
}
