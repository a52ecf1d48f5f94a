//! What is explained and what is new, and what each costs.

use serde::Serialize;

use super::{Hours, median};
use crate::report::{
    Figure,
    material::{ReportCase, Verdict},
    rounded,
    view::View,
};

/// How far a case is explained. Each case opened in the span stands in one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// A person closed it with an article, or accepted one.
    Linked,
    /// An article explains it (verdict `known`), but nobody linked it.
    Explained,
    /// An article may explain it (verdict `possible`).
    Possible,
    /// No article explains it, and none may.
    New,
    /// No article explains it, none may, and all that fails in it is silenced: noise.
    Silenced,
    /// It was not matched yet.
    Unmatched,
}

impl Group {
    /// All, in the order of the report.
    pub const ALL: [Group; 6] =
        [Group::Linked, Group::Explained, Group::Possible, Group::New, Group::Silenced, Group::Unmatched];

    /// Of a case.
    pub(in crate::report) fn of(case: &ReportCase) -> Self {
        if case.article.is_some() || !case.accepted.is_empty() {
            return Group::Linked;
        }
        match case.verdict {
            Some(Verdict::Known) => Group::Explained,
            Some(Verdict::Possible) => Group::Possible,
            Some(Verdict::Unknown) if case.counted.is_empty() && !case.silenced.is_empty() => Group::Silenced,
            Some(Verdict::Unknown) => Group::New,
            None => Group::Unmatched,
        }
    }

    /// Its name in output.
    pub fn name(self) -> &'static str {
        match self {
            Group::Linked => "linked",
            Group::Explained => "explained",
            Group::Possible => "possible",
            Group::New => "new",
            Group::Silenced => "silenced",
            Group::Unmatched => "unmatched",
        }
    }
}

/// A group with what it costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KnownRow {
    /// How far its cases are explained.
    pub group: Group,
    /// Opened in the span.
    pub cases: Figure,
    /// Share of all opened, 0 to 1.
    pub share: f64,
    /// Those of them that are closed by now.
    pub closed: Figure,
    /// What they cost: hours from opening to closing, or to now, over all of them; an open one at most
    /// [`most_hours`](crate::report::Report::most_hours).
    pub hours: f64,
    /// Until half of them were closed; `None` for fewer than five.
    pub median: Option<Hours>,
}

pub(in crate::report) fn section(view: &View<'_>) -> Vec<KnownRow> {
    let all = Figure::of(view.here().iter().copied());
    let row = |group: Group| {
        let cases: Vec<&ReportCase> = view.here().iter().copied().filter(|case| Group::of(case) == group).collect();
        let figure = Figure::of(cases.iter().copied());
        KnownRow {
            group,
            share: rounded(figure.share(&all), 4),
            cases: figure,
            closed: Figure::of(cases.iter().copied().filter(|case| case.closed.is_some_and(|at| at <= view.span.now))),
            hours: rounded(cases.iter().map(|case| view.cost(case)).sum(), 1),
            median: median(view, &cases),
        }
    };
    Group::ALL.map(row).into()
}
