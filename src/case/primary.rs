//! The primary signature of a case: of all that is seen, the one nearest the root, not the noisiest.
//!
//! In this order: the first specific error of the best causal chain; the earliest specific code that fails; a code that
//! only says that something failed, where nothing else does; a failing name. What only a person names comes last.

use std::collections::{HashMap, HashSet};

use jiff::civil::DateTime;
use serde::Serialize;

use super::{
    Part, PartKind,
    chain::{Chain, generic::is_generic},
};
use crate::{
    logs::clock::LogClock,
    signature::{Occurrence, Signature, SignatureEvidence, SignatureKind, Standing},
};

/// The primary signature, with why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Primary {
    /// Kind of the signature.
    pub kind: SignatureKind,
    /// Its value in normal form.
    pub value: String,
    /// Why it is this one, in a sentence.
    pub why: String,
    /// Where it stands first.
    pub part: String,
    /// Line of the part, from 1; 0 for a subject.
    pub line: u64,
}

/// Chooses the primary signature; `None` where nothing fails and nothing is named.
pub fn primary(signatures: &[SignatureEvidence], chains: &[Chain], parts: &[Part]) -> Option<Primary> {
    if let Some(chain) = chains.first()
        && let Some(root) = chain.root()
    {
        let why = format!("the first error of the causal chain {chain}; what comes behind it follows from it");
        return Some(Primary {
            kind: root.signature.kind,
            value: root.signature.value.clone(),
            why,
            part: root.part.clone(),
            line: root.line,
        });
    }
    let order = Order::of(signatures, parts);
    let logs: Vec<&str> =
        parts.iter().filter(|part| part.kind == PartKind::Log).map(|part| part.part.as_str()).collect();
    let failing: Vec<&SignatureEvidence> = signatures.iter().filter(|one| one.standing == Standing::Failing).collect();
    let place = |evidence: &SignatureEvidence| order.first(evidence).map(|at| order.place(at));
    // What a person names and a log proves is what the case is about.
    let proven = |evidence: &SignatureEvidence| {
        let failing = |log: bool| {
            evidence
                .occurrences
                .iter()
                .any(|one| one.standing == Standing::Failing && logs.contains(&one.part.as_str()) == log)
        };
        failing(true) && failing(false)
    };
    let specific: Vec<&SignatureEvidence> =
        failing.iter().copied().filter(|one| one.signature.kind.is_code() && !is_generic(&one.signature)).collect();
    // An exception passes on what stands in its message.
    let passes_on = |one: &SignatureEvidence| {
        one.signature.kind == SignatureKind::Exception
            && specific.iter().any(|other| {
                other.signature.kind != SignatureKind::Exception
                    && !weak(&other.signature)
                    && place(other) == place(one)
            })
    };
    let earliest = |one: &&SignatureEvidence| (!proven(one), weak(&one.signature), place(one), passes_on(one));
    if let Some(best) = specific.iter().copied().min_by_key(earliest) {
        let passed_on = specific.iter().any(|one| passes_on(one) && place(one) == place(best));
        let why = match (specific.len(), proven(best)) {
            (1, _) => "the only specific error that is reported as failing".to_string(),
            (others, true) => format!("of {others} specific errors the one that a person names and a log proves"),
            (others, false) if passed_on => {
                format!("of {others} specific errors the earliest; the exception on its line passes it on")
            }
            (others, false) => format!("the earliest of {others} specific errors that are reported as failing"),
        };
        return order.told(best, why);
    }
    let earliest = |code: bool| {
        let of_kind = failing.iter().filter(move |one| one.signature.kind.is_code() == code);
        of_kind.min_by_key(|one| (naming(one.signature.kind), place(one)))
    };
    if let Some(best) = earliest(true) {
        return order.told(best, "it says only that something failed, but no error says more".into());
    }
    if let Some(best) = earliest(false) {
        return order.told(best, "it is said to fail, and no error code is given".into());
    }
    let named = signatures.iter().filter(|one| one.standing == Standing::Mentioned && one.signature.kind.is_code());
    let best = named.min_by_key(|one| is_generic(&one.signature))?;
    order.told(best, "it is only named; nothing is reported as failing".into())
}

