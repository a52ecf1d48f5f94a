//! Ranks articles for a case.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{
    Match, Verdict,
    applies::{Fit, fit},
    condition::{Held, hold, partly},
    drawn::{self, Answer, Drawn, Told},
    evidence::{Evidence, EvidenceKind},
    fitting::{self, Fitting, ProductFit},
    groups::Groups,
    hearsay::{self, FROM_OTHERS},
    open::CaseCodes,
    outcome::{OutcomeKind, outcome},
    parts::{Cap, ConditionPart, Parts, SignaturePart},
    score,
    view::CaseView,
    weights::Weights,
};
use crate::{
    article::{Article, ArticleKind},
    signature::{Signature, SignatureEvidence, Standing},
    text::{
        grams::{GramIndex, Grams},
        passage::Ranking,
    },
};

/// Text relevance of one article for the case, as the index gives it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TextRelevance {
    /// 0 to 1: how much of what makes the article's symptoms is in the case.
    pub score: f64,
    /// The words that met, those that weigh most first.
    pub terms: Vec<String>,
    /// Where most of them stand together.
    pub place: Option<Place>,
}

/// A passage of the case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The part.
    pub part: String,
    /// Its line, from 1; 0 for a subject.
    pub line: u64,
    /// The passage.
    pub text: String,
    /// Whether nobody who reports says it.
    pub quoted: bool,
}

/// What articles without conditions have in common with a case.
/// `subjects` is how all subjects are spoken of, see [`super::profile::subjects`].
pub fn gather(
    articles: &[Article],
    named: &Named,
    ranking: &Ranking,
    subjects: &GramIndex,
    view: &CaseView<'_>,
    weights: &Weights,
) -> Drawn {
    let asked = CaseCodes::of(view, named);
    let heard = view.case.texts.iter().filter(|text| text.kind.reports());
    let case = Grams::of(heard.map(|text| text.text()));
    let sounds = subjects.alike(&case);
    let strangers = sounds.iter().enumerate().filter(|(number, _)| !named.subjects.contains(number));
    let stranger = strangers.map(|(_, alike)| *alike).fold(0.0, f64::max);
    Drawn::gather(articles, ranking, view, &case, weights, |article| {
        is_used(article).then(|| {
            let (codes, met) = drawn_codes(article, view, named);
            let (foreign, unmet) = asked.left(&met);
            let own = article.subjects.iter().filter_map(|number| sounds.get(*number)).copied().fold(0.0, f64::max);
            // Of an article on a fault of one's own house nobody else speaks: that is nothing against it.
            let ahead = if article.subjects.is_empty() { 0.0 } else { own - stranger };
            let [spoken, ahead] = [own, ahead].map(|alike| alike * drawn::LETTERS);
            Told { codes, spoken, ahead, foreign, unmet }
        })
    })
}

/// The articles that may explain a case, best first, down to the least.
///
/// `relevance` has one entry per article, `answers` one per article without conditions. Of an issue in several languages the
/// one in `language` stands for all. Ties break by id.
pub fn rank<'a>(
    articles: &'a [Article],
    named: &Named,
    relevance: &[TextRelevance],
    answers: &[(usize, Answer)],
    view: &CaseView<'a>,
    language: &str,
) -> Vec<Match> {
    debug_assert_eq!(articles.len(), relevance.len(), "one relevance per article");
    let answers: HashMap<usize, Answer> = answers.iter().copied().collect();
    let issues = &named.issues;
    let about = fitting::components(view);
    // By the first article of the issue.
    let mut best: Vec<Option<Match>> = Vec::new();
    best.resize_with(articles.len(), || None);
    for (index, article) in articles.iter().enumerate().filter(|(_, article)| is_used(article)) {
        let text = relevance.get(index).cloned().unwrap_or_default();
        let found = weigh(index, article, &text, answers.get(&index), (view, &about), named);
        let in_language = |found: &Match| articles[found.article].language == language;
        match &mut best[issues[index]] {
            none @ None => *none = Some(found),
            Some(other) => merge(other, found, in_language),
        }
    }
    let mut matches: Vec<Match> = best.into_iter().flatten().collect();
    matches.sort_by(|a, b| {
        (b.verdict.cmp(&a.verdict))
            .then(b.confidence.total_cmp(&a.confidence))
            .then(b.score.total_cmp(&a.score))
            .then_with(|| articles[a.article].id.cmp(&articles[b.article].id))
    });
    matches
}

/// Whether an article's status lets it match.
fn is_used(article: &Article) -> bool {
    !article.status.is_retired()
}

/// Two languages of one issue: the figures of the better one, shown as the one in the reader's language.
fn merge(kept: &mut Match, next: Match, in_language: impl Fn(&Match) -> bool) {
    let shown = if in_language(kept) || !in_language(&next) { kept.article } else { next.article };
    if (next.confidence, next.score) > (kept.confidence, kept.score) {
        *kept = next;
    }
    kept.article = shown;
}

