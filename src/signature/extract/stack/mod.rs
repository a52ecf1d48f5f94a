//! Stacks of exceptions and panics, with a fingerprint that stays the same from run to run.
//!
//! `stack:<class>/<fingerprint>` is what an exception and the way to it have in common wherever they
//! happen: the class of the *root cause* and its innermost frames, without line numbers, addresses,
//! arguments, generated names and the plumbing of threads, reflection and proxies. What wraps the
//! root cause is left out, so that one failure is one signature whoever caught it.
//!
//! Lines may bear the prefix of a log, be quoted, or be folded into one line with `\n` as in JSON.

mod frame;
mod go;
mod python;
mod rust;
mod text;

use std::ops::Range;

use super::{Scan, lex};
use crate::signature::SignatureKind as Kind;
use frame::Frame;
use text::{Block, Line};

/// Who looks when a trigger of a stack is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Stack {
    Python,
    Go,
    Rust,
}

/// Triggers by recognizer, lower case.
pub(super) const TRIGGERS: &[(Stack, &[&str])] = &[
    (Stack::Python, &["traceback (most recent call last)"]),
    (Stack::Go, &["panic: ", "fatal error: "]),
    (Stack::Rust, &["' panicked at ", "> panicked at ", ") panicked at "]),
];

/// Lets the recognizer of a trigger look at its place.
pub(super) fn recognize(scan: &mut Scan<'_>, recognizer: Stack, at: Range<usize>) {
    if at.start < scan.stack_end {
        return;
    }
    match recognizer {
        Stack::Python => python::traceback(scan, at),
        Stack::Go => go::panic(scan, at),
        Stack::Rust => rust::panic(scan, at),
    }
}

/// Frames that count: the innermost ones, where one failure differs from another. Further out stands
/// who called, and at the end the thread.
const FRAMES: usize = 8;
/// Lines of a message between a class and its first frame.
const MESSAGE_LINES: usize = 12;
/// Foreign lines between frames, which another thread wrote in between.
const FOREIGN_LINES: usize = 2;
/// Longest stack read, in bytes and lines.
const REACH: usize = 64 << 10;
const LINES: usize = 600;
/// How far the first frame may be from the class, in bytes.
const FIRST_FRAME: usize = 4000;

/// The frames of one exception, on their way to a fingerprint.
#[derive(Debug, Default)]
struct Frames {
    /// Distinct frames that count, innermost first.
    kept: Vec<String>,
    /// Frames of plumbing: they count where there is nothing else.
    plumbing: Vec<String>,
}

impl Frames {
    fn add(&mut self, frame: Frame) {
        let list = if frame.plumbing { &mut self.plumbing } else { &mut self.kept };
        if list.len() < FRAMES && !list.contains(&frame.function) {
            list.push(frame.function);
        }
    }

    fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.plumbing.is_empty()
    }

    /// The fingerprint of these frames under a class: 12 hexadecimal digits.
    fn fingerprint(&self, class: &str) -> String {
        let frames = if self.kept.is_empty() { &self.plumbing } else { &self.kept };
        fingerprint(std::iter::once(class).chain(frames.iter().map(String::as_str)))
    }
}

/// 48 bits of FNV-1a over the parts: no secret is kept here, and the same on every machine.
fn fingerprint<'p>(parts: impl Iterator<Item = &'p str>) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    // Folded, so that the upper bits count too.
    format!("{:012x}", (hash ^ (hash >> 48)) & 0xFFFF_FFFF_FFFF)
}

/// Proposes a stack at the class or words in `span`.
fn push(scan: &mut Scan<'_>, class: &str, fingerprint: &str, span: Range<usize>) {
    scan.push(Kind::Stack, format!("{class}/{fingerprint}"), span);
}

/// An exception whose frames are being read.
struct Section {
    class: String,
    span: Range<usize>,
    frames: Frames,
}

/// Whether the line that holds `at` is a frame.
pub(super) fn is_frame(scan: &Scan<'_>, at: usize) -> bool {
    let start = super::lines::start(scan.bytes, at);
    frame::at(text::rest(scan.text, start)).is_some()
}

