//! The cases of a report as its sections look at them: those that the filter lets through, by period and by signature.

use std::collections::{BTreeMap, HashSet};

use super::{
    Ask, By, Filter,
    material::{ClassNo, Material, NameNo, ReportCase},
    section::LEAST_TIMED,
    span::{Period, Span},
    stats::survival::{self, Watched},
};

/// What the sections look at.
pub(super) struct View<'m> {
    pub(super) material: &'m Material,
    pub(super) span: &'m Span,
    pub(super) ask: &'m Ask,
    /// All that the filter lets through and that were opened before the span's end, in order of opening.
    pub(super) cases: Vec<&'m ReportCase>,
    /// Threads opened in the span in which only machines wrote: counted apart.
    pub(super) by_machines: Vec<&'m ReportCase>,
    /// The most hours that an open case costs, and what they are; `None` where no case is closed.
    pub(super) most_hours: Option<(f64, Most)>,
}

/// What a signature was in some period.
#[derive(Default)]
pub(super) struct Seen<'m> {
    /// The cases that count it.
    pub(super) cases: Vec<&'m ReportCase>,
    /// Their customers; those that are not known are one.
    pub(super) customers: HashSet<Option<NameNo>>,
    /// Those of the cases that are about it: its own part of the [`volume`].
    pub(super) own: HashSet<Option<NameNo>>,
}

/// What the most hours are that an open case costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Most {
    /// By then nine in ten of the store's cases are closed.
    NineInTen,
    /// The curve ends before: the longest time that it tells of.
    Told,
    /// Too few cases for a curve: the longest time that one took.
    Longest,
}

impl<'m> View<'m> {
    pub(super) fn new(material: &'m Material, ask: &'m Ask) -> Self {
        let wanted = Wanted::new(material, &ask.filter);
        let before = |case: &&ReportCase| case.opened < ask.span.period.until;
        let cases = material.cases.iter().filter(before).filter(|case| wanted.lets_through(case)).collect();
        let here = |case: &&ReportCase| ask.span.period.holds(case.opened) && wanted.lets_through(case);
        let by_machines = material.by_machines.iter().filter(here).collect();
        let most_hours = most_hours(material, &ask.span);
        View { material, span: &ask.span, ask, cases, by_machines, most_hours }
    }

    /// Cases opened in a period.
    pub(super) fn opened(&self, period: &Period) -> &[&'m ReportCase] {
        opened_in(&self.cases, period, |case| case.opened)
    }

    /// The same, whatever the filter.
    pub(super) fn all_opened(&self, period: &Period) -> Vec<&'m ReportCase> {
        opened_in(&self.material.cases, period, |case| case.opened).iter().collect()
    }

    /// Cases opened in the span.
    pub(super) fn here(&self) -> &[&'m ReportCase] {
        self.opened(&self.span.period)
    }

    /// Cases opened in the period before the span.
    pub(super) fn before(&self) -> &[&'m ReportCase] {
        self.span.earlier.first().map_or(&[], |period| self.opened(period))
    }

    /// Cases closed in a period.
    pub(super) fn closed<'v>(&'v self, period: &'v Period) -> impl Iterator<Item = &'m ReportCase> + 'v {
        self.cases.iter().copied().filter(|case| case.closed.is_some_and(|at| period.holds(at)))
    }

    /// Cases that were opened before a moment and not closed then.
    pub(super) fn open_at(&self, moment: i64) -> impl Iterator<Item = &'m ReportCase> {
        let open = move |case: &&ReportCase| case.opened < moment && case.closed.is_none_or(|at| at >= moment);
        self.cases.iter().copied().filter(open)
    }

    /// For how long a case was open until now.
    pub(super) fn watched(&self, case: &ReportCase) -> Watched {
        watched(case, self.span.now)
    }

    /// What a case costs, in hours: what it took; of one that is open as long as it was so far, but no more than nine in ten of the
    /// store's cases take. One that nobody closed would else cost more each day, and in time more than all others.
    pub(super) fn cost(&self, case: &ReportCase) -> f64 {
        let Watched { hours, closed } = self.watched(case);
        self.most_hours.filter(|_| !closed).map_or(hours, |(most, _)| hours.min(most))
    }

    /// How many periods before the span, the latest first, have any history: the store's first case lies in the last of them.
    pub(super) fn history(&self) -> &'m [Period] {
        // Over all cases, whatever the filter: a customer without cases is history, too.
        let first = self.material.cases.first().map_or(i64::MAX, |case| case.opened);
        let count = self.span.earlier.iter().take_while(|period| first < period.until).count();
        &self.ask.span.earlier[..count]
    }
}

fn watched(case: &ReportCase, now: i64) -> Watched {
    let closed = case.closed.filter(|at| *at <= now);
    Watched { hours: (closed.unwrap_or(now) - case.opened).max(0) as f64 / 3600.0, closed: closed.is_some() }
}

