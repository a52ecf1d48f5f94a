//! Panics and fatal errors of Go: the goroutine that ran, with its functions.

use std::ops::Range;

use super::{
    super::{Scan, lines},
    Frames, LINES, REACH, fingerprint,
    frame::Frame,
    push,
    text::{self, Block, without_prefix},
};

/// Lines between the words of a panic and its goroutine: the signal, nested panics, a blank line.
const HEAD_LINES: usize = 14;

/// A panic whose word stands at `at`.
pub(super) fn panic(scan: &mut Scan<'_>, at: Range<usize>) {
    let prefix = lines::before(scan.text, at.start);
    let mut frames = Frames::default();
    let mut last = at.end;
    let mut inside = false;
    let mut before = 0;
    let mut pending: Option<&str> = None;
    for line in Block::following(scan.text, at.end, REACH).take(LINES) {
        let said = without_prefix(line.text, prefix).trim_end_matches('"');
        let end = line.start + line.text.len();
        if !inside {
            before += 1;
            inside = said.trim_start().starts_with("goroutine ") && said.contains('[');
            if inside {
                last = end;
            } else if before > HEAD_LINES {
                return;
            }
            continue;
        }
        let trimmed = said.trim();
        if trimmed.is_empty() {
            if frames.is_empty() {
                continue;
            }
            break;
        }
        if is_place(trimmed) {
            if let Some(function) = pending.take() {
                frames.add(frame(function));
            }
        } else if trimmed.starts_with("created by ") || trimmed.starts_with("goroutine ") {
            break;
        } else {
            pending = Some(trimmed);
        }
        last = end;
    }
    if frames.is_empty() {
        return;
    }
    scan.stack_end = scan.stack_end.max(last);
    let class = if scan.bytes[at.start].eq_ignore_ascii_case(&b'p') { "go-panic" } else { "go-fatal" };
    // What the runtime itself says is part of what happened: `index out of range [5] with length 3`, numbers apart.
    let words = text::rest(scan.text, at.end);
    let own = words.starts_with("runtime error") || class == "go-fatal";
    let words: String = words
        .split(" [recovered")
        .next()
        .unwrap_or(words)
        .chars()
        .filter(|character| own && !character.is_ascii_digit())
        .collect();
    let value = fingerprint([words.trim(), &frames.fingerprint(class)].into_iter());
    push(scan, class, &value, at.start..at.end - 2);
}

/// `/srv/app/main.go:12 +0x1d`, `.../x.s:1594`
fn is_place(line: &str) -> bool {
    let line = line.trim_start_matches("\\t");
    let place = line.split(' ').next().unwrap_or(line);
    place.rsplit_once(':').is_some_and(|(file, number)| {
        (file.ends_with(".go") || file.ends_with(".s") || file.contains("_cgo_gotypes"))
            && number.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
    })
}

/// `example.com/shop/orders.(*Store).Save.func1(0xc000012, {0x1, 0x2})`
fn frame(line: &str) -> Frame {
    // Arguments are in the last pair of brackets that opens behind a word.
    let name = match line.rfind('(') {
        Some(open) if line.ends_with(')') && open > 0 => {
            // `f({0x1, (0x2)})`: back to the bracket that opens all arguments.
            let first = line.find('(').unwrap_or(open);
            let receiver = line[first..].starts_with("(*") || line[..first].ends_with('.');
            if receiver {
                line[first + 1..].find('(').map_or(line, |second| &line[..first + 1 + second])
            } else {
                &line[..first]
            }
        }
        _ => line,
    };
    let name = name.split("[...]").next().map_or(name, |head| if head.len() < name.len() { head } else { name });
    let mut parts: Vec<&str> = name.split('.').collect();
    // Closures are numbered: `Save.func1`, `Save.func1.2`, `Save.gowrap1`.
    while parts.len() > 1
        && parts.last().is_some_and(|part| {
            let stem = part.trim_end_matches(|character: char| character.is_ascii_digit());
            matches!(stem, "func" | "" | "gowrap" | "deferwrap") && stem.len() < part.len()
        })
    {
        parts.pop();
    }
    let function = parts.join(".");
    let plumbing = function.starts_with("runtime.")
        || function == "panic"
        || function.starts_with("testing.")
        || function.starts_with("runtime/");
    Frame { function, plumbing }
}
