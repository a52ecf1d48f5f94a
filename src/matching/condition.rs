//! Whether an article's condition holds for a case, and by what evidence.

mod placed;
mod said;

use super::{
    evidence::{Evidence, EvidenceKind},
    view::{CaseView, FoundSignature, FoundText},
};
use crate::{
    article::{Condition, condition::Leaf},
    signature::{Signature, Standing, Whose},
    text::is_han,
};
use placed::Met;

/// A condition that holds.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// What met its demands, in the order of the condition.
    pub evidence: Vec<Evidence>,
    /// Whether some demand is met by quoted history, or by answers, commands and pasted articles alone.
    pub quoted: bool,
}

/// Evidence that met a demand has no share of its own in the score: the condition as a whole has.
const NO_WEIGHT: f64 = 0.0;

/// Holds a condition against a case; `None` where it does not hold.
///
/// `any` takes the branch that rests on the least quoted history, and of these the one that shows most evidence.
/// `not` looks at what is newly said alone: what was true in an old mail may be over.
pub fn hold<'a>(condition: &'a Condition, view: &CaseView<'a>) -> Option<Held> {
    let may = may_hold(condition, view, false) && may_hold(condition, view, true);
    may.then(|| hold_possible(condition, view)).flatten()
}

/// As [`hold`], for what [`may_hold`].
fn hold_possible<'a>(condition: &'a Condition, view: &CaseView<'a>) -> Option<Held> {
    // The demand is told only where it holds.
    let held = |lines: Option<Vec<Met<'_>>>| lines.map(|lines| placed::held(&demand(condition, view), lines));
    match condition {
        Condition::All(parts) => hold_all(parts, view),
        Condition::Any(parts) => parts
            .iter()
            .filter_map(|part| hold_possible(part, view))
            .reduce(|best, next| if strength(&next) > strength(&best) { next } else { best }),
        Condition::Not(part) => match hold(part, view) {
            Some(held) if !held.quoted => None,
            _ => Some(Held::default()),
        },
        Condition::Signature(signature) => {
            of_the_case(signature, view).map(|found| by_signature(signature, found, view))
        }
        Condition::Failing(signature) => failing(signature, view).map(|found| by_signature(signature, found, view)),
        Condition::Text(alternatives) => view.words(alternatives).map(|found| by_words(alternatives, &found, view)),
        Condition::Count { at_least, of } => held(placed::count(*at_least, of, view)),
        Condition::Within { seconds, of } => held(placed::within(*seconds, of, view)),
        Condition::Then(of) => held(placed::then(of, view)),
        Condition::SameSection(of) => held(placed::same_section(of, view)),
        Condition::InLog { logs, of } => held(placed::in_log(logs, of, view)),
    }
}

/// Holds all parts of a condition against a case; what meets them comes together.
fn hold_all<'a>(parts: &'a [Condition], view: &CaseView<'a>) -> Option<Held> {
    let mut all = Held::default();
    for part in parts {
        let held = hold_possible(part, view)?;
        all.quoted |= held.quoted;
        all.evidence.extend(held.evidence);
    }
    Some(all)
}

/// Whether a condition may hold. It may say so of one that does not; where it says that one cannot, [`hold_possible`] finds that
/// it does not.
///
/// Signatures are looked up, of words only whether the case has them anywhere, and that only `with_words`: of most articles some
/// signature is missing, and to look for it takes a hundredth of the time that evidence takes.
fn may_hold(condition: &Condition, view: &CaseView<'_>, with_words: bool) -> bool {
    match condition {
        Condition::All(parts) => parts.iter().all(|part| may_hold(part, view, with_words)),
        Condition::Any(parts) => parts.iter().any(|part| may_hold(part, view, with_words)),
        Condition::Not(_) => true,
        Condition::Signature(signature) => of_the_case(signature, view).is_some(),
        Condition::Failing(signature) => failing(signature, view).is_some(),
        Condition::Text(alternatives) => !with_words || view.may_say(alternatives),
        Condition::Count { of, .. } | Condition::InLog { of, .. } => may_meet(of, view, with_words),
        Condition::Within { of, .. } | Condition::Then(of) | Condition::SameSection(of) => {
            of.iter().all(|leaf| may_meet(leaf, view, with_words))
        }
    }
}

fn may_meet(leaf: &Leaf, view: &CaseView<'_>, with_words: bool) -> bool {
    match leaf {
        Leaf::Signature(signatures) | Leaf::Failing(signatures) => {
            signatures.iter().any(|signature| view.signature(signature).is_some())
        }
        Leaf::Text(alternatives) => !with_words || view.may_say(alternatives),
    }
}

/// A signature that is seen and not only named by an answer: a pasted article or script would make any issue certain that it is
/// about.
fn of_the_case<'a>(signature: &Signature, view: &CaseView<'a>) -> Option<FoundSignature<'a>> {
    view.signature(signature).filter(|found| {
        found.evidence.standing != Standing::Cited
            || found.evidence.occurrences.iter().any(|one| one.whose.is_some_and(Whose::is_of_the_case))
    })
}

