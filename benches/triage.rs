//! Triage of the sample case, from opened program to report, and its parts.
//!
//! Run with `cargo bench --bench triage`.

use std::path::{Path, PathBuf};

use casebook::{
    app::{App, triage::Input},
    config::{self, Given},
};

/// As the program allocates.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

fn case() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/cases/cas-12143")
}

fn app() -> App {
    let given = Given { kb: Some((vec![config::BUILTIN.into()], config::Origin::Flag)), ..Given::default() };
    App::open(config::load(given).expect("no settings file is read")).expect("the built-in articles load")
}

/// Articles and terms.
#[divan::bench]
fn open() -> App {
    app()
}

/// The whole job, articles and index made anew: what one run of the program does.
#[divan::bench]
fn open_and_triage_sample() {
    let report = app().triage(&[Input::Path(case())], 5, &|_| ()).expect("the sample is readable");
    assert_eq!(report.verdict.name(), "known");
}

/// The job alone, with articles and index at hand: what a server does.
#[divan::bench]
fn triage_sample(bencher: divan::Bencher) {
    let app = app();
    bencher.bench_local(|| app.triage(&[Input::Path(case())], 5, &|_| ()).expect("the sample is readable"));
}
