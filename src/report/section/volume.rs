//! How many cases were opened and closed, how many are open, and how long they take.

use serde::Serialize;

use super::{Hours, LEAST_TIMED, Times};
use crate::report::{Figure, rounded, span::Period, stats::survival, view::View};

/// Volume and times.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Volume {
    /// Opened in the span.
    pub opened: Figure,
    /// Closed in the span, whenever they were opened.
    pub closed: Figure,
    /// Open at its end.
    pub backlog: Figure,
    /// Open at its beginning.
    pub backlog_before: Figure,
    /// Opened in the period before.
    pub opened_before: Figure,
    /// Customers of the cases opened; those that are not known are one.
    pub customers: usize,
    /// Until half of the cases opened in the span were closed; `None` for fewer than five cases.
    pub median: Option<Hours>,
    /// Until nine in ten were.
    pub p90: Option<Hours>,
    /// The share of the cases opened that is still open after some time.
    pub curve: Vec<CurvePoint>,
    /// The span and the periods before it, oldest first; none from before the store's first case.
    pub periods: Vec<PeriodRow>,
}

/// A step of the curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CurvePoint {
    /// From this time on.
    pub hours: f64,
    /// The share that is open, 0 to 1.
    pub open: f64,
    /// Lower end of its 95% interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Cases that were watched until then.
    pub at_risk: usize,
}

/// A period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PeriodRow {
    /// Its name.
    pub period: String,
    /// Opened in it.
    pub opened: Figure,
    /// Closed in it.
    pub closed: Figure,
    /// Open at its end.
    pub backlog: Figure,
}

pub(in crate::report) fn section(view: &View<'_>) -> Volume {
    let here = view.here();
    let period = &view.span.period;
    let times = Times::of(view, here);
    let point = |step: &survival::Step| CurvePoint {
        hours: rounded(step.hours, 2),
        open: rounded(step.open, 4),
        low: rounded(step.low, 4),
        high: rounded(step.high, 4),
        at_risk: step.at_risk,
    };
    let row = |period: &Period| PeriodRow {
        period: period.label.clone(),
        opened: Figure::of(view.opened(period).iter().copied()),
        closed: Figure::of(view.closed(period)),
        backlog: Figure::of(view.open_at(period.until)),
    };
    Volume {
        opened: Figure::of(here.iter().copied()),
        closed: Figure::of(view.closed(period)),
        backlog: Figure::of(view.open_at(period.until)),
        backlog_before: Figure::of(view.open_at(period.from)),
        opened_before: Figure::of(view.before().iter().copied()),
        customers: here.iter().map(|case| case.customer).collect::<std::collections::HashSet<_>>().len(),
        median: times.as_ref().map(|times| times.within(0.5)),
        p90: times.as_ref().map(|times| times.within(0.9)),
        curve: times.iter().flat_map(|times| &times.told).map(point).collect(),
        periods: view.history().iter().rev().chain([period]).map(row).collect(),
    }
}

/// Why there is no time to resolution, in English and Chinese.
pub fn no_time(opened: usize) -> Option<(String, String)> {
    (opened < LEAST_TIMED).then(|| {
        let en = format!("no times: fewer than {LEAST_TIMED} cases were opened");
        (en, format!("不给出处理时长：新开案例少于 {LEAST_TIMED} 个"))
    })
}
