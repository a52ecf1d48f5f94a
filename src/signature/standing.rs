//! Standing: does a line say that something failed with a signature, or does it only name it?
//!
//! The log's own level counts first, then the words of the clause around the sighting. Whether a
//! line is quoted history is not seen here: the caller knows the block it stands in.
//!
//! ```
//! use casebook::{logs::Level, signature::{Standing, standing::standing}};
//! assert_eq!(standing("安装KB4474419失败", 6..15, Level::Unknown), Standing::Failing);
//! assert_eq!(standing("please install KB4490628 first", 15..24, Level::Unknown), Standing::Mentioned);
//! ```

mod clause;
mod marked;
mod words;

use std::{ops::Range, sync::LazyLock};

use super::{SignatureKind, Standing};
use crate::{
    logs::{Level, LogFormat},
    text::{
        literals::{HitBuffer, Literals},
        past::is_over_in_log,
    },
};
use clause::{Clause, counts_nothing, is_identifier_head, negated};
use words::{Sense, WORDS};

struct Senses {
    words: Literals,
    senses: Vec<Sense>,
}

static SENSES: LazyLock<Senses> = LazyLock::new(|| {
    let listed: Vec<(&str, Sense)> =
        WORDS.iter().flat_map(|&(sense, words)| words.iter().map(move |&word| (word, sense))).collect();
    let words = Literals::new(listed.iter().map(|&(word, _)| word.into()).collect(), |_| true);
    Senses { words, senses: listed.into_iter().map(|(_, sense)| sense).collect() }
});

/// How far around a sighting the line is read, in bytes: a long sentence on each side.
const REACH: usize = 320;

/// What a line says of the signature at `span`: [`Standing::Failing`] or [`Standing::Mentioned`], where a
/// line that says neither counts as a mention. See [`said`].
pub fn standing(line: &str, span: Range<usize>, level: Level) -> Standing {
    said(line, span, level).unwrap_or(Standing::Mentioned)
}

/// What a line says of the signature at `span`: that it failed, that it is only named (advice, example, success),
/// or neither (`None`).
///
/// `level` is what the log calls the line ([`Level::Unknown`] for prose). `span` is a byte range in
/// `line`; a range outside it is cut to the line. Never [`Standing::Quoted`].
pub fn said(line: &str, span: Range<usize>, level: Level) -> Option<Standing> {
    Line::new(line, level).said(span)
}

/// A line that is asked for several sightings: its telling words are looked for once.
#[derive(Debug, Default)]
pub struct Line<'l> {
    line: &'l str,
    level: Level,
    /// Of a line that is short enough to be read whole for each sighting.
    words: Vec<(Sense, Range<usize>)>,
    buffer: HitBuffer,
}

impl<'l> Line<'l> {
    /// A line, and what the log calls it ([`Level::Unknown`] for prose).
    pub fn new(line: &'l str, level: Level) -> Self {
        Line::default().next(line, 0..line.len(), level)
    }

    /// A part of a text as another line, in the memory of this one. The whole text is given for speed alone: the search for
    /// words works in blocks, and where the text goes on it needs no shorter one for the end of each line. What stands behind
    /// the line changes nothing.
    #[must_use]
    pub fn next<'n>(self, text: &'n str, part: Range<usize>, level: Level) -> Line<'n> {
        let Line { mut words, mut buffer, .. } = self;
        words.clear();
        let (line, start) = (&text[part.clone()], part.start);
        if line.len() <= REACH {
            let senses = &*SENSES;
            let mut hits = senses.words.find_iter_with(text.as_bytes(), part, buffer);
            for (word, at) in hits.by_ref() {
                words.push((senses.senses[word], at.start - start..at.end - start));
            }
            buffer = hits.into_buffer();
        }
        Line { line, level, words, buffer }
    }

    /// As [`said`].
    pub fn said(&self, span: Range<usize>) -> Option<Standing> {
        let line = self.line;
        let start = line.floor_char_boundary(span.start.min(line.len()));
        let end = line.ceil_char_boundary(span.end.clamp(start, line.len()));
        let clause = if line.len() <= REACH {
            Clause::around(line, start..end, self.words.iter().cloned())
        } else {
            let from = line.ceil_char_boundary(start.saturating_sub(REACH));
            let to = line.floor_char_boundary((end + REACH).min(line.len()));
            Clause::around(line, start..end, telling_words(line, from..to))
        };
        judge(line, &clause, self.level)
    }

    /// Whether the line, of a log, says of the error at `span` that it is over.
    pub fn is_over(&self, span: Range<usize>) -> bool {
        let parts = self.line.get(..span.start).zip(self.line.get(span.end..));
        self.level != Level::Error && parts.is_some_and(|(before, behind)| is_over_in_log(before, behind))
    }

    /// Whether a line that states no level marks itself as the message of a failure by the signature at `span`, where its
    /// words say nothing of it: what a child program prints among the lines of a log that has levels.
    pub fn marks_itself(&self, kind: SignatureKind, span: Range<usize>) -> bool {
        self.level == Level::Unknown && marked::marks_itself(self.line, kind, span)
    }
}

