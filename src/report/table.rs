//! Counts of a span and the periods before it, and the tests over them: of signatures, or of the articles that explain cases.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    Figure,
    material::ReportCase,
    span::Period,
    stats::{
        discovery,
        dispersion::pearson,
        trend::{Counts, season},
    },
    view::{Seen, View, volume},
};

/// Periods that the span is compared with.
pub(super) const BASELINE: usize = 6;

/// The fewest periods of history that a test needs.
pub(super) const LEAST_HISTORY: usize = 3;

/// The fewest sightings, now and before together, that a test needs: of fewer, none could tell a doubling.
pub(super) const LEAST_SEEN: f64 = 8.0;

/// The share of false ones that is borne among those called.
pub(super) const FALSE_SHARE: f64 = 0.1;

/// How far its count moves, whatever the volume, of what is called rising or fading: by a fourth of its level.
pub(super) const MOVED: f64 = 1.25;

/// Number of what is counted: a class of signatures, or an article.
type Key = u32;

/// How cases are counted: what each has, with cases and customers.
type CountBy<'m> = fn(&[&'m ReportCase]) -> BTreeMap<Key, Seen<'m>>;

/// The counts of the periods, the span first, then the periods before it.
pub(super) struct Table<'m> {
    periods: Vec<BTreeMap<Key, Seen<'m>>>,
    /// The volume of each, whatever the filter: of a few signatures one would rise because another falls.
    pub(super) volumes: Vec<f64>,
    /// What each key has of the volume itself.
    own: Vec<BTreeMap<Key, usize>>,
    /// The same time of earlier years, each with its volume.
    years: Vec<(BTreeMap<Key, Seen<'m>>, f64)>,
}

impl<'m> Table<'m> {
    /// Of a span and `history` periods before it.
    pub(super) fn new(view: &View<'m>, history: usize, by: CountBy<'m>) -> Self {
        let periods: Vec<_> = [&view.span.period].into_iter().chain(view.span.earlier.iter().take(history)).collect();
        let first = view.material.cases.first().map_or(i64::MAX, |case| case.opened);
        let years = view.span.years.iter().filter(|year| first < year.until);
        let of_all = |period: &&Period| {
            let all = view.all_opened(period);
            (volume(&all), by(&all).into_iter().map(|(key, seen)| (key, seen.own.len())).collect())
        };
        let (volumes, own) = periods.iter().map(of_all).unzip();
        Table {
            volumes,
            own,
            periods: periods.into_iter().map(|period| by(view.opened(period))).collect(),
            years: years.map(|year| (by(view.opened(year)), volume(&view.all_opened(year)))).collect(),
        }
    }

    /// Distinct customers in a period.
    fn count(&self, period: usize, key: Key) -> f64 {
        self.periods[period].get(&key).map_or(0.0, |seen| seen.customers.len() as f64)
    }

    /// Distinct customers in the span.
    pub(super) fn now(&self, key: Key) -> f64 {
        self.count(0, key)
    }

    /// Distinct customers of each period before, added up.
    pub(super) fn before(&self, key: Key) -> f64 {
        (1..self.periods.len()).map(|period| self.count(period, key)).sum()
    }

    /// The volume of all else in a period: an outbreak must not be measured by itself.
    fn rest(&self, period: usize, key: Key) -> f64 {
        let own = self.own[period].get(&key).copied().unwrap_or_default();
        self.volumes[period] - own as f64
    }

    /// Earlier years that tell a season.
    pub(super) fn years(&self) -> usize {
        self.years.len()
    }

    fn cases(&self, period: usize, key: Key) -> impl Iterator<Item = &'m ReportCase> + '_ {
        self.periods[period].get(&key).into_iter().flat_map(|seen| seen.cases.iter().copied())
    }

    /// The cases of the span.
    pub(super) fn cases_now(&self, key: Key) -> Figure {
        Figure::of(self.cases(0, key))
    }

    /// The cases of the periods before, the oldest first.
    pub(super) fn cases_before(&self, key: Key) -> Figure {
        Figure::of((1..self.periods.len()).rev().flat_map(|period| self.cases(period, key)))
    }

    /// All that is counted.
    pub(super) fn keys(&self) -> BTreeSet<Key> {
        self.periods.iter().flat_map(|seen| seen.keys().copied()).collect()
    }

    /// Counts of the periods before, oldest first, with their volumes.
    pub(super) fn series(&self, key: Key) -> Vec<(f64, f64)> {
        (1..self.periods.len()).rev().map(|period| (self.count(period, key), self.volumes[period])).collect()
    }

