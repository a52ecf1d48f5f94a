//! Where a log may be cut: before a line that begins a record, not within a stack or another record of several lines.

/// How far back a better place is looked for, in bytes: longer than any stack that a person reads.
const BACK: usize = 64 * 1024;

/// Heads of lines that go on with the record before though they are not indented.
const GO_ON: &[&str] = &[
    "at ",
    "Caused by",
    "Suppressed",
    "Traceback",
    "During handling",
    "The above exception",
    "goroutine ",
    "...",
    "---",
];

/// The place to cut at: the beginning of the last record in `text[..end]`, where `end` is the end of a line; so a
/// record that goes on behind `end` is not torn. `end` itself where no record begins near.
pub(super) fn record_start(text: &str, end: usize) -> usize {
    let bytes = text.as_bytes();
    let floor = end.saturating_sub(BACK);
    let mut line_end = end;
    while line_end > floor {
        let start = memchr::memrchr(b'\n', &bytes[..line_end - 1]).map_or(0, |at| at + 1);
        if start == 0 {
            return end;
        }
        let before = memchr::memrchr(b'\n', &bytes[..start - 1]).map_or(0, |at| at + 1);
        let line = &bytes[start..line_end];
        if begins_record(line) && (is_stamped(line) || !goes_on_from(&bytes[before..start])) {
            return start;
        }
        line_end = start;
    }
    end
}

/// Whether a line stands for itself: not indented, not blank, and no part of a stack by its first word.
fn begins_record(line: &[u8]) -> bool {
    !matches!(line.first(), None | Some(b' ' | b'\t' | b'\r' | b'\n' | b')' | b'}' | b']' | b'|'))
        && !GO_ON.iter().any(|head| line.starts_with(head.as_bytes()))
}

/// Whether a line begins as those with a time stamp do; a stack's lines do not.
fn is_stamped(line: &[u8]) -> bool {
    matches!(line.first(), Some(b'0'..=b'9' | b'[' | b'<'))
}

/// Whether the line behind may belong to this one: the last line of a Python traceback stands behind indented ones.
fn goes_on_from(line: &[u8]) -> bool {
    matches!(line.first(), Some(b' ' | b'\t')) || GO_ON.iter().any(|head| line.starts_with(head.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kept: &str, held: &str) {
        let text = format!("{kept}{held}");
        assert_eq!(record_start(&text, text.len()), kept.len(), "in: {text}");
    }

    #[test]
    fn the_last_record_is_held_back() {
        check("10:00 one\n", "10:01 two\n");
        check("10:00 one\r\n", "10:01 two\r\n");
    }

    #[test]
    fn a_stack_stays_with_its_head() {
        check("10:00 one\n", "10:01 java.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)\nCaused by: x\n\tat d\n");
        check(
            "10:00 one\n",
            "10:01 failed\nTraceback (most recent call last):\n  File \"a.py\", line 1\nValueError: x\n",
        );
    }

    #[test]
    fn text_without_records_is_cut_at_its_end() {
        let text = "    indented\n".repeat(20_000);
        assert_eq!(record_start(&text, text.len()), text.len());
        assert_eq!(record_start("one line\n", 9), 9);
    }
}
