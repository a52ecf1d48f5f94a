//! Facts of the machine held against an article's `applies_to`.

use std::cmp::Ordering;

use crate::{
    article::AppliesTo,
    facts::{MachineFacts, compare_builds},
};

/// How the machine and an article's `applies_to` go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// The article is for machines like this one.
    Fits,
    /// Nothing known of the machine speaks for or against it.
    CannotTell,
    /// The article is not for this machine; the reason in words.
    Contradicts(String),
}

/// Whether the machine is one that the article is for. No entries: any machine.
pub fn fit(applies_to: &[AppliesTo], facts: &MachineFacts) -> Fit {
    let mut reasons = Vec::new();
    let mut unsure = applies_to.is_empty();
    for entry in applies_to {
        match fit_one(entry, facts) {
            Fit::Fits => return Fit::Fits,
            Fit::CannotTell => unsure = true,
            Fit::Contradicts(reason) => reasons.push(reason),
        }
    }
    if unsure { Fit::CannotTell } else { Fit::Contradicts(reasons.swap_remove(0)) }
}

fn fit_one(entry: &AppliesTo, facts: &MachineFacts) -> Fit {
    let mut known = false;
    for (wanted, fact, name) in [
        (&entry.product, &facts.product, "product"),
        (&entry.architecture, &facts.architecture, "architecture"),
        (&entry.language, &facts.language, "language"),
    ] {
        if let (Some(wanted), Some(fact)) = (wanted, fact) {
            if !wanted.eq_ignore_ascii_case(&fact.value) {
                if name == "product" && facts.also_named.contains(wanted) {
                    return Fit::CannotTell;
                }
                return Fit::Contradicts(format!("the {name} is {}, the article is for {wanted}", fact.value));
            }
            known = true;
        }
    }
    if let Some(build) = &facts.build {
        let below = entry.build_min.as_ref().is_some_and(|min| compare_builds(&build.value, min) == Ordering::Less);
        let above = entry.build_max.as_ref().is_some_and(|max| above_range(&build.value, max));
        if below || above {
            let side = if below { "older" } else { "newer" };
            return Fit::Contradicts(format!("build {} is {side} than the article is for", build.value));
        }
        known |= entry.build_min.is_some() || entry.build_max.is_some();
    }
    if known { Fit::Fits } else { Fit::CannotTell }
}

/// `10.0.17763` as a highest build takes in every revision of it.
fn above_range(build: &str, max: &str) -> bool {
    let depth = max.split('.').count();
    let cut: Vec<&str> = build.split('.').take(depth).collect();
    compare_builds(&cut.join("."), max) == Ordering::Greater
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Fact;

    fn fact(value: &str) -> Option<Fact> {
        Some(Fact { value: value.into(), part: "systeminfo.txt".into(), line: 1 })
    }

    fn windows_7() -> AppliesTo {
        AppliesTo { product: Some("windows-7".into()), build_max: Some("6.1.7601".into()), ..AppliesTo::default() }
    }

    #[test]
    fn same_product_and_build_fit() {
        let facts =
            MachineFacts { product: fact("windows-7"), build: fact("6.1.7601.24409"), ..MachineFacts::default() };
        assert_eq!(fit(&[windows_7()], &facts), Fit::Fits);
    }

    #[test]
    fn other_product_contradicts_and_says_why() {
        let facts = MachineFacts { product: fact("windows-11"), ..MachineFacts::default() };
        let Fit::Contradicts(reason) = fit(&[windows_7()], &facts) else { panic!("must contradict") };
        assert_eq!(reason, "the product is windows-11, the article is for windows-7");
    }

    #[test]
    fn one_of_several_products_named_does_not_contradict() {
        let also_named = vec!["windows-7".to_string()];
        let facts = MachineFacts { product: fact("windows-10"), also_named, ..MachineFacts::default() };
        assert_eq!(fit(&[windows_7()], &facts), Fit::CannotTell);
    }

    #[test]
    fn newer_build_contradicts() {
        let facts = MachineFacts { build: fact("10.0.19045"), ..MachineFacts::default() };
        assert!(matches!(fit(&[windows_7()], &facts), Fit::Contradicts(_)));
    }

    #[test]
    fn one_fitting_entry_is_enough() {
        let other = AppliesTo { product: Some("windows-10".into()), ..AppliesTo::default() };
        let facts = MachineFacts { product: fact("windows-7"), ..MachineFacts::default() };
        assert_eq!(fit(&[other, windows_7()], &facts), Fit::Fits);
    }

    #[test]
    fn nothing_known_cannot_tell() {
        assert_eq!(fit(&[windows_7()], &MachineFacts::default()), Fit::CannotTell);
        assert_eq!(fit(&[], &MachineFacts::default()), Fit::CannotTell);
    }
}
