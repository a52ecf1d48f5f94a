//! The life of each signature up to the end of a span: when it was first seen, when it reached a second customer, when it was seen
//! last. Over all cases of the store, whatever the filter: what another customer had is not new.

use std::collections::BTreeMap;

use super::{
    material::{ClassNo, Material, NameNo, ReportCase, Sighting},
    span::Period,
};

/// By which of its times a sighting is dated.
pub(super) type When = fn(&Sighting) -> i64;

/// What a signature was up to the end of a span. What is silenced for a customer is no sighting: it dates nothing and reaches nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Life {
    /// When it was first seen.
    pub(super) first: i64,
    /// The customer of the first sighting; one that is not known is a customer, too.
    customer: Option<NameNo>,
    /// When a second customer had it.
    pub(super) second: Option<i64>,
    /// When a case of the first severity had it.
    pub(super) severe: Option<i64>,
    /// Cases that had it before the span.
    pub(super) cases_before: u64,
    /// When it was last seen in another case before the span.
    pub(super) last_before: Option<i64>,
    /// When it was first seen in the span.
    pub(super) here: Option<i64>,
}

impl Life {
    /// When it was no more one customer's: at a second one, or in a case of the first severity.
    pub(super) fn reached(&self) -> Option<i64> {
        self.second.into_iter().chain(self.severe).min()
    }
}

/// Whether a case has the first severity.
pub(super) fn is_severe(material: &Material, case: &ReportCase) -> bool {
    case.severity.is_some_and(|name| material.name(name).eq_ignore_ascii_case("P1"))
}

/// The lives of all signatures that were seen before the end of a span.
pub(super) fn lives(material: &Material, span: &Period, when: When) -> BTreeMap<ClassNo, Life> {
    let mut sightings: Vec<(i64, &ReportCase, ClassNo)> = Vec::new();
    for case in &material.cases {
        let before = case.counted.iter().filter(|one| when(one) < span.until);
        sightings.extend(before.map(|one| (when(one), case, one.class)));
    }
    // Cases stand in order of opening: of those at one moment the older goes first.
    sightings.sort_by_key(|one| one.0);
    let mut lives: BTreeMap<ClassNo, Life> = BTreeMap::new();
    for (at, case, class) in sightings {
        let life = lives.entry(class).or_insert(Life {
            first: at,
            customer: case.customer,
            second: None,
            severe: None,
            cases_before: 0,
            last_before: None,
            here: None,
        });
        if at < span.from {
            life.cases_before += 1;
            life.last_before = Some(at);
        }
        if life.customer != case.customer {
            life.second.get_or_insert(at);
        }
        if is_severe(material, case) {
            life.severe.get_or_insert(at);
        }
        if at >= span.from {
            life.here.get_or_insert(at);
        }
    }
    lives
}

/// The sightings of each signature in cases, before a moment, the first first. Those of a silenced signature only where `silenced`.
pub(super) fn sighted<'m>(
    cases: &[&'m ReportCase],
    until: i64,
    when: When,
    silenced: bool,
) -> BTreeMap<ClassNo, Vec<(i64, &'m ReportCase)>> {
    let mut all: BTreeMap<ClassNo, Vec<(i64, &ReportCase)>> = BTreeMap::new();
    for case in cases {
        for one in if silenced { &case.silenced } else { &case.counted } {
            if when(one) < until {
                all.entry(one.class).or_default().push((when(one), case));
            }
        }
    }
    all.values_mut().for_each(|sightings| sightings.sort_by_key(|one| one.0));
    all
}
