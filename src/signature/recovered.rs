//! Retried and then succeeded: a failure in a log after which the same operation went well.
//!
//! Three things tell it. The section of a device installation log that a failing line stands in ends with `SUCCESS`; a
//! line just behind says that a further attempt succeeded; or a later line says that the same operation (the same words
//! about the same thing) succeeded. Only the stretch of log at hand and a few hundred lines ahead of it are looked at: what
//! is mended hours later was a failure all the same.

mod words;

use std::{collections::VecDeque, ops::Range, sync::LazyLock};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, Input, MatchKind, Span, packed::Searcher};

use super::{Standing, sight::Sighting};
use crate::logs::LogFormat;
use words::{LOOKED_AT, Reader, Words};

/// Failing lines that a success can still answer.
const PENDING: usize = 64;

/// Lines within which `attempt 2 succeeded`, which names nothing, answers a failure.
const NEAR: u64 = 12;

/// Lines within which a success that names the operation answers a failure.
const FAR: u64 = 400;

/// What a line that reports a success says. In one case of letters each, so that the search stays a vector search.
const SUCCESS: &[&str] = &[
    "succe",
    "Succe",
    "SUCCE",
    "recovered",
    "Recovered",
    "established",
    "Established",
    "reconnected",
    "Reconnected",
    "成功",
    "恢复正常",
    "恢復正常",
    "已恢复",
    "已恢復",
];

/// The vector search by itself, where the processor can do it: the automaton behind it would read each success once more.
static SUCCESS_BY_VECTORS: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(SUCCESS));

static SUCCESS_BY_AUTOMATON: LazyLock<AhoCorasick> = LazyLock::new(|| automaton(SUCCESS));

/// The place of the first word of success from a place on.
fn next_success(text: &str, from: usize) -> Option<Range<usize>> {
    let found = match &*SUCCESS_BY_VECTORS {
        Some(searcher) => searcher.find_in(text.as_bytes(), Span::from(from..text.len())),
        None => SUCCESS_BY_AUTOMATON.find(Input::new(text).range(from..)),
    };
    found.map(|hit| hit.range())
}

static FAILURE: LazyLock<AhoCorasick> = LazyLock::new(|| {
    automaton(&[
        "fail",
        "error",
        "unsucce",
        "without succe",
        "not succe",
        "no succe",
        "失败",
        "失敗",
        "错误",
        "錯誤",
        "未成功",
        "不成功",
        "没有成功",
        "沒有成功",
        "无法",
        "無法",
    ])
});

static RETRY: LazyLock<AhoCorasick> = LazyLock::new(|| {
    automaton(&[
        "attempt",
        "retr",
        "try ",
        "tries",
        "重试",
        "重試",
        "再试",
        "再試",
        "再次",
        "第二次",
        "第2次",
        "第 2 次",
    ])
});

/// Leftmost matches are looked for with vectors; those of the standard kind byte by byte. Whether a line holds one is the
/// same.
fn automaton(words: &[&str]) -> AhoCorasick {
    AhoCorasickBuilder::new().match_kind(MatchKind::LeftmostFirst).build(words).expect("the words are few and constant")
}

