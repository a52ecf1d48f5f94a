//! Draws what the program prints on a terminal as an SVG picture for the README.
//!
//! `cargo run --release -p xtask --bin picture -- docs/triage.svg 100 target/release/casebook triage corpus/cases/cas-12143`

use std::{fs, process::Command};

use anstyle_svg::Term;
use anyhow::{Context, Result, bail};

/// Lines in the picture: what a large terminal shows at once.
const LINES: usize = 64;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [picture, columns, program, rest @ ..] = arguments.as_slice() else {
        bail!("usage: picture FILE COLUMNS PROGRAM ARGUMENT...");
    };
    let output = Command::new(program)
        .args(rest)
        .args(["--color", "always"])
        .env("COLUMNS", columns)
        .output()
        .with_context(|| format!("cannot run `{program}`"))?;
    let printed = String::from_utf8(output.stdout).context("the output is not UTF-8")?;
    let mut shown = format!("$ casebook {}\n", rest.join(" "));
    shown.extend(printed.lines().take(LINES).flat_map(|line| [line, "\n"]));
    let width = columns.parse::<usize>().context("COLUMNS is no number")? * 9;
    let svg = Term::new().min_width_px(width).render_svg(&shown);
    fs::write(picture, svg).with_context(|| format!("cannot write `{picture}`"))
}
