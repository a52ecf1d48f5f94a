//! One stored case matched and tagged: what is to be stored of it, and what is new in it.

use std::collections::{BTreeMap, HashSet};

use super::reread::Reader;
use crate::{
    app::{
        matcher::{Matcher, rounded, shown},
        noise::Silence,
        team::customer_of,
    },
    case::CaseEvidence,
    matching::{CaseView, Match, Verdict, ask::Request, fault::faults},
    signature::Signature,
    store::{
        CaseChange, CaseId, CaseRecord, CaseTag, CaseWork, Decision, StoreError,
        work::{Findings, Noise, StoredMatch, TagRow},
    },
    tag::{Proposal, TagCase, TagMatch, TagRules},
    text::phrase::PhraseBook,
};

/// Matches kept of a case: what comes behind is noise.
const MOST_MATCHES: usize = 8;

/// All that judging needs; threads may share it.
pub(super) struct Judge<'a> {
    pub(super) reader: Reader<'a>,
    pub(super) matcher: Matcher<'a>,
    pub(super) rules: &'a TagRules,
    pub(super) noise: Vec<Noise>,
    pub(super) knowledge: String,
    pub(super) book: PhraseBook,
    /// Now, in seconds since 1970.
    pub(super) now: i64,
    /// The domains of the own team.
    pub(super) own: &'a [String],
}

/// A case as judged.
pub(in crate::app) struct Judged {
    pub(in crate::app) case: CaseRecord,
    pub(in crate::app) findings: Findings,
    /// All tags that rules and articles give it, those among them that a person took away.
    pub(in crate::app) proposals: Vec<Proposal>,
    /// What is to be changed of its tags.
    pub(in crate::app) changes: Vec<CaseChange>,
    /// Whether nobody is to be told of it.
    pub(in crate::app) quiet: bool,
    /// Tags that it gets and did not have.
    pub(in crate::app) added: Vec<CaseTag>,
    /// Tags that it loses.
    pub(in crate::app) removed: Vec<String>,
}

impl Judge<'_> {
    /// Judges a case; `None` if it is not there.
    pub(super) fn judge(&self, store: &dyn CaseWork, id: &CaseId) -> Result<Option<Judged>, StoreError> {
        let Some(case) = store.case(id)? else { return Ok(None) };
        let rows = store.tag_rows(&case.id)?;
        let quiet = store.is_quiet(&case.id)?;
        let decisions = store.decisions(&case.id)?;
        let rejected: HashSet<&str> =
            decisions.iter().filter(|one| one.decision == Decision::Rejected).map(|one| one.article.as_str()).collect();
        let silence = Silence::of(&self.noise, customer_of(&case, self.own), self.now);
        let mut evidence = self.reader.read(store, &case)?;
        silence.apply(&mut evidence);
        // What is silenced is no primary signature any more.
        let primary = evidence.primary.as_ref().map(|one| Signature::new(one.kind, one.value.clone()));
        let (matches, verdict, proposals, requests) = self.match_and_tag(&evidence, &rejected, &silence);
        let findings = Findings {
            knowledge: self.knowledge.clone(),
            verdict: verdict.name().to_string(),
            language: evidence.language().to_string(),
            primary,
            matches,
            requests,
            solved: evidence.solved.clone(),
        };
        let (changes, added, removed) = differences(&rows, &proposals);
        Ok(Some(Judged { case, findings, proposals, changes, quiet, added, removed }))
    }

    fn match_and_tag(
        &self,
        evidence: &CaseEvidence,
        rejected: &HashSet<&str>,
        silence: &Silence<'_>,
    ) -> (Vec<StoredMatch>, Verdict, Vec<Proposal>, Vec<Request>) {
        let view = CaseView::new(evidence, self.matcher.terms).with_book(&self.book);
        let is_rejected = |found: &Match| self.is_one_of(found, |id| rejected.contains(id));
        let silenced_by = |found: &Match| silence.of_article(&self.matcher.articles[found.article]).map(str::to_string);
        let (mut ranked, requests) =
            self.matcher.rank_and_ask(&view, |found| is_rejected(found) || silenced_by(found).is_some());
        ranked.retain(|found| !is_rejected(found));
        ranked.truncate(MOST_MATCHES);
        let silenced: Vec<Option<String>> = ranked.iter().map(silenced_by).collect();
        let heard = || ranked.iter().zip(&silenced).filter(|(_, silenced)| silenced.is_none());
        let verdict = heard().next().map_or(Verdict::Unknown, |(found, _)| found.verdict);
        let matches: Vec<TagMatch> = heard()
            .map(|(found, _)| {
                let article = &self.matcher.articles[found.article];
                TagMatch { article: article.id.0.clone(), verdict: found.verdict, tags: article.tags.clone() }
            })
            .collect();
        let proposals = self.rules.propose(&TagCase { view: &view, matches: &matches, verdict });
        let faults = faults(&ranked, &evidence.chains, &evidence.parts);
        let each = ranked.into_iter().zip(silenced).zip(faults);
        let stored = each.map(|((found, silenced), fault)| self.stored(found, fault, silenced)).collect();
        (stored, verdict, proposals, requests)
    }

    /// Whether a match is of an article, or of the same issue in another language, that is one of those.
    fn is_one_of(&self, found: &Match, those: impl Fn(&str) -> bool) -> bool {
        let article = &self.matcher.articles[found.article];
        those(&article.id.0) || article.translations.iter().any(|id| those(&id.0))
    }

    fn stored(&self, found: Match, fault: usize, silenced: Option<String>) -> StoredMatch {
        let article = &self.matcher.articles[found.article];
        let evidence: Vec<_> = found.evidence.into_iter().map(shown).collect();
        StoredMatch {
            article: article.id.0.clone(),
            title: article.title.clone(),
            verdict: found.verdict.name().to_string(),
            confidence: rounded(found.confidence),
            score: rounded(found.score),
            // Nothing in it can fail to be written as JSON.
            evidence: serde_json::to_value(evidence).unwrap_or_default(),
            against: found.against,
            fault: u32::try_from(fault).ok(),
            outcome: found.outcome,
            silenced,
        }
    }
}

