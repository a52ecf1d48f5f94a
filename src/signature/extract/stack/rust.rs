//! Panics of Rust, in the form before and after 1.73, with or without a backtrace.

use std::ops::Range;

use super::{
    super::{Scan, lex, lines},
    Frames, LINES, REACH, fingerprint,
    frame::Frame,
    push,
    text::{self, Block, without_prefix},
};

/// Functions of the runtime, of panicking and of the thread.
const PLUMBING: &[&str] = &[
    "rust_begin_unwind",
    "core::panicking",
    "std::panicking",
    "std::panic",
    "core::option",
    "core::result",
    "std::sys",
    "std::rt",
    "__rust_",
    "core::ops::function",
    "std::thread",
    "std::backtrace",
    "backtrace::",
    "main",
    "_start",
    "__libc_start",
    "clone",
    "start_thread",
    "__GI_",
    "tokio::runtime",
    "_rust_",
    "alloc::boxed",
    "<alloc::boxed",
    "__clone",
    "BaseThreadInitThunk",
    "RtlUserThreadStart",
    "<core::panic",
    "core::panic",
];

/// A panic whose words ` panicked at ` end at `at.end`.
pub(super) fn panic(scan: &mut Scan<'_>, at: Range<usize>) {
    let head = lines::before(scan.text, at.start);
    let Some(thread) = head.rfind("thread ") else { return };
    let prefix = &head[..thread];
    let start = at.start - head.len() + thread;
    let rest = text::rest(scan.text, at.end);
    let (place, message) = if rest.starts_with('\'') {
        // Before 1.73: `panicked at 'message', src/main.rs:4:5`; the message may hold line ends.
        let whole = lines::slice(scan.text, at.end, at.end + 2000);
        let Some((message, place)) = whole[1..].split_once("', ") else { return };
        (place.split(['\n', '\r', '\\']).next().unwrap_or(place), message.to_owned())
    } else {
        let message =
            Block::following(scan.text, at.end, 4000).next().map_or("", |line| without_prefix(line.text, prefix));
        (rest.trim_end().trim_end_matches(':'), message.to_owned())
    };
    let Some(file) = source(place) else { return };
    let mut frames = Frames::default();
    let mut last = at.end;
    let mut inside = false;
    for (number, line) in Block::following(scan.text, at.end, REACH).take(LINES).enumerate() {
        let said = without_prefix(line.text, prefix).trim();
        if !inside {
            inside = said.starts_with("stack backtrace:");
            if number > 20 || !inside && number > 0 && said.contains(" panicked at ") {
                break;
            }
            continue;
        }
        if let Some(frame) = frame(said) {
            frames.add(frame);
        } else if !said.starts_with("at ") {
            break;
        }
        last = line.start + line.text.len();
    }
    scan.stack_end = scan.stack_end.max(last);
    let value = if frames.kept.is_empty() {
        // Without a backtrace the file and the words tell one panic from another.
        let words: String = message.chars().take(120).filter(|character| !character.is_ascii_digit()).collect();
        fingerprint([file.as_str(), words.trim()].into_iter())
    } else {
        frames.fingerprint("rust-panic")
    };
    let end = lex::back_while(scan.bytes, at.end, 2, |byte| byte == b' ');
    push(scan, "rust-panic", &value, start..end);
}

/// The source file of `src/main.rs:4:5` as any machine names it.
fn source(place: &str) -> Option<String> {
    let file = place.trim().split(".rs:").next().filter(|file| file.len() < place.trim().len())?;
    let file = file.replace('\\', "/");
    let short = file.rfind("src/").map_or_else(|| file.rsplit('/').next().unwrap_or(&file), |found| &file[found..]);
    (!short.is_empty() && !short.contains(' ')).then(|| short.to_owned())
}

/// `3: shop::orders::save::{{closure}}::h0123456789abcdef`
fn frame(line: &str) -> Option<Frame> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let name = line.get(digits..)?.strip_prefix(": ").filter(|_| digits > 0)?.trim();
    // An address before the name: `3: 0x55d0 - shop::save`.
    let name = name.strip_prefix("0x").and_then(|rest| rest.split_once(" - ")).map_or(name, |(_, name)| name);
    let name = match name.rfind("::h") {
        Some(found)
            if name[found + 3..].len() == 16 && name[found + 3..].bytes().all(|byte| byte.is_ascii_hexdigit()) =>
        {
            &name[..found]
        }
        _ => name,
    };
    let parts: Vec<&str> = name
        .split("::")
        .filter(|part| !part.starts_with("{{") && !part.starts_with("{closure") && !part.starts_with("{async"))
        .collect();
    let function = parts.join("::");
    let plumbing = PLUMBING.iter().any(|own| function == *own || own.len() > 5 && function.starts_with(own));
    (!function.is_empty()).then_some(Frame { function, plumbing })
}
