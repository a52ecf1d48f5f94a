//! Extraction over a mixed log that the benchmark makes itself: `cargo bench --bench extract`.
//!
//! One line in a hundred names an error; many others hold what looks like a code and is none.

use std::{io::Write, num::NonZeroUsize, ops::ControlFlow};

use casebook::{
    app::{
        signatures::{Event, JsonLines, signatures},
        triage::Input,
    },
    case::read::Reader,
    logs::{LogFormat, reader::LogReader},
    mail::Roles,
    signature::{
        Standing,
        extract::{Context, Extractor},
        sight::sight,
    },
};
use divan::{Bencher, counter::BytesCount};

fn main() {
    divan::main();
}

/// Bytes of log per run: larger than every cache, so that the figure holds for the logs that make people wait.
const SIZE: usize = 64 * 1024 * 1024;
const CHUNK: usize = 256 * 1024;

/// A small linear congruential generator: the log is the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// Whole lines of five kinds of logs, about [`SIZE`] bytes.
fn log(errors_per_thousand: u64) -> String {
    let mut numbers = Numbers(1);
    let mut text = String::with_capacity(SIZE + 300);
    while text.len() < SIZE {
        let (n, m) = (numbers.next(99_999), numbers.next(u64::from(u32::MAX)));
        let line = if numbers.next(1000) < errors_per_thousand {
            match numbers.next(5) {
                0 => format!(
                    "2024-09-10 14:32:53, Error                 CBS    Failed to install driver dev{n}.inf [HRESULT = 0x80070005]\r\n"
                ),
                1 => format!(
                    "!!!  inf:      Error 5: Access is denied. Key HKLM\\SYSTEM\\CurrentControlSet\\Services\\Dev{n}\r\n"
                ),
                2 => format!(
                    "2024-09-10 14:32:53:123\t{n}\t1a2b\tHandler\tWARNING: Install completed. Return code = 0x80240017\r\n"
                ),
                3 => format!(
                    "Sep 10 14:32:53 web1 postfix/smtp[{n}]: to=<u{n}@example.org>, dsn=5.7.1, status=bounced\n"
                ),
                _ => format!(
                    "2024-09-10 14:32:53,042 ERROR [exec-{n}] gateway: java.net.ConnectException: refused, ORA-12514\n"
                ),
            }
        } else {
            match numbers.next(6) {
                0 => format!(
                    "2024-09-10 14:32:53, Info                  CBS    Session: {n}_{m} initialized by client WindowsUpdateAgent.\r\n"
                ),
                1 => format!(
                    "2024-09-10 14:32:53, Info                  CSI    {m:08x}@2024/9/10:06:32:11.{n} CSI Transaction @0x{m:x}a initialized with flags 00000002\r\n"
                ),
                2 => format!("     dvi:           {{Core Device Install}} exit(0x00000000) - queue id 0x{m:08x}\r\n"),
                3 => format!(
                    "2024-09-10\t14:32:53:337\t{n}\t1a2b\tDnldMgr\tBITS job {{{m:08x}-0000-4c11-8d7e-0123456789ab}} completed, {n} KB\r\n"
                ),
                4 => format!(
                    "Sep 10 14:32:53 web1 nginx: 192.0.2.9 - - \"GET /api/items/{n} HTTP/1.1\" 200 {m} \"-\" \"curl/7.88.1\"\n"
                ),
                _ => format!(
                    "2024-09-10 14:32:53,042 INFO  [http-nio-8080-exec-{n}] orders.OrderService - Order {m:08x} stored in {n} ms\n"
                ),
            }
        };
        text.push_str(&line);
    }
    text
}

/// Cuts a text into chunks of whole lines.
fn chunks(text: &str) -> Vec<&str> {
    let mut chunks = Vec::new();
    let mut rest = text;
    while rest.len() > CHUNK {
        let end = rest.as_bytes()[..CHUNK].iter().rposition(|&byte| byte == b'\n').map_or(rest.len(), |at| at + 1);
        let (chunk, next) = rest.split_at(end);
        chunks.push(chunk);
        rest = next;
    }
    chunks.push(rest);
    chunks
}

fn extract_all(bencher: Bencher<'_, '_>, text: &str) {
    let extractor = Extractor::new();
    let chunks = chunks(text);
    bencher.counter(BytesCount::of_str(text)).bench(|| {
        let context = Context::Log(LogFormat::Plain);
        chunks.iter().map(|chunk| extractor.extract(divan::black_box(chunk), context).len()).sum::<usize>()
    });
}

/// What triage and `signatures` do with a log: decode, cut into chunks, extract, find line and standing.
#[divan::bench(sample_count = 10)]
fn ordinary_log_from_bytes_to_sightings(bencher: Bencher<'_, '_>) {
    let extractor = Extractor::new();
    let text = log(10);
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let mut reader = LogReader::new(text.as_bytes());
        let mut failing = 0u64;
        while let Some(chunk) = reader.next_chunk().expect("memory gives no errors") {
            sight(&extractor, chunk.text, chunk.first_line, Context::Log(chunk.format), |sighting| {
                failing += u64::from(sighting.standing == Standing::Failing);
            });
        }
        failing
    });
}

/// What `casebook signatures LOG --format jsonl --threads N` does, from the file to the lines of its output.
#[divan::bench(sample_count = 5, args = [1, 2, 4])]
fn ordinary_log_from_file_to_json_lines(bencher: Bencher<'_, '_>, threads: usize) {
    let mut file = tempfile::NamedTempFile::new().expect("the folder for temporary files can be written");
    let text = log(10);
    file.write_all(text.as_bytes()).expect("there is room for the log");
    let (extractor, threads) = (Extractor::new(), NonZeroUsize::new(threads).expect("not 0"));
    let roles = Roles::default();
    let reader = Reader { extractor: &extractor, terms: None, roles: &roles };
    let inputs = [Input::Path(file.path().to_owned())];
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let mut rows = 0;
        let batch = JsonLines::new(false);
        signatures(&inputs, reader, batch, threads, &|_| (), &mut |event| {
            if let Event::Batch(batch) = event {
                rows += std::mem::take(&mut batch.rows);
                batch.clear();
            }
            ControlFlow::Continue(())
        })
        .expect("the log is readable");
        rows
    });
}

#[divan::bench(sample_count = 10)]
fn ordinary_log(bencher: Bencher<'_, '_>) {
    extract_all(bencher, &log(10));
}

#[divan::bench(sample_count = 10)]
fn log_of_errors(bencher: Bencher<'_, '_>) {
    extract_all(bencher, &log(1000));
}

#[divan::bench(sample_count = 10)]
fn chinese_prose(bencher: Bencher<'_, '_>) {
    let sentence = "您好，客户反馈安装补丁后系统重启时回滚，查看日志可以看到驱动更新失败，请调整策略后再试，谢谢。\n";
    extract_all(bencher, &sentence.repeat(SIZE / sentence.len()));
}

#[divan::bench]
fn building_the_extractor() -> Extractor {
    Extractor::new()
}
