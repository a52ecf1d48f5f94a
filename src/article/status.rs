//! The states of an article, those of Knowledge-Centered Service (KCS v6, practice 2): being written, written, confirmed, out of use.

use serde::{Deserialize, Serialize};

/// How far an article can be trusted. In the order in which an article passes through them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArticleStatus {
    /// Being written: matched at most as possible.
    Wip,
    /// Written, not yet confirmed on a case.
    NotValidated,
    /// Confirmed.
    Validated,
    /// No longer offered.
    Archived,
    /// No longer offered: another article took its place.
    Superseded,
}

impl ArticleStatus {
    /// All states, in order.
    pub const ALL: [ArticleStatus; 5] =
        [Self::Wip, Self::NotValidated, Self::Validated, Self::Archived, Self::Superseded];

    /// Their names, in the same order.
    pub const NAMES: &[&str] = &["wip", "not-validated", "validated", "archived", "superseded"];

    /// The name in articles and in output.
    pub fn name(self) -> &'static str {
        match self {
            ArticleStatus::Wip => "wip",
            ArticleStatus::NotValidated => "not-validated",
            ArticleStatus::Validated => "validated",
            ArticleStatus::Archived => "archived",
            ArticleStatus::Superseded => "superseded",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether it is out of use: matched with no case, and not searched.
    pub fn is_retired(self) -> bool {
        matches!(self, ArticleStatus::Archived | ArticleStatus::Superseded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        assert_eq!(ArticleStatus::ALL.map(ArticleStatus::name), ArticleStatus::NAMES);
        assert!(ArticleStatus::ALL.iter().all(|status| ArticleStatus::from_name(status.name()) == Some(*status)));
        assert_eq!(ArticleStatus::from_name("draft"), None);
    }
}
