//! Triage: files and folders of a case become a verdict with matches and evidence.

mod explain;

use std::{collections::HashSet, path::PathBuf};

use serde::Serialize;

use super::{
    App, AppError,
    matcher::{rounded, shown},
    noise::Silence,
    superseded::Superseded,
};
use crate::{
    article::{Article, ArticleId, ArticleKind, ArticleStatus, Reference, Section},
    case::{
        CaseEvidence, CaseFields, Part, PartKind,
        chain::Chain,
        collect::{Collector, MessageSummary},
        errand::Errand,
        primary::Primary,
    },
    catalog,
    facts::MachineFacts,
    intake,
    matching::{
        CaseView, Evidence, EvidenceKind, Match, Outcome, Parts, Specific, Verdict, ask::Request, drawn::Drawn,
        fault::faults,
    },
    parsed::Warning,
    signature::{Occurrence, Signature, SignatureEvidence, SignatureKind, Standing},
};

pub use explain::Explained;

/// Name and version of the JSON form; the version rises when a key is removed or changes its meaning.
pub const SCHEMA: &str = "casebook.triage/1";

/// Signatures in a report; a bundle of logs can name thousands of files.
const MOST_SIGNATURES: usize = 500;

/// What to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file or folder.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

/// The outcome of a triage.
#[derive(Debug, Clone, Serialize)]
pub struct TriageReport {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The case's fields.
    pub case: CaseFields,
    /// Language of the case, `en` or `zh`: what its people wrote.
    pub language: &'static str,
    /// Facts of the machine.
    pub facts: MachineFacts,
    /// The messages, oldest first.
    pub messages: Vec<MessageSummary>,
    /// The signatures, those that matter most first.
    pub signatures: Vec<SignatureReport>,
    /// Of all signatures the one nearest the root, with why.
    pub primary: Option<Primary>,
    /// What led to what, the chain that tells most first.
    pub chains: Vec<Chain>,
    /// Whether an article explains the case.
    pub verdict: Verdict,
    /// What the mails are for, where no article explains the case and they report no fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errand: Option<Errand>,
    /// The articles that may, best first.
    pub matches: Vec<MatchReport>,
    /// What to ask for next, where nothing is known.
    pub requests: Vec<Request>,
    /// Articles that fit and are out of use, with which to read instead where that is not among the matches.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub superseded: Vec<Superseded>,
    /// What the scores of the first matches are made of, where that was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub explained: Vec<Explained>,
    /// What was read.
    pub parts: Vec<Part>,
    /// What could not be read.
    pub warnings: Vec<Warning>,
}

/// A signature of the case.
#[derive(Debug, Clone, Serialize)]
pub struct SignatureReport {
    /// Its kind.
    pub kind: SignatureKind,
    /// Its value in normal form.
    pub value: String,
    /// The strongest standing among its occurrences.
    pub standing: Standing,
    /// The symbol that the catalog gives first, `E_ACCESSDENIED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// What it means, in the case's language where the catalog has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
    /// Why it is on the list of noise, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silenced: Option<String>,
    /// How often it was seen in all.
    pub count: u64,
    /// The sightings kept.
    pub occurrences: Vec<Occurrence>,
}

/// An article proposed for the case.
#[derive(Debug, Clone, Serialize)]
pub struct MatchReport {
    /// The article.
    pub article: ArticleReport,
    /// Which of the case's faults it explains, from 1: matches that rest on the same evidence have the same.
    pub fault: usize,
    /// What this article alone gives as verdict.
    pub verdict: Verdict,
    /// 0 to 1.
    pub confidence: f64,
    /// Order within this case.
    pub score: f64,
    /// What score and confidence are made of; shown where it is asked for, see [`TriageReport::explain`].
    #[serde(skip)]
    pub parts: Parts,
    /// What was used, strongest first.
    pub evidence: Vec<Evidence>,
    /// What speaks against it.
    pub against: Vec<String>,
    /// Of a generic article, the issues that its code may be a sign of, and what would show each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub specifics: Vec<Specific>,
    /// Whether the issue is this machine's, and fixed on it: `outcome` and `fix`.
    #[serde(flatten)]
    pub outcome: Option<Outcome>,
    /// Of an article without conditions, the heading of the section that fits best.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Why it is on the list of noise, if it is: it gives no verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silenced: Option<String>,
}