fn weigh<'a>(
    index: usize,
    article: &'a Article,
    text: &TextRelevance,
    answer: Option<&Answer>,
    (view, about): (&CaseView<'a>, &BTreeSet<&str>),
    named: &Named,
) -> Match {
    let mut evidence = Vec::new();
    // The sightings by which somebody who answers speaks for it.
    let mut answered: Vec<&SignatureEvidence> = Vec::new();
    let fits = fit(&article.applies_to, &view.case.facts);
    let mut parts = Parts {
        signatures: Vec::new(),
        words: text.score,
        drawn: answer.map(|answer| answer.parts),
        condition: ConditionPart::None,
        caps: Vec::new(),
        applies: (&fits).into(),
        fitting: Fitting::of(&article.products, &article.components, &view.case.facts, about),
    };
    let lists = [(&article.strong, true, score::STRONG), (&article.weak, false, score::WEAK)];
    for (signatures, strong, base) in lists {
        for signature in signatures {
            let Some(found) = view.signature(signature) else { continue };
            let standing = found.evidence.standing;
            if hearsay::is_answer(found.evidence) && !answered.iter().any(|one| std::ptr::eq(*one, found.evidence)) {
                answered.push(found.evidence);
            }
            let part = SignaturePart {
                signature: signature.clone(),
                strong,
                base,
                rarity: score::rarity(named.by(signature), named.count),
                named_by: named.by(signature),
                standing,
                standing_worth: score::standing(standing),
                equivalence: if found.exact { 1.0 } else { score::EQUIVALENT },
            };
            let place = view.best_occurrence(found.evidence);
            evidence.push(Evidence {
                kind: EvidenceKind::Signature {
                    signature: signature.clone(),
                    seen_as: (!found.exact).then(|| found.evidence.signature.clone()),
                    standing,
                    strong,
                },
                part: place.map_or_else(String::new, |place| place.part.clone()),
                line: place.map_or(0, |place| place.line),
                text: place.map_or_else(String::new, |place| place.text.clone()),
                weight: part.weight(),
                quoted: place.is_some_and(|place| !place.standing.reports()),
            });
            parts.signatures.push(part);
        }
    }
    parts.signatures.sort_by(|a, b| b.weight().total_cmp(&a.weight()));
    let total = parts.score();
    let words = answer.map_or(score::TEXT * text.score, |answer| answer.confidence * answer.words);
    if let Some(place) = &text.place {
        evidence.push(Evidence {
            kind: EvidenceKind::Text { terms: text.terms.clone() },
            part: place.part.clone(),
            line: place.line,
            text: place.text.clone(),
            weight: words,
            quoted: place.quoted,
        });
    }
    evidence.sort_by(|a, b| b.weight.total_cmp(&a.weight));

    let held = article.condition.as_ref().and_then(|condition| hold(condition, view));
    let mut against = Vec::new();
    parts.condition = match (&article.condition, &held) {
        (None, _) => {
            let fails = |part: &SignaturePart| part.strong && part.standing == Standing::Failing;
            if parts.signatures.iter().any(fails) { ConditionPart::NoneStrongFails } else { ConditionPart::None }
        }
        (Some(_), Some(Held { quoted: false, .. })) => ConditionPart::Holds,
        (Some(_), Some(Held { quoted: true, .. })) => {
            against.push(format!("what makes it certain {FROM_OTHERS}"));
            ConditionPart::HoldsQuoted
        }
        // Too little for any verdict: nobody will see what is missing.
        // That it is for such machines is no evidence.
        (Some(_), None) if total.min(parts.evidence()) < score::NEAR_TOTAL => ConditionPart::Fails,
        (Some(condition), None) => {
            let partly = partly(condition, view);
            against.push(match &partly.ruled_out {
                Some(seen) => format!("ruled out by what is seen: {seen}"),
                None => format!("missing: {}", partly.missing.join("; ")),
            });
            let near = partly.of >= score::NEAR_OF && partly.met + 1 == partly.of;
            if near { ConditionPart::Near } else { ConditionPart::Fails }
        }
    };
    let outcome = outcome(article, &view.case.facts);
    if hearsay::is_hearsay(&parts, answer.map(|answer| answer.words), answered.len()) {
        parts.caps.push(Cap::Hearsay);
        if parts.condition != ConditionPart::HoldsQuoted {
            against.push(format!("what speaks for it {FROM_OTHERS}"));
        }
    }
    let errand = view.purpose().errand().filter(|_| answer.is_some() || view.is_notice());
    if let Some(errand) = errand {
        against.push(format!("the mail reads like {}, not like a report of a fault", errand.named()));
        if view.is_notice() {
            parts.caps.push(Cap::Errand);
        }
    } else if view.is_notice() && parts.confidence() > score::NOTICE {
        against.push("the subject reads like an announcement or training, not like a case".to_string());
        parts.caps.push(Cap::Notice);
    }
    if article.kind == ArticleKind::Generic {
        parts.caps.push(Cap::Generic);
    }
    if let Fit::Contradicts(reason) = fits {
        against.push(reason);
        parts.caps.push(Cap::Contradicted);
    } else if let Some(reason) = parts.fitting.against(&article.products, &view.case.facts) {
        // A list of versions is rarely whole: it lessens the odds, and keeps nothing from being known.
        if parts.fitting.product == ProductFit::OtherSystem {
            parts.caps.push(Cap::Contradicted);
        }
        against.push(reason);
    }
    if outcome.as_ref().is_some_and(|one| one.outcome == OutcomeKind::FixInstalledStillFailing) {
        parts.caps.push(Cap::FixInstalled);
    }
    let confidence = parts.confidence();
    if let Some(held) = held {
        let mut all = held.evidence;
        all.append(&mut evidence);
        evidence = all;
    }
    // General advice on a code is worth showing, but it is no known issue.
    let verdict = match (article.kind, answer) {
        (ArticleKind::Generic, _) => Verdict::Unknown,
        _ if parts.is_withheld() => Verdict::Unknown,
        (ArticleKind::Specific, None) => verdict(confidence),
        // What caps confidence caps the verdict.
        (ArticleKind::Specific, Some(answer)) if confidence < answer.confidence => {
            answer.verdict.min(verdict(confidence))
        }
        (ArticleKind::Specific, Some(answer)) => answer.verdict,
    };
    let section = answer.and_then(|answer| answer.section);
    Match {
        article: index,
        score: total,
        confidence,
        verdict,
        evidence,
        against,
        section,
        outcome,
        specifics: Vec::new(),
        parts,
    }
}

