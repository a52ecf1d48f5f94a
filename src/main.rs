//! The `casebook` program: reads its arguments, runs the command, returns its exit code.

use std::process::ExitCode;

/// The allocator of the C library takes a tenth of an ingest: one thread frees what another made, and what it holds falls to
/// pieces over a long run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    casebook::cli::run()
}
