//! The matching and tagging of stored cases, as several commands start it.

use std::path::PathBuf;

use jiff::Timestamp;

use super::{output, problem, readers};
use crate::{
    app::{
        App,
        outgoing::Outgoing,
        tags::{ApplyOptions, ApplyReport, Progress, Told},
    },
    config::{Origin, Setting, Settings},
    store::sqlite::SqliteStore,
};

/// Which cases are matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// Those that changed.
    Waiting,
    /// These, and those that were matched with other articles or rules.
    Behind,
    /// Every case.
    All,
}

/// How.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct How {
    pub(super) which: Which,
    pub(super) dry_run: bool,
    pub(super) threads: usize,
    pub(super) limit: usize,
}

/// The settings with a Maildir that a flag names.
pub(super) fn with_copy_to(mut settings: Settings, copy_to: Option<&PathBuf>) -> Settings {
    if let Some(path) = copy_to {
        settings.copy_to = Setting { value: Some(path.clone()), origin: Origin::Flag };
    }
    settings
}

/// Matches and tags, tells others of it, and sends the news that are due. What others refuse is a warning: the store has
/// what is to be told.
pub(super) fn run(
    app: &App,
    store: &mut SqliteStore,
    settings: &Settings,
    how: How,
    outgoing: &Outgoing,
) -> anyhow::Result<ApplyReport> {
    let now = Timestamp::now().as_second();
    let options = ApplyOptions { dry_run: how.dry_run, threads: how.threads, now, limit: how.limit };
    let bar = output::counter(true, "{spinner} {pos} tried");
    let progress = |progress: Progress| bar.set_position(progress.done);
    let told = Told { progress: &progress, outgoing };
    let open = readers(settings);
    let outcome = match how.which {
        Which::Waiting => app.tag_waiting(store, &open, options, told),
        Which::Behind => app.apply_tags(store, &open, false, options, told),
        Which::All => app.apply_tags(store, &open, true, options, told),
    };
    bar.finish_and_clear();
    let report = outcome?;
    if !how.dry_run {
        send(store, outgoing)?;
    }
    Ok(report)
}

/// Sends the news that are due.
pub(super) fn send(store: &mut SqliteStore, outgoing: &Outgoing) -> anyhow::Result<()> {
    let sent = outgoing.send(store, Timestamp::now().as_second())?;
    if let Some(error) = sent.as_ref().and_then(|sent| sent.error.as_ref()) {
        let waiting = sent.as_ref().map_or(0, |sent| sent.waiting);
        let waiting = output::plural(waiting, "change waits", "changes wait");
        problem::warn(format!("{waiting} to be told to the webhook: {error}"));
    }
    Ok(())
}
