//! Whether an article is for such machines and such parts of a system as the case is about: its `products` and `components`.
//!
//! Neither is a demand, as `applies_to` is: a list of products tells on which an issue was seen. What fits makes an article more
//! probable, what does not less; both multiply its odds.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{ask::source::Source, view::CaseView};
use crate::facts::MachineFacts;

/// Odds of an article that names the machine's product. Little: most articles of a product name the same ones.
const NAMED: f64 = 1.25;

/// Odds of an article that names other versions: lists are made of where an issue was seen, and are rarely whole.
const OTHER_VERSION: f64 = 0.6;

/// Odds of an article for another system altogether.
const OTHER_SYSTEM: f64 = 0.2;

/// Odds of an article for a part of the system that the case's logs or words are about.
const COMPONENT: f64 = 1.25;

/// Words of a source in the case's texts from which they are about its components.
const WORDS: usize = 2;

/// How an article's `products` and the machine go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProductFit {
    /// It names the machine's product.
    Fits,
    /// The machine is not known, or the article names no system that a machine has.
    #[default]
    CannotTell,
    /// It names other versions of the machine's system.
    OtherVersion,
    /// It names other systems.
    OtherSystem,
}

impl ProductFit {
    /// What it makes of the odds.
    pub fn odds(self) -> f64 {
        match self {
            ProductFit::Fits => NAMED,
            ProductFit::CannotTell => 1.0,
            ProductFit::OtherVersion => OTHER_VERSION,
            ProductFit::OtherSystem => OTHER_SYSTEM,
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            ProductFit::Fits => "names this machine's product",
            ProductFit::CannotTell => "nothing speaks for or against this machine",
            ProductFit::OtherVersion => "names other versions of this machine's system",
            ProductFit::OtherSystem => "names other systems than this machine's",
        }
    }
}

/// How product and component of an article and a case go together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fitting {
    /// The product.
    pub product: ProductFit,
    /// A component of the article that the case is about.
    pub component: Option<String>,
    /// What both make of the odds.
    pub odds: f64,
}

impl Default for Fitting {
    fn default() -> Self {
        Fitting { product: ProductFit::CannotTell, component: None, odds: 1.0 }
    }
}

impl Fitting {
    /// Of an article's `products` and `components`; `about` are the components that the case is about.
    pub fn of(products: &[String], components: &[String], facts: &MachineFacts, about: &BTreeSet<&str>) -> Self {
        let product = product_fit(products, facts);
        let component = components.iter().find(|one| about.contains(one.as_str())).cloned();
        let odds = product.odds() * if component.is_some() { COMPONENT } else { 1.0 };
        Fitting { product, component, odds }
    }

    /// A probability with these odds on it.
    pub fn weigh(&self, probability: f64) -> f64 {
        let weighed = probability * self.odds;
        weighed / (1.0 - probability + weighed)
    }

    /// Why the product speaks against the article, in words.
    pub fn against(&self, products: &[String], facts: &MachineFacts) -> Option<String> {
        let product = facts.product.as_ref()?;
        matches!(self.product, ProductFit::OtherVersion | ProductFit::OtherSystem)
            .then(|| format!("the product is {}, the article names {}", product.value, products.join(", ")))
    }
}

/// The systems that machines have; of others (`kubernetes`, `sql-server`) a machine's product says nothing.
pub(super) fn system(product: &str) -> Option<&'static str> {
    const LINUX: &[&str] = &[
        "linux",
        "ubuntu",
        "debian",
        "rhel",
        "centos",
        "rocky",
        "alma-linux",
        "oracle-linux",
        "fedora",
        "sles",
        "suse",
        "opensuse",
        "openeuler",
        "anolis",
        "kylin",
        "amazon-linux",
    ];
    let is = |name: &&str| product.strip_prefix(*name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    if product.starts_with("windows-") { Some("windows") } else { LINUX.iter().any(is).then_some("linux") }
}

