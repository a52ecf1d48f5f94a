//! The smallest next question: what to ask for where no article is known.
//!
//! Each candidate tells what would speak for it: its `discriminators`, or, where it has none, the log in which what its
//! condition misses would stand. Of all that could be asked for, at most [`MOST`] are chosen, each as the one that, with those
//! before it, takes most from the uncertainty: the entropy, in bits, of which candidate it is, or none. What the case has is
//! not asked for.

pub mod source;
pub(super) mod words;

use serde::{Deserialize, Serialize};

use super::{Match, Verdict, condition::hold, fitting::components, score, view::CaseView};
use crate::{
    article::{AnswerSource, Article, Condition, Discriminator},
    signature::{Signature, SignatureKind, Standing},
    text::Bilingual,
};
use source::{Source, Systems, has_named};
use words::Words;

/// Requests at most: who is asked for ten things sends none.
pub const MOST: usize = 3;

/// Candidates between which requests decide.
pub const CANDIDATES: usize = 8;

/// Confidence from which an article is a candidate.
pub const CANDIDATE: f64 = score::NEAR_TOTAL;

/// Text relevance from which a case and an article have words in common.
const SHARED_WORDS: f64 = 0.1;

/// Bits below which a request is not worth asking.
const LEAST_GAIN: f64 = 0.02;

/// Probability that the answer that speaks for an article comes where the article is right, and where it is not.
const RIGHT: f64 = 0.85;
const WRONG: f64 = 0.10;

/// Probability that it is none of the candidates, at least.
const NONE_OF_THEM: f64 = 0.15;

/// Logs taken for one article whose author names none.
const DERIVED: usize = 2;

/// Whether requests may be made because of a match. One that shares a code with the case that many issues have, and no words, is
/// no nearer than any other.
pub fn is_candidate(found: &Match) -> bool {
    let parts = &found.parts;
    let near = found.confidence >= score::POSSIBLE
        || parts.words >= SHARED_WORDS
        || parts.signatures.iter().any(|one| one.strong);
    found.confidence >= CANDIDATE && near && !parts.is_withheld()
}

/// Something to ask for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Request {
    /// In words.
    pub ask: Bilingual,
    /// What sort of answer it has.
    pub kind: RequestKind,
    /// The name of the log, or the command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The articles that an answer would speak for, by id; none: it is asked for in general.
    pub decides: Vec<String>,
    /// Bits by which the answer, with those before, is expected to lessen the uncertainty.
    pub gain: f64,
}

/// What sort of answer a request has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RequestKind {
    /// A log or another file.
    Log,
    /// The output of a command.
    Command,
    /// What a person knows.
    #[default]
    Question,
}

/// A request with which answer speaks for which candidates.
struct Asked {
    request: Request,
    /// The answers: what they rest on, and the numbers of the candidates that they speak for.
    answers: Vec<(String, Vec<usize>)>,
}

/// What to ask for, what tells most first; nothing where an article is known.
///
/// `candidates` are matches that are not silenced, best first, see [`is_candidate`].
pub fn requests<'a>(
    articles: &'a [Article],
    candidates: &[&Match],
    verdict: Verdict,
    view: &CaseView<'a>,
) -> Vec<Request> {
    if verdict == Verdict::Known {
        return Vec::new();
    }
    let candidates = &candidates[..candidates.len().min(CANDIDATES)];
    let systems = view.systems();
    let mut all: Vec<Asked> = Vec::new();
    for (number, candidate) in candidates.iter().enumerate() {
        let article = &articles[candidate.article];
        if systems.rule_out(&article.products) {
            continue;
        }
        for one in open_discriminators(article, view).filter(|one| !is_foreign(one, systems)) {
            add(&mut all, request_of(one), &format!("{:?}{:?}", one.signatures, one.text), number, article);
        }
        // Of what shares but a common code with the case, its author alone may say what to ask for.
        if article.discriminators.is_empty() && candidate.confidence >= score::POSSIBLE {
            for source in derived(article, view) {
                add(&mut all, request_for(source), &article.id.0, number, article);
            }
        }
    }
    let mut chosen = choose(all, &prior(candidates));
    // Where nothing is left to decide between, what the case itself points to.
    if verdict == Verdict::Unknown || chosen.is_empty() {
        for source in general(view) {
            let request = request_for(source);
            if chosen.len() < MOST && !chosen.iter().any(|one: &Request| one.is_same(&request)) {
                chosen.push(request);
            }
        }
    }
    chosen
}

/// The discriminators of an article to which the case has no answer yet.
pub(super) fn open_discriminators<'a, 'v>(
    article: &'a Article,
    view: &'v CaseView<'a>,
) -> impl Iterator<Item = &'a Discriminator> + use<'a, 'v> {
    article.discriminators.iter().filter(|one| !is_answered(one, view) && !is_there(one, view))
}

