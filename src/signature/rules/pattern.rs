//! A rule's regex: read in a dialect that is fast and safe here, and the literals that every match of it holds.
//!
//! The dialect: `\d`, `\w`, `\s` and `\b` know ASCII only, so that a code between Chinese characters
//! begins a word; `(?u:…)` turns Unicode on where it is wanted. No look-around and no back-references: a
//! search is linear in what it reads.

use regex_automata::{meta, nfa::thompson::WhichCaptures};
use regex_syntax::{
    ParserBuilder,
    hir::{Class, Hir, HirKind},
};

use super::Begin;

/// Bytes of a pattern at most: the longest of the built-in ones has a fifth of it.
const LONGEST_PATTERN: usize = 2000;

/// Nesting of a pattern at most.
const NESTING: u32 = 40;

/// Compiled size allowed per rule: the built-in ones need a tenth of it.
const SIZE: usize = 512 << 10;

/// Memory for the states that one rule's search makes as it goes.
const SEARCH_MEMORY: usize = 128 << 10;

/// Bytes that a trigger needs at least: shorter ones are met everywhere.
pub(super) const SHORTEST_TRIGGER: usize = 3;

/// Bytes of a trigger that are looked for at most; the regex checks the rest.
const LONGEST_TRIGGER: usize = 32;

/// Triggers per rule at most.
const MOST_TRIGGERS: usize = 64;

/// Words that stand on every other line of some log: as a trigger they would run the regex all the time.
const COMMON: &[&str] = &[
    "error",
    "errors",
    "err",
    "fail",
    "failed",
    "failure",
    "info",
    "warn",
    "warning",
    "debug",
    "trace",
    "notice",
    "fatal",
    "the",
    "and",
    "for",
    "from",
    "with",
    "http",
    "https",
    "http/1.1",
    "com",
    "org",
    "www",
    "exception",
    "code",
    "message",
    "msg",
    "event",
    "status",
    "time",
    "date",
    "user",
    "name",
    "thread",
    "file",
    "line",
    "null",
    "true",
    "false",
    "0x0",
    "错误",
    "失败",
    "异常",
    "日志",
    "系统",
    "错误码",
    "錯誤",
    "失敗",
];

/// Reads a pattern.
///
/// # Errors
/// A message for the author.
pub(super) fn parse(pattern: &str) -> Result<Hir, String> {
    if pattern.len() > LONGEST_PATTERN {
        return Err(format!("the regex is longer than {LONGEST_PATTERN} bytes"));
    }
    let parser = ParserBuilder::new().unicode(false).utf8(false).nest_limit(NESTING).build().parse(pattern);
    let hir = parser.map_err(|error| {
        let (text, column) = match &error {
            regex_syntax::Error::Parse(error) => (error.kind().to_string(), error.span().start.column),
            regex_syntax::Error::Translate(error) => (error.kind().to_string(), error.span().start.column),
            other => (other.to_string(), 1),
        };
        format!("the regex is wrong at its character {column}: {text}")
    })?;
    if hir.properties().minimum_len() == Some(0) {
        return Err("the regex matches the empty text".to_string());
    }
    Ok(hir)
}

/// Compiles a pattern.
///
/// # Errors
/// When it becomes too large; a message for the author.
pub(super) fn compile(hir: &Hir) -> Result<meta::Regex, String> {
    let config = meta::Config::new()
        .utf8_empty(false)
        .which_captures(WhichCaptures::All)
        .nfa_size_limit(Some(SIZE))
        .onepass_size_limit(Some(SIZE))
        .hybrid_cache_capacity(SEARCH_MEMORY);
    let built = meta::Builder::new().configure(config).build_from_hir(hir);
    built.map_err(|_| format!("the regex is larger than {SIZE} bytes when compiled: shorten its repetitions"))
}

