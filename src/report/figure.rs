//! A figure names what it counts.

use std::sync::Arc;

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::material::ReportCase;

/// A number of cases, with the cases. As JSON `{"count": 2, "cases": ["CAS-1", "CAS-2"]}`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figure {
    cases: Vec<Arc<str>>,
}

impl Figure {
    /// Of cases, each of which counts once; in their order.
    pub fn of<'c>(cases: impl IntoIterator<Item = &'c ReportCase>) -> Self {
        Figure { cases: cases.into_iter().map(|case| Arc::clone(&case.id)).collect() }
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.cases.len()
    }

    /// Their ids.
    pub fn cases(&self) -> impl ExactSizeIterator<Item = &str> {
        self.cases.iter().map(|id| &**id)
    }

    /// What share of another figure this is, 0 to 1; 0 of nothing.
    pub fn share(&self, of: &Figure) -> f64 {
        if of.count() == 0 { 0.0 } else { self.count() as f64 / of.count() as f64 }
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut figure = serializer.serialize_struct("Figure", 2)?;
        figure.serialize_field("count", &self.cases.len())?;
        figure.serialize_field("cases", &Ids(&self.cases))?;
        figure.end()
    }
}

struct Ids<'f>(&'f [Arc<str>]);

impl Serialize for Ids<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|id| &**id))
    }
}