/// Whether the case holds already what would speak for the article.
fn is_answered<'a>(one: &'a Discriminator, view: &CaseView<'a>) -> bool {
    one.signatures.iter().any(|signature| view.signature(signature).is_some())
        || !one.text.is_empty() && view.words(&one.text).is_some()
}

/// Whether the case has the log or output.
fn is_there(one: &Discriminator, view: &CaseView<'_>) -> bool {
    let Some(answer) = &one.source else { return false };
    match Source::named(answer.name()) {
        Some(source) => source.is_in(view),
        None => has_named(answer.name(), view),
    }
}

/// Whether an answer can only come from another system than those that the case speaks of.
fn is_foreign(one: &Discriminator, systems: &Systems) -> bool {
    let source = one.source.as_ref().and_then(|answer| Source::named(answer.name()));
    source.is_some_and(|source| !source.is_of(systems))
}

impl Request {
    /// Whether it asks for the same thing.
    fn is_same(&self, other: &Request) -> bool {
        let named = match (&self.name, &other.name) {
            (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
            _ => false,
        };
        named || self.ask == other.ask
    }
}

pub(super) fn request_of(one: &Discriminator) -> Request {
    let (kind, name) = match &one.source {
        Some(AnswerSource::Log(name)) => (RequestKind::Log, Some(name.clone())),
        Some(AnswerSource::Command(name)) => (RequestKind::Command, Some(name.clone())),
        None => (RequestKind::Question, None),
    };
    let known = name.as_deref().and_then(Source::named);
    let ask = one.ask.clone().or_else(|| known.map(|source| source.ask.clone())).unwrap_or_else(|| {
        let name = name.as_deref().unwrap_or_default();
        match kind {
            RequestKind::Command => Bilingual::new(format!("the output of `{name}`"), format!("`{name}` 的输出")),
            _ => Bilingual::new(format!("the log {name}"), format!("日志 {name}")),
        }
    });
    Request { ask, kind, name, decides: Vec::new(), gain: 0.0 }
}

fn request_for(source: &Source) -> Request {
    Request { ask: source.ask.clone(), kind: RequestKind::Log, name: Some(source.name.clone()), ..Request::default() }
}

/// Adds a request, or to the same one another candidate that its answer may speak for.
fn add(all: &mut Vec<Asked>, request: Request, answer: &str, candidate: usize, article: &Article) {
    let place = all.iter().position(|one| one.request.is_same(&request)).unwrap_or_else(|| {
        all.push(Asked { request, answers: Vec::new() });
        all.len() - 1
    });
    let one = &mut all[place];
    match one.answers.iter_mut().find(|(known, _)| known == answer) {
        Some((_, candidates)) => candidates.push(candidate),
        None => one.answers.push((answer.to_string(), vec![candidate])),
    }
    if !one.request.decides.contains(&article.id.0) {
        one.request.decides.push(article.id.0.clone());
    }
}

/// The logs in which what an article misses would stand.
pub(super) fn derived<'a>(article: &'a Article, view: &CaseView<'a>) -> Vec<&'static Source> {
    let mut missing = Vec::new();
    match &article.condition {
        Some(condition) => collect_missing(condition, view, &mut missing),
        None => missing.extend(article.strong.iter().filter(|signature| view.signature(signature).is_none())),
    }
    let kinds: Vec<SignatureKind> = missing.iter().map(|signature| signature.kind).collect();
    let title = if article.components.is_empty() { Words::of(&article.title.to_lowercase()) } else { Words::default() };
    let about = components(view);
    // What an article is about in general is asked for where the case has to do with it, too.
    let fits = |source: &Source| match source.fits(&kinds, &[], &Words::default()) {
        0 if !source.general && source.fits_case(view) == 0 && !source.components().any(|one| about.contains(one)) => 0,
        _ => source.fits(&kinds, &article.components, &title),
    };
    best_of(fits, view, DERIVED)
}

/// The signatures of a condition that are not seen.
fn collect_missing<'a>(condition: &'a Condition, view: &CaseView<'a>, missing: &mut Vec<&'a Signature>) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().for_each(|part| collect_missing(part, view, missing));
        }
        Condition::Signature(signature) | Condition::Failing(signature) if hold(condition, view).is_none() => {
            missing.push(signature);
        }
        _ => {}
    }
}

