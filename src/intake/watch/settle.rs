//! When a file is whole. Nobody says so but the writer who renames it into place: else it is whole when it has been left alone
//! for a while. No file is read here and no clock: times are arguments.

use std::{
    fs::Metadata,
    path::PathBuf,
    time::{Duration, Instant, SystemTime},
};

/// How long a file must have been left alone.
pub(super) const SETTLE: Duration = Duration::from_secs(1);

/// How long a file that somebody opened to write must have been left alone, when no word comes that it was closed: such words
/// get lost, and a mapped file gives none.
const FORSAKEN: Duration = Duration::from_secs(60);

/// What tells a file that was written to from the same file before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stamp {
    pub(super) bytes: u64,
    pub(super) modified: Option<SystemTime>,
}

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Stamp { bytes: metadata.len(), modified: metadata.modified().ok() }
    }
}

/// What was seen of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// It is there.
    There,
    /// It was written to.
    Written,
    /// Who wrote to it closed it.
    Closed,
    /// It was moved to its name, or has it by the rules of Maildir: it is whole.
    Placed,
}

/// A file that was seen and not yet taken.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) path: PathBuf,
    pub(super) part: String,
    /// Which of the watched folders it lies in.
    pub(super) root: usize,
    pub(super) stamp: Stamp,
    first: Instant,
    quiet_since: Instant,
    /// Somebody writes to it.
    open: bool,
    placed: bool,
}

/// What to do with a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It may still be written to.
    Wait,
    /// It is whole if its stamp is still the same.
    Look,
    /// It is whole.
    Whole,
}

impl Candidate {
    pub(super) fn new(path: PathBuf, part: String, root: usize, stamp: Stamp, now: Instant) -> Self {
        Candidate { path, part, root, stamp, first: now, quiet_since: now, open: false, placed: false }
    }

    /// Takes note of what was seen of it.
    pub(super) fn see(&mut self, sight: Sight, stamp: Stamp, now: Instant) {
        match sight {
            // Seen again by a look through the folders: that is no sign of life.
            Sight::There if stamp == self.stamp => return,
            Sight::There => {}
            Sight::Written => (self.open, self.placed) = (true, false),
            Sight::Closed => self.open = false,
            Sight::Placed => (self.open, self.placed) = (false, true),
        }
        self.stamp = stamp;
        self.quiet_since = now;
    }

    pub(super) fn state(&self, now: Instant) -> State {
        let quiet = now.saturating_duration_since(self.quiet_since);
        match self.placed {
            true => State::Whole,
            false if quiet >= if self.open { FORSAKEN } else { SETTLE } => State::Look,
            false => State::Wait,
        }
    }

    /// What comes with it is not waited for any longer.
    pub(super) fn is_overdue(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.first) >= FORSAKEN
    }

    /// The case folder that it is part of: what lies in it comes together.
    pub(super) fn group(&self) -> Option<(usize, &str)> {
        let (folder, _) = self.part.split_once('/')?;
        (!self.placed).then_some((self.root, folder))
    }
}

/// Whether a name says that the file is not whole: browsers and copying programs rename it when it is.
pub(super) fn is_partial(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".part", ".partial", ".filepart", ".crdownload", ".download", ".tmp"].iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(bytes: u64) -> Stamp {
        Stamp { bytes, modified: None }
    }

    /// The states at given moments (milliseconds), after what was seen at given moments.
    #[track_caller]
    fn check(seen: &[(u64, Sight, u64)], states: &[(u64, State)]) {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut candidate = Candidate::new("a".into(), "a".into(), 0, stamp(1), start);
        for (when, sight, bytes) in seen {
            candidate.see(*sight, stamp(*bytes), at(*when));
        }
        for (when, state) in states {
            assert_eq!(candidate.state(at(*when)), *state, "{seen:?} at {when}");
        }
    }

    #[test]
    fn a_file_is_whole_when_it_was_left_alone() {
        use Sight::{Closed, Placed, There, Written};
        use State::{Look, Wait, Whole};
        check(&[], &[(0, Wait), (999, Wait), (1_000, Look)]);
        // Looked at again without a change.
        check(&[(900, There, 1)], &[(1_000, Look)]);
        check(&[(900, There, 2)], &[(1_000, Wait), (1_900, Look)]);
        check(&[(0, Written, 1)], &[(30_000, Wait), (60_000, Look)]);
        check(&[(0, Written, 1), (5_000, Closed, 2)], &[(5_999, Wait), (6_000, Look)]);
        // Opened and closed for each line.
        check(
            &[(0, Written, 1), (10, Closed, 1), (600, Written, 2), (610, Closed, 2)],
            &[(1_100, Wait), (1_610, Look)],
        );
        check(&[(0, Placed, 1)], &[(0, Whole)]);
        check(&[(0, Placed, 1), (5, Written, 1)], &[(2_000, Wait)]);
    }

    #[test]
    fn what_lies_in_a_case_folder_comes_together() {
        let new = |part: &str| Candidate::new("x".into(), part.into(), 3, stamp(1), Instant::now());
        assert_eq!(new("case/logs/a.log").group(), Some((3, "case")));
        assert_eq!(new("a.log").group(), None);
    }

    #[test]
    fn names_of_files_that_are_not_whole() {
        assert!(is_partial("logs.zip.part") && is_partial("a.CRDOWNLOAD") && !is_partial("part.log"));
    }
}
