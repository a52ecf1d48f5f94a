//! `casebook ingest imap://…`: a mail account.

use std::{
    path::PathBuf,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use indicatif::ProgressBar;

use super::{
    Exit,
    ingest::warn_of,
    output, problem,
    watch::{self, Asked, OTHERS, Totals, Work, stop_flag},
};
use crate::{
    app::{
        App,
        ingest::{Ingest, IngestReport, Options},
        mailbox::{Account, Backoff, MailboxError, POLL, Pending, Session, Taking, Told},
        outgoing::{Outgoing, keywords::Keywords},
    },
    config::{self, ImapAuth, Settings},
    imap::{
        Stop,
        address::{self, Address},
        auth::{Mechanism, SecretSource},
        folders::Choice,
    },
    store::CaseStore,
};

/// The variable with the password or token.
const PASSWORD: &str = "CASEBOOK_IMAP_PASSWORD";

/// How long to wait at the most before what the store did not take is given to it again.
const SETTLE: Duration = Duration::from_secs(30);

/// How often a connection that was lost is made again before a run that does not watch gives up.
const TRIES: u32 = 5;

/// Arguments about mail accounts.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Mail accounts")]
pub struct MailboxArgs {
    /// Folder of the mail account, or a pattern like Support/*; may be given again [default: the address's, else INBOX]
    #[arg(long = "folder", value_name = "NAME")]
    folders: Vec<String>,
    /// All folders but trash, junk, drafts and sent mail
    #[arg(long, conflicts_with = "folders")]
    all_folders: bool,
    /// Let the password go over a connection without TLS
    #[arg(long)]
    plaintext: bool,
    /// Write the tags of cases to their messages on the server, as keywords
    #[arg(long)]
    write_keywords: bool,
}

impl MailboxArgs {
    /// The account that the inputs name; `None`: they are files. The password comes from elsewhere.
    pub fn account(&self, inputs: &[PathBuf], imap: &config::Imap) -> anyhow::Result<Option<Account>> {
        let addresses: Vec<&str> =
            inputs.iter().filter_map(|input| input.to_str()).filter(|text| address::is_address(text)).collect();
        let [text] = addresses[..] else {
            if !addresses.is_empty() {
                anyhow::bail!("a run takes one mail account in: name each in a run of its own");
            }
            if !self.folders.is_empty() || self.all_folders || self.plaintext || self.write_keywords {
                anyhow::bail!("--folder, --all-folders, --plaintext and --write-keywords are for mail accounts");
            }
            return Ok(None);
        };
        if inputs.len() > 1 {
            anyhow::bail!("a mail account is taken in by a run of its own: name files in another");
        }
        let address: Address = text.parse()?;
        let choice = match (&self.folders[..], &address.folder) {
            _ if self.all_folders => Choice::All,
            ([], Some(folder)) => Choice::Named(vec![folder.clone()]),
            ([], None) => Choice::Named(vec!["INBOX".into()]),
            (folders, _) => Choice::Named(folders.to_vec()),
        };
        Ok(Some(Account {
            address,
            secret: SecretSource {
                given: std::env::var(PASSWORD).ok().filter(|given| !given.is_empty()),
                file: imap.password_file.clone(),
                command: imap.password_command.clone(),
            },
            mechanism: Some(match imap.auth {
                ImapAuth::Password => Mechanism::Password,
                ImapAuth::XOAuth2 => Mechanism::XOAuth2,
                ImapAuth::OAuthBearer => Mechanism::OAuthBearer,
            }),
            plaintext: self.plaintext || imap.plaintext,
            ca_file: imap.ca_file.clone(),
            choice,
        }))
    }

    /// Who is told of tags by keywords, where that is asked for.
    pub fn keywords(&self, account: Option<&Account>, imap: &config::Imap, stop: &Stop) -> Option<Keywords> {
        let account = account.filter(|_| self.write_keywords || imap.keywords)?;
        Some(Keywords::new(account.clone(), stop.clone()))
    }
}

/// Nobody ends the program but by killing it.
pub fn never() -> Stop {
    Arc::new(|| false)
}

/// Takes in what is new in an account, once. A connection that is lost is made again.
pub fn take(
    account: &Account,
    mut ingest: Ingest<'_>,
    store: &mut dyn CaseStore,
    options: Options,
    keywords: bool,
) -> anyhow::Result<IngestReport> {
    let stop = never();
    let bar = output::counter(true, "{spinner} {pos}/{len} messages  {per_sec}  {msg}");
    let tell = |told: Told<'_>| show(&bar, told);
    let mut report = IngestReport::new(options.dry_run);
    // Without a first connection something is wrong that a person should know of at once.
    let mut session = Session::open(account, &stop)?;
    let mut backoff = Backoff::default();
    let mut failures = 0;
    let (stopped, pending) = (stop.clone(), &mut Pending::default());
    let mut taking =
        Taking { account, ingest: &mut ingest, store, options, keywords, stop: stopped, pending, tell: &tell };
    loop {
        let before = report.units;
        let looked = taking.look(&mut session, &mut report);
        let Err(error) = looked else { break };
        failures = if report.units > before { 1 } else { failures + 1 };
        if !error.is_passing() || failures > TRIES {
            bar.finish_and_clear();
            return Err(partly(error, &report));
        }
        session = loop {
            let wait = backoff.failed();
            bar.suspend(|| {
                problem::warn(format!("{}; trying again in {} s", in_one_line(&error), wait.as_secs().max(1)))
            });
            Backoff::sleep(wait, &stop)?;
            match Session::open(account, &stop) {
                Ok(session) => break session,
                Err(again) if again.is_passing() && failures < TRIES => failures += 1,
                Err(again) => {
                    bar.finish_and_clear();
                    return Err(partly(again, &report));
                }
            }
        };
    }
    session.close();
    bar.finish_and_clear();
    Ok(report)
}

/// Takes in what is new in an account, and goes on with what comes until it is told to stop.
///
/// Lost connections are made again for as long as it takes; what no waiting mends ends it.
pub(super) fn watch(account: &Account, args: &MailboxArgs, asked: Asked, settings: &Settings) -> anyhow::Result<Exit> {
    let flag = stop_flag()?;
    let stop: Stop = {
        let flag = Arc::clone(&flag);
        Arc::new(move || flag.load(Ordering::Relaxed))
    };
    let app = App::open(settings.clone())?;
    let keywords = args.keywords(Some(account), &settings.imap.value, &stop);
    let outgoing = Outgoing::open(settings)?;
    let work = Work::new(&app, settings, &outgoing, asked, &flag)?;
    let mut watching = Watching {
        account,
        keywords: keywords.as_ref(),
        work,
        pending: Pending::default(),
        totals: Totals::new(),
        stop,
    };
    let mut backoff = Backoff::default();
    let mut told = false;
    while !watching.work.is_stopped() {
        match watching.session(&mut backoff, &mut told) {
            Err(_) if watching.work.is_stopped() => break,
            Err(error) => {
                if !may_pass(&error) {
                    return Err(error);
                }
                // The store did not take what the server has sent already: it is not fetched again.
                if !watching.pending.is_empty() {
                    watching.settle(&error)?;
                    continue;
                }
                let wait = backoff.failed();
                problem::warn(format!("{error:#}; trying again in {} s", wait.as_secs().max(1)));
                // What ends it is seen above.
                let _ = Backoff::sleep(wait, &watching.stop);
            }
            Ok(()) => {}
        }
    }
    watching.totals.print(asked.format)?;
    Ok(Exit::Found)
}

/// Whether time may help.
fn may_pass(error: &anyhow::Error) -> bool {
    error.downcast_ref().is_some_and(MailboxError::is_passing) || watch::may_pass(error)
}

/// With what an account is watched, whatever happens to connections.
struct Watching<'w> {
    account: &'w Account,
    keywords: Option<&'w Keywords>,
    work: Work<'w>,
    pending: Pending,
    totals: Totals,
    stop: Stop,
}