/// The names of a pattern's groups.
pub(super) fn groups(hir: &Hir) -> Vec<String> {
    let mut names = Vec::new();
    let mut open = vec![hir];
    while let Some(hir) = open.pop() {
        match hir.kind() {
            HirKind::Capture(capture) => {
                names.extend(capture.name.as_deref().map(str::to_owned));
                open.push(&capture.sub);
            }
            HirKind::Repetition(repetition) => open.push(&repetition.sub),
            HirKind::Concat(parts) | HirKind::Alternation(parts) => open.extend(parts),
            HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => {}
        }
    }
    names
}

/// The literals of which every match holds one, in lower case: those given, or else derived from the pattern.
///
/// # Errors
/// When there is none, or one that is too short or too common; a message for the author.
pub(super) fn triggers(hir: &Hir, given: &[String]) -> Result<(Vec<String>, Begin), String> {
    let lead = lead(hir);
    let somewhere = Begin::Somewhere(lead.first().copied());
    let (mut triggers, mut begin) = if given.is_empty() {
        let Some(found) = required(hir) else {
            return Err(
                "every match must hold a fixed text of 3 bytes or more that can be derived: write one into the regex, or give `triggers`".to_string()
            );
        };
        let mut texts = Vec::with_capacity(found.len());
        for bytes in found {
            let text =
                String::from_utf8(bytes).map_err(|_| "a fixed text of the regex is not UTF-8: give `triggers`")?;
            texts.push(text);
        }
        (texts, somewhere)
    } else {
        (given.iter().map(|text| text.to_ascii_lowercase()).collect(), somewhere)
    };
    for trigger in &mut triggers {
        trigger.truncate(trigger.floor_char_boundary(LONGEST_TRIGGER));
    }
    triggers.sort();
    triggers.dedup();
    if let [one] = &triggers[..]
        && let Some(at) = find(&lead, one.as_bytes())
    {
        begin = Begin::At(at);
    } else if let Some(leads) = leads(hir)
        && leads.iter().all(|lead| triggers.iter().any(|trigger| lead.starts_with(trigger.as_bytes())))
    {
        begin = Begin::At(0);
    }
    if triggers.len() > MOST_TRIGGERS {
        return Err(format!("the regex begins in more than {MOST_TRIGGERS} ways: give `triggers`"));
    }
    match triggers.iter().find_map(|trigger| refusal(trigger).map(|why| (trigger, why))) {
        Some((trigger, why)) => Err(format!(
            "`{trigger}` is what every match holds, and it is {why}: write more fixed text into the regex, or give `triggers`"
        )),
        None => Ok((triggers, begin)),
    }
}

/// Why a text cannot be a trigger.
fn refusal(trigger: &str) -> Option<&'static str> {
    let mut bare = trigger.trim().trim_end_matches([':', '=', ' ']);
    for (open, close) in [("[", "]"), ("(", ")"), ("<", ">")] {
        bare = bare.strip_prefix(open).and_then(|inside| inside.strip_suffix(close)).unwrap_or(bare);
    }
    let is_mark = |c: char| c.is_ascii_whitespace() || c.is_ascii_punctuation();
    if trigger.trim().len() < SHORTEST_TRIGGER {
        Some("shorter than 3 bytes")
    } else if COMMON.contains(&bare) || bare.chars().all(is_mark) && trigger.len() < 6 {
        Some("met on every other line of some logs")
    } else if bare.len() == trigger.len() && bare.bytes().all(|byte| byte.is_ascii_digit()) && bare.len() < 4 {
        Some("a short number")
    } else {
        None
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len().max(1)).position(|window| window == part)
}

