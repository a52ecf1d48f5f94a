//! What an article leaves open of a case: words that neither its best passage says nor its subject is spoken of with, and
//! codes that it does not name.
//!
//! A case about another code than the article's is another fault, however much of its words the article has.

use super::{
    drawn::{self, Rank},
    rank::Named,
    view::CaseView,
};
use crate::signature::{SignatureEvidence, SignatureKind, Standing};

/// Codes that say by themselves which fault it is.
const TELLING: &[SignatureKind] = &[SignatureKind::Hresult, SignatureKind::Bugcheck];

/// Further codes that people ask about.
const ASKED: &[SignatureKind] = &[
    SignatureKind::Ntstatus,
    SignatureKind::Win32,
    SignatureKind::Msi,
    SignatureKind::Errno,
    SignatureKind::Http,
    SignatureKind::Mysql,
    SignatureKind::Mssql,
    SignatureKind::Ora,
    SignatureKind::Sqlstate,
];

/// Codes left open weigh no more: a mail may list many.
const MOST_UNMET: f64 = 1.6;

/// What of a case an article leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Open {
    /// Share of the case that its best passage says too, or its subject is spoken of with, 0 to 1.
    pub explained: f64,
    /// 1 where the case has codes that tell which fault it is, failing or asked about, and the article names none of them.
    pub foreign: f64,
    /// What the codes of the mails weigh that it does not name, 0 to `MOST_UNMET`.
    pub unmet: f64,
    /// How much more the case sounds like its subject than like any subject that no article is about; below 0 where it
    /// sounds more like one of these, 0 where it is about no known subject; on the scale of [`super::weights::Features::spoken`].
    pub ahead: f64,
}

/// The codes of a case that an article should name.
pub struct CaseCodes<'a>(Vec<CaseCode<'a>>);

struct CaseCode<'a> {
    evidence: &'a SignatureEvidence,
    /// It tells which fault it is.
    telling: bool,
    /// What it weighs where people wrote it; 0 where only logs have it.
    weight: f64,
}

impl<'a> CaseCodes<'a> {
    /// Those of a case.
    pub fn of(view: &CaseView<'a>, named: &Named) -> Self {
        let code = |evidence: &'a SignatureEvidence| {
            let kind = evidence.signature.kind;
            let telling = TELLING.contains(&kind);
            let firm = matches!(evidence.standing, Standing::Failing | Standing::Mentioned);
            let written = evidence.occurrences.iter().any(|occurrence| !view.is_log(&occurrence.part));
            let weight = match written && (telling || ASKED.contains(&kind)) {
                true => {
                    drawn::code(kind, evidence.standing, Rank::Strong, named.by(&evidence.signature), named.count())
                }
                false => 0.0,
            };
            let telling = telling && firm;
            (telling || weight > 0.0).then_some(CaseCode { evidence, telling, weight })
        };
        CaseCodes(view.case.signatures.iter().filter_map(code).collect())
    }

    /// Which an article leaves open that names `met`: [`Open::foreign`] and [`Open::unmet`].
    pub fn left(&self, met: &[&SignatureEvidence]) -> (f64, f64) {
        let is_met = |code: &&CaseCode<'_>| met.iter().any(|one| one.signature == code.evidence.signature);
        let mut telling = self.0.iter().filter(|code| code.telling).peekable();
        let foreign = telling.peek().is_some() && !telling.any(|code| is_met(&code));
        let unmet: f64 = self.0.iter().filter(|code| !is_met(code)).map(|code| code.weight).sum();
        (f64::from(u8::from(foreign)), unmet.min(MOST_UNMET))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::Signature;

    fn seen(value: &str, kind: SignatureKind) -> SignatureEvidence {
        let signature = Signature { kind, value: value.into() };
        SignatureEvidence { signature, occurrences: Vec::new(), count: 1, standing: Standing::Failing }
    }

    #[test]
    fn one_code_met_makes_no_stranger_and_the_others_are_unmet() {
        let (a, b) = (seen("0x80070005", SignatureKind::Hresult), seen("0x9F", SignatureKind::Bugcheck));
        let code = |evidence, telling, weight| CaseCode { evidence, telling, weight };
        let codes = CaseCodes(vec![code(&a, true, 0.8), code(&b, true, 0.5)]);
        assert_eq!(codes.left(&[]), (1.0, 1.3));
        assert_eq!(codes.left(&[&b]), (0.0, 0.8));
        assert_eq!(codes.left(&[&a, &b]), (0.0, 0.0));
        assert_eq!(CaseCodes(vec![code(&a, false, 3.0)]).left(&[]), (0.0, MOST_UNMET));
        assert_eq!(CaseCodes(Vec::new()).left(&[]), (0.0, 0.0));
    }
}
