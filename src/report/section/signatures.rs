//! The signatures that most cases have.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Named, top};
use crate::report::{
    Figure,
    material::{ClassNo, ReportCase},
    rounded,
    view::{View, by_class},
};

/// Signatures of the cases opened in the span.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Signatures {
    /// Cases with any.
    pub cases: Figure,
    /// Different ones.
    pub different: usize,
    /// Those that most cases have first.
    pub rows: Vec<SignatureRow>,
    /// Further ones that are not listed.
    pub left_out: usize,
    /// Those that are known to mean nothing: counted here and nowhere else.
    pub silenced: Vec<SilencedRow>,
    /// Further ones that are not listed.
    pub silenced_left_out: usize,
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignatureRow {
    /// Which.
    #[serde(flatten)]
    pub named: Named,
    /// Cases in which it fails, or which are about it.
    pub cases: Figure,
    /// Their customers; those that are not known are one.
    pub customers: usize,
    /// Share of the cases opened, 0 to 1.
    pub share: f64,
    /// Cases that are about it.
    pub primary: Figure,
    /// Cases of the period before.
    pub before: Figure,
    /// Its share then.
    pub share_before: f64,
    /// Share now less share then; `None`: no case was opened then.
    pub change: Option<f64>,
}

/// A silenced signature.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SilencedRow {
    /// Which.
    #[serde(flatten)]
    pub named: Named,
    /// Cases that it is silenced in.
    pub cases: Figure,
}

pub(in crate::report) fn section(view: &View<'_>) -> Signatures {
    let (here, earlier) = (view.here(), view.before());
    let (opened, opened_before) = (Figure::of(here.iter().copied()), Figure::of(earlier.iter().copied()));
    let before = by_class(earlier);
    let seen: Vec<_> = by_class(here).into_iter().collect();
    let different = seen.len();
    let (seen, left_out) = top(view, seen, |seen| seen.cases.len() as f64);
    let rows = seen.into_iter().map(|(class, seen)| {
        let cases = Figure::of(seen.cases.iter().copied());
        let before = before.get(&class).map(|seen| Figure::of(seen.cases.iter().copied())).unwrap_or_default();
        let (share, share_before) = (cases.share(&opened), before.share(&opened_before));
        SignatureRow {
            named: Named::of(view.material.class(class)),
            customers: seen.customers.len(),
            primary: Figure::of(seen.cases.iter().copied().filter(|case| case.primary == Some(class))),
            share: rounded(share, 4),
            share_before: rounded(share_before, 4),
            change: (opened_before.count() > 0).then(|| rounded(share - share_before, 4)),
            cases,
            before,
        }
    });
    let (silenced, silenced_left_out) = silenced(view);
    Signatures {
        cases: Figure::of(here.iter().copied().filter(|case| !case.counted.is_empty())),
        different,
        rows: rows.collect(),
        left_out,
        silenced,
        silenced_left_out,
    }
}

fn silenced(view: &View<'_>) -> (Vec<SilencedRow>, usize) {
    let mut found: BTreeMap<ClassNo, Vec<&ReportCase>> = BTreeMap::new();
    for case in view.here() {
        case.silenced.iter().for_each(|one| found.entry(one.class).or_default().push(case));
    }
    let (found, left_out) = top(view, found.into_iter().collect(), |cases| cases.len() as f64);
    let row = |(class, cases): (ClassNo, Vec<&ReportCase>)| SilencedRow {
        named: Named::of(view.material.class(class)),
        cases: Figure::of(cases),
    };
    (found.into_iter().map(row).collect(), left_out)
}