/// The one text that a pattern stands for, in lower case; `None` where it stands for several.
fn exact(hir: &Hir) -> Option<Vec<u8>> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(literal.0.to_ascii_lowercase()),
        HirKind::Class(class) => one_letter(class).map(|byte| vec![byte]),
        HirKind::Capture(capture) => exact(&capture.sub),
        HirKind::Look(_) | HirKind::Empty => Some(Vec::new()),
        HirKind::Repetition(repetition) if repetition.max == Some(repetition.min) && repetition.min <= 16 => {
            Some(exact(&repetition.sub)?.repeat(repetition.min as usize))
        }
        HirKind::Concat(parts) => parts.iter().map(exact).collect::<Option<Vec<_>>>().map(|texts| texts.concat()),
        HirKind::Repetition(_) | HirKind::Alternation(_) => None,
    }
}

/// The letter whose both cases a class holds and nothing else.
fn one_letter(class: &Class) -> Option<u8> {
    let mut letters: Vec<u8> = Vec::new();
    let mut take = |start: u32, end: u32| {
        if end >= 128 || end - start > 1 {
            return false;
        }
        letters.extend((start..=end).filter_map(|value| u8::try_from(value).ok()));
        true
    };
    let fits = match class {
        Class::Bytes(class) => class.iter().all(|range| take(range.start().into(), range.end().into())),
        Class::Unicode(class) => class.iter().all(|range| take(range.start().into(), range.end().into())),
    };
    let first = letters.first()?.to_ascii_lowercase();
    (fits && letters.len() <= 2 && letters.iter().all(|letter| letter.to_ascii_lowercase() == first)).then_some(first)
}

