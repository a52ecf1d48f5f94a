//! Which updates a case shows as installed, and which as not installed.
//!
//! A list that the machine printed (systeminfo, `wmic qfe`, Get-HotFix, DISM) beats the lines of its logs, these beat
//! what people say. That an update stands in no list says something only where the list is whole.

use std::{collections::HashMap, sync::LazyLock};

use regex::Regex;

use super::{Fact, values::update_number};

/// Updates kept: the longest lists of old systems have about a thousand.
const MOST: usize = 5000;

/// Rows from which a table counts as the whole list: fewer are often an answer to a question about these alone.
const WHOLE_TABLE: usize = 3;

/// Who says that an update is installed, from weakest to strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// A person.
    Said,
    /// A line of a log; a later line may say otherwise.
    Logged,
    /// A list of what is installed.
    Listed,
}

/// What is known of one update.
#[derive(Debug, Clone)]
struct Seen {
    fact: Fact,
    source: Source,
    installed: bool,
}

/// The updates of a case.
#[derive(Debug, Clone, Default)]
pub(super) struct Updates {
    places: HashMap<String, usize>,
    all: Vec<Seen>,
    /// The longest list that is whole.
    list: Option<(usize, Fact)>,
}

impl Updates {
    /// Takes in that an update is installed, or is not.
    pub(super) fn see(&mut self, fact: Fact, source: Source, installed: bool) {
        let Some(place) = self.places.get(&fact.value) else {
            if self.all.len() < MOST {
                self.places.insert(fact.value.clone(), self.all.len());
                self.all.push(Seen { fact, source, installed });
            }
            return;
        };
        let known = &mut self.all[*place];
        let replaces = source > known.source
            || source == known.source
                && match source {
                    // "We installed it, at the restart it is rolled back": of one text the failure stands.
                    Source::Said => known.fact.part != fact.part || !installed,
                    Source::Logged => true,
                    Source::Listed => installed && !known.installed,
                };
        if replaces && (source, installed) != (known.source, known.installed) {
            *known = Seen { fact, source, installed };
        }
    }

    /// Takes in that a list of so many updates, which ends there, is whole.
    pub(super) fn whole_list(&mut self, count: usize, part: &str, line: u64) {
        if self.list.as_ref().is_none_or(|(known, _)| count > *known) {
            self.list = Some((count, Fact { value: count.to_string(), part: part.to_owned(), line }));
        }
    }

    /// Takes in the row with this number of a table.
    pub(super) fn row(&mut self, number: usize, part: &str, line: u64) {
        if number >= WHOLE_TABLE {
            self.whole_list(number, part, line);
        }
    }

    /// Those that are installed, those that are not, and the whole list, if there was one.
    pub(super) fn finish(self) -> (Vec<Fact>, Vec<Fact>, Option<Fact>) {
        let (installed, not): (Vec<Seen>, Vec<Seen>) = self.all.into_iter().partition(|seen| seen.installed);
        let facts = |seen: Vec<Seen>| seen.into_iter().map(|one| one.fact).collect();
        (facts(installed), facts(not), self.list.map(|(_, fact)| fact))
    }
}

/// A list of systeminfo while it goes by: it says beforehand how many entries it has.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Announced {
    /// How many entries there will be.
    pub(super) count: usize,
    /// How many there were.
    pub(super) seen: usize,
}

/// What the rest of a line says of the package that it names.
pub(super) fn state_of(rest: &str, before: &str) -> Option<(Source, bool)> {
    if let Some((_, state)) = rest.split_once("current: ") {
        return installed(state.split(',').next().unwrap_or(state)).map(|installed| (Source::Logged, installed));
    }
    if let Some(state) = rest.split('|').nth(1) {
        return installed(state).map(|installed| (Source::Listed, installed));
    }
    let line = format!("{before} {rest}").to_ascii_lowercase();
    let failed = ["failed to install", "failed to stage", "failed execut", "rolled back", "could not be installed"];
    failed.iter().any(|words| line.contains(words)).then_some((Source::Logged, false))
}

/// Whether a state of a package means that it is installed; `None` where it says neither.
pub(super) fn installed(state: &str) -> Option<bool> {
    match state.trim() {
        "Installed" | "已安装" | "已安裝" => Some(true),
        "Absent" | "Not Present" | "Staged" | "Install Pending" | "Uninstall Pending" | "Uninstalled" | "Removed"
        | "不存在" | "已暂存" | "已暫存" | "安装挂起" | "卸载挂起" => Some(false),
        // Superseded, Resolved, Partially Installed: what is there is another one's or half.
        _ => None,
    }
}

static ROLLUP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^RollupFix~[0-9a-f]{1,16}~[A-Za-z0-9]{1,8}~[A-Za-z-]{0,8}~([0-9]{4,5})\.([0-9]{1,5})\.")
        .expect("the pattern is fixed and covered by tests")
});

/// Build number and revision that a cumulative update brings: `RollupFix~31bf3856ad364e35~amd64~~19041.3803.1.9`.
pub(super) fn rollup(package: &str) -> Option<(u32, u32)> {
    let found = ROLLUP.captures(&package[..package.floor_char_boundary(80)])?;
    Some((found[1].parse().ok()?, found[2].parse().ok()?))
}

/// The update that an event names in brackets, `(KB5034441)`.
pub(super) fn in_brackets(rest: &str) -> Option<String> {
    rest.match_indices("(KB").find_map(|(at, _)| update_number(&rest[at + 1..]))
}
