//! What is said of a triage's report, whatever the form.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashSet},
};

use super::{
    super::output::{clean_line, plural, shorten},
    explain,
};
use crate::{
    app::{
        superseded::Superseded,
        triage::{MatchReport, SignatureReport, TriageReport},
    },
    article::{ArticleKind, ArticleStatus, Section, SectionKind},
    case::{PartKind, chain::Step},
    facts::Fact,
    matching::{Evidence, OutcomeKind, Specific, Verdict},
    signature::Standing,
};

/// Signatures in a table where not all are asked for: the next ones are noise in most cases.
const SIGNATURES: usize = 12;

/// Evidence shown of the best match: an engineer checks the first few.
const EVIDENCE: usize = 8;

/// Evidence shown of each further match.
const EVIDENCE_BELOW: usize = 3;

/// What a verdict means for the reader, in one sentence.
pub(super) fn verdict_sentence(report: &TriageReport) -> Cow<'static, str> {
    if let Some(errand) = report.errand {
        return format!("no fault is reported; this reads like {}", errand.named()).into();
    }
    Cow::Borrowed(match report.verdict {
        Verdict::Known => "a known issue explains this case",
        Verdict::Possible => "a known issue may fit; see what is missing or speaks against it",
        Verdict::Unknown if report.signatures.iter().all(|one| one.standing != Standing::Failing) => {
            "no error that fails was found, and no known issue fits"
        }
        Verdict::Unknown => "no known issue fits",
    })
}

/// Name and value of the case's fields that are known.
pub(super) fn case_rows(report: &TriageReport) -> Vec<(&'static str, String)> {
    let case = &report.case;
    let facts = &report.facts;
    let value = |fact: &Option<Fact>| fact.as_ref().map(|fact| fact.value.clone());
    let machine: Vec<String> = [
        value(&facts.product),
        value(&facts.build),
        value(&facts.edition),
        value(&facts.architecture),
        value(&facts.language),
    ]
    .into_iter()
    .flatten()
    .collect();
    let updates: Vec<&str> = facts.updates.iter().map(|fact| fact.value.as_str()).collect();
    let not_installed: Vec<&str> = facts.not_installed.iter().map(|fact| fact.value.as_str()).collect();
    let mut rows = vec![
        ("Subject", case.subject.clone()),
        ("Case numbers", case.numbers.join(", ")),
        ("Severity", case.severity.clone().unwrap_or_default()),
        ("Customer", case.customer.clone().unwrap_or_default()),
        ("Product", case.product.clone().unwrap_or_default()),
        ("Machine", machine.join(", ")),
        ("Updates installed", shorten(&updates.join(", "), 120)),
        ("Not installed", shorten(&not_installed.join(", "), 120)),
        ("Read", read_summary(report)),
    ];
    rows.retain(|(_, value)| !value.is_empty());
    rows
}

pub(super) fn read_summary(report: &TriageReport) -> String {
    let count = |kind: PartKind| report.parts.iter().filter(|part| part.kind == kind).count() as u64;
    let lines: u64 = report.parts.iter().filter(|part| part.kind == PartKind::Log).map(|part| part.lines).sum();
    let mut words = vec![plural(count(PartKind::Message), "message", "messages")];
    words.push(format!("{} ({lines} lines)", plural(count(PartKind::Log), "log", "logs")));
    if count(PartKind::Archive) > 0 {
        words.push(plural(count(PartKind::Archive), "archive", "archives"));
    }
    if count(PartKind::Skipped) > 0 {
        words.push(format!("{} not read", plural(count(PartKind::Skipped), "part", "parts")));
    }
    words.join(", ")
}

/// `part:line`, or the part alone for a subject.
pub(super) fn place(part: &str, line: u64) -> String {
    if line == 0 { format!("{} (subject)", clean_line(part)) } else { format!("{}:{line}", clean_line(part)) }
}

/// The signatures to show: those that failed first; mentions fill up.
pub(super) fn shown_signatures(report: &TriageReport, all: bool) -> (&[SignatureReport], usize) {
    let most = if all { report.signatures.len() } else { SIGNATURES.min(report.signatures.len()) };
    (&report.signatures[..most], report.signatures.len() - most)
}

