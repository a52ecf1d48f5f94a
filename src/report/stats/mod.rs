//! The statistics of a report: numbers in, numbers out.
//!
//! [`survival`] says how long cases take, [`trend`] whether a signature is seen more often than before, with [`dispersion`] for
//! how far counts scatter and [`discovery`] for many tests at once; [`cusum`] watches what is too small to test, and [`turing`]
//! says how many signatures are new by chance alone. The distributions are those of `statrs`. `docs/report.md` defines each.

pub mod cusum;
pub mod discovery;
pub mod dispersion;
pub mod survival;
pub mod trend;
pub mod turing;

/// The quantile of the normal distribution that intervals of 95% use on either side.
pub const Z95: f64 = 1.959_963_984_540_054;
