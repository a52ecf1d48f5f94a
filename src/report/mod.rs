//! The report over a month, or any span: values in, a value out, in which every figure names the cases behind it.
//!
//! [`material`] is what goes in (cases in a few words), [`span`] the time, [`section`] has a file for each part of the report,
//! [`stats`] the statistics, [`sheet`] the same report as plain tables in English or Chinese, and [`html`] the page. No files,
//! no clock, no store: the material may as well be made up. Each figure is defined once, in `docs/report.md`.

pub mod alarm;
pub mod figure;
pub mod html;
mod life;
pub mod material;
pub mod section;
pub mod sheet;
pub mod span;
pub mod stats;
mod table;
mod view;

#[cfg(test)]
mod tests;

use serde::Serialize;

use crate::signature::Signature;
pub use figure::Figure;
use material::Material;
use section::{articles, fresh, groups, known, lead, quality, rising, signatures, volume, write};
use span::Span;
pub use view::Most;
use view::View;

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.report/1";

/// What to break the report down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The case's product.
    Product,
    /// Who has the problem.
    Customer,
    /// Tags `component/…`; a case may have several.
    Component,
    /// `P1` to `P4`.
    Severity,
}

/// Which cases a report is about; every part that is set must hold. Names are compared without case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Filter {
    /// Of this customer; of an address that is one, its domain will do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// Of this product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// With this component.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// Of this severity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// With this tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// With this signature, or one that means the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
}

impl Filter {
    /// Each part that is set, by its name.
    pub fn words(&self) -> impl Iterator<Item = (&'static str, String)> {
        let parts = [
            ("customer", self.customer.clone()),
            ("product", self.product.clone()),
            ("component", self.component.clone()),
            ("severity", self.severity.clone()),
            ("tag", self.tag.clone()),
            ("signature", self.signature.as_ref().map(ToString::to_string)),
        ];
        parts.into_iter().filter_map(|(name, value)| Some((name, value?)))
    }
}

/// What a report is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The time.
    pub span: Span,
    /// A breakdown beside the rest.
    pub by: Option<By>,
    /// Which cases.
    pub filter: Filter,
    /// Rows of a list at most; what is left out is counted.
    pub rows: usize,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// `2024-09`, or its first and last day.
    pub span: String,
    /// Its beginning, in seconds since 1970.
    pub from: i64,
    /// The moment behind it; now where the span is under way.
    pub until: i64,
    /// Whether the span is not over yet.
    pub under_way: bool,
    /// The time zone that it is cut in.
    pub zone: String,
    /// When the report was made, in seconds since 1970: cases that are open were watched until then.
    pub made: i64,
    /// Which cases it is about.
    pub filter: Filter,
    /// Five sentences for who leads the team.
    pub lead: Vec<lead::Sentence>,
    /// Opened, closed, open; how long they take.
    pub volume: volume::Volume,
    /// The most hours that an open case counts where hours are what it costs: nine in ten cases of the store are closed by then, or as
    /// [`most`](Report::most) says.
    /// `None`: no case of the store is closed, and every one counts until now.
    pub most_hours: Option<f64>,
    /// What those hours are.
    #[serde(skip)]
    pub most: Option<Most>,
    /// What is explained, and what it costs.
    pub known: Vec<known::KnownRow>,
    /// The signatures that most cases have.
    pub signatures: signatures::Signatures,
    /// Signatures that come more or less often than before.
    pub rising: rising::Rising,
    /// Signatures never seen before, and those that came back.
    pub fresh: fresh::Fresh,
    /// What no article explains, the most worth first.
    pub write: write::Write,
    /// What the articles did.
    pub articles: articles::Articles,
    /// Cases by tag.
    pub tags: Vec<groups::GroupRow>,
    /// Further tags that are not listed.
    pub tags_left_out: usize,
    /// Cases by product.
    pub products: Vec<groups::GroupRow>,
    /// Further products that are not listed.
    pub products_left_out: usize,
    /// The breakdown that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<groups::Breakdown>,
    /// What the figures rest on.
    pub quality: quality::Quality,
    /// For days in the output.
    #[serde(skip)]
    pub time: Span,
    /// Whether no case of the store, up to the span's end, is let through by the filter.
    #[serde(skip)]
    pub none_fits: bool,
}