    /// The dispersion of what has enough sightings before the span; the span itself is what is tested.
    pub(super) fn dispersion(&self) -> Option<f64> {
        let enough = self.keys().into_iter().filter(|key| self.before(*key) >= LEAST_SEEN);
        let rows: Vec<Vec<f64>> = enough.map(|key| self.series(key).iter().map(|one| one.0).collect()).collect();
        let volumes: Vec<f64> = self.volumes.iter().skip(1).rev().copied().collect();
        pearson(&rows, &volumes)
    }

    /// How much more the same time of earlier years had than the present level.
    fn season(&self, key: Key) -> f64 {
        let before: f64 = self.volumes.iter().skip(1).sum();
        if self.years.is_empty() || before <= 0.0 {
            return 1.0;
        }
        let rate = self.before(key) / before;
        let seen = self.years.iter().map(|(seen, _)| seen.get(&key).map_or(0.0, |seen| seen.customers.len() as f64));
        season(seen.sum(), self.years.iter().map(|(_, volume)| rate * volume).sum())
    }
}

/// Which way a rate changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// More often than before.
    Up,
    /// Less often.
    Down,
}

/// A test.
pub(super) struct Tested {
    pub(super) key: Key,
    pub(super) counts: Counts,
    pub(super) season: f64,
    /// How likely so many, or so few, are by chance.
    pub(super) p: f64,
    /// The least share of false ones among those called at which it would be called.
    pub(super) q: f64,
}

/// What was called, of all that was tested.
pub(super) struct Called {
    /// How many were tested.
    pub(super) tested: usize,
    /// Those that are called, the least likely by chance first.
    pub(super) called: Vec<Tested>,
    /// Those that are not, and would be if no season were taken out: with the season, and without.
    pub(super) by_season: Vec<(Tested, Tested)>,
}

/// Tests one way, and tells where the season made the difference. Ties are ordered by name.
pub(super) fn call<N: Ord>(table: &Table<'_>, dispersion: f64, way: Way, name: impl Fn(Key) -> N) -> Called {
    let order = |a: &Tested, b: &Tested| a.p.total_cmp(&b.p).then_with(|| name(a.key).cmp(&name(b.key)));
    let all = test(table, dispersion, way, Season::TakenOut);
    let tested = all.len();
    let (mut called, others): (Vec<Tested>, Vec<Tested>) = all.into_iter().partition(|one| one.q <= FALSE_SHARE);
    called.sort_by(order);
    let mut by_season = Vec::new();
    if table.years() > 0 {
        let mut plain = test(table, dispersion, way, Season::LeftIn);
        plain.retain(|one| one.q <= FALSE_SHARE);
        let mut others: BTreeMap<Key, Tested> = others.into_iter().map(|one| (one.key, one)).collect();
        by_season.extend(plain.into_iter().filter_map(|plain| Some((others.remove(&plain.key)?, plain))));
        by_season.sort_by(|(_, a), (_, b)| order(a, b));
    }
    Called { tested, called, by_season }
}

/// Whether a test takes the season out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Season {
    TakenOut,
    LeftIn,
}

/// Tests all that has enough sightings, now and before together: that says nothing of which way they went.
fn test(table: &Table<'_>, dispersion: f64, way: Way, season: Season) -> Vec<Tested> {
    let mut tested = Vec::new();
    for key in table.keys() {
        let (now, before) = (table.now(key), table.before(key));
        if now + before < LEAST_SEEN {
            continue;
        }
        // A season only explains: it takes a change back and never makes one.
        let season = match (season, way) {
            (Season::LeftIn, _) => 1.0,
            (Season::TakenOut, Way::Up) => table.season(key).max(1.0),
            (Season::TakenOut, Way::Down) => table.season(key).min(1.0),
        };
        let volume_now = table.rest(0, key) * season;
        let volume_before = (1..table.periods.len()).map(|period| table.rest(period, key)).sum();
        let counts = Counts { now, before, volume_now, volume_before, dispersion };
        let Some(tails) = counts.tails() else { continue };
        // What holds its level does not rise because all else falls.
        let level = before / (table.periods.len() - 1) as f64 * season;
        let p = match way {
            Way::Up if now >= level * MOVED => tails.rising,
            Way::Down if now * MOVED <= level => tails.fading,
            Way::Up | Way::Down => 1.0,
        };
        tested.push(Tested { key, counts, season, p, q: 1.0 });
    }
    let adjusted = discovery::adjusted(&tested.iter().map(|one| one.p).collect::<Vec<_>>());
    tested.iter_mut().zip(adjusted).for_each(|(one, q)| one.q = q);
    tested
}
