//! Grouping of a log that the benchmark makes itself: `cargo bench --bench templates`.

use casebook::{logs::LogFormat, template::Miner};
use divan::{Bencher, counter::ItemsCount};

fn main() {
    divan::main();
}

/// Lines per run.
const LINES: usize = 200_000;

/// Lines of four kinds of logs with values that differ from line to line.
fn lines() -> Vec<String> {
    let mut state = 1u64;
    let mut number = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    (0..LINES)
        .map(|_| {
            let (n, m, s) = (number(99_999), number(254), number(60));
            match number(5) {
                0 => format!("Jan  2 10:11:{s:02} web{m} sshd[{n}]: Failed password for root from 192.0.2.{m} port {n} ssh2"),
                1 => format!("2024-01-02 10:11:{s:02},{m:03} INFO [worker-{m}] org.example.Pool: took job {n} of /srv/jobs/{n}"),
                2 => format!("2024-01-02 10:11:{s:02}, Info                  CBS    Session: {n}_{m} initialized by client Agent."),
                3 => format!("[Tue Jan 02 10:11:{s:02} 2024] [error] [client 198.51.100.{m}] no such file: /var/www/{n}.html"),
                _ => format!("01-02 10:11:{s:02}.{m:03}  {n}  2105 D Power: ready=true,policy={m},manual=38,lock=0x{n:x}"),
            }
        })
        .collect()
}

#[divan::bench(sample_count = 10)]
fn group(bencher: Bencher) {
    let lines = lines();
    bencher.counter(ItemsCount::new(lines.len())).bench(|| {
        let mut miner = Miner::default();
        for (number, line) in (1..).zip(&lines) {
            miner.feed(number, line, LogFormat::Plain);
        }
        miner.finish().list().len()
    });
}