/// What has to change so that a case has the tags proposed: what people did stands.
fn differences(rows: &[TagRow], proposals: &[Proposal]) -> (Vec<CaseChange>, Vec<CaseTag>, Vec<String>) {
    let there: BTreeMap<&str, &TagRow> = rows.iter().map(|row| (row.tag.as_str(), row)).collect();
    let (mut changes, mut added, mut removed) = (Vec::new(), Vec::new(), Vec::new());
    for proposal in proposals {
        let tag = CaseTag { tag: proposal.tag.clone(), rule: Some(proposal.rule.clone()), why: proposal.why.clone() };
        match there.get(proposal.tag.as_str()) {
            None => {
                added.push(tag.clone());
                changes.push(CaseChange::Tag(tag));
            }
            Some(row) if row.removed || row.rule.is_none() => {}
            Some(row) if row.rule == tag.rule && row.why == tag.why => {}
            Some(_) => changes.push(CaseChange::Tag(tag)),
        }
    }
    for row in rows.iter().filter(|row| row.rule.is_some() && !row.removed) {
        if !proposals.iter().any(|proposal| proposal.tag == row.tag) {
            removed.push(row.tag.clone());
            changes.push(CaseChange::Untag { tag: row.tag.clone(), by_hand: false });
        }
    }
    (changes, added, removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(tag: &str, rule: Option<&str>, removed: bool) -> TagRow {
        TagRow { tag: tag.into(), rule: rule.map(str::to_string), why: "seen".into(), removed }
    }

    #[test]
    fn what_people_did_stands() {
        let rows = [
            row("a/by-hand", None, false),
            row("a/taken-away", None, true),
            row("a/same", Some("r"), false),
            row("a/gone", Some("r"), false),
        ];
        let proposal = |tag: &str| Proposal { tag: tag.into(), rule: "r".into(), why: "seen".into() };
        let proposals = ["a/by-hand", "a/taken-away", "a/same", "a/new"].map(proposal);
        let (changes, added, removed) = differences(&rows, &proposals);
        assert_eq!(added.iter().map(|tag| tag.tag.as_str()).collect::<Vec<_>>(), ["a/new"]);
        assert_eq!(removed, ["a/gone"]);
        assert_eq!(changes.len(), 2, "{changes:?}");
    }
}
