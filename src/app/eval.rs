//! Evaluation: labelled cases against the articles in use.
//!
//! Each case is triaged as a user's would be. Measures of retrieval are over the cases that some article resolves, of the verdict over
//! all: reciprocal rank of the first right article among ten (MRR@10), recall at 1, 5 and 10 (whether a right one is among so many),
//! nDCG@10 with gains of one, where the languages of one article are one answer, and precision, recall and F1 of saying that none applies. (Manning, Raghavan and Schütze, Introduction to
//! Information Retrieval, chapter 8.)

mod calibration;
mod compare;
mod issues;
mod table;

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{
    App,
    triage::{Explained, Input, MatchReport, TriageError},
};
use crate::{matching::Verdict, parsed::Warning};
use issues::Issues;

pub use calibration::{Bin, Calibration};
pub use compare::{Comparison, Difference, EarlierError, earlier};
pub use table::{Labelled, TableError, read_table};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.eval/1";

/// Ranks that count.
const DEPTH: usize = 10;

/// What an evaluation found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EvalReport {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Over all cases.
    pub all: Measures,
    /// By language and by style.
    pub groups: BTreeMap<String, Measures>,
    /// Confidence of the first match against how often it is right.
    pub calibration: Calibration,
    /// What became of each case, in the order of the tables.
    pub cases: Vec<CaseResult>,
    /// How it stands against an earlier evaluation, where one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// The cases that went wrong.
    pub misses: Vec<Miss>,
    /// What the scores of each case's first matches are made of, where that was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub explained: Vec<ExplainedCase>,
    /// How many cases could not be read: the figures are without them.
    pub unread: usize,
    /// Cases that could not be read, and labels of no article.
    pub warnings: Vec<Warning>,
}

/// What the scores of a case's first matches are made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedCase {
    /// The case.
    pub case: String,
    /// What resolves it; nothing where none does.
    pub wanted: Vec<String>,
    /// What was said.
    pub verdict: Verdict,
    /// Its first matches.
    pub matches: Vec<Explained>,
}

/// What became of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseResult {
    /// The case.
    pub case: String,
    /// Whether some article resolves it.
    pub answerable: bool,
    /// Rank of the first right article, 0 where none is among the ten.
    pub rank: usize,
    /// Whether it was said that none applies.
    pub said_none: bool,
}

/// Measures over some cases.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Measures {
    /// Cases in all.
    pub cases: usize,
    /// Cases that some article resolves.
    pub answerable: usize,
    /// Mean of 1 / rank of the first right article within ten.
    pub mrr: f64,
    /// Share with a right article first.
    pub recall_at_1: f64,
    /// Share with one among the first five.
    pub recall_at_5: f64,
    /// Share with one among the first ten.
    pub recall_at_10: f64,
    /// Normalized discounted cumulative gain of the first ten.
    pub ndcg: f64,
    /// Of the cases that are said to fit no article, the share that none resolves.
    pub none_precision: f64,
    /// Of the cases that none resolves, the share of which it is said.
    pub none_recall: f64,
    /// Harmonic mean of both.
    pub none_f1: f64,
}

/// A case that went wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Miss {
    /// The case.
    pub case: String,
    /// Its language and style.
    pub group: String,
    /// What resolves it; nothing where none does.
    pub wanted: Vec<String>,
    /// Rank of the first right article, 0 where it is not among the ten.
    pub rank: usize,
    /// What was said.
    pub verdict: Verdict,
    /// The first matches with their confidence.
    pub got: Vec<(String, f64)>,
}

/// One of the first matches.
#[derive(Debug, Clone, PartialEq)]
struct Ranked {
    right: bool,
    confidence: f64,
    /// What stands for the article in all its languages.
    issue: String,
}

/// What became of a case.
struct Outcome {
    labelled: Labelled,
    /// How many issues resolve it: the languages of one article are one.
    issues: usize,
    /// The first ten matches.
    ranked: Vec<Ranked>,
    verdict: Verdict,
    got: Vec<(String, f64)>,
    explained: Vec<Explained>,
}