/// The text with which every match begins, in lower case; may be empty.
fn lead(hir: &Hir) -> Vec<u8> {
    if let Some(text) = exact(hir) {
        return text;
    }
    match hir.kind() {
        HirKind::Capture(capture) => lead(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => lead(&repetition.sub),
        HirKind::Concat(parts) => {
            let mut text = Vec::new();
            for part in parts {
                match exact(part) {
                    Some(more) => text.extend(more),
                    None => {
                        text.extend(lead(part));
                        break;
                    }
                }
            }
            text
        }
        HirKind::Alternation(parts) => {
            let leads: Vec<Vec<u8>> = parts.iter().map(lead).collect();
            let Some(first) = leads.first() else { return Vec::new() };
            let shared = |length: usize| leads.iter().all(|other| other.get(..length) == first.get(..length));
            let length = (0..=first.len()).rev().find(|&length| shared(length)).unwrap_or(0);
            first[..length].to_vec()
        }
        _ => Vec::new(),
    }
}

/// The texts with one of which every match begins, where a pattern begins with alternatives.
fn leads(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    match hir.kind() {
        HirKind::Capture(capture) => leads(&capture.sub),
        HirKind::Alternation(parts) => {
            let found: Vec<Vec<u8>> = parts.iter().map(lead).collect();
            (!found.iter().any(Vec::is_empty)).then_some(found)
        }
        HirKind::Concat(parts) => {
            let mut before = Vec::new();
            for part in parts {
                match exact(part) {
                    Some(text) => before.extend(text),
                    None => {
                        let found = leads(part)?;
                        return Some(found.into_iter().map(|text| [&before[..], &text].concat()).collect());
                    }
                }
            }
            Some(vec![before])
        }
        _ => None,
    }
}

/// A set of texts of which every match holds one, in lower case: the set whose shortest text is longest.
fn required(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    if let Some(text) = exact(hir) {
        return (!text.is_empty()).then(|| vec![text]);
    }
    match hir.kind() {
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Alternation(parts) => {
            let sets: Option<Vec<_>> = parts.iter().map(required).collect();
            sets.map(|sets| sets.concat())
        }
        HirKind::Concat(parts) => {
            let mut sets: Vec<Vec<Vec<u8>>> = Vec::new();
            let mut run = Vec::new();
            for part in parts {
                match exact(part) {
                    Some(text) => run.extend(text),
                    None => {
                        // What an alternative begins with goes on from the text before it.
                        sets.extend(required(part).map(|set| joined(&run, part, set)));
                        run.extend(lead(part));
                        sets.push(vec![std::mem::take(&mut run)]);
                    }
                }
            }
            sets.push(vec![run]);
            sets.retain(|set| set.iter().all(|text| !text.is_empty()));
            sets.into_iter().max_by_key(|set| {
                let usable = set.len() <= MOST_TRIGGERS
                    && set.iter().all(|text| refusal(&String::from_utf8_lossy(text)).is_none());
                (usable, set.iter().map(Vec::len).min(), std::cmp::Reverse(set.len()))
            })
        }
        _ => None,
    }
}

/// The set of an alternation of plain texts with the text that stands before it.
fn joined(before: &[u8], part: &Hir, set: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let mut inner = part;
    while let HirKind::Capture(capture) = inner.kind() {
        inner = &capture.sub;
    }
    match inner.kind() {
        HirKind::Alternation(parts) if parts.iter().all(|part| exact(part).is_some()) => {
            set.into_iter().map(|text| [before, &text].concat()).collect()
        }
        _ => set,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, expected: &[&str]) {
        let hir = parse(pattern).expect("the pattern is right");
        let (found, _) = triggers(&hir, &[]).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        assert_eq!(found, expected, "of {pattern}");
    }

    #[test]
    fn triggers_are_what_every_match_holds() {
        check(r"\bvob\.[a-z.]+", &["vob."]);
        check(r"(?i)Message no\. ([A-Z0-9]+)", &["message no. "]);
        check(r"(?:esx\.problem|esx\.audit)\.\w+", &["esx.audit", "esx.problem"]);
        check(r"TIME_OUT|DBIF_\w+", &["dbif_", "time_out"]);
        check(r"\d+ of VSSControl: (-\d+)", &[" of vsscontrol: -"]);
        check(r"Error (?:1110|1030)", &["error 1030", "error 1110"]);
        check(r"错误代码：(\d+)", &["错误代码："]);
        check(r"(?:abc){2}x?", &["abcabc"]);
    }

    #[track_caller]
    fn refused(pattern: &str, why: &str) {
        let error = parse(pattern).and_then(|hir| triggers(&hir, &[])).expect_err(pattern);
        assert!(error.contains(why), "{pattern}: {error}");
    }

    #[test]
    fn patterns_without_a_good_trigger_are_refused() {
        refused(r"[A-Z]+\d+", "fixed text");
        refused(r"ab\d+", "shorter than 3");
        refused(r"error \d+", "every other line");
        refused(r"(?:billing|\d+)", "fixed text");
        refused(r"错误\d", "every other line");
        refused(r"abc(?:", "wrong at its character");
        refused(r"(?:abc)?", "empty text");
        refused(r"(?=abc)", "wrong at its character");
        refused(&"a".repeat(LONGEST_PATTERN + 1), "longer than");
        refused(&"(".repeat(200), "wrong");
    }

    #[test]
    fn what_becomes_too_large_is_refused() {
        let hir = parse(r"abc(?u:\w{200}){200}").expect("the pattern is right");
        assert!(compile(&hir).is_err());
    }

    #[test]
    fn the_place_of_the_beginning_is_known_where_it_can_be() {
        let begin = |pattern: &str| triggers(&parse(pattern).expect("right"), &[]).expect("right").1;
        assert_eq!(begin(r"\bvob\.[a-z]+"), Begin::At(0));
        assert_eq!(begin(r"(?i)\[vob\.[a-z]+"), Begin::At(0));
        assert_eq!(begin(r"%[A-Z]+-FATAL-X"), Begin::Somewhere(Some(b'%')));
        assert_eq!(begin(r"[a-z]+-FATAL-X"), Begin::Somewhere(None));
        assert_eq!(begin(r"\b(?:vim\.fault|vmodl)\.\w+"), Begin::At(0));
        assert_eq!(begin(r"x?(?:vim\.fault|vmodl)\.\w+"), Begin::Somewhere(None));
    }
}
