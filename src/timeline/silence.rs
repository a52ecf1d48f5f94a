//! Silences of a log: the one that stands out is a gap.

use crate::logs::clock::Seen;

/// A log that was silent for this many seconds, and [`SILENT`] times as long as it usually is, has a gap.
const SHORTEST_GAP: i64 = 15 * 60;

/// See [`SHORTEST_GAP`].
const SILENT: i64 = 50;

/// Lines with a time that make a usual silence known.
const LINES_FOR_GAP: i64 = 20;

/// How much longer than any other silence of its log a gap is: a job that runs once a night is silent by habit.
const STANDS_OUT: i64 = 2;

/// A time in which nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// About how long, in seconds.
    pub seconds: i64,
    /// The line before it.
    pub line: u64,
    /// Its stamp.
    pub from: Seen,
    /// The stamp of the line after it.
    pub to: Seen,
}

/// Follows the time from line to line.
#[derive(Debug, Default)]
pub struct Silence {
    last: Option<(u64, Seen)>,
    gap: Option<Gap>,
    /// The longest silence but that of the gap, in seconds.
    next: i64,
    /// Seconds between lines, summed, and the lines.
    walked: i64,
    walks: i64,
}

impl Silence {
    /// Takes in a line that has a time.
    pub fn line(&mut self, line: u64, seen: Seen) {
        let Some((before, from)) = self.last.replace((line, seen)) else { return };
        let Some(seconds) = seen.rough_seconds().zip(from.rough_seconds()).map(|(to, from)| to - from) else { return };
        let usual = if self.walks > 0 { self.walked / self.walks } else { 0 };
        if self.walks >= LINES_FOR_GAP && seconds >= SHORTEST_GAP && seconds >= usual * SILENT {
            match self.gap {
                Some(longer) if longer.seconds >= seconds => self.next = self.next.max(seconds),
                shorter => {
                    self.next = self.next.max(shorter.map_or(0, |gap| gap.seconds));
                    self.gap = Some(Gap { seconds, line: before, from, to: seen });
                }
            }
            return;
        }
        self.walked = self.walked.saturating_add(seconds.max(0));
        self.walks += 1;
    }

    /// The silence that stands out, if one does.
    pub fn gap(&self) -> Option<Gap> {
        self.gap.filter(|gap| gap.seconds >= self.next * STANDS_OUT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::clock::LogClock;

    /// The line before the gap, where 40 lines, one a second, go before these times.
    #[track_caller]
    fn check(times: &[&str], expected: Option<u64>) {
        let (mut clock, mut silence) = (LogClock::new("x"), Silence::default());
        let head = (0..40).map(|second| format!("2024-09-10 08:00:{second:02} x"));
        let lines = head.chain(times.iter().map(|time| format!("2024-09-{time} x")));
        for (number, line) in (1..).zip(lines) {
            silence.line(number, clock.line(number, &line).unwrap());
        }
        assert_eq!(silence.gap().map(|gap| gap.line), expected, "{times:?}");
    }

    #[test]
    fn one_long_silence_is_a_gap() {
        check(&["10 08:00:41", "10 09:00:00", "10 09:00:01"], Some(41));
        check(&["10 08:00:41", "10 08:10:00"], None);
        // The second is more than twice as long.
        check(&["10 08:30:00", "10 11:00:00"], Some(41));
    }

    #[test]
    fn silence_by_habit_is_none() {
        check(&["11 08:00:00", "11 08:00:01", "12 08:00:00"], None);
    }
}
