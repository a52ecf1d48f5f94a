//! The parts of a report, a file for each.

pub mod articles;
pub mod fresh;
pub mod groups;
pub mod known;
pub mod lead;
pub mod quality;
pub mod rising;
pub mod signatures;
pub mod volume;
pub mod write;

use serde::Serialize;

use super::{
    material::{Class, ClassNo, ReportCase},
    rounded,
    stats::survival::{self, Quantile, Watched},
    view::View,
};
use crate::{catalog, signature::Signature};

/// A time to resolution that is given for fewer cases would be an anecdote.
pub const LEAST_TIMED: usize = 5;

/// A signature as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The form that most cases have.
    pub signature: Signature,
    /// Forms that mean the same and were seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Signature>,
    /// The catalog's name, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// A line that has it, where nothing else says what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
}

impl Named {
    pub(super) fn of(class: &Class) -> Self {
        let symbol = catalog::entries_of(&class.name).first().map(|entry| entry.symbol.to_string());
        Named { signature: class.name.clone(), also: class.also.clone(), symbol, line: None }
    }
}

/// A time by which a share of cases is closed, in hours.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Hours {
    /// The time; `None`: so many are not closed yet.
    pub hours: Option<f64>,
    /// Lower end of its 95% interval.
    pub low: Option<f64>,
    /// Upper end; `None`: not known yet.
    pub high: Option<f64>,
}

impl From<Quantile> for Hours {
    fn from(found: Quantile) -> Self {
        let one = |value: Option<f64>| value.map(|hours| rounded(hours, 2));
        Hours { hours: one(found.hours), low: one(found.low), high: one(found.high) }
    }
}

/// The curve of cases; `None` for fewer than [`LEAST_TIMED`].
fn curve(view: &View<'_>, cases: &[&ReportCase]) -> Option<Vec<survival::Step>> {
    let watched = |case: &&ReportCase| Watched {
        hours: view.hours(case),
        closed: case.closed.is_some_and(|at| at <= view.span.now),
    };
    let watched: Vec<Watched> = cases.iter().map(watched).collect();
    (watched.len() >= LEAST_TIMED).then(|| survival::told(&watched, LEAST_TIMED))
}

fn median(view: &View<'_>, cases: &[&ReportCase]) -> Option<Hours> {
    curve(view, cases).map(|curve| survival::quantile(&curve, 0.5).into())
}

/// The rows of a list that are printed, the greatest first, ties by signature; and how many are left out.
fn top<T>(view: &View<'_>, mut rows: Vec<(ClassNo, T)>, weight: impl Fn(&T) -> f64) -> (Vec<(ClassNo, T)>, usize) {
    let name = |class: ClassNo| &view.material.class(class).name;
    rows.sort_by(|(a, x), (b, y)| weight(y).total_cmp(&weight(x)).then_with(|| name(*a).cmp(name(*b))));
    let left_out = rows.len().saturating_sub(view.ask.rows);
    rows.truncate(view.ask.rows);
    (rows, left_out)
}
