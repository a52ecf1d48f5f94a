//! Codes explained: what a person typed becomes every reading that the catalog has of it.

use serde::Serialize;

use crate::catalog::{self, Explanation};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.code/1";

/// Codes with what is known of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodesReport {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// In the order asked.
    pub codes: Vec<Explanation>,
}

impl CodesReport {
    /// Whether something is known of every code.
    pub fn is_complete(&self) -> bool {
        self.codes.iter().all(|code| code.is_found() || !code.notes.is_empty())
    }
}

/// Explains codes, names, parts of names and messages as a person typed them. Never fails.
pub fn explain(codes: &[String]) -> CodesReport {
    CodesReport { schema: SCHEMA, codes: codes.iter().map(|code| catalog::explain(code)).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(codes: &[&str], complete: bool) {
        let codes: Vec<String> = codes.iter().map(|code| (*code).to_string()).collect();
        let report = explain(&codes);
        assert_eq!(report.codes.len(), codes.len());
        assert_eq!(report.is_complete(), complete, "{codes:?}");
    }

    #[test]
    fn one_unknown_code_makes_the_answer_incomplete() {
        check(&["0x80070005", "拒绝访问"], true);
        check(&["0x80070005", "no-such-code-at-all"], false);
    }
}