/// What output tells of an article.
#[derive(Debug, Clone, Serialize)]
pub struct ArticleReport {
    /// Its id.
    pub id: ArticleId,
    /// Its title.
    pub title: String,
    /// Its language.
    pub language: String,
    /// How far it can be trusted.
    pub status: ArticleStatus,
    /// A specific issue, or a code in general.
    pub kind: ArticleKind,
    /// How bad it usually is.
    pub severity: Option<String>,
    /// Product ids.
    pub products: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Vendor references.
    pub references: Vec<Reference>,
    /// The document it was imported from, or the file it was read from.
    pub source: String,
    /// Its text by section.
    pub sections: Vec<Section>,
}

impl From<&Article> for ArticleReport {
    fn from(article: &Article) -> Self {
        ArticleReport {
            id: article.id.clone(),
            title: article.title.clone(),
            language: article.language.clone(),
            status: article.status,
            kind: article.kind,
            severity: article.severity.clone(),
            products: article.products.clone(),
            tags: article.tags.clone(),
            references: article.references.clone(),
            source: article.origin.clone().unwrap_or_else(|| article.source.clone()),
            sections: article.sections.clone(),
        }
    }
}

/// Why a triage could not be made.
#[derive(Debug, thiserror::Error)]
pub enum TriageError {
    /// A service could not be started.
    #[error(transparent)]
    App(#[from] AppError),
    /// None of the inputs gave anything to read.
    #[error("nothing to read in {}", .inputs.join(", "))]
    Nothing {
        /// The inputs as given.
        inputs: Vec<String>,
        /// What was wrong with each.
        warnings: Vec<Warning>,
    },
}

impl App {
    /// Reads inputs as one case and matches it.
    ///
    /// `limit` cuts the matches; `tap` is told of the bytes read. A part that cannot be read is a warning of the
    /// report.
    ///
    /// # Errors
    /// When nothing at all could be read, or when rules or index cannot be used.
    pub fn triage(&self, inputs: &[Input], limit: usize, tap: &intake::Tap<'_>) -> Result<TriageReport, TriageError> {
        let (case, messages) = self.collect(inputs, tap)?;
        Ok(self.diagnose(case, messages, limit)?)
    }

    /// Reads inputs as one case.
    pub(super) fn collect(
        &self,
        inputs: &[Input],
        tap: &intake::Tap<'_>,
    ) -> Result<(CaseEvidence, Vec<MessageSummary>), TriageError> {
        let mut collector = Collector::new(self.extractor()?, &self.terms).with_roles(&self.roles);
        for input in inputs {
            input.read(tap, &mut collector);
        }
        self.finish(collector, inputs)
    }

    /// What the articles without conditions have in common with a case.
    pub(super) fn drawn(&self, case: &CaseEvidence) -> Drawn {
        self.matcher().drawn(&CaseView::new(case, &self.terms)).1
    }

    /// Triage of one text: a note, a log or a mail.
    pub(super) fn triage_text(&self, text: &str, limit: usize) -> Result<TriageReport, TriageError> {
        let mut collector = Collector::new(self.extractor()?, &self.terms).with_roles(&self.roles);
        intake::read_stdin(text.as_bytes(), &|_| (), &mut collector);
        let (case, messages) = self.finish(collector, &[])?;
        Ok(self.diagnose(case, messages, limit)?)
    }

    fn finish(
        &self,
        collector: Collector<'_>,
        inputs: &[Input],
    ) -> Result<(CaseEvidence, Vec<MessageSummary>), TriageError> {
        let (case, messages) = collector.finish(&self.field_rules()?);
        if !case.parts.iter().any(|part| matches!(part.kind, PartKind::Message | PartKind::Log)) {
            let inputs = inputs.iter().map(ToString::to_string).collect();
            return Err(TriageError::Nothing { inputs, warnings: case.warnings });
        }
        Ok((case, messages))
    }