impl App {
    /// Triages labelled cases, which lie below `folder`; `explain` says what each score is made of.
    ///
    /// # Errors
    /// When a service cannot be started. A case that cannot be read is a warning.
    pub fn eval(
        &self,
        cases: Vec<Labelled>,
        folder: &Path,
        explain: bool,
        tell: &dyn Fn(usize),
    ) -> Result<EvalReport, TriageError> {
        let (mut outcomes, mut warnings) = (Vec::new(), self.unknown_labels(&cases));
        let mut unread = 0;
        let issues = Issues::of(&self.library().articles);
        for (number, labelled) in cases.into_iter().enumerate() {
            let path: PathBuf = folder.join(&labelled.case);
            match self.triage(&[Input::Path(path)], DEPTH, &|_| ()) {
                Ok(mut report) => {
                    if explain {
                        report.explain();
                    }
                    let explained = std::mem::take(&mut report.explained);
                    let shown = report.matches.iter().filter(|found| found.silenced.is_none());
                    // Of an issue in several languages any will do.
                    let wanted: BTreeSet<&str> = labelled.articles.iter().map(|label| issues.issue(label)).collect();
                    let ranked = |found: &MatchReport| {
                        let issue = issues.issue(&found.article.id.0);
                        let right =
                            wanted.contains(issue) || labelled.is_right(&found.article.id.0, &found.article.source);
                        Ranked { right, confidence: found.confidence, issue: issue.to_string() }
                    };
                    let ranked = shown.clone().map(ranked).collect();
                    let issues = wanted.len();
                    let got = shown.take(3).map(|found| (found.article.id.0.clone(), found.confidence)).collect();
                    outcomes.push(Outcome { issues, ranked, verdict: report.verdict, got, labelled, explained });
                }
                Err(TriageError::Nothing { .. }) => {
                    unread += 1;
                    warnings.push(labelled.unread());
                }
                Err(error) => return Err(error),
            }
            tell(number + 1);
        }
        Ok(EvalReport { unread, ..report(&outcomes, warnings) })
    }

    /// A warning for each label that is no article's, where it stands first: no case can be right about it.
    pub(super) fn unknown_labels(&self, cases: &[Labelled]) -> Vec<Warning> {
        let articles = &self.library().articles;
        let mut known: HashSet<&str> = articles.iter().map(|article| article.id.0.as_str()).collect();
        known.extend(articles.iter().map(|article| article.origin.as_deref().unwrap_or(&article.source)));
        let labels = cases.iter().flat_map(|case| case.articles.iter().map(move |label| (case, label)));
        let unknown = labels.filter(|(_, label)| known.insert(label.as_str()));
        unknown.map(|(case, label)| case.warning(format!("`{label}` is no article in use"))).collect()
    }
}

fn report(outcomes: &[Outcome], warnings: Vec<Warning>) -> EvalReport {
    let mut groups: BTreeMap<String, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes {
        let labels = [("lang", &outcome.labelled.lang), ("style", &outcome.labelled.style)];
        for (name, label) in labels.into_iter().filter(|(_, label)| !label.is_empty()) {
            groups.entry(format!("{name}:{label}")).or_default().push(outcome);
        }
    }
    EvalReport {
        schema: SCHEMA,
        all: measures(outcomes.iter()),
        groups: groups.into_iter().map(|(name, group)| (name, measures(group.into_iter()))).collect(),
        calibration: calibration(outcomes),
        cases: outcomes.iter().map(result).collect(),
        comparison: None,
        misses: outcomes.iter().filter_map(miss).collect(),
        explained: outcomes.iter().filter(|outcome| !outcome.explained.is_empty()).map(explained).collect(),
        unread: 0,
        warnings,
    }
}

fn calibration(outcomes: &[Outcome]) -> Calibration {
    let firsts = outcomes.iter().filter_map(|outcome| outcome.ranked.first());
    Calibration::of(&firsts.map(|first| (first.right, first.confidence)).collect::<Vec<_>>())
}

fn explained(outcome: &Outcome) -> ExplainedCase {
    ExplainedCase {
        case: outcome.labelled.case.clone(),
        wanted: outcome.labelled.articles.clone(),
        verdict: outcome.verdict,
        matches: outcome.explained.clone(),
    }
}

fn result(outcome: &Outcome) -> CaseResult {
    CaseResult {
        case: outcome.labelled.case.clone(),
        answerable: !outcome.labelled.articles.is_empty(),
        rank: rank(outcome),
        said_none: outcome.verdict == Verdict::Unknown,
    }
}

fn rank(outcome: &Outcome) -> usize {
    outcome.ranked.iter().position(|one| one.right).map_or(0, |place| place + 1)
}

fn measures<'o>(outcomes: impl Iterator<Item = &'o Outcome>) -> Measures {
    let mut found = Measures::default();
    let (mut said, mut none, mut both) = (0usize, 0usize, 0usize);
    for outcome in outcomes {
        found.cases += 1;
        let is_none = outcome.labelled.articles.is_empty();
        let says_none = outcome.verdict == Verdict::Unknown;
        none += usize::from(is_none);
        said += usize::from(says_none);
        both += usize::from(is_none && says_none);
        if is_none {
            continue;
        }
        found.answerable += 1;
        let rank = rank(outcome);
        found.mrr += if rank > 0 { 1.0 / rank as f64 } else { 0.0 };
        let within = |depth| if (1..=depth).contains(&rank) { 1.0 } else { 0.0 };
        found.recall_at_1 += within(1);
        found.recall_at_5 += within(5);
        found.recall_at_10 += within(DEPTH);
        let gain = |place: usize| 1.0 / (place as f64 + 2.0).log2();
        // A second language says nothing new.
        let mut seen = BTreeSet::new();
        let new = outcome.ranked.iter().enumerate().filter(|(_, one)| one.right && seen.insert(&one.issue));
        let gained: f64 = new.map(|(at, _)| gain(at)).sum();
        let ideal: f64 = (0..outcome.issues.min(DEPTH)).map(gain).sum();
        found.ndcg += gained / ideal;
    }
    let share = |part: f64, of: usize| if of == 0 { 0.0 } else { rounded(part / of as f64) };
    for sum in
        [&mut found.mrr, &mut found.recall_at_1, &mut found.recall_at_5, &mut found.recall_at_10, &mut found.ndcg]
    {
        *sum = share(*sum, found.answerable);
    }
    let both = both as f64;
    found.none_precision = share(both, said);
    found.none_recall = share(both, none);
    found.none_f1 = share(2.0 * both, said + none);
    found
}

