//! Errors for people: what failed, because of what, and what to try.

use std::io::Write;

use anstyle::{AnsiColor, Style};

/// Prints an error with its causes on standard error.
pub fn print(error: &anyhow::Error) {
    let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    let mut out = anstream::stderr();
    // Standard error may be closed; there is nobody left to tell.
    let _ = writeln!(out, "{red}error:{red:#} {error}");
    for cause in error.chain().skip(1) {
        let _ = writeln!(out, "  cause: {cause}");
    }
}

/// Prints a warning on standard error.
pub fn warn(message: impl std::fmt::Display) {
    let yellow = Style::new().fg_color(Some(AnsiColor::Yellow.into()));
    let _ = writeln!(anstream::stderr(), "{yellow}warning:{yellow:#} {message}");
}
