//! Waiting for mail: by `IDLE` where one folder is watched and the server offers it, else by looking again.

use std::{
    thread,
    time::{Duration, Instant, SystemTime},
};

use super::{MailboxError, Session};
use crate::imap::{ImapError, Stop, folders::Folder};

/// How often folders are looked into where the server tells of no news.
pub const POLL: Duration = Duration::from_secs(60);

/// How long one `IDLE` lasts. Servers end one after 30 minutes (RFC 2177); machines between forget silent connections after
/// some five.
const IDLE: Duration = Duration::from_secs(4 * 60);

/// How long is slept before it is asked again whether the program is to end.
const TICK: Duration = Duration::from_millis(200);

impl Session {
    /// How it is waited for news, for people.
    pub fn how(&self, poll: Duration) -> String {
        match self.waits_by_idle() {
            true => "the server tells of new mail (IDLE)".into(),
            false => format!("looking every {} s", poll.as_secs()),
        }
    }

    fn waits_by_idle(&self) -> bool {
        self.folders.len() == 1 && self.client.can("IDLE")
    }

    /// Waits, `time` at the most; whether there may be news. Where the server tells of none, there may be at `look`.
    ///
    /// # Errors
    /// When the connection is lost or the program is to end.
    pub fn wait(&mut self, look: Instant, time: Duration, stop: &Stop) -> Result<bool, MailboxError> {
        let time = time.min(IDLE);
        if self.waits_by_idle() {
            return Ok(self.client.idle(time)?);
        }
        let left = look.saturating_duration_since(Instant::now());
        sleep(time.min(left), stop)?;
        // A server logs out who is silent for 30 minutes (RFC 9051 section 5.4).
        self.client.noop()?;
        Ok(left <= time)
    }

    /// The folders of the last look.
    pub fn folders(&self) -> &[Folder] {
        &self.folders
    }
}

/// Sleeps, unless the program is to end.
fn sleep(time: Duration, stop: &Stop) -> Result<(), MailboxError> {
    let end = Instant::now() + time;
    loop {
        if stop() {
            return Err(ImapError::Stopped.into());
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        thread::sleep(left.min(TICK));
    }
}

/// How long to wait before a server is tried again: a second, then twice as long each time, up to five minutes, a quarter more
/// or less, so that not all programs come back at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    const LONGEST: Duration = Duration::from_secs(300);

    /// It worked.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// It did not: how long to wait.
    pub fn failed(&mut self) -> Duration {
        // No more is wanted of chance than that two programs differ.
        let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.subsec_nanos());
        self.wait(f64::from(nanos % 1000) / 1000.0)
    }

    fn wait(&mut self, chance: f64) -> Duration {
        let whole = Duration::from_secs(1 << self.failures.min(16)).min(Self::LONGEST);
        self.failures = self.failures.saturating_add(1);
        whole.mul_f64(0.75 + chance / 2.0)
    }

    /// Waits so long, unless the program is to end.
    ///
    /// # Errors
    /// When it is to end.
    pub fn sleep(time: Duration, stop: &Stop) -> Result<(), MailboxError> {
        sleep(time, stop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_five_minutes_and_begin_anew() {
        let mut backoff = Backoff::default();
        let waits: Vec<f64> = (0..11).map(|_| backoff.wait(0.5).as_secs_f64()).collect();
        assert_eq!(waits, [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0, 300.0]);
        backoff.reset();
        assert_eq!(backoff.wait(0.0), Duration::from_millis(750));
        assert!(backoff.failed() < Duration::from_millis(2501));
    }

    #[test]
    fn a_wish_to_end_is_heard_at_once() {
        let stop: Stop = std::sync::Arc::new(|| true);
        let ended = sleep(Duration::from_secs(3600), &stop);
        assert!(matches!(ended, Err(MailboxError::Imap(ImapError::Stopped))));
    }
}