/// How the products of an article and a machine go together.
pub fn product_fit(products: &[String], facts: &MachineFacts) -> ProductFit {
    let Some(machine) = &facts.product else { return ProductFit::CannotTell };
    let is = |product: &String| {
        let rest = machine.value.strip_prefix(product.as_str());
        // `linux` is any of them, `ubuntu` any version of it.
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-') && !product.starts_with("windows-"))
            || product == "linux" && system(&machine.value) == Some("linux")
    };
    if products.iter().any(is) {
        return ProductFit::Fits;
    }
    let unsure = products.iter().any(|product| facts.also_named.contains(product));
    let systems: Option<Vec<&str>> = products.iter().map(|product| system(product)).collect();
    let Some(systems) = systems.filter(|all| !all.is_empty() && !unsure) else { return ProductFit::CannotTell };
    match system(&machine.value) {
        None => ProductFit::CannotTell,
        Some(own) if systems.contains(&own) => ProductFit::OtherVersion,
        Some(_) => ProductFit::OtherSystem,
    }
}

/// The components that a case is about: those of the logs that it has, and those of which its texts have several words.
pub fn components(view: &CaseView<'_>) -> BTreeSet<&'static str> {
    let said = view.source_words();
    let about = Source::all().iter().filter(|source| said.of_source(source) >= WORDS || source.is_in(view));
    about.flat_map(Source::components).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Fact;

    fn machine(product: &str) -> MachineFacts {
        let product = Fact { value: product.into(), part: "systeminfo.txt".into(), line: 1 };
        MachineFacts { product: Some(product), ..MachineFacts::default() }
    }

    #[track_caller]
    fn check(products: &[&str], product: &str, expected: ProductFit) {
        let products: Vec<String> = products.iter().map(ToString::to_string).collect();
        assert_eq!(product_fit(&products, &machine(product)), expected, "{product} and {products:?}");
    }

    #[test]
    fn products_and_systems() {
        check(&["windows-10", "windows-7"], "windows-7", ProductFit::Fits);
        check(&["windows-10", "windows-11"], "windows-7", ProductFit::OtherVersion);
        // One is no beginning of the other.
        check(&["windows-server-2012"], "windows-server-2012-r2", ProductFit::OtherVersion);
        check(&["linux"], "ubuntu-22.04", ProductFit::Fits);
        check(&["ubuntu"], "ubuntu-22.04", ProductFit::Fits);
        check(&["linux"], "windows-10", ProductFit::OtherSystem);
        check(&["windows-10"], "rhel-8", ProductFit::OtherSystem);
        check(&["kubernetes"], "windows-10", ProductFit::CannotTell);
        check(&["kubernetes", "linux"], "windows-10", ProductFit::CannotTell);
        check(&[], "windows-10", ProductFit::CannotTell);
    }

    #[test]
    fn nothing_known_and_several_named_tell_nothing() {
        let products = ["windows-7".to_string()];
        assert_eq!(product_fit(&products, &MachineFacts::default()), ProductFit::CannotTell);
        let facts = MachineFacts { also_named: products.to_vec(), ..machine("windows-10") };
        assert_eq!(product_fit(&products, &facts), ProductFit::CannotTell);
    }

    #[test]
    fn odds_keep_certainty_and_nothing() {
        let fitting = Fitting::of(
            &["windows-10".into()],
            &["servicing".into()],
            &machine("windows-10"),
            &BTreeSet::from(["servicing"]),
        );
        assert_eq!(fitting.component.as_deref(), Some("servicing"));
        assert_eq!((fitting.weigh(0.0), fitting.weigh(1.0)), (0.0, 1.0));
        assert!((fitting.weigh(0.5) - fitting.odds / (1.0 + fitting.odds)).abs() < 1e-9);
        let other = Fitting::of(&["linux".into()], &[], &machine("windows-10"), &BTreeSet::new());
        assert!(other.weigh(0.5) < 0.2);
        assert_eq!(
            other.against(&["linux".into()], &machine("windows-10")).as_deref(),
            Some("the product is windows-10, the article names linux")
        );
        assert_eq!(fitting.against(&[], &machine("windows-10")), None);
    }
}