fn failing<'a>(signature: &Signature, view: &CaseView<'a>) -> Option<FoundSignature<'a>> {
    view.signature(signature).filter(|found| found.evidence.standing == Standing::Failing)
}

/// How much of a condition that does not hold is met, and what is missing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Partly {
    /// Demands that are met.
    pub met: usize,
    /// Demands in all, of the branch that comes nearest.
    pub of: usize,
    /// The demands that are not met, in words.
    pub missing: Vec<String>,
    /// What is seen and rules it out, in words.
    pub ruled_out: Option<String>,
}

impl Partly {
    fn share(&self) -> f64 {
        self.met as f64 / self.of.max(1) as f64
    }
}

/// What is met of a condition that does not hold: of `any` the branch that comes nearest. A counter-indication that
/// is seen leaves nothing.
pub fn partly<'a>(condition: &'a Condition, view: &CaseView<'a>) -> Partly {
    match condition {
        Condition::All(parts) => {
            let mut all = Partly::default();
            for part in parts {
                if let Condition::Not(counter) = part {
                    if hold(part, view).is_none() {
                        return Partly { of: 1, ruled_out: Some(demand(counter, view)), ..Partly::default() };
                    }
                    continue;
                }
                // One demand, however it is put: else a long list of alternatives would outweigh the rest.
                all.of += 1;
                if hold(part, view).is_some() {
                    all.met += 1;
                } else {
                    all.missing.push(demand(part, view));
                }
            }
            all
        }
        Condition::Any(parts) => parts
            .iter()
            .map(|part| partly(part, view))
            .reduce(|best, next| if next.share() > best.share() { next } else { best })
            .unwrap_or_default(),
        other => {
            let met = usize::from(hold(other, view).is_some());
            Partly { met, of: 1, missing: vec![demand(other, view)], ruled_out: None }
        }
    }
}

/// Alternatives named in a demand: the rest are of the same sort.
const NAMED: usize = 3;

/// Characters of a demand in words: it tells what to look for, it is not the condition.
const DEMAND: usize = 90;

/// A demand in words, shortened; of alternatives those in the language of the case come first.
fn demand(condition: &Condition, view: &CaseView<'_>) -> String {
    let mut leaves = Vec::new();
    name_leaves(condition, view.is_chinese(), &mut leaves);
    let mut text = leaves.join(" or ");
    if text.chars().count() > DEMAND {
        text = text.chars().take(DEMAND).collect::<String>() + "…";
    }
    text
}

/// The first leaves below a condition in words; what of several belongs together is not told.
fn name_leaves(condition: &Condition, chinese: bool, leaves: &mut Vec<String>) {
    if leaves.len() >= NAMED {
        return;
    }
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().for_each(|part| name_leaves(part, chinese, leaves))
        }
        Condition::Not(_) => {}
        Condition::Signature(signature) => leaves.push(signature.to_string()),
        Condition::Failing(signature) => leaves.push(format!("{signature} failing")),
        Condition::Text(alternatives) => {
            leaves.extend(in_language(alternatives, chinese).take(NAMED).map(|words| quoted(words)));
        }
        Condition::Count { at_least, of } => leaves.push(format!("{} on {at_least} lines", name_leaf(of, chinese))),
        Condition::Within { seconds, of } => {
            leaves.push(format!("{} within {}", join(of, " and ", chinese), span(*seconds)));
        }
        Condition::Then(of) => leaves.push(join(of, ", then ", chinese)),
        Condition::SameSection(of) => leaves.push(format!("{} in one section", join(of, " and ", chinese))),
        Condition::InLog { logs, of } => {
            let logs: Vec<&str> = logs.iter().map(|log| log.name()).collect();
            leaves.push(format!("{} in a log of {}", name_leaf(of, chinese), logs.join(" or ")));
        }
    }
}

/// Alternatives, those in a language first: an article lists both.
fn in_language(alternatives: &[Vec<String>], chinese: bool) -> impl Iterator<Item = &Vec<String>> {
    let is = move |words: &&Vec<String>| words.iter().any(|word| word.chars().any(is_han)) == chinese;
    alternatives.iter().filter(is).chain(alternatives.iter().filter(move |words| !is(words)))
}

fn quoted(words: &[String]) -> String {
    format!("“{}”", words.join(" & "))
}

fn join(leaves: &[Leaf], by: &str, chinese: bool) -> String {
    leaves.iter().map(|leaf| name_leaf(leaf, chinese)).collect::<Vec<_>>().join(by)
}

fn name_leaf(leaf: &Leaf, chinese: bool) -> String {
    let (mut named, ending): (Vec<String>, &str) = match leaf {
        Leaf::Signature(signatures) => (signatures.iter().map(ToString::to_string).collect(), ""),
        Leaf::Failing(signatures) => (signatures.iter().map(ToString::to_string).collect(), " failing"),
        Leaf::Text(alternatives) => (in_language(alternatives, chinese).map(|words| quoted(words)).collect(), ""),
    };
    named.truncate(NAMED);
    named.join(" or ") + ending
}

