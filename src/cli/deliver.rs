//! `casebook ingest --deliver`: one mail from a mail transport, on standard input.
//!
//! A transport asks three things of whom it hands a mail to: exit status 0 only once the mail is on the disk, a status of
//! sysexits(3) else, and silence, for what is said goes into a bounce. Nothing is matched here: a transport waits.

use std::{
    io::{self, Read},
    panic::{AssertUnwindSafe, catch_unwind},
};

use jiff::Timestamp;

use super::{CommonArgs, Exit, problem};
use crate::{
    app::{
        App, AppError,
        ingest::{IngestError, Mail, Options, Threads},
    },
    config::ConfigError,
    intake::MOST_MAIL,
    mail::without_envelope,
    store::{Remedy, StoreError, sqlite::Access},
};

/// What can never be stored, however often it is tried.
#[derive(Debug, thiserror::Error)]
enum Undeliverable {
    #[error("there is no mail on standard input")]
    Empty,
    #[error("the mail is larger than {MOST_MAIL} bytes")]
    TooLarge,
}

/// Stores the mail on standard input. With `defer`, what a person must mend makes the mail wait too.
pub fn run(common: &CommonArgs, defer: bool) -> Exit {
    // Nothing that goes wrong in here may reach the transport as a status that it takes for final.
    let exit = match catch_unwind(AssertUnwindSafe(|| deliver(common))) {
        Ok(Ok(())) => return Exit::Found,
        Ok(Err(error)) => {
            problem::print(&error);
            status(&error)
        }
        Err(_) => Exit::TryLater,
    };
    match exit {
        Exit::Denied | Exit::Misconfigured if defer => Exit::TryLater,
        exit => exit,
    }
}

fn deliver(common: &CommonArgs) -> anyhow::Result<()> {
    let mut raw = Vec::new();
    io::stdin().lock().take(MOST_MAIL + 1).read_to_end(&mut raw)?;
    if raw.len() as u64 > MOST_MAIL {
        return Err(Undeliverable::TooLarge.into());
    }
    let raw = without_envelope(&raw).to_vec();
    if raw.trim_ascii().is_empty() {
        return Err(Undeliverable::Empty.into());
    }
    let settings = common.settings(None)?;
    // Without its index, which the next command that needs it brings up to the store.
    let mut store = App::kept(&settings, Access::Write)?.ok_or(AppError::NoData)?;
    let app = App::open(settings)?;
    let now = Timestamp::now().as_second();
    let options = Options { dry_run: false, threads: Threads(1), now, until: None, history: false };
    let mail = Mail { part: "standard input".into(), raw };
    app.open_ingest([None, None])?.mails(&[mail], &mut store, options)?;
    Ok(())
}

/// The status that tells a transport what to do.
fn status(error: &anyhow::Error) -> Exit {
    let of_store = |error: &StoreError| match error.remedy() {
        Remedy::Wait => Exit::TryLater,
        Remedy::Permission => Exit::Denied,
        Remedy::Settings => Exit::Misconfigured,
    };
    let of_app = |error: &AppError| match error {
        AppError::Store(error) => of_store(error),
        AppError::Index(_) => Exit::TryLater,
        _ => Exit::Misconfigured,
    };
    if error.is::<Undeliverable>() {
        return Exit::Unusable;
    }
    if error.is::<ConfigError>() {
        return Exit::Misconfigured;
    }
    let app = || error.downcast_ref().map(of_app);
    let store = || error.downcast_ref().map(of_store);
    let ingest = || {
        error.downcast_ref().map(|error| match error {
            IngestError::App(error) => of_app(error),
            IngestError::Store(error) => of_store(error),
            IngestError::Nothing { .. } => Exit::TryLater,
        })
    };
    app().or_else(store).or_else(ingest).unwrap_or(Exit::TryLater)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_makes_mail_wait_and_what_cannot_does_not() {
        let denied = || io::Error::from(io::ErrorKind::PermissionDenied);
        let folder = |source| StoreError::Folder { path: "x".into(), source };
        for (error, expected) in [
            (Undeliverable::Empty.into(), Exit::Unusable),
            (Undeliverable::TooLarge.into(), Exit::Unusable),
            (StoreError::Busy { path: "x".into() }.into(), Exit::TryLater),
            (StoreError::Full { path: "x".into() }.into(), Exit::TryLater),
            (AppError::Store(StoreError::Busy { path: "x".into() }).into(), Exit::TryLater),
            (IngestError::Store(StoreError::Full { path: "x".into() }).into(), Exit::TryLater),
            (AppError::Store(folder(denied())).into(), Exit::Denied),
            (folder(io::ErrorKind::ReadOnlyFilesystem.into()).into(), Exit::TryLater),
            (folder(io::ErrorKind::NotADirectory.into()).into(), Exit::Misconfigured),
            (StoreError::TooNew { path: "x".into() }.into(), Exit::Misconfigured),
            (AppError::NoData.into(), Exit::Misconfigured),
            (ConfigError::Read { path: "x".into(), source: denied() }.into(), Exit::Misconfigured),
            (io::Error::other("torn").into(), Exit::TryLater),
        ] {
            let error: anyhow::Error = error;
            assert_eq!(status(&error), expected, "{error:#}");
        }
    }
}
