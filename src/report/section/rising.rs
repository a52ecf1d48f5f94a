//! What comes more or less often than before: tested, not eyeballed.
//!
//! Counted are distinct customers per period, so that one customer's flood is one sighting; of this span against up to six
//! periods before it, with the volume of each as offset. What is too small to test is watched, and nothing is claimed of it.

use serde::Serialize;

use super::{Named, top};
pub use crate::report::table::Way;
use crate::report::{
    Figure,
    material::ClassNo,
    rounded, significant,
    stats::{cusum, dispersion::switched},
    table::{BASELINE, Called, LEAST_HISTORY, LEAST_SEEN, Table, Tested, call},
    view::{View, by_class},
};

/// What comes more or less often than before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rising {
    /// Periods before the span that it is compared with; fewer than three: nothing was tested.
    pub history: usize,
    /// Signatures tested.
    pub tested: usize,
    /// Variance by mean of the counts before the span; `None`: too few to say.
    pub dispersion: Option<f64>,
    /// Whether the tests take it in.
    pub quasi: bool,
    /// Earlier years whose same time is taken for the season.
    pub years: usize,
    /// Those called rising, the least likely by chance first.
    pub risers: Vec<Trend>,
    /// Those called fading.
    pub faders: Vec<Trend>,
    /// Those that would be called if no season were taken out.
    pub seasonal: Vec<Seasonal>,
    /// Too small to test, but with more than its level over some periods: to be looked at, nothing is claimed.
    pub watch: Vec<Watched>,
    /// Further ones that are not listed.
    pub watch_left_out: usize,
}

/// How a rate changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Its cases in the span.
    pub cases: Figure,
    /// Their customers.
    pub customers: usize,
    /// Its cases in the periods before.
    pub before: Figure,
    /// Customers in the periods before, each counted in each.
    pub customers_before: usize,
    /// Customers that the periods before make expected, with volume and season.
    pub expected: f64,
    /// Rate now by rate before; `None`: there was none before.
    pub ratio: Option<f64>,
    /// Lower end of its 95% interval.
    pub low: f64,
    /// Upper end; `None`: without bound.
    pub high: Option<f64>,
    /// The least share of false ones among those called at which it would be called.
    pub q: f64,
}

impl Change {
    /// What was tested, of that table; `None`: there was nothing to compare with.
    pub(in crate::report) fn of(table: &Table<'_>, tested: &Tested) -> Option<Self> {
        let ratio = tested.counts.ratio()?;
        Some(Change {
            cases: table.cases_now(tested.key),
            customers: table.now(tested.key) as usize,
            before: table.cases_before(tested.key),
            customers_before: table.before(tested.key) as usize,
            expected: rounded(tested.counts.expected()?, 1),
            ratio: ratio.ratio.map(|ratio| rounded(ratio, 2)),
            low: rounded(ratio.low, 2),
            high: ratio.high.map(|high| rounded(high, 2)),
            q: significant(tested.q),
        })
    }
}

/// A signature whose rate changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trend {
    /// Which.
    #[serde(flatten)]
    pub named: Named,
    /// How.
    #[serde(flatten)]
    pub change: Change,
    /// How likely so many (or so few) are by chance.
    pub p: f64,
    /// What the season explains of it; 1: nothing.
    pub season: f64,
}

/// A signature that the season kept from being called.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Seasonal {
    /// Which way it would be called.
    pub way: Way,
    /// How its rate changed beyond the season.
    #[serde(flatten)]
    pub trend: Trend,
    /// Rate now by rate before with the season in it; `None`: there was none before.
    pub ratio_without: Option<f64>,
    /// As `q`, with the season in it.
    pub q_without: f64,
}

/// A signature on the watch list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Watched {
    /// Which.
    #[serde(flatten)]
    pub named: Named,
    /// Its cases in the span.
    pub cases: Figure,
    /// Their customers.
    pub customers: usize,
    /// Its cases in the periods before.
    pub before: Figure,
    /// Customers in the periods before, each counted in each.
    pub customers_before: usize,
    /// What came beyond twice its level, added up.
    pub sum: f64,
}

pub(in crate::report) fn section(view: &View<'_>) -> Rising {
    let history = view.history().len().min(BASELINE);
    let mut rising = Rising {
        history,
        tested: 0,
        dispersion: None,
        quasi: false,
        years: 0,
        risers: Vec::new(),
        faders: Vec::new(),
        seasonal: Vec::new(),
        watch: Vec::new(),
        watch_left_out: 0,
    };
    if history < LEAST_HISTORY {
        return rising;
    }
    let table = Table::new(view, history, by_class);
    let found = table.dispersion();
    let dispersion = switched(found);
    rising.dispersion = found.map(|value| rounded(value, 2));
    rising.quasi = dispersion > 1.0;
    rising.years = table.years();
    for way in [Way::Up, Way::Down] {
        let name = |class: ClassNo| &view.material.class(class).name;
        let Called { tested, called, by_season } = call(&table, dispersion, way, name);
        rising.tested = tested;
        let rows = called.iter().filter_map(|one| trend(view, &table, one)).collect();
        *if way == Way::Up { &mut rising.risers } else { &mut rising.faders } = rows;
        rising.seasonal.extend(by_season.iter().filter_map(|(with, without)| {
            Some(Seasonal {
                way,
                trend: trend(view, &table, with)?,
                ratio_without: without.counts.ratio()?.ratio.map(|ratio| rounded(ratio, 2)),
                q_without: significant(without.q),
            })
        }));
    }
    (rising.watch, rising.watch_left_out) = watch(view, &table);
    rising
}

fn trend(view: &View<'_>, table: &Table<'_>, tested: &Tested) -> Option<Trend> {
    Some(Trend {
        named: Named::of(view.material.class(tested.key)),
        change: Change::of(table, tested)?,
        p: significant(tested.p),
        season: rounded(tested.season, 2),
    })
}

fn watch(view: &View<'_>, table: &Table<'_>) -> (Vec<Watched>, usize) {
    let mut rows = Vec::new();
    for class in table.keys() {
        let now = table.now(class);
        if now + table.before(class) >= LEAST_SEEN || now < 1.0 {
            continue;
        }
        let sum = cusum::sum(&table.series(class), (now, table.volumes.first().copied().unwrap_or_default()));
        if sum >= cusum::WATCHED {
            rows.push((class, sum));
        }
    }
    let (rows, left_out) = top(view, rows, |sum| *sum);
    let row = |(class, sum): (ClassNo, f64)| Watched {
        named: Named::of(view.material.class(class)),
        cases: table.cases_now(class),
        customers: table.now(class) as usize,
        before: table.cases_before(class),
        customers_before: table.before(class) as usize,
        sum: rounded(sum, 1),
    };
    (rows.into_iter().map(row).collect(), left_out)
}