impl Watching<'_> {
    /// Looks and waits in turn over one connection, until it fails or the program is to end.
    fn session(&mut self, backoff: &mut Backoff, told: &mut bool) -> anyhow::Result<()> {
        let poll = self.work.asked.poll.unwrap_or(POLL);
        let mut session = Session::open(self.account, &self.stop)?;
        while !self.work.is_stopped() {
            let mut report = IngestReport::new(false);
            let looked = self.taking(&mut report, |taking, report| taking.look(&mut session, report));
            // What was stored before something failed is told and tagged all the same.
            self.taken(&report)?;
            looked?;
            backoff.reset();
            if !std::mem::replace(told, true) {
                problem::note(format!("watching {}, {}", self.account.address, session.how(poll)));
            }
            let next = Instant::now() + poll;
            loop {
                self.work.write_keywords(self.keywords, session.folders())?;
                if session.wait(next, OTHERS, &self.stop)? {
                    break;
                }
                self.tag(None)?;
            }
        }
        session.close();
        Ok(())
    }

    /// Stores what was fetched and not stored, again and again until it works or the program is to end.
    fn settle(&mut self, error: &anyhow::Error) -> anyhow::Result<()> {
        problem::warn(format!("{error:#}; it is tried again until it works"));
        let mut wait = Backoff::default();
        let mut report = IngestReport::new(false);
        while !self.work.is_stopped() {
            // What ends it is seen above.
            let _ = Backoff::sleep(wait.failed().min(SETTLE), &self.stop);
            match self.taking(&mut report, |taking, report| taking.settle(report)) {
                Ok(()) => return self.taken(&report),
                Err(error) if may_pass(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Tells and tags what was stored.
    fn taken(&mut self, report: &IngestReport) -> anyhow::Result<()> {
        if report.created == 0 && report.quarantined == 0 && report.warnings.is_empty() {
            return Ok(());
        }
        self.totals.taken(report);
        warn_of(report);
        self.tag(Some(report))
    }

    /// Matches and tags what waits, and prints what was done.
    fn tag(&mut self, report: Option<&IngestReport>) -> anyhow::Result<()> {
        let tagged = self.work.tag()?;
        tagged.iter().for_each(|tagged| self.totals.tagged(tagged));
        watch::print(report, tagged.as_ref(), self.work.asked.format)
    }

    /// Works with the store, which is opened for it alone, so that others can write between.
    fn taking(
        &mut self,
        report: &mut IngestReport,
        work: impl FnOnce(&mut Taking<'_, '_>, &mut IngestReport) -> Result<(), MailboxError>,
    ) -> anyhow::Result<()> {
        let (mut store, options) = self.work.open()?;
        let (ingest, stop, pending) = (&mut self.work.ingest, self.stop.clone(), &mut self.pending);
        let (account, keywords) = (self.account, self.keywords.is_some());
        let mut taking = Taking { account, ingest, store: &mut store, options, keywords, stop, pending, tell: &|_| () };
        Ok(work(&mut taking, report)?)
    }
}

/// An error behind which something was done.
fn partly(error: MailboxError, report: &IngestReport) -> anyhow::Error {
    if report.created > 0 {
        let stored = output::plural(report.created, "message is", "messages are");
        problem::warn(format!("{stored} stored; the next run goes on behind that"));
    }
    error.into()
}

/// An error with its causes.
fn in_one_line(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(&format!(": {error}"));
        cause = error.source();
    }
    line
}

fn show(bar: &ProgressBar, told: Told<'_>) {
    bar.set_length(told.of);
    bar.set_position(told.done);
    bar.set_message(output::clean_line(told.folder));
}
