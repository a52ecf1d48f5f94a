//! Facts of the machine: product, build, edition, architecture, language, installed updates.
//!
//! [`FactFinder`] is fed with logs and mail texts as they go by. What a machine printed of itself
//! (systeminfo, log headers, os-release) beats what a person wrote; a product is concluded from a build
//! only where the build leaves no choice. Whether an article applies to these facts is decided elsewhere.
//! This module does no I/O.
//!
//! ```
//! use casebook::facts::FactFinder;
//! let mut finder = FactFinder::default();
//! finder.words("mail-1.eml", 3, "It is a Win7 SP1 x64 machine.");
//! finder.log("sys.txt", 1, "OS 名称:          Microsoft Windows 7 旗舰版\n");
//! let facts = finder.finish();
//! assert_eq!(facts.product.unwrap().part, "sys.txt");
//! assert_eq!(facts.architecture.unwrap().value, "x64");
//! ```

mod build;
mod finder;
mod labels;
mod linux;
mod names;
mod said;
#[cfg(test)]
mod tests;
mod updates;
mod values;

pub use build::{Revision, compare_builds, compare_revisions, has_revision, products_with};
pub use finder::FactFinder;

use serde::{Deserialize, Serialize};

/// What is known of the machine that a case is about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct MachineFacts {
    /// Product id, `windows-7`, `windows-server-2019`, `ubuntu-22.04`.
    pub product: Option<Fact>,
    /// Build, `6.1.7601` or `10.0.17763.2300`.
    pub build: Option<Fact>,
    /// Edition, lower case: `enterprise`, `professional`.
    pub edition: Option<Fact>,
    /// `x64`, `x86`, `arm64`.
    pub architecture: Option<Fact>,
    /// Language tag, `zh-CN`.
    pub language: Option<Fact>,
    /// Installed updates in normal form, `KB4474419`.
    pub updates: Vec<Fact>,
    /// Updates that the case shows as not installed: failing, rolled back, absent, or said to be.
    pub not_installed: Vec<Fact>,
    /// Where a whole list of the installed updates was seen, with how many it has; what is not in it is not installed.
    pub update_list: Option<Fact>,
    /// Further products that people name where no machine says what it is: any of them may be the machine.
    #[serde(skip)]
    pub also_named: Vec<String>,
}

/// One fact with where it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The value in its normal form.
    pub value: String,
    /// The part it was read from.
    pub part: String,
    /// The line in the part, from 1; 0 for a subject.
    pub line: u64,
}
