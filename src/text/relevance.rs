//! Absolute relevance of a document for a case, 0 to 1: how much of what the document tells is said in the case.
//!
//! A *term* is a concept (`#rollback`), a word that belongs to no concept, a code or a name. For a term `t`:
//!
//! ```text
//! p(t)     = (documents with t + PRIOR × share(t)) / (documents + PRIOR)      share: see text::common
//! idf(t)   = ln(1 / p(t)) / ln((documents + PRIOR) / (PRIOR × 0.005)),  0 to 1
//! weight   = idf(t)² × kind(t) × field(t)         the strongest field of the document that has it
//! chance   = 1 − (1 − p(t)) ^ (terms of the case / TEXT_TERMS)            0 while the case is short
//! found(t) = weight × strength in the case × (1 − chance)                     0 where the case lacks it
//! full     = Σ found / Σ weight
//! core     = Σ found / Σ of the CORE_TERMS largest weights, at most 1
//! score    = full^0.3 × core^0.7 × certainty
//! ```
//!
//! The constants were tried on labelled cases over some 230 articles; ranking hardly depends on them. `full` alone
//! would punish a long article: nobody retells all of it. `core` alone would favor it: something always meets.
//! `chance` takes from long cases what they hold by mere length. `certainty` rises with the sum of idf found, so
//! that one or two ordinary words never make much of a short title. The squared idf makes ordinary words weigh next
//! to nothing.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::{
    Token, TokenKind, analyze,
    common::share,
    terms::{ConceptMatch, Terms},
};

/// Strength of the built-in shares: as if so many support texts had been counted before.
const PRIOR: f64 = 50.0;
/// Share of the rarest terms, for scaling idf to 0..1; that of an unlisted word.
const RAREST: f64 = 0.005;
/// Terms of an ordinary mail: below this a case holds nothing by length alone.
const TEXT_TERMS: f64 = 60.0;
/// Terms that make the core of a document: about those of a title and a symptom.
const CORE_TERMS: usize = 6;
/// Exponent of the core; the rest goes to the full sum.
const CORE_SHARE: f64 = 0.7;
/// Sum of found idf at which the certainty is 1 − 1/e: one or two telling terms.
const CERTAIN: f64 = 1.0;
/// Terms kept of one document or case, those with the largest weight first.
const MAX_TERMS: usize = 4_000;

/// Where in a document a text stands, from most to least telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProfileField {
    /// The title.
    Title,
    /// How the issue shows.
    Symptoms,
    /// Example texts that must match.
    Examples,
    /// Cause and everything else.
    Other,
}

impl ProfileField {
    /// Weight: what is in the title is what it is about; other sections describe repairs as much as the issue.
    fn weight(self) -> f64 {
        match self {
            ProfileField::Title => 2.0,
            ProfileField::Symptoms => 1.0,
            ProfileField::Examples => 0.8,
            ProfileField::Other => 0.15,
        }
    }
}

/// What a case says: its terms with the strength of the strongest text that has them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CaseTerms {
    strengths: HashMap<String, f64>,
}

impl CaseTerms {
    /// From texts with a strength between 0 and 1 each (subject and new text 1, a failing log line less).
    pub fn new<'a>(texts: impl IntoIterator<Item = (&'a str, f64)>, terms: &Terms) -> CaseTerms {
        let mut case = CaseTerms::default();
        for (text, strength) in texts {
            case.add(text, strength, terms);
        }
        case
    }

    fn add(&mut self, text: &str, strength: f64, terms: &Terms) {
        let strength = if strength.is_nan() { 0.0 } else { strength.clamp(0.0, 1.0) };
        let tokens = analyze(text);
        for (term, _) in telling_terms(&tokens, &terms.find_concepts(&tokens), terms) {
            let known = self.strengths.entry(term).or_insert(0.0);
            *known = known.max(strength);
        }
    }

    /// How many different terms there are.
    pub fn len(&self) -> usize {
        self.strengths.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.strengths.is_empty()
    }

    /// The terms with their strength, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        self.strengths.iter().map(|(term, strength)| (term.as_str(), *strength))
    }
}

/// How relevant a document is for a case, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Relevance {
    /// 0 to 1, see the module's formula.
    pub score: f64,
    /// What the case says of the document, heaviest first.
    pub matched: Vec<MatchedTerm>,
}

/// A term of a document that a case says too.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MatchedTerm {
    /// Normal form of a word, or a concept as `#id`.
    pub term: String,
    /// Its part of the sum.
    pub weight: f64,
    /// Where in the document it stands: the most telling place.
    pub field: ProfileField,
}

