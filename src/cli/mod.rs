//! The command line.

use std::process::ExitCode;

/// Reads the arguments, runs the command and returns its exit code.
pub fn run() -> ExitCode {
    ExitCode::SUCCESS
}
