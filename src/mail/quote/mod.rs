//! A message body told apart: new text, quoted text, forwarded text, signature block, disclaimer.
//!
//! The rule above all rules: to lose new text is worse than to show quoted text. So every non-blank line of
//! the body is in exactly one block, and a line is new unless something says that it is not. Where a line
//! is history to the end, `intro` finds its beginning; `tail` finds signatures and notices in what is left.

mod answered;
mod header_block;
mod intro;
mod tail;

use regex::Regex;

use super::{Block, BlockKind};
use intro::Intro;

/// Letters of all scripts, and digits of those that are written. The classes of Unicode have hundreds of ranges, of which each
/// place in a pattern is built anew, and that took most of the time of a command that reads one mail; these hold some signs more.
const LETTER: &str = r"[A-Za-z\u{AA}\u{B5}\u{BA}\u{C0}-\u{1FFF}\u{2C00}-\u{2FFF}\u{3041}-\u{FEFE}\u{FF21}-\u{FF3A}\u{FF41}-\u{FF5A}\u{10000}-\u{10FFFF}]";
const WORD: &str = r"[0-9A-Z_a-z\u{AA}\u{B5}\u{BA}\u{C0}-\u{1FFF}\u{2C00}-\u{2FFF}\u{3041}-\u{FEFE}\u{FF10}-\u{FF19}\u{FF21}-\u{FF3A}\u{FF41}-\u{FF5A}\u{10000}-\u{10FFFF}]";
const DIGIT: &str = r"[0-9\u{660}-\u{669}\u{6F0}-\u{6F9}\u{966}-\u{96F}\u{FF10}-\u{FF19}]";

/// A pattern in which `\w`, `\p{L}` and `\d` are [`WORD`], [`LETTER`] and [`DIGIT`]. Where case does not count, the first two stand
/// in `(?-i:…)`: else a million characters would be looked up one by one for another case, though both are in the class.
fn regex(pattern: &str) -> Regex {
    let pattern = pattern.replace(r"\p{L}", LETTER).replace(r"\w", WORD).replace(r"\d", DIGIT);
    Regex::new(&pattern).expect("a fixed pattern, compiled by the tests")
}

/// Characters of a line that the rules look at: longer lines are text, whatever they begin with.
const MAX_LOOK: usize = 600;
/// Lines that are told apart; of a longer body the rest goes with the last block.
const MAX_LINES: usize = 200_000;

/// What is known of a message before its body is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    /// Its subject or fields say that it answers another.
    Reply,
    /// Its subject says that it passes another on.
    Forward,
    /// Nothing says.
    Unknown,
}

/// Tells the lines of a decoded body apart, in order.
pub(super) fn split(body: &str, context: &Context) -> Vec<Block> {
    let lines: Vec<&str> = body.split('\n').map(|line| line.trim_end_matches('\r')).collect();
    let looked = &lines[..lines.len().min(MAX_LINES)];
    let mut kinds = classify(looked, *context);
    let last = kinds.last().copied().unwrap_or(BlockKind::New);
    kinds.resize(lines.len(), last);
    gather(&lines, &kinds)
}

/// The part of a line that rules look at; empty for a line that is too long to be anything but text.
fn look(line: &str) -> &str {
    if line.len() > MAX_LOOK { "" } else { line.trim_matches(['\u{feff}', '\u{200b}', '\u{200e}', '\u{200f}']) }
}

fn classify(lines: &[&str], context: Context) -> Vec<BlockKind> {
    let fenced = fences(lines);
    let mut kinds = vec![BlockKind::New; lines.len()];
    let marked = quote_marks(lines, context, &fenced);
    for (kind, marked) in kinds.iter_mut().zip(&marked) {
        if *marked {
            *kind = BlockKind::Quoted;
        }
    }
    let mut end = lines.len();
    let mut at = 0;
    while at < lines.len() {
        if fenced[at] || marked[at] {
            at += 1;
            continue;
        }
        match intro::at(lines, at, &marked) {
            Some(Intro::Attribution { length }) => {
                let below = next_full(lines, at + length);
                kinds[at..at + length].fill(BlockKind::Quoted);
                if below.is_some_and(|below| !marked[below]) {
                    end = at;
                    break;
                }
                at += length;
            }
            Some(Intro::History) => {
                end = at;
                break;
            }
            Some(Intro::Forward) => {
                end = at;
                kinds[at..].fill(BlockKind::Forwarded);
                break;
            }
            None => at += 1,
        }
    }
    if end < lines.len() && kinds[end] != BlockKind::Forwarded {
        let own = (0..end).any(|at| kinds[at] == BlockKind::New && !lines[at].trim().is_empty());
        let passed_on = context == Context::Forward || (!own && context == Context::Unknown);
        kinds[end..].fill(if passed_on { BlockKind::Forwarded } else { BlockKind::Quoted });
    } else if context == Context::Forward {
        passed_on_in_marks(lines, &mut kinds);
    }
    let mut begin = 0;
    while begin < end {
        let run = kinds[begin..end].iter().take_while(|kind| **kind == BlockKind::New).count();
        if run == 0 {
            begin += 1;
            continue;
        }
        // Answers between quotes have no signature; the last run has, and one before a whole quoted mail.
        let is_last = next_new(lines, &kinds, begin + run, end).is_none();
        tail::mark(&lines[begin..begin + run], &fenced[begin..begin + run], is_last, &mut kinds[begin..begin + run]);
        begin += run;
    }
    kinds
}

