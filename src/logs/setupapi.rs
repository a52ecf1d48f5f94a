//! Sections of `setupapi.dev.log`: which section a line is in, and how the section ended.
//!
//! The log marks each installation with a frame. The lines inside say what went wrong; whether it mattered
//! is said only by the exit status at the end:
//!
//! ```text
//! >>>  [Device Install (DiInstallDriver) - C:\drivers\cpu.inf]
//! >>>  Section start 2024/09/10 14:32:53.379
//! !!!  dvi: ...
//! <<<  Section end 2024/09/10 14:32:54.100
//! <<<  [Exit status: FAILURE(0x00000005)]
//! ```

use std::collections::VecDeque;

/// Ended sections that are remembered. A caller asks about the chunk just fed, which holds far fewer.
const KEPT: usize = 4096;

/// Longest name kept, in bytes: a path and a hardware id fit.
const NAME: usize = 512;

/// A section of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What is done to what: `Device Install (DiInstallDriver) - C:\drivers\cpu.inf`.
    pub name: String,
    /// Its first line, from 1.
    pub first_line: u64,
    /// Its last line; `None` while it goes on.
    pub last_line: Option<u64>,
    /// How it ended; `None` while it goes on, or if the log does not say.
    pub exit: Option<Exit>,
}

/// The exit status of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// `SUCCESS`
    Success,
    /// `FAILURE(0x00000005)`, with the code if one could be read.
    Failure(Option<u32>),
}

/// Follows the sections of a log while its lines go by.
///
/// ```
/// use casebook::logs::setupapi::{Exit, Sections};
/// let mut sections = Sections::default();
/// sections.feed(1, ">>>  [Device Install - cpu.inf]\n!!!  dvi: no\n<<<  [Exit status: FAILURE(0x00000005)]\n");
/// let section = sections.at(2).unwrap();
/// assert_eq!(section.name, "Device Install - cpu.inf");
/// assert_eq!(section.exit, Some(Exit::Failure(Some(5))));
/// ```
#[derive(Debug, Default)]
pub struct Sections {
    ended: VecDeque<Section>,
    open: Option<Section>,
}

impl Sections {
    /// Takes in lines; `first_line` is the number of the first, from 1. Feed in order, each line once.
    pub fn feed(&mut self, first_line: u64, text: &str) {
        for (index, line) in text.split('\n').enumerate() {
            // Nearly all lines end here, after one comparison.
            if let Some(text) = line.strip_prefix(">>>") {
                self.begin(first_line + index as u64, text.trim());
            } else if let Some(text) = line.strip_prefix("<<<") {
                self.end(first_line + index as u64, text.trim());
            }
        }
    }

    /// The section that a line fed earlier is in.
    pub fn at(&self, line: u64) -> Option<&Section> {
        if let Some(open) = self.open.as_ref().filter(|open| open.first_line <= line) {
            return Some(open);
        }
        let after = self.ended.partition_point(|section| section.first_line <= line);
        let section = self.ended.get(after.checked_sub(1)?)?;
        section.last_line.is_none_or(|last| line <= last).then_some(section)
    }

    /// The section that has begun and not ended at the last line fed.
    pub fn open(&self) -> Option<&Section> {
        self.open.as_ref()
    }

    /// The ended sections that are remembered, oldest first.
    pub fn ended(&self) -> impl Iterator<Item = &Section> {
        self.ended.iter()
    }

    fn begin(&mut self, line: u64, text: &str) {
        let Some(name) = text.strip_prefix('[') else { return };
        // A log cut by a crash: the next section begins without an end of the last.
        if let Some(mut lost) = self.open.take() {
            lost.last_line = Some(line.saturating_sub(1));
            self.keep(lost);
        }
        let name = name.strip_suffix(']').unwrap_or(name).trim();
        let name = name[..name.floor_char_boundary(NAME)].to_owned();
        self.open = Some(Section { name, first_line: line, last_line: None, exit: None });
    }

    fn end(&mut self, line: u64, text: &str) {
        let Some(status) = text.strip_prefix('[').and_then(|text| strip_key(text, "exit status")) else { return };
        let Some(mut section) = self.open.take() else { return };
        section.exit = if starts_with(status, "success") {
            Some(Exit::Success)
        } else if starts_with(status, "fail") {
            let code =
                status.split_once('(').and_then(|(_, rest)| rest.split_once(')')).and_then(|(code, _)| number(code));
            Some(Exit::Failure(code))
        } else {
            // A bare code: `[Exit status: 0x00000000]`.
            number(status.trim_end_matches(']').trim())
                .map(|code| if code == 0 { Exit::Success } else { Exit::Failure(Some(code)) })
        };
        section.last_line = Some(line);
        self.keep(section);
    }

    fn keep(&mut self, section: Section) {
        if self.ended.len() == KEPT {
            self.ended.pop_front();
        }
        self.ended.push_back(section);
    }
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// What follows `key:` or `key =`, in any case of letters.
fn strip_key<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let rest = starts_with(text, key).then(|| text[key.len()..].trim_start())?;
    rest.strip_prefix([':', '=']).map(str::trim_start)
}

fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}