/// What signatures say for an article without conditions, and which it names of the case's.
fn drawn_codes<'a>(article: &Article, view: &CaseView<'a>, named: &Named) -> (f64, Vec<&'a SignatureEvidence>) {
    let title = article.title.to_lowercase();
    let rank = |signature: &Signature, strong| match strong {
        true if title.contains(&signature.value.to_lowercase()) => drawn::Rank::Title,
        true => drawn::Rank::Strong,
        false => drawn::Rank::Weak,
    };
    let all = article.strong.iter().map(|one| (one, true)).chain(article.weak.iter().map(|one| (one, false)));
    let mut met = Vec::new();
    let told = all.filter_map(|(signature, strong)| {
        let found = view.signature(signature)?;
        met.push(found.evidence);
        let equal = if found.exact { 1.0 } else { score::EQUIVALENT };
        let (rank, standing) = (rank(signature, strong), found.evidence.standing);
        Some(equal * drawn::code(signature.kind, standing, rank, named.by(signature), named.count))
    });
    // An empty sum is -0.
    let sum = told.sum::<f64>() + 0.0;
    (drawn::codes(sum, article), met)
}

/// The verdict that a confidence alone gives.
pub fn verdict(confidence: f64) -> Verdict {
    if confidence >= score::KNOWN {
        Verdict::Known
    } else if confidence >= score::POSSIBLE {
        Verdict::Possible
    } else {
        Verdict::Unknown
    }
}

/// For each article the first article of its issue: translations are one issue.
fn issues(articles: &[Article]) -> Vec<usize> {
    let by_id: HashMap<_, _> = articles.iter().enumerate().map(|(index, article)| (&article.id, index)).collect();
    let mut groups = Groups::of(articles.len());
    for (index, article) in articles.iter().enumerate() {
        for other in article.translations.iter().filter_map(|id| by_id.get(id)) {
            groups.join(index, *other);
        }
    }
    (0..articles.len()).map(|index| groups.first(index)).collect()
}

/// How many issues there are, and how many name each signature, strong or weak. It is of the articles alone: one serves
/// all cases.
#[derive(Debug)]
pub struct Named {
    /// For each article the first one of its issue.
    issues: Vec<usize>,
    count: usize,
    by: HashMap<Signature, usize>,
    /// The subjects that some article is about.
    subjects: HashSet<usize>,
}

impl Named {
    /// Counts those of articles.
    pub fn of(articles: &[Article]) -> Named {
        let issues = issues(articles);
        let mut seen: HashMap<&Signature, HashSet<usize>> = HashMap::new();
        // What is out of use makes no code common.
        for (article, issue) in articles.iter().zip(&issues).filter(|(article, _)| is_used(article)) {
            for signature in article.strong.iter().chain(&article.weak) {
                seen.entry(signature).or_default().insert(*issue);
            }
        }
        let by = seen.into_iter().map(|(signature, issues)| (signature.clone(), issues.len())).collect();
        let subjects = articles.iter().filter(|article| is_used(article)).flat_map(|article| &article.subjects);
        let subjects = subjects.copied().collect();
        let used = articles.iter().zip(&issues).filter(|(article, _)| is_used(article));
        let count = used.map(|(_, issue)| issue).collect::<HashSet<_>>().len();
        Named { issues, count, by, subjects }
    }

    /// How many issues there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// How many issues name a signature; one that none names counts as the case's own.
    pub fn by(&self, signature: &Signature) -> usize {
        self.by.get(signature).copied().unwrap_or(1)
    }
}