/// What a match is worth, in words.
pub(super) fn standing_of(found: &MatchReport) -> String {
    if let Some(reason) = &found.silenced {
        return format!("silenced: {}", clean_line(reason));
    }
    match found.article.kind {
        ArticleKind::Generic => "general advice on a code that was seen; it explains no case by itself".to_string(),
        ArticleKind::Specific if is_nearest(found) => {
            format!("nearest, but too little speaks for it: confidence {:.2}", found.confidence)
        }
        ArticleKind::Specific => {
            let unproven = match found.article.status {
                ArticleStatus::Validated => "",
                ArticleStatus::Wip => "; the article is still being written",
                _ => "; the article is not yet validated on a case",
            };
            format!("{}, confidence {:.2}{unproven}", found.verdict.name(), found.confidence)
        }
    }
}

/// What would make general advice specific, in the language of the case: a line for each issue that it may be, behind one that says
/// so.
pub(super) fn specifics_of(found: &MatchReport, report: &TriageReport) -> Option<(&'static str, Vec<String>)> {
    let chinese = report.language == "zh";
    let line = |one: &Specific| {
        let told: Vec<&str> = one.would_tell.iter().map(|one| one.what.in_language(report.language)).collect();
        let joint = if chinese { "；" } else { "; " };
        format!("{} [{}]: {}", clean_line(&one.title), one.article, clean_line(&told.join(joint)))
    };
    let lines: Vec<String> = found.specifics.iter().map(line).collect();
    let head =
        if chinese { "有以下证据才能确定是哪个问题：" } else { "it would be a specific issue with:" };
    (!lines.is_empty()).then_some((head, lines))
}

/// Whether the fix is on the machine, in the language of the case, with the places that tell it.
pub(super) fn outcome_of(found: &MatchReport, report: &TriageReport) -> Option<String> {
    // That an issue is one of this machine is what a match says anyway.
    let outcome = found.outcome.as_ref().filter(|one| one.outcome != OutcomeKind::Affected)?;
    let places: Vec<String> = outcome.fix.because.iter().map(|fact| place(&fact.part, fact.line)).collect();
    let places = if places.is_empty() { String::new() } else { format!("  ({})", places.join(", ")) };
    let says = clean_line(outcome.fix.says.in_language(report.language));
    Some(format!("{}: {says}{places}", outcome.outcome.name()))
}

/// Matches of one fault.
pub(super) struct FaultGroup<'r> {
    /// Which fault, from 1; `None` where the case has but one.
    pub(super) fault: Option<usize>,
    /// The matches with their numbers.
    pub(super) matches: Vec<(usize, &'r MatchReport)>,
}

/// The matches by fault.
pub(super) fn by_fault(report: &TriageReport) -> Vec<FaultGroup<'_>> {
    let numbered: Vec<(usize, &MatchReport)> = (1..).zip(&report.matches).collect();
    let counts = |found: &MatchReport| found.silenced.is_none() && found.verdict >= Verdict::Possible;
    let faults: BTreeSet<usize> = report.matches.iter().filter(|one| counts(one)).map(|one| one.fault).collect();
    if faults.len() < 2 {
        return if numbered.is_empty() { Vec::new() } else { vec![FaultGroup { fault: None, matches: numbered }] };
    }
    // What is of no such fault stands with the rest at the end.
    let (mut groups, mut rest) = (Vec::new(), numbered);
    for (shown, fault) in (1..).zip(faults) {
        let (of_fault, others) = rest.into_iter().partition(|(_, found)| found.fault == fault);
        groups.push(FaultGroup { fault: Some(shown), matches: of_fault });
        rest = others;
    }
    if let Some(last) = groups.last_mut() {
        last.matches.extend(rest);
    }
    groups
}

/// What the score of a match is made of, where that was asked for.
pub(super) fn explained(report: &TriageReport, found: &MatchReport) -> Vec<String> {
    let of = report.explained.iter().find(|one| one.article == found.article.id);
    of.map(explain::lines).unwrap_or_default()
}

/// The evidence to show for a match with that number, each label once, and how much is left out.
pub(super) fn shown_evidence(found: &MatchReport, number: usize) -> (Vec<&Evidence>, usize) {
    let most = if number == 1 { EVIDENCE } else { EVIDENCE_BELOW };
    let mut seen = HashSet::new();
    let mut shown: Vec<&Evidence> = found.evidence.iter().filter(|one| seen.insert(one.kind.label())).collect();
    let left = shown.len().saturating_sub(most);
    shown.truncate(most);
    (shown, left)
}

