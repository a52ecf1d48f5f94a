//! Maintainer's tools: they make the committed data files from their sources.
//!
//! `cargo xtask codes` makes the table of Windows error codes. No tool here is needed to build,
//! test or run casebook.

mod codes;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["codes"] => codes::make(),
        _ => bail!("usage: cargo xtask codes"),
    }
}