/// Gives failing sightings of a stretch of log whose operation succeeded afterwards the standing of recovered ones.
/// `text` is the stretch that they were found in, in order, and what follows it from `own` on.
pub(super) fn settle(text: &str, own: usize, format: LogFormat, sightings: &mut [Sighting<'_>]) {
    if !sightings.iter().any(|sighting| sighting.standing == Standing::Failing) {
        return;
    }
    if format == LogFormat::SetupApi {
        by_section(text, sightings);
    } else {
        by_success(text, own, format, sightings);
    }
}

/// By the exit status of the section.
fn by_section(text: &str, sightings: &mut [Sighting<'_>]) {
    let mut ends = memchr::memmem::find_iter(text.as_bytes(), "<<<  [Exit status: ").peekable();
    for sighting in sightings.iter_mut().filter(|sighting| sighting.standing == Standing::Failing) {
        while ends.next_if(|end| *end < sighting.span.start.saturating_sub(sighting.at)).is_some() {}
        let Some(end) = ends.peek() else { return };
        let own = text[*end..].lines().next().unwrap_or_default();
        // A section without an end: the next one's says nothing of it.
        let between = &text[sighting.span.end.min(*end)..*end];
        if own.contains("SUCCESS") && !between.contains("\n>>>  [") {
            sighting.standing = Standing::Recovered;
        }
    }
}

/// By a line that reports the success.
fn by_success(text: &str, own: usize, format: LogFormat, sightings: &mut [Sighting<'_>]) {
    let mut pending: VecDeque<Pending> = VecDeque::new();
    let mut next = 0;
    // A place before the line at hand, and the number of the line that it is in.
    let mut counted = (0, 0);
    let (mut reader, mut lower) = (Reader::default(), String::new());
    let mut from = 0;
    loop {
        if pending.is_empty() {
            // There is nothing to be answered before the next failure.
            let failing = |sighting: &&Sighting<'_>| sighting.standing == Standing::Failing;
            let Some(failure) = sightings[next..].iter().find(failing) else { break };
            from = from.max(failure.span.start);
        }
        let Some(hit) = next_success(text, from) else { break };
        let Range { start, end } = line_around(text, hit);
        // Once a line is enough.
        from = text.len().min(end + 1);
        // The failures that stand before it.
        while next < sightings.len() && sightings[next].span.start < start {
            let sighting = &sightings[next];
            if sighting.standing == Standing::Failing {
                match pending.back_mut().filter(|last| last.line == sighting.line) {
                    Some(last) => last.sightings.end = next + 1,
                    None => {
                        if pending.len() == PENDING {
                            pending.pop_front();
                        }
                        let words = reader.read(format, sighting.text).clone();
                        pending.push_back(Pending { line: sighting.line, sightings: next..next + 1, words });
                    }
                }
            }
            next += 1;
        }
        if start >= own && pending.is_empty() {
            // No failure is known there.
            break;
        }
        let Some(last) = next.checked_sub(1).map(|last| &sightings[last]).filter(|_| !pending.is_empty()) else {
            continue;
        };
        // The number of the line, counted on from the nearest that is known.
        counted = counted.max((last.span.start, last.line));
        let line = counted.1 + memchr::memchr_iter(b'\n', &text.as_bytes()[counted.0..start]).count() as u64;
        counted = (start, line);
        pending.retain(|failure| line.saturating_sub(failure.line) <= FAR);
        let said = text[start..end].trim_end_matches('\r');
        let said = &said[..said.floor_char_boundary(LOOKED_AT)];
        let words = reader.read(format, said);
        let tells_nothing = words.len() <= 2;
        let answers = |failure: &Pending| {
            failure.words.same(words)
                || tells_nothing
                    && line.saturating_sub(failure.line) <= NEAR
                    && failure.words.agree(words)
                    && RETRY.is_match(lowered(&mut lower, said))
                    && !fails(text.get(own..start).unwrap_or_default())
        };
        // Asked last: hardly any success answers a failure.
        let answered = pending.iter().rposition(answers).filter(|_| !FAILURE.is_match(lowered(&mut lower, said)));
        if let Some(answered) = answered.and_then(|index| pending.remove(index)) {
            // Every earlier failure of that operation is over with it.
            let others: Vec<Pending> = pending.extract_if_same(&answered);
            for failure in others.iter().chain([&answered]) {
                for sighting in &mut sightings[failure.sightings.clone()] {
                    if sighting.standing == Standing::Failing {
                        sighting.standing = Standing::Recovered;
                    }
                }
            }
        }
    }
}

/// The line around a place in it, without its end.
fn line_around(text: &str, place: Range<usize>) -> Range<usize> {
    let bytes = text.as_bytes();
    let start = memchr::memrchr(b'\n', &bytes[..place.start]).map_or(0, |at| at + 1);
    let end = memchr::memchr(b'\n', &bytes[place.end..]).map_or(bytes.len(), |length| place.end + length);
    start..end
}

/// A line in lower case, in the memory given.
fn lowered<'l>(lower: &'l mut String, line: &str) -> &'l str {
    lower.clear();
    lower.push_str(line);
    lower.make_ascii_lowercase();
    lower
}

/// Whether something fails in a text ahead, where failures are not known: a success that names nothing is then of that.
fn fails(ahead: &str) -> bool {
    FAILURE.is_match(&ahead.to_ascii_lowercase())
}

/// A failing line that waits for a success.
struct Pending {
    line: u64,
    /// Its sightings, by index.
    sightings: Range<usize>,
    words: Words,
}

trait ExtractSame {
    fn extract_if_same(&mut self, like: &Pending) -> Vec<Pending>;
}

impl ExtractSame for VecDeque<Pending> {
    fn extract_if_same(&mut self, like: &Pending) -> Vec<Pending> {
        let all = std::mem::take(self);
        let (same, other): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.words.same(&like.words));
        self.extend(other);
        same
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        logs::{detect, reader::Chunk},
        signature::{
            extract::{Context, Extractor},
            sight::{SightMemory, sight, sight_chunk},
        },
    };

    /// The standings of the code in the log's lines.
    #[track_caller]
    fn check(format: LogFormat, log: &str, code: &str, expected: &[Standing]) {
        let mut seen = Vec::new();
        sight(&Extractor::new(), log, 1, Context::Log(format), |sighting| {
            if sighting.signature.value == code {
                seen.push(sighting.standing);
            }
        });
        assert_eq!(seen, expected, "of {log}");
    }

    use Standing::{Failing, Recovered};

    #[test]
    fn further_attempt_that_succeeds() {
        let log = "2024-01-01 10:00:00 WARN SendRequest failed with hr = 80072ee2\n2024-01-01 10:00:01 INFO Retrying the request after 2 seconds\n2024-01-01 10:00:03 INFO Request succeeded on attempt 2\n";
        check(LogFormat::Plain, log, "0x80072EE2", &[Recovered]);
        let log = "2024-01-01 10:00:00 WARN 下载失败，错误 0x80072EE2\n2024-01-01 10:00:03 INFO 重试后成功\n";
        check(LogFormat::Plain, log, "0x80072EE2", &[Recovered]);
    }

    #[test]
    fn same_operation_that_succeeds_later() {
        let log = "2024-01-01 10:00:00 ERROR connect to db1.example.com failed: ORA-12514\n2024-01-01 10:00:09 INFO heartbeat\n2024-01-01 10:00:30 INFO connect to db1.example.com succeeded\n";
        check(LogFormat::Plain, log, "ORA-12514", &[Recovered]);
        let log =
            "2024-01-01 10:00:00 ERROR 连接数据库 db1 失败: ORA-12514\n2024-01-01 10:00:30 INFO 连接数据库 db1 成功\n";
        check(LogFormat::Plain, log, "ORA-12514", &[Recovered]);
    }

    #[test]
    fn all_earlier_attempts_are_over() {
        let log = "2024-01-01 10:00:00 ERROR upload of report.pdf failed, attempt 1: 0x80072EE2\n2024-01-01 10:00:02 ERROR upload of report.pdf failed, attempt 2: 0x80072EE2\n2024-01-01 10:00:30 INFO upload of report.pdf succeeded, attempt 3\n2024-01-01 10:05:00 ERROR upload of report.pdf failed: 0x80072EE2\n";
        check(LogFormat::Plain, log, "0x80072EE2", &[Recovered, Recovered, Failing]);
    }

    #[test]
    fn numbers_of_attempts_are_no_names() {
        let log = "2024-01-01 10:00:00 [警告] 终端131 连接更新服务器超时，错误 0x80072EE2，第 1 次尝试失败\n2024-01-01 10:00:09 [信息] 终端131 连接更新服务器成功，第 2 次尝试\n";
        check(LogFormat::Plain, log, "0x80072EE2", &[Recovered]);
        check(
            LogFormat::Plain,
            &log.replace("终端131 连接更新服务器成功", "终端132 连接更新服务器成功"),
            "0x80072EE2",
            &[Failing],
        );
    }

    #[test]
    fn other_operations_and_failed_retries_mend_nothing() {
        let log = "2024-01-01 10:00:00 ERROR connect to db1.example.com failed: ORA-12514\n2024-01-01 10:00:30 INFO connect to db2.example.com succeeded\n";
        check(LogFormat::Plain, log, "ORA-12514", &[Failing]);
        let log = "2024-01-01 10:00:00 ERROR backup job 7 failed: 0x80070005\n2024-01-01 10:00:30 INFO backup job 8 succeeded\n";
        check(LogFormat::Plain, log, "0x80070005", &[Failing]);
        let log = "2024-01-01 10:00:00 ERROR connect failed: ORA-12514\n2024-01-01 10:00:30 INFO user ann logged in successfully\n";
        check(LogFormat::Plain, log, "ORA-12514", &[Failing]);
        let log = "2024-01-01 10:00:00 ERROR connect to db1 failed: ORA-12514\n2024-01-01 10:00:30 ERROR connect to db1 unsuccessful, retry failed\n";
        check(LogFormat::Plain, log, "ORA-12514", &[Failing]);
    }

    #[test]
    fn success_before_the_failure_mends_nothing() {
        let log = "2024-01-01 10:00:00 INFO connect to db1.example.com succeeded\n2024-01-01 10:00:30 ERROR connect to db1.example.com failed: ORA-12514\n";
        check(LogFormat::Plain, log, "ORA-12514", &[Failing]);
    }

    /// The same with a seam behind so many lines.
    #[track_caller]
    fn check_ahead(log: &str, lines: usize, code: &str, expected: &[Standing]) {
        let own: usize = log.split_inclusive('\n').take(lines).map(str::len).sum();
        let chunk = Chunk { text: &log[..own], with_ahead: log, first_line: 1, format: detect(log) };
        let mut seen = Vec::new();
        sight_chunk(&Extractor::new(), &chunk, &mut SightMemory::default(), |sighting| {
            if sighting.signature.value == code {
                seen.push(sighting.standing);
            }
        });
        assert_eq!(seen, expected, "of {log}");
    }

    #[test]
    fn success_ahead_of_the_stretch_counts() {
        let log = "2024-01-01 10:00:00 ERROR connect to db1.example.com failed: ORA-12514\n2024-01-01 10:00:09 INFO heartbeat\n2024-01-01 10:00:30 INFO connect to db1.example.com succeeded\n";
        check_ahead(log, 1, "ORA-12514", &[Recovered]);
        check_ahead(log, 2, "ORA-12514", &[Recovered]);
        check_ahead(&log.replace("db1.example.com succ", "db2.example.com succ"), 1, "ORA-12514", &[Failing]);
        let section =
            ">>>  [Device Install - a.inf]\n!!!  dvi: Error 5: Access is denied.\n<<<  [Exit status: SUCCESS]\n";
        check_ahead(section, 2, "5", &[Recovered]);
        check_ahead(
            &format!(">>>  [Device Install - b.inf]\n!!!  dvi: Error 5: Access is denied.\n{section}"),
            2,
            "5",
            &[Failing],
        );
    }

    #[test]
    fn success_without_a_name_is_of_the_last_failure() {
        let log = "2024-01-01 10:00:00 ERROR download failed: 0x80072EE2\n2024-01-01 10:00:01 ERROR upload failed: 0x80072EE7\n2024-01-01 10:00:03 INFO retry succeeded\n";
        check_ahead(log, 2, "0x80072EE7", &[Recovered]);
        check_ahead(log, 1, "0x80072EE2", &[Failing]);
    }

    #[test]
    fn sections_that_end_well() {
        let section = |status: &str| {
            format!(
                ">>>  [Device Install - a.inf]\n!!!  dvi: Error 5: Access is denied.\n<<<  [Exit status: {status}]\n"
            )
        };
        check(LogFormat::SetupApi, &section("SUCCESS"), "5", &[Recovered]);
        check(LogFormat::SetupApi, &section("FAILURE(0x00000005)"), "5", &[Failing, Failing]);
        let two = ">>>  [Device Install - a.inf]\n!!!  dvi: Error 5: Access is denied.\n>>>  [Device Install - b.inf]\n<<<  [Exit status: SUCCESS]\n";
        check(LogFormat::SetupApi, two, "5", &[Failing]);
    }
}
