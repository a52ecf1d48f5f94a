//! Where in the logs of a case the leaves of a condition are met.
//!
//! Of each signature a bounded number of sightings is kept, so that every question takes little, however long the logs are.

use std::collections::{HashMap, HashSet};

use super::{
    super::{
        evidence::{Evidence, EvidenceKind},
        view::CaseView,
    },
    Held, NO_WEIGHT,
};
use crate::{article::condition::Leaf, case::places::Place, logs::kind::LogKind, signature::Standing};

/// One line in which a leaf is met.
#[derive(Clone)]
pub(super) struct Met<'a> {
    part: &'a str,
    line: u64,
    text: &'a str,
    place: Place,
}

/// The lines in which a leaf is met newly: quoted history has no order of its own.
fn met<'a>(leaf: &Leaf, view: &CaseView<'a>) -> Vec<Met<'a>> {
    let places = &view.case.places;
    let mut lines = match leaf {
        Leaf::Text(alternatives) => view
            .passages(alternatives)
            .filter(|text| text.kind.reports())
            .map(|text| Met { part: &text.part, line: text.line, text: text.text(), place: Place::default() })
            .collect(),
        Leaf::Signature(signatures) | Leaf::Failing(signatures) => {
            let failing = matches!(leaf, Leaf::Failing(_));
            let wanted = |standing| match standing {
                Standing::Failing => true,
                Standing::Cited | Standing::Quoted | Standing::Denied => false,
                _ => !failing,
            };
            let found = signatures.iter().flat_map(|signature| view.sightings(signature));
            let found = found.filter(|occurrence| wanted(occurrence.standing));
            let met = found.map(|occurrence| Met {
                part: &occurrence.part,
                line: occurrence.line,
                text: &occurrence.text,
                place: places.place(&occurrence.part, occurrence.line),
            });
            met.collect::<Vec<_>>()
        }
    };
    let mut seen = HashSet::new();
    lines.retain(|met| seen.insert((met.part, met.line)));
    lines
}

/// Met in so many lines.
pub(super) fn count<'a>(at_least: u64, leaf: &Leaf, view: &CaseView<'a>) -> Option<Vec<Met<'a>>> {
    Some(met(leaf, view)).filter(|lines| lines.len() as u64 >= at_least)
}

/// Met in a log of one of these sorts.
pub(super) fn in_log<'a>(logs: &[LogKind], leaf: &Leaf, view: &CaseView<'a>) -> Option<Vec<Met<'a>>> {
    let wanted = |met: &Met<'_>| view.case.places.kind(met.part).is_some_and(|kind| logs.contains(&kind));
    met(leaf, view).into_iter().find(wanted).map(|met| vec![met])
}

/// Each met on a later line of one log than the one before: of the first the earliest line is taken, of each next one the earliest
/// behind that, which leaves most room.
pub(super) fn then<'a>(leaves: &[Leaf], view: &CaseView<'a>) -> Option<Vec<Met<'a>>> {
    by_log(leaves, view).into_iter().find_map(|lists| {
        let mut row: Vec<Met<'a>> = Vec::with_capacity(lists.len());
        for list in lists {
            let after = row.last().map_or(0, |met| met.line);
            row.push(list.into_iter().filter(|met| met.line > after).min_by_key(|met| met.line)?);
        }
        Some(row)
    })
}

/// All met in one section of a log.
pub(super) fn same_section<'a>(leaves: &[Leaf], view: &CaseView<'a>) -> Option<Vec<Met<'a>>> {
    by_log(leaves, view).into_iter().find_map(|lists| {
        lists.first()?.iter().find_map(|first| {
            let section = first.place.section?;
            let of = |list: &Vec<Met<'a>>| list.iter().find(|met| met.place.section == Some(section)).cloned();
            lists.iter().map(of).collect()
        })
    })
}

/// All met in one log within a span of its time: a window moves over the lines in the order of their time.
pub(super) fn within<'a>(seconds: u64, leaves: &[Leaf], view: &CaseView<'a>) -> Option<Vec<Met<'a>>> {
    by_log(leaves, view).into_iter().find_map(|lists| {
        let base = lists.iter().flatten().find_map(|met| met.place.moment)?;
        let timed = |(leaf, list): (usize, &Vec<Met<'_>>)| -> Vec<(i64, usize, usize)> {
            let at = |(index, met): (usize, &Met<'_>)| Some((met.place.moment?.since(base)?, leaf, index));
            list.iter().enumerate().filter_map(at).collect()
        };
        let mut all: Vec<_> = lists.iter().enumerate().flat_map(timed).collect();
        all.sort_unstable();
        let mut last: Vec<Option<(i64, usize)>> = vec![None; lists.len()];
        for (at, leaf, index) in all {
            last[leaf] = Some((at, index));
            let near =
                |seen: &Option<(i64, usize)>| seen.is_some_and(|(then, _)| (at - then).unsigned_abs() <= seconds);
            if last.iter().all(near) {
                let row = last.iter().zip(&lists).filter_map(|(seen, list)| list.get(seen.as_ref()?.1).cloned());
                return Some(row.collect());
            }
        }
        None
    })
}