/// A forward whose text has `>` before it: without own text below, all marked lines are passed on.
fn passed_on_in_marks(lines: &[&str], kinds: &mut [BlockKind]) {
    let Some(first) = kinds.iter().position(|kind| *kind == BlockKind::Quoted) else { return };
    let mixed = (first..lines.len()).any(|at| kinds[at] == BlockKind::New && !lines[at].trim().is_empty());
    if !mixed {
        for kind in kinds.iter_mut().filter(|kind| **kind == BlockKind::Quoted) {
            *kind = BlockKind::Forwarded;
        }
    }
}

fn next_full(lines: &[&str], from: usize) -> Option<usize> {
    (from..lines.len()).find(|at| !lines[*at].trim().is_empty())
}

fn next_new(lines: &[&str], kinds: &[BlockKind], from: usize, end: usize) -> Option<usize> {
    (from..end).find(|at| kinds[*at] == BlockKind::New && !lines[*at].trim().is_empty())
}

/// Lines inside of ``` fences: pasted code or logs, where no rule applies. An open fence is no fence.
fn fences(lines: &[&str]) -> Vec<bool> {
    let mut inside = vec![false; lines.len()];
    let mut open = None;
    for (at, line) in lines.iter().enumerate() {
        if line.trim_start().starts_with("```") {
            match open.take() {
                Some(begin) => inside[begin..=at].fill(true),
                None => open = Some(at),
            }
        }
    }
    inside
}

/// Which lines are quoted by `>` before them.
fn quote_marks(lines: &[&str], context: Context, fenced: &[bool]) -> Vec<bool> {
    let mut marked: Vec<bool> = lines.iter().zip(fenced).map(|(line, fenced)| !fenced && is_marked(line)).collect();
    // Sections of setupapi logs run from `>>>` to `<<<`; the lines between have their own marks.
    for (at, line) in lines.iter().enumerate() {
        if is_log_mark(line) {
            marked[at] = false;
        }
    }
    if context == Context::Unknown {
        unmark_prompts(lines, &mut marked);
    }
    // A line of a quote that was broken by the sender's program: it stands between marked lines without a
    // blank line, and the line before is as long as programs make them and ends in the middle of a sentence.
    // Where that has been seen once in a quote, the program does it, and shorter lines count too.
    let mut seen = false;
    for at in 1..lines.len().saturating_sub(1) {
        if !marked[at] && marked[at - 1] && marked[at + 1] && is_broken_end(lines[at - 1], lines[at], seen) {
            marked[at] = true;
            seen = true;
        }
    }
    marked
}

fn is_marked(line: &str) -> bool {
    let text = line.trim_start_matches([' ', '\u{a0}', '\u{feff}']);
    // More blanks than a program puts there: drawings and code.
    line.len() - text.len() <= 4 && text.starts_with('>') && !is_log_mark(text)
}

/// `>>>  [Device Install …]`, `>>>  Section start …`: setupapi, with two blanks and no deeper quote.
fn is_log_mark(line: &str) -> bool {
    let Some(rest) = line.strip_prefix(">>>") else { return false };
    let text = rest.trim_start();
    rest.len() - text.len() >= 2 && (text.starts_with('[') || text.starts_with("Section "))
}

/// Without any sign of a reply, a few `>` lines that nobody announces or answers are prompts and redirections.
fn unmark_prompts(lines: &[&str], marked: &mut [bool]) {
    let inline = answered::says_so(lines, marked);
    let mut at = 0;
    while at < lines.len() {
        let run = marked[at..].iter().take_while(|marked| **marked).count();
        let before = lines[..at].iter().rev().find(|line| !line.trim().is_empty());
        let announced = before.is_some_and(|line| intro::ends_like_attribution(look(line)))
            || lines[at..at + run].iter().any(|line| intro::ends_like_attribution(look(line)));
        if run > 0 && run <= 2 && !announced && !answered::is_quote(lines, at..at + run, marked, inline) {
            marked[at..at + run].fill(false);
        }
        at += run.max(1);
    }
}

fn is_broken_end(before: &str, line: &str, seen: bool) -> bool {
    let before = before.trim_end();
    let ends_open = before.ends_with(|c: char| c.is_alphanumeric() || c == ',');
    // Programs break lines at 72 to 78 characters, counted with the word that did not fit.
    let length = before.chars().count();
    let fits = if seen { (60..=80).contains(&length) } else { (70..=80).contains(&length) && ends_open };
    fits && line.starts_with(|c: char| c.is_lowercase()) && line.chars().count() < 60
}

/// Blocks of equal kind; blank lines go with the block before them, and stay out at the ends of blocks.
fn gather(lines: &[&str], kinds: &[BlockKind]) -> Vec<Block> {
    let mut blocks: Vec<(BlockKind, usize, usize)> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        match blocks.last_mut() {
            Some((kind, _, end)) if *kind == kinds[at] => *end = at + 1,
            _ => blocks.push((kinds[at], at, at + 1)),
        }
    }
    blocks
        .into_iter()
        .map(|(kind, begin, end)| Block { kind, text: lines[begin..end].join("\n"), first_line: begin as u64 + 1 })
        .collect()
}

#[cfg(test)]
mod tests;