/// By when nine in ten of all cases up to the span's end are closed, whatever the filter, in hours. Where so many are not: as far as the
/// curve tells something, and of a few cases the longest that was closed.
fn most_hours(material: &Material, span: &Span) -> Option<(f64, Most)> {
    let before = material.cases.iter().take_while(|case| case.opened < span.period.until);
    let all: Vec<Watched> = before.map(|case| watched(case, span.now)).collect();
    let curve = survival::told(&all, LEAST_TIMED);
    let longest = || all.iter().filter(|one| one.closed).map(|one| one.hours).max_by(f64::total_cmp);
    let nine_in_ten = survival::quantile(&curve, 0.9).hours.map(|hours| (hours, Most::NineInTen));
    nine_in_ten
        .or_else(|| curve.last().map(|step| (step.hours, Most::Told)))
        .or_else(|| longest().map(|hours| (hours, Most::Longest)))
}

/// Those of the cases, the oldest first, that were opened in a period.
fn opened_in<'c, C>(cases: &'c [C], period: &Period, opened: impl Fn(&C) -> i64) -> &'c [C] {
    let at = |moment: i64| cases.partition_point(|case| opened(case) < moment);
    let (from, until) = (at(period.from), at(period.until));
    cases.get(from..until.max(from)).unwrap_or_default()
}

/// The signatures of cases, each with the cases and customers that have it.
pub(super) fn by_class<'m>(cases: &[&'m ReportCase]) -> BTreeMap<ClassNo, Seen<'m>> {
    let mut all: BTreeMap<ClassNo, Seen<'m>> = BTreeMap::new();
    for case in cases {
        for class in case.classes() {
            let seen = all.entry(class).or_default();
            seen.cases.push(case);
            seen.customers.insert(case.customer);
            if case.primary == Some(class) {
                seen.own.insert(case.customer);
            }
        }
    }
    all
}

/// How much there is of a period to be seen: pairs of a customer and the signature that its case is about. What a customer reports
/// ten times counts once here as it does among its sightings, so that one customer's flood is no volume.
pub(super) fn volume(cases: &[&ReportCase]) -> f64 {
    let pairs: HashSet<(Option<NameNo>, Option<ClassNo>)> =
        cases.iter().map(|case| (case.customer, case.primary)).collect();
    pairs.len() as f64
}

/// The components of a case: the names of its tags in that group.
pub(super) fn components<'m>(material: &'m Material, case: &'m ReportCase) -> impl Iterator<Item = &'m str> {
    case.tags.iter().filter_map(|tag| material.name(*tag).strip_prefix("component/"))
}

/// What a case is, in the words of a breakdown; empty where nothing is known.
pub(super) fn parts_of<'m>(material: &'m Material, case: &'m ReportCase, by: By) -> Vec<&'m str> {
    let one = |name: Option<NameNo>| name.map(|name| material.name(name)).into_iter().collect();
    match by {
        By::Product => one(case.product),
        By::Customer => one(case.customer),
        By::Severity => one(case.severity),
        By::Component => components(material, case).collect(),
    }
}

/// A filter, read once.
struct Wanted<'m> {
    material: &'m Material,
    filter: &'m Filter,
    class: Option<Vec<ClassNo>>,
}

impl<'m> Wanted<'m> {
    fn new(material: &'m Material, filter: &'m Filter) -> Self {
        let class = filter.signature.as_ref().map(|wanted| {
            let has = |signature: &crate::signature::Signature| {
                signature.kind == wanted.kind && signature.value.eq_ignore_ascii_case(&wanted.value)
            };
            let found =
                (0..).zip(&material.classes).filter(|(_, class)| has(&class.name) || class.also.iter().any(has));
            found.map(|(number, _)| number).collect()
        });
        Wanted { material, filter, class }
    }

    fn lets_through(&self, case: &ReportCase) -> bool {
        let same = |wanted: &Option<String>, mut found: std::vec::IntoIter<&str>| {
            wanted.as_ref().is_none_or(|wanted| found.any(|name| name.to_lowercase() == wanted.to_lowercase()))
        };
        // A list of cases has the domain of an address that is a customer of its own.
        let of_domain = |wanted: &str| {
            let domain = case.customer.and_then(|name| Some(self.material.name(name).rsplit_once('@')?.1));
            domain.is_some_and(|domain| domain.eq_ignore_ascii_case(wanted.trim().trim_start_matches('@')))
        };
        let parts = |by| parts_of(self.material, case, by).into_iter();
        let tags: Vec<&str> = case.tags.iter().map(|tag| self.material.name(*tag)).collect();
        (same(&self.filter.customer, parts(By::Customer)) || self.filter.customer.as_deref().is_some_and(of_domain))
            && same(&self.filter.product, parts(By::Product))
            && same(&self.filter.severity, parts(By::Severity))
            && same(&self.filter.component, parts(By::Component))
            && same(&self.filter.tag, tags.into_iter())
            && self.class.as_ref().is_none_or(|all| all.iter().any(|class| case.counts(*class)))
    }
}
