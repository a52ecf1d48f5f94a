//! Servicing, update and installer logs: an error that bubbles up from frame to frame, each of which reports it in its own
//! words and at times in its own code.
//!
//! Two failing lines belong together where they tell the same code or one that means the same; where the log itself
//! says that a code was put in place of another; where the later code only says that something below failed; or where
//! a higher layer reports at once after a lower one. Anything else begins a new run.

use std::{collections::VecDeque, sync::LazyLock};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

use super::{
    Piece, Relation, Step, by_line,
    generic::{is_generic, layer},
    is_error, same_meaning, seconds,
};
use crate::{
    catalog,
    logs::{self, LogFormat},
    signature::{Signature, SignatureKind, Standing, sight::Sighting},
};

/// Runs that a later line can still go on with.
const RUNS: usize = 16;

/// Lines within which a code without a meaning of its own follows on what failed.
const NEAR: u64 = 80;

/// Seconds of the same.
const NEAR_TIME: i64 = 15 * 60;

/// Lines within which a higher layer reports what a lower one failed with, and seconds.
const LAYERS_NEAR: u64 = 5;
const LAYERS_NEAR_TIME: i64 = 2;

/// Seconds within which the result of the whole is told: a restart lies between.
const RESULT_TIME: i64 = 60 * 60;

/// Lines of the same, where no time is told.
const RESULT_LINES: u64 = 4_000;

/// Words by which a log says that one code was put in place of another.
static REMAPS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .build([
            "remap",
            "mapped to",
            "mapping",
            "mapped from",
            "map error",
            "translat",
            "converted to",
            "converting",
            "returning ",
            "映射",
            "转换为",
            "轉換為",
            "转译",
            "改报为",
        ])
        .expect("the words are few and constant")
});

#[derive(Debug, Default)]
pub(super) struct Reader {
    runs: VecDeque<Run>,
    /// Line of the last `Return value 3` of an installer.
    action_failed: Option<u64>,
}

#[derive(Debug)]
struct Run {
    steps: Vec<Step>,
    /// What failed as a whole: an update.
    result: Option<Step>,
    line: u64,
    time: Option<i64>,
    began: Option<i64>,
}

impl Run {
    fn last(&self) -> Option<&Signature> {
        self.steps.last().map(|step| &step.signature)
    }

    /// Whether it tells a code, or one of those that mean the same.
    fn has(&self, code: &Signature, equal: &[Signature]) -> bool {
        self.steps.iter().any(|step| step.signature == *code || equal.contains(&step.signature))
    }

    fn near(&self, line: u64, time: Option<i64>, lines: u64, seconds: i64) -> bool {
        let far = |(a, b): (i64, i64)| (b - a).abs() > seconds;
        line.saturating_sub(self.line) <= lines && !self.time.zip(time).is_some_and(far)
    }

    fn report(self, found: &mut Vec<Piece>) {
        let mut steps = self.steps;
        steps.extend(self.result);
        found.push(Piece { steps, time: self.began, log: true });
    }
}

