//! A made-up year of support mail, in which it is known what a report should find: values in, mails out.
//!
//! [`year`] is the simulator: which cases there are, when, of whom and about what ([`troubles`]), and the truths that are hidden
//! among them. [`letter`] writes the mails of a case. The same plan gives the same bytes on every machine. The bench of the report
//! takes the simulator alone, `casebook demo` all of it. No files, no clock, no store.
//!
//! ```
//! use casebook::demo::{letter::letters, year::{Plan, Year}};
//!
//! let year = Year::new(Plan { cases: 40, ..Plan::default() });
//! assert_eq!(year.cases.len(), 40);
//! assert!(letters(year.plan, &year.cases[0]).len() > 1);
//! ```

pub mod ending;
pub mod letter;
mod log;
mod mime;
pub mod people;
mod random;
#[cfg(test)]
mod tests;
pub mod troubles;
mod words;
pub mod year;