/// A span in the largest unit that it is whole in.
fn span(seconds: u64) -> String {
    let units = [(86_400, "d"), (3600, "h"), (60, "m")];
    let whole = units.into_iter().find(|(unit, _)| seconds.is_multiple_of(*unit));
    whole.map_or(format!("{seconds}s"), |(unit, name)| format!("{}{name}", seconds / unit))
}

fn strength(held: &Held) -> (bool, usize) {
    (!held.quoted, held.evidence.len())
}

fn by_signature<'a>(demand: &Signature, found: FoundSignature<'a>, view: &CaseView<'a>) -> Held {
    let place = view.best_occurrence(found.evidence);
    Held {
        quoted: !found.evidence.standing.reports(),
        evidence: vec![Evidence {
            kind: EvidenceKind::Condition { demand: demand.to_string(), said: None },
            part: place.map_or_else(String::new, |place| place.part.clone()),
            line: place.map_or(0, |place| place.line),
            text: place.map_or_else(String::new, |place| place.text.clone()),
            weight: NO_WEIGHT,
            quoted: place.is_some_and(|place| !place.standing.reports()),
        }],
    }
}

fn by_words(alternatives: &[Vec<String>], found: &FoundText<'_>, view: &CaseView<'_>) -> Held {
    let words = &alternatives[found.alternative];
    let passage = &found.text.text()[found.span.clone()];
    let said = said::words(words, passage, view.terms());
    Held {
        quoted: !found.standing().reports(),
        evidence: vec![Evidence {
            kind: EvidenceKind::Condition {
                demand: format!("says: {}", words.join(" & ")),
                said: (said != *words).then(|| said.join(" & ")),
            },
            part: found.text.part.clone(),
            line: found.line(),
            text: passage.trim().to_string(),
            weight: NO_WEIGHT,
            quoted: !found.standing().reports(),
        }],
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;
    use crate::{
        case::{CaseEvidence, Sink, TextEvidence, TextKind, collect::Collector, fields::FieldRules},
        logs::kind::LogKind,
        signature::extract::Extractor,
        text::{Alternatives, terms::Terms},
    };

    const LOG: &str = "2024-05-06 10:00:00, Info                  CBS    Session: 1 initialized by cpu.inf\n\
        2024-05-06 10:00:05, Error                 CBS    Failed to open store [HRESULT = 0x80070005 - E_ACCESSDENIED]\n\
        2024-05-06 10:09:00, Error                 CBS    Failed to write file [HRESULT = 0x80070070 - ERROR_DISK_FULL]\n";

    static CASE: LazyLock<CaseEvidence> = LazyLock::new(|| {
        let extractor = Extractor::new();
        let mut collector = Collector::new(&extractor, Terms::builtin());
        collector.log("CBS.log", &mut LOG.as_bytes());
        collector.log("note.txt", &mut "It rolls back. KB4474419 was not installed. 0xC1900101\n".as_bytes());
        let mut case = collector.finish(&FieldRules::builtin()).0;
        case.texts.push(TextEvidence::new("mail", 3, TextKind::Quoted, "the printer is offline"));
        case
    });

    /// Conditions of what the case says, denies or quotes, and of what it says nothing of.
    fn conditions() -> impl Strategy<Value = Condition> {
        let signatures = ["hresult:0x80070005", "win32:112", "inf:cpu.inf", "kb:KB4474419", "kb:KB1"];
        let signature = select(signatures.to_vec()).prop_map(|one| one.parse::<Signature>().expect("a signature"));
        let words = select(vec!["failed to", "store", "rollback", "回滚", "printer", "database"]);
        let text = vec(vec(words.prop_map(str::to_string), 1..3), 1..3).prop_map(Alternatives::from);
        let leaf = prop_oneof![
            vec(signature.clone(), 1..3).prop_map(Leaf::Signature),
            vec(signature.clone(), 1..3).prop_map(Leaf::Failing),
            text.clone().prop_map(Leaf::Text),
        ];
        let leaves = vec(leaf.clone(), 1..3);
        let one = prop_oneof![
            signature.clone().prop_map(Condition::Signature),
            signature.prop_map(Condition::Failing),
            text.prop_map(Condition::Text),
            (1..3_u64, leaf.clone()).prop_map(|(at_least, of)| Condition::Count { at_least, of }),
            (1..900_u64, leaves.clone()).prop_map(|(seconds, of)| Condition::Within { seconds, of }),
            leaves.clone().prop_map(Condition::Then),
            leaves.prop_map(Condition::SameSection),
            (select(vec![LogKind::Cbs, LogKind::Setupapi]), leaf)
                .prop_map(|(log, of)| Condition::InLog { logs: vec![log], of }),
        ];
        one.prop_recursive(3, 12, 3, |part| {
            prop_oneof![
                vec(part.clone(), 1..3).prop_map(Condition::All),
                vec(part.clone(), 1..3).prop_map(Condition::Any),
                part.prop_map(|part| Condition::Not(Box::new(part))),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_may_not_hold_does_not(condition in conditions()) {
            let view = CaseView::new(&CASE, Terms::builtin());
            let held = hold_possible(&condition, &view);
            for with_words in [false, true] {
                prop_assert!(may_hold(&condition, &view, with_words) || held.is_none(), "{held:?}");
            }
        }
    }
}