pub(super) fn seen(signature: &SignatureReport) -> String {
    let standing = if signature.silenced.is_some() { "silenced" } else { signature.standing.name() };
    format!("{standing} {}×", signature.count)
}

/// Where the strongest sighting stands.
pub(super) fn first_place(signature: &SignatureReport) -> String {
    let strongest = signature.occurrences.iter().min_by_key(|occurrence| occurrence.standing);
    strongest.map(|first| place(&first.part, first.line)).unwrap_or_default()
}

pub(super) fn signature_meaning(signature: &SignatureReport) -> String {
    match (&signature.symbol, &signature.meaning) {
        (Some(symbol), Some(meaning)) => format!("{symbol}: {meaning}"),
        (Some(text), None) | (None, Some(text)) => text.clone(),
        (None, None) => String::new(),
    }
}

/// Chains shown where not everything is asked for.
pub(super) const CHAINS: usize = 3;

/// The chains to show: each as its row, with what each step is and where it is said.
pub(super) fn shown_chains(report: &TriageReport, all: bool) -> impl Iterator<Item = (String, Vec<(String, &Step)>)> {
    let most = if all { report.chains.len() } else { CHAINS };
    report.chains.iter().take(most).map(|chain| {
        let steps = chain.steps.iter().map(|step| (format!("{} {step}", step.relation.words()), step)).collect();
        (chain.to_string(), steps)
    })
}

/// The best match, unless it is silenced, those stand behind all others, or only the nearest of what does not fit.
pub(super) fn heard(report: &TriageReport) -> Option<&MatchReport> {
    report.matches.first().filter(|best| best.silenced.is_none() && !is_nearest(best))
}

/// The matches whose answers are shown: the best one, and of each further fault what is known of it. Where there are
/// several, each with its fault.
pub(super) fn answered(report: &TriageReport) -> Vec<(Option<usize>, &MatchReport)> {
    let Some(best) = heard(report) else { return Vec::new() };
    let groups = by_fault(report);
    let fault = groups.iter().find(|group| group.matches.iter().any(|(_, found)| std::ptr::eq(*found, best)));
    let first = fault.and_then(|group| group.fault);
    let mut answered = vec![(first, best)];
    for group in groups.iter().filter(|group| group.fault.is_some() && group.fault != first) {
        let known = |found: &&MatchReport| found.silenced.is_none() && found.verdict == Verdict::Known;
        answered.extend(group.matches.iter().map(|(_, found)| *found).find(known).map(|found| (group.fault, found)));
    }
    if let [(fault, _)] = &mut answered[..] {
        *fault = None;
    }
    answered
}

/// Whether too little speaks for an article to be more than the nearest one.
pub(super) fn is_nearest(found: &MatchReport) -> bool {
    found.article.kind == ArticleKind::Specific && found.verdict == Verdict::Unknown
}

/// Which article to read in place of one that fits and is out of use.
pub(super) fn superseded(one: &Superseded) -> String {
    let title = one.title.as_deref().map(|title| format!(": {}", clean_line(title))).unwrap_or_default();
    format!("`{}` fits and was superseded by `{}`{title}", one.article, one.by)
}

/// The sections that answer the case: what to do, and what to mind. Where none is known by its heading to say what to do, the
/// one that fits best.
pub(super) fn answer(found: &MatchReport) -> Vec<&Section> {
    let sections = &found.article.sections;
    let wanted =
        [SectionKind::Cause, SectionKind::Resolution, SectionKind::Workaround, SectionKind::Verify, SectionKind::Risk];
    let of = |kind: SectionKind| sections.iter().filter(move |section| section.kind == kind);
    let mut answer: Vec<&Section> = wanted.into_iter().flat_map(of).collect();
    let helps = |section: &&Section| matches!(section.kind, SectionKind::Resolution | SectionKind::Workaround);
    if !answer.iter().any(helps) {
        let best = sections.iter().find(|section| Some(section.shown_heading().as_ref()) == found.section.as_deref());
        answer.extend(best.filter(|best| !answer.iter().any(|one| std::ptr::eq(*one, *best))));
    }
    answer
}