/// The lines of each leaf, log by log, in the order of the logs' names; logs in which one is missing are left out.
fn by_log<'a>(leaves: &[Leaf], view: &CaseView<'a>) -> Vec<Vec<Vec<Met<'a>>>> {
    let mut logs: HashMap<&str, Vec<Vec<Met<'a>>>> = HashMap::new();
    for (index, leaf) in leaves.iter().enumerate() {
        for met in met(leaf, view) {
            if view.case.places.kind(met.part).is_some() {
                logs.entry(met.part).or_insert_with(|| vec![Vec::new(); leaves.len()])[index].push(met);
            }
        }
    }
    let mut logs: Vec<_> = logs.into_iter().filter(|(_, lists)| lists.iter().all(|list| !list.is_empty())).collect();
    logs.sort_by_key(|(part, _)| *part);
    logs.into_iter().map(|(_, lists)| lists).collect()
}

/// Lines shown for one demand.
const SHOWN: usize = 4;

/// What meets a demand: the first of its lines.
pub(super) fn held(demand: &str, lines: Vec<Met<'_>>) -> Held {
    let evidence = lines.into_iter().take(SHOWN).map(|met| Evidence {
        kind: EvidenceKind::Condition { demand: demand.to_string(), said: None },
        part: met.part.to_string(),
        line: met.line,
        text: met.text.trim().to_string(),
        weight: NO_WEIGHT,
        quoted: false,
    });
    Held { evidence: evidence.collect(), quoted: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        article::{self, Condition},
        case::{Sink, collect::Collector, fields::FieldRules},
        matching::condition::hold,
        signature::extract::Extractor,
        text::terms::Terms,
    };

    const CBS: &str = "2024-05-06 10:00:00, Info                  CBS    Session: 1 initialized\n\
        2024-05-06 10:00:05, Error                 CBS    Failed to open store [HRESULT = 0x80070005 - E_ACCESSDENIED]\n\
        2024-05-06 10:09:00, Error                 CBS    Failed to write file [HRESULT = 0x80070070 - ERROR_DISK_FULL]\n\
        2024-05-06 10:09:01, Error                 CBS    Failed to install [HRESULT = 0x80070005 - E_ACCESSDENIED]\n";

    fn condition(yaml: &str) -> Result<Condition, String> {
        let text = format!("---\nid: a\ntitle: b\nlanguage: en\ncondition:\n  {yaml}\n---\n## Cause\nx\n");
        article::parse("a.md", &text)
            .map(|parsed| parsed.value.condition.as_deref().unwrap().clone())
            .map_err(|error| error.to_string())
    }

    #[track_caller]
    fn check(yaml: &str, expected: bool) {
        let extractor = Extractor::new();
        let mut collector = Collector::new(&extractor, Terms::builtin());
        collector.log("CBS.log", &mut CBS.as_bytes());
        let case = collector.finish(&FieldRules::builtin()).0;
        let view = CaseView::new(&case, Terms::builtin());
        let condition = condition(yaml).unwrap_or_else(|error| panic!("{error}"));
        let held = hold(&condition, &view);
        assert_eq!(held.is_some(), expected, "{yaml}: {held:?}");
        assert!(held.is_none_or(|held| held.evidence.iter().all(|one| one.line > 0)), "{yaml}");
    }

    #[test]
    fn lines_are_counted() {
        check("count: {at_least: 2, failing: hresult:0x80070005}", true);
        check("count: {at_least: 3, failing: hresult:0x80070005}", false);
        check("count: {at_least: 2, failing: win32:112}", false);
        check("count: {at_least: 3, text: failed to}", true);
    }

    #[test]
    fn order_and_time_of_lines_are_asked_for() {
        check("then: [{failing: win32:112}, {failing: win32:5}]", true);
        check("then: [{failing: win32:5}, win32:112, {text: install}]", true);
        check("then: [{text: install}, win32:112]", false);
        check("within: {span: 1m, of: [{failing: win32:5}, {failing: win32:112}]}", true);
        check("then: [win32:112, win32:112]", false);
        check("within: {span: 1s, of: [win32:112, hresult:0x80070005, kb:KB4474419]}", false);
    }

    #[test]
    fn sorts_of_logs_are_asked_for() {
        check("in_log: {log: [dism, cbs], failing: win32:5}", true);
        check("in_log: {log: setupapi, failing: win32:5}", false);
        check("same_section: [win32:5, win32:112]", false);
    }

    #[test]
    fn what_cannot_be_is_an_error_with_its_line() {
        for (yaml, words) in [
            ("count: {at_least: 1, failing: win32:5}", "from 2 to 12"),
            ("count: {failing: win32:5}", "`at_least` as a number"),
            ("count: {at_least: 2}", "one of signature, failing, text"),
            ("within: {span: 5, of: [win32:5, win32:6]}", "`span` as `30s`"),
            ("within: {span: 9d, of: [win32:5, win32:6]}", "to a week"),
            ("within: {span: 5m, of: [win32:5, {text: a}]}", "neither time nor section"),
            ("then: [win32:5]", "a list of 2 to 8"),
            ("then: [win32:5, {either: win32:6}]", "`condition.then.either`"),
            ("in_log: {log: [cbs, iis], failing: win32:5}", "windows-update, event-log"),
            ("in_log: {failing: win32:5}", "`log` as one of"),
            ("same_section: {a: b}", "a list of 2"),
            ("all: [win32:5, {not: {signature: win32:5}}]", "asked for and ruled out"),
        ] {
            let error = condition(yaml).unwrap_err();
            assert!(error.contains(words) && error.contains("line "), "{yaml}: {error}");
        }
    }
}