/// Kinds that tell how something ended rather than why: an exit status, a status of the web.
fn weak(signature: &Signature) -> bool {
    matches!(
        signature.kind,
        SignatureKind::Exit
            | SignatureKind::Container
            | SignatureKind::Http
            | SignatureKind::Signal
            | SignatureKind::Systemd
            | SignatureKind::K8s
            | SignatureKind::Template
            | SignatureKind::Stack
    )
}

/// Names that tell most of a failure first: a program that met an error is rarely what is wrong.
fn naming(kind: SignatureKind) -> u8 {
    match kind {
        SignatureKind::Regkey | SignatureKind::Clsid => 1,
        SignatureKind::Kb | SignatureKind::Package | SignatureKind::Cve => 2,
        SignatureKind::File => 3,
        _ => 0,
    }
}

/// What came first: by part, and within a part from its first line on, or from its last where the newest stands first.
struct Order<'p> {
    parts: HashMap<&'p str, usize>,
    newest_first: HashSet<&'p str>,
}

impl<'p> Order<'p> {
    fn of(signatures: &[SignatureEvidence], parts: &'p [Part]) -> Self {
        Order {
            parts: parts.iter().enumerate().map(|(index, part)| (part.part.as_str(), index)).collect(),
            newest_first: newest_first(signatures, parts),
        }
    }

    /// The first sighting of a signature in its strongest standing.
    fn first<'e>(&self, evidence: &'e SignatureEvidence) -> Option<&'e Occurrence> {
        let mut strongest = evidence.occurrences.iter().filter(|one| one.standing == evidence.standing);
        let first = strongest.next()?;
        let newest_first = self.newest_first.contains(first.part.as_str());
        let last = strongest.filter(|one| newest_first && one.part == first.part).max_by_key(|one| one.line);
        Some(last.unwrap_or(first))
    }

    fn told(&self, evidence: &SignatureEvidence, why: String) -> Option<Primary> {
        let at = self.first(evidence)?;
        let Signature { kind, value } = evidence.signature.clone();
        Some(Primary { kind, value, why, part: at.part.clone(), line: at.line })
    }

    fn place(&self, at: &Occurrence) -> (usize, u64) {
        let part = self.parts.get(at.part.as_str()).copied().unwrap_or(usize::MAX);
        (part, if self.newest_first.contains(at.part.as_str()) { u64::MAX - at.line } else { at.line })
    }
}

