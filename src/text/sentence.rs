//! Sentences: the windows in which words are said together.
//!
//! Ends are 。！？； anywhere, `. ! ? ;` before a space, and the end of a line, unless the next line goes on with the
//! sentence (hard-wrapped mail). A line of a log is one sentence.

use std::ops::Range;

/// A line at least this wide (a Chinese character counts two) may have been wrapped: mail is wrapped at 60 to 80
/// columns.
const WRAPPED_COLUMNS: usize = 50;

/// Longest sentence in bytes: beyond it, words do not stand together any more (tables, encoded data).
const LONGEST: usize = 1500;

/// Spans of the sentences of a text, in order, without surrounding white space; empty ones are left out.
pub(crate) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut columns = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let next = chars.peek().map(|(_, c)| *c);
        columns += if c.is_ascii() { 1 } else { 2 };
        let ends = match c {
            '。' | '！' | '？' | '；' => true,
            '.' | '!' | '?' | ';' => next.is_none_or(|c| c.is_whitespace() || !c.is_ascii()),
            '\n' => {
                let wide = columns >= WRAPPED_COLUMNS;
                columns = 0;
                !(wide && goes_on(&text[start..at], &text[end..]))
            }
            _ => false,
        };
        if ends || end - start >= LONGEST {
            push(text, start..end, &mut found);
            start = end;
        }
    }
    push(text, start..text.len(), &mut found);
    found
}

fn push(text: &str, span: Range<usize>, found: &mut Vec<Range<usize>>) {
    let sentence = &text[span.clone()];
    let start = span.start + (sentence.len() - sentence.trim_start().len());
    let end = start + sentence.trim().len();
    if start < end {
        found.push(start..end);
    }
}

/// Whether the next line goes on with the sentence: it begins with a small letter or a Chinese character, without
/// indent.
fn goes_on(before: &str, after: &str) -> bool {
    let ended = before.trim_end().ends_with([':', '：', '.', '|', '-', '=']);
    let next = after.chars().next().is_some_and(|c| c.is_lowercase() || super::fold::is_han(c));
    !ended && next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = sentences(text).into_iter().map(|span| &text[span]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn sentence_ends_in_both_languages() {
        check("安装失败。重启后回滚！ It failed. Why?", &["安装失败。", "重启后回滚！", "It failed.", "Why?"]);
    }

    #[test]
    fn dots_in_names_do_not_end_sentences() {
        check("krnlmgr.sys 6.1.7601 nt!KeBugCheck failed", &["krnlmgr.sys 6.1.7601 nt!KeBugCheck failed"]);
    }

    #[test]
    fn lines_of_a_log_are_apart() {
        check("12:00 Info CBS a\r\n12:01 Error b\n", &["12:00 Info CBS a", "12:01 Error b"]);
        check("短\n行", &["短", "行"]);
    }

    #[test]
    fn wrapped_prose_goes_on() {
        let text = "After the last restart of the machine the update was\nrolled back.";
        check(text, &[text]);
    }

    #[test]
    fn endless_lines_are_cut() {
        assert!(sentences(&"蓝屏".repeat(10_000)).len() > 10);
    }
}