impl Report {
    /// Gives signatures that no name explains a line in which they stand: `line` is asked for a signature and one of its cases.
    pub fn add_lines(&mut self, line: &mut dyn FnMut(&Signature, &str) -> Option<String>) {
        let mut add = |named: &mut section::Named, cases: &Figure| {
            if named.told(sheet::Lang::En).is_none()
                && named.signature.kind == crate::signature::SignatureKind::Template
            {
                named.line = cases.cases().last().and_then(|case| line(&named.signature, case));
            }
        };
        self.signatures.rows.iter_mut().for_each(|row| add(&mut row.named, &row.cases));
        self.signatures.silenced.iter_mut().for_each(|row| add(&mut row.named, &row.cases));
        let either = |change: &section::rising::Change| {
            if change.cases.count() > 0 { change.cases.clone() } else { change.before.clone() }
        };
        self.rising.risers.iter_mut().for_each(|row| add(&mut row.named, &row.change.cases));
        self.rising.faders.iter_mut().for_each(|row| add(&mut row.named, &either(&row.change)));
        self.rising.seasonal.iter_mut().for_each(|row| add(&mut row.trend.named, &either(&row.trend.change)));
        self.rising.watch.iter_mut().for_each(|row| add(&mut row.named, &row.cases));
        self.fresh.new.iter_mut().for_each(|row| add(&mut row.named, &row.cases));
        self.fresh.singletons.iter_mut().for_each(|row| add(&mut row.named, &row.cases));
        self.fresh.returned.iter_mut().for_each(|row| add(&mut row.named, &row.cases));
        self.write.rows.iter_mut().for_each(|row| add(&mut row.named, &row.cases));
        let tops = self.by.iter_mut().flat_map(|by| by.rows.iter_mut().filter_map(|row| row.top.as_mut()));
        tops.for_each(|top| add(&mut top.named, &top.cases));
    }
}

/// Makes a report.
pub fn build(material: &Material, ask: &Ask) -> Report {
    let view = View::new(material, ask);
    let (tags, tags_left_out) = groups::tags(&view);
    let (products, products_left_out) = groups::products(&view);
    let mut report = Report {
        schema: SCHEMA,
        span: ask.span.period.label.clone(),
        from: ask.span.period.from,
        until: ask.span.period.until,
        under_way: ask.span.under_way,
        zone: ask.span.zone.clone(),
        made: ask.span.now,
        filter: ask.filter.clone(),
        lead: Vec::new(),
        volume: volume::section(&view),
        most_hours: view.most_hours.map(|(hours, _)| rounded(hours, 2)),
        most: view.most_hours.map(|(_, most)| most),
        known: known::section(&view),
        signatures: signatures::section(&view),
        rising: rising::section(&view),
        fresh: fresh::section(&view),
        write: write::section(&view),
        articles: articles::section(&view),
        tags,
        tags_left_out,
        products,
        products_left_out,
        by: ask.by.map(|by| groups::breakdown(&view, by)),
        quality: quality::section(&view),
        time: ask.span.clone(),
        none_fits: view.cases.is_empty() && !material.cases.is_empty(),
    };
    report.lead = lead::sentences(&report);
    report
}

/// Rounded as printed, so that every format and every machine says the same: more digits would claim a precision that is not there.
pub(crate) fn rounded(value: f64, digits: i32) -> f64 {
    let by = 10f64.powi(digits);
    // Nothing is not less than nothing.
    (value * by).round() / by + 0.0
}

/// Three significant digits of a likelihood.
fn significant(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return 0.0;
    }
    let digits = 2 - value.log10().floor() as i32;
    // Below what powers of ten can round.
    if digits > 300 { 0.0 } else { rounded(value, digits) }
}
