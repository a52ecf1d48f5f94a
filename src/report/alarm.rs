//! What cannot wait for the month's end: a new signature that reached a second customer, an article that explains more cases from
//! one week to the next than before.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use super::{
    Ask, Figure,
    life::{lives, sighted},
    material::{Material, NameNo, ReportCase, Sighting},
    section::{Named, rising::Change},
    stats::dispersion::switched,
    table::{BASELINE, Called, LEAST_HISTORY, Table, Tested, Way, call},
    view::{Seen, View},
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.report-alarm/1";

/// For how long a signature is new, in seconds: 30 days.
const NEW: i64 = 30 * 86_400;

/// What is to be looked at now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alarm {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The time that was looked at.
    pub span: String,
    /// Its beginning, in seconds since 1970.
    pub from: i64,
    /// The moment behind it.
    pub until: i64,
    /// Whether there is anything.
    pub raised: bool,
    /// Signatures first seen within 30 days that reached a second customer in the span.
    pub new_signatures: Vec<NewSignature>,
    /// Articles that explain more cases in the span than in the periods before it.
    pub rising_articles: Vec<RisingArticle>,
    /// Articles that would be among them if the season did not explain their rise: no reason for an alarm.
    pub seasonal_articles: Vec<RisingArticle>,
    /// Periods that articles were compared with; fewer than three: none was tested.
    pub history: usize,
}

/// A new signature at two customers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewSignature {
    /// Which.
    #[serde(flatten)]
    pub named: Named,
    /// All its cases.
    pub cases: Figure,
    /// Their customers.
    pub customers: usize,
    /// When it was first seen, in seconds since 1970.
    pub first: i64,
    /// When the second customer had it.
    pub reached: i64,
}

/// An article on the rise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RisingArticle {
    /// Its id.
    pub article: String,
    /// Its title.
    pub title: String,
    /// How its rate changed.
    #[serde(flatten)]
    pub change: Change,
}

/// Looks at a span; `ask.by` and `ask.rows` say nothing here.
pub fn look(material: &Material, ask: &Ask) -> Alarm {
    let view = View::new(material, ask);
    let new_signatures = new_signatures(&view);
    let history = view.history().len().min(BASELINE);
    let (rising_articles, seasonal_articles) =
        if history < LEAST_HISTORY { (Vec::new(), Vec::new()) } else { rising_articles(&view, history) };
    Alarm {
        schema: SCHEMA,
        span: ask.span.period.label.clone(),
        from: ask.span.period.from,
        until: ask.span.period.until,
        raised: !new_signatures.is_empty() || !rising_articles.is_empty(),
        new_signatures,
        rising_articles,
        seasonal_articles,
        history,
    }
}

fn new_signatures(view: &View<'_>) -> Vec<NewSignature> {
    let period = &view.span.period;
    let since = period.from.min(period.until - NEW);
    let came = |one: &Sighting| one.came;
    // Whatever the filter: it says whose cases are told.
    let lives = lives(view.material, period, came);
    let mut found = Vec::new();
    for (class, sightings) in sighted(&view.cases, period.until, came, false) {
        let Some(life) = lives.get(&class).filter(|life| life.first >= since) else { continue };
        let Some(reached) = life.second.filter(|at| period.holds(*at)) else { continue };
        found.push(NewSignature {
            named: Named::of(view.material.class(class)),
            customers: sightings.iter().map(|(_, case)| case.customer).collect::<HashSet<_>>().len(),
            cases: Figure::of(sightings.into_iter().map(|(_, case)| case)),
            first: life.first,
            reached,
        });
    }
    found.sort_by(|a, b| {
        (b.customers, b.cases.count(), &a.named.signature).cmp(&(a.customers, a.cases.count(), &b.named.signature))
    });
    found
}

/// The articles that explain cases.
fn by_article<'m>(cases: &[&'m ReportCase]) -> BTreeMap<NameNo, Seen<'m>> {
    let mut all: BTreeMap<NameNo, Seen<'m>> = BTreeMap::new();
    for case in cases {
        for (article, _) in case.matches.iter().filter(|(_, explains)| *explains) {
            let seen = all.entry(*article).or_default();
            seen.cases.push(case);
            seen.customers.insert(case.customer);
        }
    }
    all
}

/// The articles that are called rising, and those whose rise the season explains.
fn rising_articles(view: &View<'_>, history: usize) -> (Vec<RisingArticle>, Vec<RisingArticle>) {
    let table = Table::new(view, history, by_article);
    let name = |key: NameNo| view.material.name(key);
    let Called { called, by_season, .. } = call(&table, switched(table.dispersion()), Way::Up, name);
    let row = |one: &Tested| {
        let title = view.material.articles.iter().find(|article| article.name == one.key);
        Some(RisingArticle {
            article: view.material.name(one.key).to_string(),
            title: title.map(|article| article.title.clone()).unwrap_or_default(),
            change: Change::of(&table, one)?,
        })
    };
    (called.iter().filter_map(row).collect(), by_season.iter().filter_map(|(one, _)| row(one)).collect())
}
