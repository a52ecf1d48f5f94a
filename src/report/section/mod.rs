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
    sheet::Lang,
    stats::survival::{self, Step, Watched},
    view::View,
};
use crate::{
    catalog::{self, Meaning},
    signature::Signature,
};

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
    /// The catalog's name, where it has one that is sure to be meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// What it means, where support meets it often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<Meaning>,
    /// A line that has it, where nothing else says what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
}

impl Named {
    pub(super) fn of(class: &Class) -> Self {
        let label = catalog::label(&class.name);
        // Of `k8s:OOMKilled` the name is said already.
        let symbol = label.map(|(symbol, _)| symbol).filter(|symbol| !symbol.eq_ignore_ascii_case(&class.name.value));
        Named {
            signature: class.name.clone(),
            also: class.also.clone(),
            symbol: symbol.map(str::to_string),
            meaning: label.and_then(|(_, meaning)| meaning),
            line: None,
        }
    }

    /// What there is to say of it beside the signature: name and meaning, else a line that has it.
    pub fn told(&self, lang: Lang) -> Option<String> {
        let meaning = self.meaning.map(|meaning| lang.pick(meaning.en, meaning.zh));
        match (&self.symbol, meaning) {
            // Families without names have a label in words, which the meaning says in the report's language.
            (Some(symbol), Some(meaning)) if symbol.contains(' ') => Some(meaning.to_string()),
            (Some(symbol), Some(meaning)) => Some(format!("{symbol}{}{meaning}", lang.pick(": ", "："))),
            (Some(symbol), None) => Some(symbol.clone()),
            (None, Some(meaning)) => Some(meaning.to_string()),
            (None, None) => self.line.clone(),
        }
    }

    /// What it is called within a sentence: its signature, and the name of the code; what it means where it has a label only.
    pub(super) fn called(&self, lang: Lang) -> String {
        let meaning = self.meaning.map(|meaning| lang.pick(meaning.en, meaning.zh));
        let name =
            self.symbol.as_deref().map(|symbol| if symbol.contains(' ') { meaning.unwrap_or(symbol) } else { symbol });
        match (name, lang) {
            (Some(name), Lang::En) => format!("{} ({name})", self.signature),
            (Some(name), Lang::Zh) => format!("{}（{name}）", self.signature),
            (None, _) => self.signature.to_string(),
        }
    }
}

/// A time by which a share of cases is closed, in hours.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Hours {
    /// The time; `None`: so many are not closed yet, or [`too_few`](Hours::too_few) were watched so long.
    pub hours: Option<f64>,
    /// Lower end of its 95% interval.
    pub low: Option<f64>,
    /// Upper end; `None`: not known yet.
    pub high: Option<f64>,
    /// Whether so many are closed, but fewer than five cases are left at risk by then, too few to tell the time.
    pub too_few: bool,
}

/// How long cases take.
struct Times {
    watched: Vec<Watched>,
    /// The curve as far as it tells something.
    told: Vec<Step>,
}

impl Times {
    /// Of cases; `None` for fewer than [`LEAST_TIMED`].
    fn of(view: &View<'_>, cases: &[&ReportCase]) -> Option<Self> {
        let watched: Vec<Watched> = cases.iter().map(|case| view.watched(case)).collect();
        let told = survival::told(&watched, LEAST_TIMED);
        (watched.len() >= LEAST_TIMED).then_some(Times { watched, told })
    }

    /// The time by which a share (0 to 1) is closed.
    fn within(&self, share: f64) -> Hours {
        let found = survival::quantile(&self.told, share);
        let one = |value: Option<f64>| value.map(|hours| rounded(hours, 2));
        let closed = self.watched.iter().filter(|one| one.closed).count();
        // As many closed cases bring the whole curve down so far: it was cut before.
        let too_few = found.hours.is_none() && closed as f64 >= share * self.watched.len() as f64 - 1e-9;
        Hours { hours: one(found.hours), low: one(found.low), high: one(found.high), too_few }
    }
}

fn median(view: &View<'_>, cases: &[&ReportCase]) -> Option<Hours> {
    Times::of(view, cases).map(|times| times.within(0.5))
}

/// The rows of a list that are printed, the greatest first, ties by signature; and how many are left out.
fn top<T>(view: &View<'_>, mut rows: Vec<(ClassNo, T)>, weight: impl Fn(&T) -> f64) -> (Vec<(ClassNo, T)>, usize) {
    let name = |class: ClassNo| &view.material.class(class).name;
    rows.sort_by(|(a, x), (b, y)| weight(y).total_cmp(&weight(x)).then_with(|| name(*a).cmp(name(*b))));
    let left_out = rows.len().saturating_sub(view.ask.rows);
    rows.truncate(view.ask.rows);
    (rows, left_out)
}