impl Reader {
    pub(super) fn feed(
        &mut self,
        part: &str,
        format: LogFormat,
        text: &str,
        sightings: &[Sighting<'_>],
        found: &mut Vec<Piece>,
    ) {
        let framed = matches!(format, LogFormat::Cbs | LogFormat::Dism | LogFormat::WindowsUpdate);
        let installer = sightings.iter().any(|one| one.signature.kind == SignatureKind::Msi);
        let mut ended = installer.then(|| memchr::memmem::find_iter(text.as_bytes(), "Return value 3").peekable());
        for line in by_line(sightings) {
            while let Some(end) = ended.as_mut().and_then(|ends| ends.next_if(|end| *end < line[0].span.start)) {
                let behind = memchr::memchr_iter(b'\n', &text.as_bytes()[end..line[0].span.start]).count() as u64;
                self.action_failed = Some(line[0].line.saturating_sub(behind));
            }
            if framed {
                self.line(part, format, line, found);
            } else if let Some((from, to)) = remapped(line) {
                self.remap(part, from, to, None, found);
            } else if installer {
                self.installer(part, format, line, found);
            }
        }
    }

    pub(super) fn end(&mut self, found: &mut Vec<Piece>) {
        self.action_failed = None;
        self.runs.drain(..).for_each(|run| run.report(found));
    }

    fn begin(&mut self, run: Run, found: &mut Vec<Piece>) {
        if self.runs.len() == RUNS
            && let Some(oldest) = self.runs.pop_front()
        {
            oldest.report(found);
        }
        self.runs.push_back(run);
    }

    fn line(&mut self, part: &str, format: LogFormat, line: &[Sighting<'_>], found: &mut Vec<Piece>) {
        let number = line[0].line;
        let time = || logs::read_record(format, line[0].text).time.and_then(seconds);
        if let Some((from, to)) = remapped(line) {
            return self.remap(part, from, to, time(), found);
        }
        let Some(error) = line.iter().find(|one| is_error(one)) else { return };
        let code = &error.signature;
        let time = time();
        let subject = line.iter().find(|one| one.signature.kind == SignatureKind::Inf);
        // An update is named by its number where there is one.
        let whole = [SignatureKind::Kb, SignatureKind::Package]
            .iter()
            .find_map(|kind| line.iter().find(|one| one.signature.kind == *kind && one.standing != Standing::Denied));
        // Asked of the catalog once: a hostile log has a new code in every line.
        let equal = catalog::equivalents(code);
        let index = self.runs.iter().rposition(|run| {
            if run.has(code, &equal) {
                return run.near(number, time, RESULT_LINES, RESULT_TIME);
            }
            let Some(last) = run.last() else { return false };
            is_generic(code) && !is_generic(last) && run.near(number, time, NEAR, NEAR_TIME)
                || layer(last).zip(layer(code)).is_some_and(|(low, high)| low < high)
                    && run.near(number, time, LAYERS_NEAR, LAYERS_NEAR_TIME)
        });
        let Some(run) = index.and_then(|index| self.runs.get_mut(index)) else {
            let subject = subject.map(|inf| Step::new(part, inf, Relation::Subject));
            let steps = subject.into_iter().chain([Step::new(part, error, Relation::FailedWith)]).collect();
            let result = whole.map(|whole| Step::new(part, whole, Relation::LedTo));
            return self.begin(Run { steps, result, line: number, time, began: time }, found);
        };
        let known = run.steps.iter().any(|step| step.signature == *code);
        if !known && run.steps.len() < super::MOST_STEPS {
            run.steps.push(Step::new(part, error, Relation::BubbledUpAs));
        }
        let headed = run.steps.first().is_some_and(|step| step.relation == Relation::Subject);
        if let Some(inf) = subject.filter(|_| !headed && number - run.line.min(number) <= LAYERS_NEAR) {
            run.steps.insert(0, Step::new(part, inf, Relation::Subject));
        }
        if let Some(whole) = whole {
            run.result.get_or_insert_with(|| Step::new(part, whole, Relation::LedTo));
        }
        (run.line, run.time) = (number, time.or(run.time));
    }

    fn remap(&mut self, part: &str, from: &Sighting<'_>, to: &Sighting<'_>, time: Option<i64>, found: &mut Vec<Piece>) {
        let step = Step::new(part, to, Relation::RemappedTo);
        let (equal_from, equal_to) = (catalog::equivalents(&from.signature), catalog::equivalents(&to.signature));
        let run =
            self.runs.iter_mut().rev().find(|run| {
                run.has(&from.signature, &equal_from) && run.near(to.line, time, RESULT_LINES, RESULT_TIME)
            });
        match run {
            Some(run) if run.has(&to.signature, &equal_to) => {}
            Some(run) => {
                run.steps.push(step);
                run.line = to.line;
            }
            None => {
                let steps = vec![Step::new(part, from, Relation::FailedWith), step];
                self.begin(Run { steps, result: None, line: to.line, time, began: time }, found);
            }
        }
    }

    /// Installer logs: the error of an action, the action's `Return value 3`, and the result of the whole.
    fn installer(&mut self, part: &str, format: LogFormat, line: &[Sighting<'_>], found: &mut Vec<Piece>) {
        let windows = |one: &&Sighting<'_>| {
            is_error(one)
                && matches!(one.signature.kind, SignatureKind::Msi | SignatureKind::Win32 | SignatureKind::Hresult)
        };
        let errors: Vec<&Sighting<'_>> = line.iter().filter(windows).collect();
        let Some(first) = errors.first() else { return };
        let time = logs::read_record(format, line[0].text).time.and_then(seconds);
        let equal = catalog::equivalents(&first.signature);
        if is_generic(&first.signature) {
            let Some(failed) = self.action_failed else { return };
            let cause = self
                .runs
                .iter_mut()
                .rev()
                .find(|run| run.line <= failed && failed - run.line <= NEAR && first.line - failed <= 400);
            if let Some(run) = cause.filter(|run| !run.has(&first.signature, &equal)) {
                run.steps.push(Step::new(part, first, Relation::BubbledUpAs));
            }
            return;
        }
        if self.runs.back().is_some_and(|run| run.has(&first.signature, &equal)) {
            return;
        }
        // `Error 1402. Could not open key … System error 5.`: what the system said comes first.
        let mut steps: Vec<Step> = Vec::new();
        for error in errors.iter().rev() {
            let relation = if steps.is_empty() { Relation::FailedWith } else { Relation::BubbledUpAs };
            if !steps.iter().any(|step| same_meaning(&step.signature, &error.signature)) {
                steps.push(Step::new(part, error, relation));
            }
        }
        self.begin(Run { steps, result: None, line: first.line, time, began: time }, found);
    }
}

/// The code and what the line says was put in its place.
pub(super) fn remapped<'s, 't>(line: &'s [Sighting<'t>]) -> Option<(&'s Sighting<'t>, &'s Sighting<'t>)> {
    let codes: Vec<&Sighting<'_>> = line
        .iter()
        .filter(|one| one.signature.kind.is_code() && !matches!(one.standing, Standing::Denied | Standing::Quoted))
        .collect();
    let (first, second) = (codes.first()?, codes.iter().find(|one| one.signature != codes[0].signature)?);
    let said = first.text;
    let end = said.floor_char_boundary(second.at.min(said.len()));
    let begin = said.floor_char_boundary(first.at.saturating_sub(120).min(end));
    // The words stand before or between the codes.
    let hit = REMAPS.find(&said[begin..end])?;
    let word = said[begin + hit.start()..begin + hit.end()].to_ascii_lowercase();
    let between = said.get(first.at..end).unwrap_or_default();
    if word == "mapped from" || between.contains("mapped from") {
        return Some((second, first));
    }
    // `returning 0x… as 0x…`, and an arrow or a word between the two.
    let joined =
        [" as ", "->", "=>", "→", " to ", " into ", "为", "為", "成"].iter().any(|word| between.contains(word));
    joined.then_some((first, second))
}
