//! The `casebook` program: reads its arguments, runs the command, returns its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    casebook::cli::run()
}