pub(super) fn rounded(value: f64) -> f64 {
    // An empty sum is -0.
    (value * 10_000.0).round() / 10_000.0 + 0.0
}

fn miss(outcome: &Outcome) -> Option<Miss> {
    let rank = rank(outcome);
    let none = outcome.labelled.articles.is_empty();
    let well =
        if none { outcome.verdict == Verdict::Unknown } else { rank == 1 && outcome.verdict != Verdict::Unknown };
    let group = [outcome.labelled.lang.as_str(), outcome.labelled.style.as_str()].join(" ").trim().to_string();
    (!well).then(|| Miss {
        case: outcome.labelled.case.clone(),
        group,
        wanted: outcome.labelled.articles.clone(),
        rank,
        verdict: outcome.verdict,
        got: outcome.got.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(wanted: &[&str], ranked: &[(bool, f64)], verdict: Verdict) -> Outcome {
        let articles = wanted.iter().map(ToString::to_string).collect();
        let labelled = Labelled {
            case: "c".into(),
            articles,
            lang: "en".into(),
            style: "codes".into(),
            place: ("t.tsv".into(), 2),
        };
        let ranked = (0..).zip(ranked).map(|(at, (right, confidence))| Ranked {
            right: *right,
            confidence: *confidence,
            issue: format!("issue-{at}"),
        });
        let ranked = ranked.collect();
        Outcome { labelled, issues: wanted.len(), ranked, verdict, got: Vec::new(), explained: Vec::new() }
    }

    #[test]
    fn a_translation_of_a_right_article_is_no_second_answer() {
        let mut one = outcome(&["a"], &[(true, 0.9), (true, 0.8), (false, 0.1)], Verdict::Known);
        one.ranked[1].issue = one.ranked[0].issue.clone();
        assert_eq!(report(&[one], Vec::new()).all.ndcg, 1.0);
        // Both languages are labelled: still one answer, here second.
        let mut both = outcome(&["a", "a-zh"], &[(false, 0.9), (true, 0.8), (true, 0.7)], Verdict::Known);
        both.issues = 1;
        both.ranked[2].issue = both.ranked[1].issue.clone();
        assert_eq!(report(&[both], Vec::new()).all.ndcg, 0.6309);
    }

    #[test]
    fn languages_of_an_article_are_one_issue() {
        let article = |id: &str, translations: &str| {
            let text = format!(
                "---\nid: {id}\ntitle: \"{id}\"\nlanguage: en\nsource: docs/{id}.md\n{translations}---\nText.\n"
            );
            crate::article::parse(id, &text).unwrap().value
        };
        let articles = [
            article("b", "translations: [c]\n"),
            article("c", ""),
            article("a", "translations: [c]\n"),
            article("z", ""),
        ];
        let issues = Issues::of(&articles);
        assert_eq!(["a", "b", "c", "docs/c.md"].map(|label| issues.issue(label)), ["a"; 4]);
        assert_eq!(["z", "docs/z.md", "unknown"].map(|label| issues.issue(label)), ["z", "z", "unknown"]);
    }

    #[test]
    fn measures_are_those_of_the_field() {
        let outcomes = [
            outcome(&["a"], &[(true, 0.9)], Verdict::Known),
            outcome(&["a", "b"], &[(false, 0.6), (true, 0.5)], Verdict::Possible),
            outcome(&["a"], &[], Verdict::Unknown),
            outcome(&[], &[(false, 0.1)], Verdict::Unknown),
        ];
        let report = report(&outcomes, Vec::new());
        let all = report.all;
        assert_eq!((all.cases, all.answerable, all.mrr, all.recall_at_1, all.recall_at_5), (4, 3, 0.5, 0.3333, 0.6667));
        // One of two right ones, second: 0.6309 of 1.6309.
        assert_eq!(all.ndcg, rounded((1.0 + 0.630_929_75 / 1.630_929_75) / 3.0));
        assert_eq!((all.none_precision, all.none_recall, all.none_f1), (0.5, 1.0, 0.6667));
        assert_eq!(report.misses.len(), 2);
        assert_eq!(report.groups["lang:en"].cases, 4);
        // 0.9 right, 0.6 wrong, 0.1 wrong.
        assert_eq!(report.calibration.ece, rounded((0.1 + 0.6 + 0.1) / 3.0));
    }
}