/// Whether the lines around one that marks itself say that it is no message of its own: an entry of a list of codes that are known,
/// handled, ignored, or the head of a stack, which is told by itself.
pub fn is_part_of_more(text: &str, line: Range<usize>, kind: SignatureKind, format: LogFormat) -> bool {
    kind == SignatureKind::Exception && marked::has_frames(text, line.clone())
        || marked::is_in_list(text, line.start, format)
}

/// The words in a part of a line that say how it went.
fn telling_words(line: &str, part: Range<usize>) -> impl Iterator<Item = (Sense, Range<usize>)> {
    SENSES.words.find_iter(line.as_bytes(), part).map(|(word, at)| (SENSES.senses[word], at))
}

fn judge(line: &str, clause: &Clause, level: Level) -> Option<Standing> {
    if begins_with_marks(line) || clause.exit_failure {
        return Some(Standing::Failing);
    }
    if clause.recovers() {
        return Some(Standing::Recovered);
    }
    if clause.well && !clause.fails {
        return Some(Standing::Mentioned);
    }
    if clause.named_before && !clause.fails_after || clause.doing_before && !clause.fails {
        return Some(Standing::Mentioned);
    }
    let failing = match level {
        Level::Error => true,
        Level::Warning => clause.fails || clause.result || clause.result_before,
        Level::Info | Level::Debug | Level::Unknown => clause.fails || clause.result_before,
    };
    if failing {
        Some(Standing::Failing)
    } else if clause.well_elsewhere && !clause.fails_elsewhere {
        // `0x800f0831 is on our list; no failure so far`
        Some(Standing::Mentioned)
    } else {
        None
    }
}

/// Whether a line begins with the three marks by which logs of device installations tell failures.
fn begins_with_marks(line: &str) -> bool {
    // Of most lines the first byte is enough.
    line.as_bytes().first().is_some_and(|&first| first == b'!' || !first.is_ascii_graphic())
        && line.trim_start().starts_with("!!!")
}

/// Whether a line with these words may say that something failed, whatever else stands in it: without such a word
/// [`line_fails`] goes by the level alone.
pub fn may_fail(words: &str) -> bool {
    words.contains("!!!")
        || telling_words(words, 0..words.floor_char_boundary(2 * REACH)).any(|(sense, _)| sense == Sense::Fails)
}

/// Whether a log line as a whole says that something failed: by its level, unless its words say that all went well, or
/// in one of its clauses.
///
/// ```
/// use casebook::{logs::Level, signature::standing::line_fails};
/// assert!(line_fails("cannot open the queue", Level::Unknown));
/// assert!(!line_fails("copied without errors", Level::Unknown));
/// ```
pub fn line_fails(line: &str, level: Level) -> bool {
    if begins_with_marks(line) {
        return true;
    }
    let (mut fails, mut ever_failed, mut ever_well) = (false, false, false);
    for (sense, at) in telling_words(line, 0..line.floor_char_boundary(2 * REACH)) {
        match sense {
            Sense::Break => {
                ever_failed |= fails;
                fails = false;
            }
            Sense::Fails if is_identifier_head(line, at.end) => {}
            // `errors=remount-ro`: a setting.
            Sense::Fails if line[at.end..].starts_with("s=") || line[at.end..].starts_with("ed=") => {}
            Sense::Fails if negated(line, at.start) || counts_nothing(line, at.end) => ever_well = true,
            // `error recovery succeeded`: what comes last counts.
            Sense::Fails => fails = true,
            Sense::Well => (fails, ever_well) = (false, true),
            Sense::Result | Sense::Named | Sense::Doing | Sense::Retry => {}
        }
    }
    ever_failed |= fails;
    ever_failed || level == Level::Error && !ever_well
}