    /// Matches collected evidence against the articles in use.
    fn diagnose(
        &self,
        mut case: CaseEvidence,
        messages: Vec<MessageSummary>,
        limit: usize,
    ) -> Result<TriageReport, AppError> {
        let silence = Silence::of(&self.heeded.noise, case.fields.customer.as_deref(), self.heeded.now);
        silence.apply(&mut case);
        let language = case.language();
        let view = CaseView::new(&case, &self.terms).with_book(&self.book);
        let is_silenced = |found: &Match| silence.of_article(&self.library.articles[found.article]).is_some();
        let (mut ranked, requests) = self.matcher().rank_and_ask(&view, is_silenced);
        // Silenced ones are shown, behind the others.
        ranked.sort_by_key(is_silenced);
        let best = ranked.first().filter(|best| !is_silenced(best));
        let verdict = best.map_or(Verdict::Unknown, |best| best.verdict);
        let errand = (verdict == Verdict::Unknown).then(|| view.purpose().errand()).flatten();
        let proposed: Vec<_> = ranked.iter().map(|found| &self.library.articles[found.article].id).collect();
        let superseded = self.superseded(&view, &proposed);
        let used = best.map(used_signatures).unwrap_or_default();
        let (first, rest): (Vec<_>, Vec<_>) =
            case.signatures.iter().partition(|one| used.contains(&folded(&one.signature)));
        let signatures = first
            .into_iter()
            .chain(rest)
            .take(MOST_SIGNATURES)
            .map(|one| describe(one, &case, language, &silence))
            .collect();
        ranked.truncate(limit);
        let faults = faults(&ranked, &case.chains, &case.parts);
        let matches =
            ranked.into_iter().zip(faults).map(|(found, fault)| self.report(found, fault, &silence)).collect();
        let CaseEvidence { fields, facts, primary, chains, parts, warnings, .. } = case;
        Ok(TriageReport {
            schema: SCHEMA,
            case: fields,
            language,
            facts,
            messages,
            signatures,
            primary,
            chains,
            verdict,
            errand,
            matches,
            requests,
            superseded,
            explained: Vec::new(),
            parts,
            warnings,
        })
    }

    fn report(&self, found: Match, fault: usize, silence: &Silence<'_>) -> MatchReport {
        let article = &self.library.articles[found.article];
        MatchReport {
            article: article.into(),
            section: found.section.and_then(|section| article.sections.get(section)).map(|one| one.heading.clone()),
            silenced: silence.of_article(article).map(str::to_string),
            fault,
            verdict: found.verdict,
            confidence: rounded(found.confidence),
            score: rounded(found.score),
            parts: found.parts,
            evidence: found.evidence.into_iter().map(shown).collect(),
            against: found.against,
            specifics: found.specifics,
            outcome: found.outcome,
        }
    }
}

/// The signatures of the case that a match rests on: they matter most.
fn used_signatures(found: &Match) -> HashSet<String> {
    let used = found.evidence.iter().filter_map(|evidence| match &evidence.kind {
        EvidenceKind::Signature { signature, seen_as, .. } => Some(folded(seen_as.as_ref().unwrap_or(signature))),
        EvidenceKind::Condition { .. } | EvidenceKind::Text { .. } => None,
    });
    used.collect()
}

/// Article and case may write a service's name in different case.
fn folded(signature: &Signature) -> String {
    signature.to_string().to_lowercase()
}

fn describe(
    evidence: &SignatureEvidence,
    case: &CaseEvidence,
    language: &str,
    silence: &Silence<'_>,
) -> SignatureReport {
    let (symbol, meaning) = match evidence.signature.kind {
        // No catalog has it: what its lines say is what it means.
        SignatureKind::Template => (None, case.templates.get(&evidence.signature.value).cloned()),
        _ => describe_signature(&evidence.signature, language),
    };
    let solved = case.solved.contains(&evidence.signature);
    SignatureReport {
        kind: evidence.signature.kind,
        value: evidence.signature.value.clone(),
        standing: if solved { evidence.standing.max(Standing::Recovered) } else { evidence.standing },
        symbol,
        meaning,
        silenced: silence.of_signature(&evidence.signature).map(str::to_string),
        count: evidence.count,
        occurrences: evidence.occurrences.clone(),
    }
}

/// Symbol and meaning of a signature as the catalog has them, in a language where it can.
pub(super) fn describe_signature(signature: &Signature, language: &str) -> (Option<String>, Option<String>) {
    let Some(reading) = catalog::describe(signature) else { return (None, None) };
    let meaning = reading.meaning.map(|meaning| if language == "zh" { meaning.zh } else { meaning.en }.to_string());
    (reading.symbol.map(str::to_string), meaning)
}
