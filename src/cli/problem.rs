//! Errors for people: what failed, because of what, and what to try.

use std::io::Write;

use anstyle::{AnsiColor, Style};

use super::output::clean;
use crate::parsed::Warning;

mod hint;

/// Prints an error with its causes, and what to try, on standard error.
pub fn print(error: &anyhow::Error) {
    let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    let mut out = anstream::stderr();
    // Standard error may be closed; there is nobody left to tell.
    let _ = writeln!(out, "{red}error:{red:#} {}", indented(&error.to_string()));
    for cause in error.chain().skip(1) {
        let _ = writeln!(out, "  cause: {}", indented(&cause.to_string()));
    }
    if let Some(hint) = hint::of(error) {
        let _ = writeln!(out, "  hint:  {hint}");
    }
}

/// A message whose further lines (a reader shows the line that it cannot read) stand below its first.
fn indented(message: &str) -> String {
    clean(message.trim_end()).replace('\n', "\n         ")
}

/// Prints that a part of the input could not be read, on standard error.
pub fn warning(warning: &Warning) {
    warn(line_of(warning));
}

/// A warning in one line: `part:line: message`.
pub fn line_of(warning: &Warning) -> String {
    let part = &warning.part;
    let line = match warning.line {
        Some(line) => format!("{part}:{line}: {}", warning.message),
        None if part.is_empty() => warning.message.clone(),
        None => format!("{part}: {}", warning.message),
    };
    clean(&line).replace('\n', " ")
}

/// Prints a warning on standard error. It may hold what another program or a server said.
pub fn warn(message: impl std::fmt::Display) {
    let yellow = Style::new().fg_color(Some(AnsiColor::Yellow.into()));
    let _ = writeln!(anstream::stderr(), "{yellow}warning:{yellow:#} {}", clean(&message.to_string()));
}

/// Prints what goes on, on standard error.
pub fn note(message: impl std::fmt::Display) {
    let _ = writeln!(anstream::stderr(), "{}", clean(&message.to_string()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(part: &str, line: Option<u64>, message: &str, expected: &str) {
        assert_eq!(line_of(&Warning { part: part.into(), line, message: message.into() }), expected);
    }

    #[test]
    fn warnings_name_part_and_line() {
        check("own/kms.md", Some(3), "unknown key", "own/kms.md:3: unknown key");
        check("a.log", None, "empty", "a.log: empty");
        check("", None, "7 further warnings are left out", "7 further warnings are left out");
    }

    #[test]
    fn warnings_cannot_reach_the_terminal() {
        check("a\x1b[2J\nb.log", None, "x\x07", "a\u{FFFD}[2J b.log: x\u{FFFD}");
    }
}