/// Whether one of the next lines behind a place, as far as the first frame may be, is a frame.
fn frame_follows(scan: &Scan<'_>, end: usize, lines: usize) -> bool {
    let last = end.saturating_add(FIRST_FRAME);
    let reach = &scan.bytes[end..scan.bytes.len().min(last.saturating_add(frame::LONGEST))];
    frame::may_stand_in(reach)
        && Block::following(scan.text, end, REACH)
            .take(lines)
            .take_while(|line| line.start <= last)
            .any(|line| frame::at(line.text).is_some())
}

/// The stack behind an exception class at `at..end`, where one follows. Java, .NET, JavaScript, PHP and Ruby
/// print the innermost frame first and causes below (.NET: above) what they caused.
pub(super) fn behind_class(scan: &mut Scan<'_>, name: &str, at: usize, end: usize) {
    // Cheap refusal: most mentions of a class end their line and no frame follows soon.
    if at < scan.stack_end || !frame_follows(scan, end, LINES) {
        return;
    }
    let mut root = Section { class: name.to_owned(), span: at..end, frames: Frames::default() };
    // `Outer: text ---> Inner: text` on the head line: the last class is the root.
    let head = text::rest(scan.text, end);
    if let Some(inner) = text::last_inner(head) {
        let span = end + inner.start..end + inner.end;
        root = Section { class: scan.text[span.clone()].to_owned(), span, frames: Frames::default() };
    }
    let mut best: Option<Section> = None;
    let mut closed = false; // .NET: the root's own frames are over
    let mut skipping = false; // suppressed exceptions
    let mut waiting = 0;
    let mut last = end;
    for Line { start, text } in Block::following(scan.text, end, REACH).take(LINES) {
        if best.is_none() && root.frames.is_empty() && start > end + FIRST_FRAME {
            break;
        }
        if let Some(frame) = frame::at(text) {
            if !closed && !skipping {
                root.frames.add(frame);
            }
            waiting = 0;
            last = start + text.len();
            continue;
        }
        let said = text.trim();
        if text::is_inner_end(said) {
            closed = true;
            last = start + text.len();
            waiting = 0;
            continue;
        }
        if frame::is_filler(said) {
            continue;
        }
        if text::is_suppressed(said) {
            skipping = true;
            waiting = 0;
            continue;
        }
        if let Some(cause) = text::cause(text) {
            let span = start + cause.name.start..start + cause.name.end;
            let next = Section { class: scan.text[span.clone()].to_owned(), span, frames: Frames::default() };
            skipping = false;
            // Causes without a frame are only named: they are looked past like any other line.
            waiting = if best.is_none() && root.frames.is_empty() { waiting + 1 } else { 0 };
            if waiting > MESSAGE_LINES {
                break;
            }
            last = start + text.len();
            if cause.is_wrapper {
                // `Wrapped by:` follows its root cause: that is complete.
                closed = true;
            } else if !closed {
                let before = std::mem::replace(&mut root, next);
                if !before.frames.is_empty() {
                    best = Some(before);
                }
            }
            continue;
        }
        let begun = !root.frames.is_empty();
        if begun && (said.contains("Error: ") || said.contains("Exception: ")) {
            break; // the next exception
        }
        if let Some(class) = text::class_head(text) {
            if begun {
                break;
            }
            if best.is_none() {
                let span = start + class.start..start + class.end;
                root = Section { class: scan.text[span.clone()].to_owned(), span, frames: Frames::default() };
            }
        }
        waiting += 1;
        if waiting > if begun { FOREIGN_LINES } else { MESSAGE_LINES } {
            break;
        }
    }
    // A cause without frames of its own, as the last line of a chunk: what it caused counts.
    let section = if root.frames.is_empty() { best } else { Some(root) };
    if let Some(section) = section {
        scan.stack_end = scan.stack_end.max(last);
        let fingerprint = section.frames.fingerprint(&section.class);
        push(scan, &section.class, &fingerprint, section.span);
    }
}

/// `Error: Cannot find module 'x'` of JavaScript: a class that is too plain to count without its stack.
pub(super) fn behind_plain_error(scan: &mut Scan<'_>, at: usize, end: usize) {
    if at < scan.stack_end || !matches!(lex::byte(scan.bytes, end), b':' | b'\n' | b'\r' | b' ' | b'\\') {
        return;
    }
    if frame_follows(scan, end, 6) {
        let name = scan.text[at..end].to_owned();
        behind_class(scan, &name, at, end);
    }
}
