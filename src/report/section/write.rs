//! What to write next: signatures that cases are about and that no article explains.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{LEAST_TIMED, Named, known::Group, top};
use crate::report::{
    Figure,
    material::{ClassNo, ReportCase},
    rounded,
    view::View,
};

/// What to write next.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Write {
    /// Cases opened in the span that no article explains: new and possibly explained ones.
    pub cases: Figure,
    /// Those among them without a signature that they are about.
    pub without_signature: Figure,
    /// The most cases times hours first.
    pub rows: Vec<WriteRow>,
    /// Further ones that are not listed.
    pub left_out: usize,
}

/// A signature that no article explains.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WriteRow {
    /// Which.
    #[serde(flatten)]
    pub named: Named,
    /// Cases that are about it and that no article explains.
    pub cases: Figure,
    /// Their customers; those that are not known are one.
    pub customers: usize,
    /// Median hours that they took, or took so far; an open one at most [`most_hours`](crate::report::Report::most_hours). `None` for
    /// fewer than five: it would be an anecdote.
    pub hours: Option<f64>,
    /// Cases times median hours, however few they are: what the rows are ordered by.
    pub weight: f64,
    /// Articles that name the signature and do not explain these cases: one of them may want more.
    pub named_by: Vec<String>,
}

pub(in crate::report) fn section(view: &View<'_>) -> Write {
    let unexplained: Vec<&ReportCase> =
        view.here().iter().copied().filter(|case| matches!(Group::of(case), Group::New | Group::Possible)).collect();
    let mut found: BTreeMap<ClassNo, Vec<&ReportCase>> = BTreeMap::new();
    for case in &unexplained {
        if let Some(class) = case.primary {
            found.entry(class).or_default().push(case);
        }
    }
    let weighed = found.into_iter().map(|(class, cases)| {
        let hours = middle(cases.iter().map(|case| view.cost(case)).collect());
        (class, (cases, hours))
    });
    let (rows, left_out) = top(view, weighed.collect(), |(cases, hours)| cases.len() as f64 * hours);
    let row = |(class, (cases, hours)): (ClassNo, (Vec<&ReportCase>, f64))| WriteRow {
        named: Named::of(view.material.class(class)),
        customers: cases.iter().map(|case| case.customer).collect::<std::collections::HashSet<_>>().len(),
        hours: (cases.len() >= LEAST_TIMED).then(|| rounded(hours, 1)),
        weight: rounded(cases.len() as f64 * hours, 1),
        named_by: named_by(view, class),
        cases: Figure::of(cases),
    };
    Write {
        without_signature: Figure::of(unexplained.iter().copied().filter(|case| case.primary.is_none())),
        cases: Figure::of(unexplained),
        rows: rows.into_iter().map(row).collect(),
        left_out,
    }
}

fn named_by(view: &View<'_>, class: ClassNo) -> Vec<String> {
    let articles = view.material.articles.iter().filter(|article| article.classes.binary_search(&class).is_ok());
    articles.map(|article| view.material.name(article.name).to_string()).collect()
}

/// The median: the mean of the two in the middle where their number is even; 0 of none.
fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let count = values.len();
    match (values.get(count.wrapping_sub(1) / 2), values.get(count / 2)) {
        (Some(low), Some(high)) => f64::midpoint(*low, *high),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::middle;

    #[test]
    fn the_middle_of_some() {
        assert_eq!(middle(Vec::new()), 0.0);
        assert_eq!(middle(vec![3.0]), 3.0);
        assert_eq!(middle(vec![9.0, 1.0]), 5.0);
        assert_eq!(middle(vec![9.0, 1.0, 4.0]), 4.0);
    }
}