/// The terms of all documents of a collection, weighed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Profiles {
    documents: Vec<Profile>,
    /// In how many documents a term stands.
    counts: HashMap<String, u32>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Profile {
    terms: Vec<ProfileTerm>,
    /// Sum of all weights, and of the largest.
    full: f64,
    core: f64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct ProfileTerm {
    term: String,
    field: ProfileField,
    weight: f64,
}

impl Profiles {
    /// Weighs documents: each a list of texts with their field.
    pub fn build<'a, D>(documents: impl IntoIterator<Item = D>, terms: &Terms) -> Profiles
    where
        D: IntoIterator<Item = (ProfileField, &'a str)>,
    {
        let terms_of = |(field, text)| {
            let tokens = analyze(text);
            (field, telling_terms(&tokens, &terms.find_concepts(&tokens), terms))
        };
        Profiles::from_terms(documents.into_iter().map(|document| document.into_iter().map(terms_of).collect()))
    }

    /// As [`Profiles::build`], from the [`telling_terms`] of each text.
    pub fn from_terms(documents: impl IntoIterator<Item = Vec<(ProfileField, Vec<(String, f64)>)>>) -> Profiles {
        let mut profiles = Profiles::default();
        for document in documents {
            let mut found: BTreeMap<String, (ProfileField, f64)> = BTreeMap::new();
            for (field, terms) in document {
                for (term, kind) in terms {
                    let known = found.entry(term).or_insert((field, kind));
                    known.0 = known.0.min(field);
                    known.1 = known.1.max(kind);
                }
            }
            for term in found.keys() {
                *profiles.counts.entry(term.clone()).or_insert(0) += 1;
            }
            let weigh = |(term, (field, kind))| ProfileTerm { term, field, weight: kind };
            let terms = found.into_iter().map(weigh).collect();
            profiles.documents.push(Profile { terms, full: 0.0, core: 0.0 });
        }
        let mut documents = std::mem::take(&mut profiles.documents);
        for document in &mut documents {
            for term in &mut document.terms {
                term.weight *= profiles.idf(&term.term).powi(2) * term.field.weight();
            }
            document.terms.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.term.cmp(&b.term)));
            document.terms.truncate(MAX_TERMS);
            document.full = document.terms.iter().map(|term| term.weight).sum();
            document.core = document.terms.iter().take(CORE_TERMS).map(|term| term.weight).sum();
        }
        profiles.documents = documents;
        profiles
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// Whether any document has this term.
    pub fn contains(&self, term: &str) -> bool {
        self.counts.contains_key(term)
    }

    /// How much a term tells, 0 to 1.
    pub fn idf(&self, term: &str) -> f64 {
        let rarest = (PRIOR * RAREST) / (self.documents.len() as f64 + PRIOR);
        (self.probability(term).ln() / rarest.ln()).clamp(0.0, 1.0)
    }

    fn probability(&self, term: &str) -> f64 {
        let count = f64::from(self.counts.get(term).copied().unwrap_or(0));
        (count + PRIOR * share(term)) / (self.documents.len() as f64 + PRIOR)
    }

    /// The relevance of the document with this number; nothing for a number that there is not.
    pub fn relevance(&self, case: &CaseTerms, document: usize) -> Relevance {
        let mut matched = Vec::new();
        let (mut sum, mut certain) = (0.0, 0.0);
        let texts = (case.len() as f64 / TEXT_TERMS - 1.0).max(0.0);
        let Some(profile) = self.documents.get(document) else { return Relevance { score: 0.0, matched } };
        for term in &profile.terms {
            let Some(strength) = case.strengths.get(&term.term) else { continue };
            let by_chance = 1.0 - (1.0 - self.probability(&term.term)).powf(texts);
            let factor = strength * (1.0 - by_chance);
            let weight = term.weight * factor;
            sum += weight;
            certain += self.idf(&term.term).powi(2) * factor * term.field.weight().min(1.0);
            if weight > 0.0 {
                matched.push(MatchedTerm { term: term.term.clone(), weight, field: term.field });
            }
        }
        if profile.full <= 0.0 {
            return Relevance { score: 0.0, matched };
        }
        matched.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.term.cmp(&b.term)));
        let core = (sum / profile.core).min(1.0);
        let score =
            (sum / profile.full).powf(1.0 - CORE_SHARE) * core.powf(CORE_SHARE) * (1.0 - (-certain / CERTAIN).exp());
        Relevance { score: score.clamp(0.0, 1.0), matched }
    }
}

