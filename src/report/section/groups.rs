//! Cases by tag and product, and the breakdown that was asked for.

use std::{cmp::Reverse, collections::BTreeMap};

use serde::Serialize;

use super::{Hours, Named, known::Group, median};
use crate::report::{
    By, Figure,
    material::{ClassNo, ReportCase},
    rounded,
    view::{View, by_class, parts_of},
};

/// Cases of one tag or product.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupRow {
    /// The tag or product.
    pub name: String,
    /// Opened in the span.
    pub cases: Figure,
    /// Share of all opened, 0 to 1.
    pub share: f64,
    /// Opened in the period before.
    pub before: Figure,
}

/// The breakdown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Breakdown {
    /// By what.
    pub by: By,
    /// The most cases opened first; a case may stand in several rows of components.
    pub rows: Vec<BreakdownRow>,
    /// Further ones that are not listed.
    pub left_out: usize,
    /// Cases opened of which it is not known.
    pub without: Figure,
}

/// One part of the breakdown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BreakdownRow {
    /// Its name.
    pub name: String,
    /// Opened in the span.
    pub opened: Figure,
    /// Closed in the span.
    pub closed: Figure,
    /// Open at its end.
    pub backlog: Figure,
    /// Opened in the span and explained by an article, linked or not.
    pub explained: Figure,
    /// Until half of those opened were closed; `None` for fewer than five.
    pub median: Option<Hours>,
    /// The signature that most of those opened have; of several that more of them are about.
    pub top: Option<TopSignature>,
}

/// The signature that most cases of a part have.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopSignature {
    /// Which.
    #[serde(flatten)]
    pub named: Named,
    /// Its cases.
    pub cases: Figure,
}

type Parts<'m> = BTreeMap<&'m str, Vec<&'m ReportCase>>;

fn parts<'m>(
    cases: impl IntoIterator<Item = &'m ReportCase>,
    of: impl Fn(&'m ReportCase) -> Vec<&'m str>,
) -> Parts<'m> {
    let mut parts = Parts::new();
    for case in cases {
        for name in of(case) {
            parts.entry(name).or_default().push(case);
        }
    }
    parts
}

/// The rows that are listed, and how many are left out.
fn rows<'m>(view: &View<'m>, of: impl Fn(&'m ReportCase) -> Vec<&'m str>) -> (Vec<GroupRow>, usize) {
    let opened = Figure::of(view.here().iter().copied());
    let before = parts(view.before().iter().copied(), &of);
    let mut rows: Vec<GroupRow> = parts(view.here().iter().copied(), &of)
        .into_iter()
        .map(|(name, cases)| {
            let cases = Figure::of(cases);
            let before = before.get(name).map(|cases| Figure::of(cases.iter().copied())).unwrap_or_default();
            GroupRow { name: name.to_string(), share: rounded(cases.share(&opened), 4), cases, before }
        })
        .collect();
    rows.sort_by(|a, b| b.cases.count().cmp(&a.cases.count()).then_with(|| a.name.cmp(&b.name)));
    let left_out = rows.len().saturating_sub(view.ask.rows);
    rows.truncate(view.ask.rows);
    (rows, left_out)
}

pub(in crate::report) fn tags(view: &View<'_>) -> (Vec<GroupRow>, usize) {
    rows(view, |case| case.tags.iter().map(|tag| view.material.name(*tag)).collect())
}

pub(in crate::report) fn products(view: &View<'_>) -> (Vec<GroupRow>, usize) {
    rows(view, |case| parts_of(view.material, case, By::Product))
}

pub(in crate::report) fn breakdown(view: &View<'_>, by: By) -> Breakdown {
    let of = |case| parts_of(view.material, case, by);
    let period = &view.span.period;
    let opened = parts(view.here().iter().copied(), of);
    let (closed, backlog) = (parts(view.closed(period), of), parts(view.open_at(period.until), of));
    let mut names: Vec<&str> = opened.keys().chain(closed.keys()).chain(backlog.keys()).copied().collect();
    let count = |name: &str| opened.get(name).map_or(0, Vec::len);
    names.sort_by(|a, b| count(b).cmp(&count(a)).then_with(|| a.cmp(b)));
    names.dedup();
    let left_out = names.len().saturating_sub(view.ask.rows);
    names.truncate(view.ask.rows);
    let row = |name: &str| {
        let of = |parts: &Parts<'_>| Figure::of(parts.get(name).into_iter().flatten().copied());
        let cases = opened.get(name).map_or(&[][..], Vec::as_slice);
        let explained =
            cases.iter().copied().filter(|case| matches!(Group::of(case), Group::Linked | Group::Explained));
        BreakdownRow {
            name: name.to_string(),
            opened: of(&opened),
            closed: of(&closed),
            backlog: of(&backlog),
            explained: Figure::of(explained),
            median: median(view, cases),
            top: top_signature(view, cases),
        }
    };
    Breakdown {
        by,
        rows: names.into_iter().map(row).collect(),
        left_out,
        without: Figure::of(view.here().iter().copied().filter(|case| of(case).is_empty())),
    }
}

fn top_signature(view: &View<'_>, cases: &[&ReportCase]) -> Option<TopSignature> {
    let seen = by_class(cases);
    // Of those that as many have, what more cases are about says more of them.
    let about = |class: ClassNo| cases.iter().filter(|case| case.primary == Some(class)).count();
    let (class, seen) = seen
        .into_iter()
        .min_by_key(|(class, seen)| (Reverse((seen.cases.len(), about(*class))), &view.material.class(*class).name))?;
    Some(TopSignature { named: Named::of(view.material.class(class)), cases: Figure::of(seen.cases) })
}
