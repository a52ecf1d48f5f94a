//! What the figures rest on, and what they leave out.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::report::{Figure, view::View};

/// What the figures rest on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quality {
    /// When the store's first case began, in seconds since 1970; `None`: it has none.
    pub first_case: Option<i64>,
    /// When its last case before the span's end began.
    pub last_case: Option<i64>,
    /// Mails and files set aside in the span because they could not be read: nothing of them is counted.
    pub set_aside: u64,
    /// Newsletters and mails of machines that nobody answered, by the thread: no other figure counts them.
    pub by_machines: Figure,
    /// Cases opened in the span with a message that bears no date: what it says counts when it was taken in.
    pub undated: Figure,
    /// Cases without a customer, and without an address that could stand for one: together they count as one customer.
    pub no_customer: Figure,
    /// Cases without a failing signature.
    pub no_signature: Figure,
    /// Cases not matched yet.
    pub unmatched: Figure,
    /// Cases matched with other articles or rules than those in use: `casebook tag apply` brings them up to date.
    pub behind: Figure,
    /// Versions of the reader that read the span's messages; more than one: signatures may have been found differently.
    pub parsers: Vec<u32>,
}

pub(in crate::report) fn section(view: &View<'_>) -> Quality {
    let here = view.here();
    let parsers: BTreeSet<u32> =
        here.iter().flat_map(|case| [case.parsers.0, case.parsers.1]).filter(|one| *one > 0).collect();
    Quality {
        first_case: view.material.cases.first().map(|case| case.opened),
        last_case: view.material.cases.last().map(|case| case.opened),
        set_aside: view.material.set_aside,
        by_machines: Figure::of(view.by_machines.iter().copied()),
        undated: Figure::of(here.iter().copied().filter(|case| case.undated)),
        no_customer: Figure::of(here.iter().copied().filter(|case| case.customer.is_none())),
        no_signature: Figure::of(here.iter().copied().filter(|case| case.counted.is_empty())),
        unmatched: Figure::of(here.iter().copied().filter(|case| case.verdict.is_none())),
        behind: Figure::of(here.iter().copied().filter(|case| case.behind)),
        parsers: parsers.into_iter().collect(),
    }
}