/// The terms of a text that can tell something, each with the weight of its kind. A word that belongs to a concept
/// is the concept.
pub fn telling_terms(tokens: &[Token], concepts: &[ConceptMatch], terms: &Terms) -> Vec<(String, f64)> {
    let mut found: Vec<(String, f64)> =
        concepts.iter().map(|concept| (format!("#{}", terms.id(concept.concept)), 1.0)).collect();
    // Concepts come in order of position, and so do tokens: no concept before `next` reaches a later token.
    let mut next = 0;
    let mut covered = 0;
    for token in tokens {
        while let Some(concept) = concepts.get(next).filter(|concept| concept.position <= token.position) {
            covered = covered.max(concept.position + concept.length);
            next += 1;
        }
        if token.position + token.length <= covered {
            continue;
        }
        if let Some(kind) = kind_weight(token) {
            found.push((token.text.to_string(), kind));
        }
    }
    found
}

/// Weight of a kind of token; `None` for what tells nothing by itself. A plain word has half the weight of a
/// concept: another author takes another one.
fn kind_weight(token: &Token) -> Option<f64> {
    let chars = token.text.chars().count();
    match token.kind {
        TokenKind::Code => Some(1.0),
        // Paths meet by their parts.
        TokenKind::Name => (!token.text.contains('\\') && chars > 1).then_some(1.0),
        TokenKind::Word | TokenKind::Part if token.text.bytes().all(|b| b.is_ascii_digit()) => {
            (chars > 3).then_some(0.5)
        }
        TokenKind::Word | TokenKind::Part => (chars > 1).then_some(0.5),
        TokenKind::Number => (chars > 2).then_some(0.5),
        TokenKind::Han => Some(0.5),
        TokenKind::HanPair | TokenKind::HanChar => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profiles() -> Profiles {
        let documents = [
            vec![
                (
                    ProfileField::Title,
                    "Servicing rolls back because endpoint control protects the registry keys of driver services",
                ),
                (
                    ProfileField::Symptoms,
                    "Installing the update fails with 0x80070005 while cpu.inf is set up; after the restart the changes are reverted.",
                ),
            ],
            vec![
                (ProfileField::Title, "Printing fails after the spooler stopped"),
                (ProfileField::Symptoms, "打印机脱机，后台打印程序反复停止"),
            ],
        ];
        Profiles::build(documents, Terms::builtin())
    }

    fn score(text: &str, document: usize) -> f64 {
        profiles().relevance(&CaseTerms::new([(text, 1.0)], Terms::builtin()), document).score
    }

    #[test]
    fn retelling_is_relevant() {
        let en = "The patch is undone: during the reboot it rolls back with access denied 80070005, the cbs log names cpu.inf. The terminal management agent guards the registry of the driver's services.";
        let zh =
            "补丁安装后重启回滚，报错-2147024891，cbs日志里cpu.inf驱动更新失败，管控软件不让修改注册表里驱动服务的项。";
        for text in [en, zh] {
            assert!(score(text, 0) > 0.5, "{} for {text}", score(text, 0));
            assert!(score(text, 1) < 0.15, "{} for {text}", score(text, 1));
        }
    }

    #[test]
    fn unrelated_mail_is_not() {
        for text in [
            "Dear team, please find attached the invoice for March. The amount is due within 30 days. Kind regards",
            "您好，请协助开具三月份的发票，谢谢。如有问题请联系我。",
            "Hello, we would like to install the system on a new computer. Thanks for your help.",
        ] {
            for document in 0..2 {
                assert!(score(text, document) < 0.1, "{} for {text}", score(text, document));
            }
        }
    }

    #[test]
    fn the_case_may_be_empty_or_odd() {
        assert_eq!(score("", 0), 0.0);
        assert_eq!(score("!!!", 0), 0.0);
        assert_eq!(score("registry", 7), 0.0);
        let odd = CaseTerms::new([("registry", f64::NAN), ("rollback", 7.0)], Terms::builtin());
        assert!((0.0..=1.0).contains(&profiles().relevance(&odd, 0).score));
    }

    #[test]
    fn long_noise_does_not_become_relevant() {
        let noise: String = (0..5_000).map(|n| format!("registry service driver word{n} update restart ")).collect();
        assert!(score(&noise, 0) < 0.4, "{}", score(&noise, 0));
    }

    #[test]
    fn the_matched_terms_explain_the_score() {
        let case = CaseTerms::new([("回滚 0x80070005 please", 1.0)], Terms::builtin());
        let found = profiles().relevance(&case, 0);
        let terms: Vec<&str> = found.matched.iter().map(|matched| matched.term.as_str()).collect();
        assert_eq!(terms, ["#rollback", "0x80070005"]);
        assert_eq!(found.matched[0].field, ProfileField::Title);
    }
}