/// The logs in which the last of the lines that fail is older than the first: exports begin with the newest.
fn newest_first<'p>(signatures: &[SignatureEvidence], parts: &'p [Part]) -> HashSet<&'p str> {
    let logs = parts.iter().filter(|part| part.kind == PartKind::Log);
    // The first and the last dated line that fails.
    let mut ends: HashMap<&str, Option<[(u64, DateTime); 2]>> = logs.map(|part| (part.part.as_str(), None)).collect();
    let occurrences = signatures.iter().flat_map(|one| &one.occurrences);
    for at in occurrences.filter(|one| one.standing == Standing::Failing) {
        let Some(ends) = ends.get_mut(at.part.as_str()) else { continue };
        let Some(time) = LogClock::new(&at.part).line(at.line, &at.text).and_then(|seen| seen.certain()) else {
            continue;
        };
        let [first, last] = ends.get_or_insert([(at.line, time); 2]);
        if at.line < first.0 {
            *first = (at.line, time);
        }
        if at.line >= last.0 {
            *last = (at.line, time);
        }
    }
    let older = ends.into_iter().filter(|(_, ends)| ends.is_some_and(|[(_, first), (_, last)]| last < first));
    older.map(|(part, _)| part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Evidence at `part:line`, as `kind:value standing part line`.
    fn evidence(rows: &[&str]) -> Vec<SignatureEvidence> {
        let mut all: Vec<SignatureEvidence> = Vec::new();
        for row in rows {
            let [signature, standing, part, line] = row.split(' ').collect::<Vec<_>>()[..] else { panic!("{row}") };
            let standing = if standing == "failing" { Standing::Failing } else { Standing::Mentioned };
            let occurrence = Occurrence {
                part: part.into(),
                line: line.parse().unwrap(),
                text: String::new(),
                standing,
                whose: None,
                parameters: Vec::new(),
            };
            let signature: Signature = signature.parse().unwrap();
            match all.iter_mut().find(|one| one.signature == signature) {
                Some(known) => known.occurrences.push(occurrence),
                None => all.push(SignatureEvidence { signature, occurrences: vec![occurrence], count: 1, standing }),
            }
        }
        all
    }

    #[track_caller]
    fn check(rows: &[&str], expected: Option<&str>, why: &str) {
        let part = |name: &str, kind| Part {
            part: name.into(),
            kind,
            format: String::new(),
            encoding: None,
            bytes: 1,
            lines: 9,
        };
        let parts = [part("mail.eml", PartKind::Message), part("a.log", PartKind::Log), part("b.log", PartKind::Log)];
        let found = primary(&evidence(rows), &[], &parts);
        assert_eq!(found.as_ref().map(|one| format!("{}:{}", one.kind, one.value)).as_deref(), expected, "{found:?}");
        assert!(found.is_none_or(|one| one.why.contains(why)), "of {rows:?}");
    }

    #[test]
    fn generic_codes_yield() {
        check(
            &["msi:1603 failing a.log 3", "hresult:0x80070643 failing mail.eml 1", "win32:1920 failing a.log 9"],
            Some("win32:1920"),
            "only specific",
        );
        check(&["msi:1603 failing a.log 3"], Some("msi:1603"), "no error says more");
        check(
            &["exception:java.lang.RuntimeException failing a.log 3", "ora:ORA-12514 failing a.log 9"],
            Some("ora:ORA-12514"),
            "only specific",
        );
    }

    #[test]
    fn earliest_of_several_and_what_people_and_logs_both_tell() {
        check(&["win32:5 failing a.log 30", "win32:32 failing a.log 3"], Some("win32:32"), "earliest of 2");
        let both = ["win32:32 failing a.log 3", "win32:5 failing a.log 30", "win32:5 failing mail.eml 4"];
        check(&both, Some("win32:5"), "a person names and a log proves");
        check(&["exit:137 failing a.log 3", "errno:ENOSPC failing b.log 30"], Some("errno:ENOSPC"), "earliest");
    }

    #[test]
    fn what_an_exception_passes_on_stands_before_it() {
        let rows = ["exception:java.sql.SQLException failing a.log 3", "ora:ORA-12514 failing a.log 3"];
        check(&rows, Some("ora:ORA-12514"), "passes it on");
        let rows = ["exception:java.sql.SQLException failing a.log 2", "ora:ORA-12514 failing a.log 3"];
        check(&rows, Some("exception:java.sql.SQLException"), "earliest of 2");
    }

    #[test]
    fn the_earliest_stands_last_where_the_newest_stands_first() {
        let mut all = evidence(&["mssql:18456 failing a.log 1", "mssql:9002 failing a.log 2"]);
        let parts = [Part {
            part: "a.log".into(),
            kind: PartKind::Log,
            format: String::new(),
            encoding: None,
            bytes: 1,
            lines: 2,
        }];
        all[0].occurrences[0].text = "2026-11-12T02:00:11.11 Logon       Error: 18456, Severity: 14".into();
        all[1].occurrences[0].text = "2026-11-12T01:59:58.00 spid12s     Error: 9002, Severity: 17".into();
        let found = primary(&all, &[], &parts).unwrap();
        assert_eq!((found.value.as_str(), found.line), ("9002", 2));
    }

    #[test]
    fn names_where_there_is_no_code() {
        check(
            &["kb:KB4474419 failing mail.eml 3", "file:a.sys mentioned mail.eml 1"],
            Some("kb:KB4474419"),
            "no error code",
        );
        check(&["hresult:0x80070005 mentioned mail.eml 3"], Some("hresult:0x80070005"), "only named");
        check(&["file:a.sys mentioned mail.eml 1"], None, "");
        check(&[], None, "");
    }
}