/// The logs that the signatures and words of the case itself point to; the program's own where nothing does.
fn general(view: &CaseView<'_>) -> Vec<&'static Source> {
    let said = view.source_words();
    // A contract names updates too.
    let fails = view.counting().any(|evidence| evidence.standing == Standing::Failing);
    let purpose = view.purpose();
    let troubled = fails || purpose.troubles > 0 || said.tell_trouble();
    if view.is_notice() || purpose.errand().is_some() || !troubled {
        return Vec::new();
    }
    let found = best_of(|source| source.fits_case(view), view, MOST);
    let last = Source::all().last().filter(|last| found.is_empty() && !last.is_in(view));
    found.into_iter().chain(last).collect()
}

/// The sources that fit best and that the case has not; of equals the earlier one.
fn best_of(fits: impl Fn(&Source) -> usize, view: &CaseView<'_>, most: usize) -> Vec<&'static Source> {
    let mut found: Vec<(usize, &Source)> =
        Source::all().iter().map(|source| (fits(source), source)).filter(|(fit, _)| *fit > 0).collect();
    found.sort_by_key(|(fit, _)| std::cmp::Reverse(*fit));
    let open = |source: &&Source| source.is_of(view.systems()) && !source.is_in(view);
    found.into_iter().map(|(_, source)| source).filter(open).take(most).collect()
}

/// How probable each candidate is, and last that it is none of them.
fn prior(candidates: &[&Match]) -> Vec<f64> {
    let sum: f64 = candidates.iter().map(|one| one.confidence).sum();
    let best = candidates.iter().map(|one| one.confidence).fold(0.0, f64::max);
    let none = (1.0 - best).max(NONE_OF_THEM);
    let share = |one: &&Match| if sum > 0.0 { (1.0 - none) * one.confidence / sum } else { 0.0 };
    candidates.iter().map(share).chain([none]).collect()
}

/// Chooses requests one by one, each the one that gains most with those before it.
fn choose(mut all: Vec<Asked>, prior: &[f64]) -> Vec<Request> {
    let mut chosen: Vec<Asked> = Vec::new();
    let mut left = uncertainty(prior.to_vec(), &[]);
    while chosen.len() < MOST {
        let after = |one: &Asked| {
            let set: Vec<&Asked> = chosen.iter().chain([one]).collect();
            uncertainty(prior.to_vec(), &set)
        };
        let best = all.iter().map(after).enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
        let Some((place, after)) = best.filter(|(_, after)| left - after >= LEAST_GAIN) else { break };
        let mut one = all.remove(place);
        one.request.gain = ((left - after) * 1000.0).round() / 1000.0;
        left = after;
        chosen.push(one);
    }
    chosen.into_iter().map(|one| one.request).collect()
}

/// The uncertainty that is to be expected when requests are answered, in bits. `weights` need not sum to one: they are the
/// candidates' probabilities times those of the answers so far.
fn uncertainty(weights: Vec<f64>, requests: &[&Asked]) -> f64 {
    let Some((first, rest)) = requests.split_first() else {
        let all: f64 = weights.iter().sum();
        return weights.iter().filter(|weight| **weight > 0.0).map(|weight| -weight * (weight / all).log2()).sum();
    };
    let answers = first.answers.len();
    // The last answer is that nothing speaks for anybody.
    let given = |answer: usize| {
        let weigh = |(candidate, weight): (usize, &f64)| weight * probability(first, answer, candidate);
        uncertainty(weights.iter().enumerate().map(weigh).collect(), rest)
    };
    (0..=answers).map(given).sum()
}

/// How probable an answer is where a candidate is right.
fn probability(asked: &Asked, answer: usize, candidate: usize) -> f64 {
    let others = |share: f64, count: usize| if count == 0 { 0.0 } else { share / count as f64 };
    let count = asked.answers.len();
    match asked.answers.iter().position(|(_, candidates)| candidates.contains(&candidate)) {
        Some(own) if answer == own => RIGHT,
        Some(_) if answer < count => others(1.0 - RIGHT - WRONG, count - 1),
        Some(_) => 1.0 - RIGHT - if count > 1 { 1.0 - RIGHT - WRONG } else { 0.0 },
        None if answer < count => others(WRONG, count),
        None => 1.0 - WRONG,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &str, answers: &[&[usize]]) -> Asked {
        let request = Request { name: Some(name.into()), ..Request::default() };
        Asked { request, answers: answers.iter().enumerate().map(|(n, all)| (n.to_string(), all.to_vec())).collect() }
    }

    #[test]
    fn answers_sum_to_one() {
        for one in [asked("a", &[&[0], &[1]]), asked("b", &[&[0, 1]]), asked("c", &[&[2]])] {
            for candidate in 0..4 {
                let sum: f64 = (0..=one.answers.len()).map(|answer| probability(&one, answer, candidate)).sum();
                assert!((sum - 1.0).abs() < 1e-9, "{sum} for {candidate}");
            }
        }
    }

    #[test]
    fn what_splits_the_candidates_is_asked_first() {
        let prior = [0.3, 0.3, 0.2, 0.2];
        let all = vec![asked("both alike", &[&[0, 1]]), asked("splits", &[&[0], &[1]]), asked("last", &[&[2]])];
        let chosen = choose(all, &prior);
        assert_eq!(chosen[0].name.as_deref(), Some("splits"));
        assert!(chosen[0].gain > chosen[1].gain, "{chosen:?}");
        assert!(chosen.len() <= MOST);
    }

    #[test]
    fn what_tells_nothing_is_not_asked() {
        assert_eq!(choose(vec![asked("all alike", &[&[0, 1, 2]])], &[0.4, 0.3, 0.3, 0.0]), []);
        assert_eq!(choose(Vec::new(), &[1.0]), []);
    }
}
