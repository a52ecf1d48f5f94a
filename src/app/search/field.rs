//! The names of conditions in a search string, in English and Chinese, and what each can be asked of.

use crate::index::{ArticleField, letters_apart};

/// What a condition is asked of, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    Both(Both),
    Articles(ArticleOnly),
    Cases(CaseOnly),
}

/// Conditions on articles and cases alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Both {
    Kind,
    Product,
    Tag,
    Status,
    Severity,
    After,
    Before,
}

/// Conditions on articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ArticleOnly {
    Language,
    Component,
    Owner,
    /// Words in one field.
    Text(ArticleField),
}

/// Conditions on cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CaseOnly {
    Customer,
    From,
    Has,
}

/// Every name, the usual one of a condition first.
const NAMES: &[(Named, &[&str])] = &[
    (Named::Both(Both::Kind), &["kind", "类型"]),
    (Named::Both(Both::Product), &["product", "产品"]),
    (Named::Both(Both::Tag), &["tag", "标签"]),
    (Named::Articles(ArticleOnly::Language), &["lang", "language", "语言"]),
    (Named::Both(Both::Status), &["status", "状态"]),
    (Named::Both(Both::Severity), &["severity", "严重程度"]),
    (Named::Both(Both::After), &["after", "since", "之后"]),
    (Named::Both(Both::Before), &["before", "until", "之前"]),
    (Named::Articles(ArticleOnly::Text(ArticleField::Title)), &["title", "标题"]),
    (Named::Articles(ArticleOnly::Text(ArticleField::Symptoms)), &["symptoms", "现象"]),
    (Named::Articles(ArticleOnly::Text(ArticleField::Cause)), &["cause", "原因"]),
    (Named::Articles(ArticleOnly::Text(ArticleField::Resolution)), &["resolution", "解决"]),
    (Named::Articles(ArticleOnly::Text(ArticleField::Examples)), &["examples"]),
    (Named::Articles(ArticleOnly::Text(ArticleField::Other)), &["other"]),
    (Named::Articles(ArticleOnly::Text(ArticleField::Codes)), &["codes"]),
    (Named::Articles(ArticleOnly::Text(ArticleField::Tags)), &["tags"]),
    (Named::Articles(ArticleOnly::Component), &["component", "组件"]),
    (Named::Articles(ArticleOnly::Owner), &["owner", "负责人"]),
    (Named::Cases(CaseOnly::Customer), &["customer", "客户"]),
    (Named::Cases(CaseOnly::From), &["from", "发件人"]),
    (Named::Cases(CaseOnly::Has), &["has"]),
];

/// Names of conditions that are seldom meant: they are known, and not named in messages.
const SELDOM: [&str; 4] = ["examples", "other", "codes", "tags"];

impl Named {
    /// The condition of a name.
    pub(super) fn of(name: &str) -> Option<Named> {
        let name = name.to_lowercase();
        NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(named, _)| *named)
    }
}

/// The conditions that there are, for people.
pub(super) fn all() -> String {
    let names = NAMES.iter().filter_map(|(_, names)| names.first()).filter(|name| !SELDOM.contains(name));
    names
        .map(|name| if *name == "has" { "has:attachment".to_string() } else { format!("{name}:") })
        .collect::<Vec<_>>()
        .join(", ")
}

/// The condition whose name is nearest to a word that is none, if one is near.
pub(super) fn near(word: &str) -> Option<&'static str> {
    let length = word.chars().count();
    let names = NAMES.iter().flat_map(|(_, names)| names.iter().copied());
    let names = names.filter(|name| name.len() >= 3 && !SELDOM.contains(name));
    let apart = |name: &'static str| {
        let most = if length.min(name.chars().count()) > 5 { 2 } else { 1 };
        letters_apart(word, name, most).map(|apart| (apart, name))
    };
    names.filter_map(apart).filter(|(apart, _)| *apart < length).min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_those_of_fields() {
        let names: Vec<&str> = NAMES.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        let distinct: std::collections::HashSet<&str> = names.iter().copied().collect();
        assert_eq!(distinct.len(), names.len());
        for field in ArticleField::ALL {
            assert!(Named::of(field.name()).is_some(), "{}", field.name());
        }
        // A kind of signature is asked by its own name.
        let kinds = crate::signature::SignatureKind::ALL;
        assert!(kinds.iter().all(|kind| Named::of(kind.name()).is_none()));
    }

    #[test]
    fn near_names_are_near() {
        assert_eq!((near("stauts"), near("lnag"), near("produkt")), (Some("status"), Some("lang"), Some("product")));
        for other in ["error", "module", "bogus", "code", "x"] {
            assert_eq!(near(other), None, "{other}");
        }
    }
}