#[cfg(test)]
#[path = "standing/tests.rs"]
mod lines;
#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(line: &str, sighting: &str, level: Level, expected: Standing) {
        let start = line.find(sighting).expect("the sighting stands in the line");
        assert_eq!(standing(line, start..start + sighting.len(), level), expected, "in: {line}");
    }

    #[track_caller]
    fn failing(line: &str, sighting: &str) {
        check(line, sighting, Level::Unknown, Standing::Failing);
    }

    #[track_caller]
    fn mentioned(line: &str, sighting: &str) {
        check(line, sighting, Level::Unknown, Standing::Mentioned);
    }

    #[test]
    fn prose_that_says_it_failed() {
        failing("报错 0x80070005", "0x80070005");
        failing("安装KB4474419失败", "KB4474419");
        failing("由于更新驱动cpu.inf失败，导致系统回滚", "cpu.inf");
        failing("Installation of KB5034441 fails with 0x80070643", "KB5034441");
        failing("安裝 KB5034441 時出現錯誤", "KB5034441");
        failing("更新到 9% 就回滚，代码 0x800F0922", "0x800F0922");
        failing("We cannot install KB5034441 on this server", "KB5034441");
    }

    #[test]
    fn prose_that_names_only() {
        mentioned("please install KB4490628", "KB4490628");
        mentioned("例如 0x8007000E", "0x8007000E");
        mentioned("请先安装KB4490628，再重启。", "KB4490628");
        mentioned("KB4490628 was installed successfully", "KB4490628");
        mentioned("已成功安装 KB4490628", "KB4490628");
        mentioned("允许C:\\Windows\\servicing\\TrustedInstaller.exe应用修改", "TrustedInstaller.exe");
        mentioned("The log is attached, it speaks of cpu.inf", "cpu.inf");
        mentioned("no errors with KB4490628", "KB4490628");
    }

    #[test]
    fn each_sentence_stands_for_itself() {
        let line = "KB4474419 安装失败。请先安装 KB4490628。";
        failing(line, "KB4474419");
        mentioned(line, "KB4490628");
        let line = "KB4474419 failed. Please install KB4490628 first.";
        failing(line, "KB4474419");
        mentioned(line, "KB4490628");
    }

    #[test]
    fn log_levels_count() {
        check(
            "Info                  CBS    Loaded Servicing Stack v6.1 with Core: C:\\x\\cbscore.dll",
            "cbscore.dll",
            Level::Info,
            Standing::Mentioned,
        );
        check("Error  CBS  Package KB3201845", "KB3201845", Level::Error, Standing::Failing);
        check(
            "Info  CBS  Failed to open package. [HRESULT = 0x800f0805 - CBS_E_INVALID_PACKAGE]",
            "0x800f0805",
            Level::Info,
            Standing::Failing,
        );
        check("Info  CBS  Session: initialized package KB3201845", "KB3201845", Level::Info, Standing::Mentioned);
        check("Warning  DISM  Provider wimprovider.dll loaded", "wimprovider.dll", Level::Warning, Standing::Mentioned);
        check("Info  CBS  Exec: KB3201845 completed successfully", "KB3201845", Level::Info, Standing::Mentioned);
    }

    #[test]
    fn setup_logs() {
        check("!!!  dvi: Error 5: Access is denied.", "5", Level::Error, Standing::Failing);
        check("<<<  [Exit status: FAILURE(0x00000005)]", "0x00000005", Level::Unknown, Standing::Failing);
        check("     inf: AddService=AmdK8,0x00000002", "AmdK8", Level::Unknown, Standing::Mentioned);
        check("     dvi: {Install DEVICE exit (0x00000000)}", "0x00000000", Level::Unknown, Standing::Mentioned);
    }

    #[test]
    fn head_of_an_identifier_is_no_word() {
        mentioned("     inf:      ErrorControl=1  (cpu.inf line 305)", "cpu.inf");
        failing("ErrorControl error in cpu.inf", "cpu.inf");
        mentioned("KB5033688 writes to C:\\MSSQL\\Log\\ERRORLOG and error.log", "KB5033688");
        failing("KB5033688 wrote an error to the log", "KB5033688");
    }

    #[test]
    fn saying_nothing_is_neither() {
        assert_eq!(said("The window shows 80244010.", 17..25, Level::Unknown), None);
        assert_eq!(
            said("0x80244010 is on our list; no failure so far", 0..10, Level::Unknown),
            Some(Standing::Mentioned)
        );
        assert_eq!(said("for example 80244010", 12..20, Level::Unknown), Some(Standing::Mentioned));
    }

    #[test]
    fn commands_and_retries_name_only() {
        mentioned("run: sc query wuauserv", "wuauserv");
        mentioned("connection to 192.0.2.1 reset (10054), will retry", "10054");
    }

    #[test]
    fn the_name_of_the_code_is_no_failure_by_itself() {
        mentioned("ERROR_ACCESS_DENIED", "ERROR_ACCESS_DENIED");
    }

    proptest! {
        #[test]
        fn no_span_panics(line in "\\PC{0,60}", start in 0usize..80, length in 0usize..80) {
            let _ = standing(&line, start..start + length, Level::Unknown);
        }
    }
}
