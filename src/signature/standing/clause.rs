//! The clause around a sighting: what its words say of it, and what the rest of the line says.

use std::ops::Range;

use super::words::Sense;

/// What the words of the clause around a sighting say.
#[derive(Debug, Default)]
pub(super) struct Clause {
    pub(super) fails: bool,
    pub(super) fails_after: bool,
    pub(super) well: bool,
    pub(super) result: bool,
    /// A result field stands just before the sighting.
    pub(super) result_before: bool,
    pub(super) named_before: bool,
    pub(super) doing_before: bool,
    pub(super) exit_failure: bool,
    /// Outside of the clause the line says that something failed, that nothing did.
    pub(super) fails_elsewhere: bool,
    pub(super) well_elsewhere: bool,
    /// Of the whole line: something was tried again, and what the line says last of a failure, of a success.
    pub(super) retried: bool,
    pub(super) last_failure: Option<usize>,
    pub(super) last_success: Option<usize>,
}

impl Clause {
    /// The next clause of the same line.
    fn next(self) -> Self {
        Clause {
            fails_elsewhere: self.fails || self.fails_elsewhere,
            well_elsewhere: self.well || self.well_elsewhere,
            retried: self.retried,
            last_failure: self.last_failure,
            last_success: self.last_success,
            ..Clause::default()
        }
    }
}

impl Clause {
    /// `attempt 1 failed (10060), attempt 2 succeeded`: tried again, and what comes last is the success.
    pub(super) fn recovers(&self) -> bool {
        self.retried && self.last_failure.is_some() && self.last_success > self.last_failure
    }

    pub(super) fn around(line: &str, span: Range<usize>, words: impl Iterator<Item = (Sense, Range<usize>)>) -> Self {
        let mut clause = Clause::default();
        let mut closed = false;
        for (sense, at) in words {
            // `returning 1` and `got 0x` reach into the code and stand before it all the same.
            let inside = span.start <= at.start && at.start < span.end;
            let before = at.start < span.start;
            clause.hear(sense, line, &at, inside);
            match sense {
                // A dot inside the sighting (`cpu.inf`) ends nothing.
                Sense::Break if before => clause = clause.next(),
                Sense::Break if !inside => closed = true,
                Sense::Break | Sense::Retry => {}
                Sense::Fails if closed && (negated(line, at.start) || counts_nothing(line, at.end)) => {
                    clause.well_elsewhere = true
                }
                Sense::Fails if closed => clause.fails_elsewhere = true,
                Sense::Well if closed => clause.well_elsewhere = true,
                _ if closed => {}
                // The name itself (`ERROR_ACCESS_DENIED`, `FooException`) tells nothing of the line.
                _ if inside => {}
                // The head of an identifier is no word: `ErrorControl=1` stands in every healthy driver installation.
                Sense::Fails if is_identifier_head(line, at.end) => {}
                Sense::Fails if negated(line, at.start) || counts_nothing(line, at.end) => clause.well = true,
                Sense::Fails => {
                    clause.fails = true;
                    clause.fails_after |= !before;
                    clause.exit_failure |= line[at.clone()].eq_ignore_ascii_case("exit status: failure");
                    clause.named_before = clause.named_before && before;
                }
                // `has not succeeded`, `未能成功`
                Sense::Well if negated(line, at.start) || not_reached(line, at.start) => {
                    clause.fails = true;
                    clause.fails_after |= !before;
                }
                Sense::Well => {
                    clause.well = true;
                    // `失败后重试成功`: what comes last counts.
                    clause.fails = clause.fails && !before;
                }
                Sense::Result => {
                    clause.result = true;
                    clause.exit_failure |= line[at.clone()].eq_ignore_ascii_case("exit status: failure");
                    clause.result_before |= before && span.start.saturating_sub(at.end) <= 16;
                }
                Sense::Named => clause.named_before |= before,
                Sense::Doing => clause.doing_before |= before,
            }
        }
        clause
    }
}

impl Clause {
    /// Notes what decides over the whole line.
    fn hear(&mut self, sense: Sense, line: &str, at: &Range<usize>, inside: bool) {
        match sense {
            Sense::Retry => self.retried = true,
            Sense::Fails
                if !inside
                    && !is_identifier_head(line, at.end)
                    && !counts_nothing(line, at.end)
                    && !negated(line, at.start) =>
            {
                self.last_failure = Some(at.start);
            }
            // Only what ended well: `will retry` and `ignored` are no success.
            Sense::Well
                if !inside
                    && !negated(line, at.start)
                    && !not_reached(line, at.start)
                    && is_success(&line[at.clone()]) =>
            {
                self.last_success = Some(at.start);
            }
            _ => {}
        }
    }
}

/// Whether a word of going well tells of a success reached.
fn is_success(word: &str) -> bool {
    ["succe", "成功", "works now", "resolved", "恢复", "恢復", "recovered"]
        .iter()
        .any(|success| word.as_bytes().get(..success.len()).is_some_and(|head| same_word(head, success)))
}

/// `errors: 0`, `failed=0`, `失败 0 个`: a counter at nothing behind a word of failure. The rest of the word is passed
/// over (`error` in `errors_total`), then marks and blanks.
pub(super) fn counts_nothing(line: &str, end: usize) -> bool {
    let rest = line.get(end..line.ceil_char_boundary((end + 32).min(line.len()))).unwrap_or_default();
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '_');
    let rest = rest.strip_prefix("数").or_else(|| rest.strip_prefix("數")).unwrap_or(rest);
    let marks = rest.len() - rest.trim_start_matches([' ', ':', '=', '：', '"']).len();
    let after = &rest[marks..];
    marks > 0
        && (after
            .strip_prefix('0')
            .is_some_and(|next| !next.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '.'))
            || starts_with_word(after, "none")
            || starts_with_word(after, "null")
            || after.starts_with("无"))
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
        && !text[word.len()..].starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Whether an identifier in camel case goes on where a word ends.
#[inline]
pub(super) fn is_identifier_head(line: &str, end: usize) -> bool {
    let bytes = line.as_bytes();
    let lower_before = end > 0 && bytes[end - 1].is_ascii_lowercase();
    if lower_before && bytes.get(end).is_some_and(u8::is_ascii_uppercase) {
        return true;
    }
    // `ERRORLOG`, `error.log`, `error_log`: a file's name.
    let after = bytes.get(end..).unwrap_or_default();
    let after = after.strip_prefix(b".").or(after.strip_prefix(b"_")).or(after.strip_prefix(b"-")).unwrap_or(after);
    after.get(..3).is_some_and(|word| word.eq_ignore_ascii_case(b"log"))
}

/// `no error`, `没有错误`: a word of denial just before.
pub(super) fn negated(line: &str, at: usize) -> bool {
    let before = line.get(line.ceil_char_boundary(at.saturating_sub(14))..at).unwrap_or_default().trim_end().as_bytes();
    [
        "no",
        "not",
        "without",
        "0",
        "没有",
        "沒有",
        "无",
        "無",
        "未",
        "不会",
        "不再",
        "未发现",
        "未發現",
        "未检测到",
        "没发现",
        "未见",
    ]
    .iter()
    .any(|word| {
        let begin = before.len().checked_sub(word.len());
        begin.is_some_and(|begin| {
            same_word(&before[begin..], word)
                && (!word.is_ascii() || !before[..begin].last().is_some_and(u8::is_ascii_alphanumeric))
        })
    })
}

/// `did not complete successfully`, 无法正常启动: whether a few words before a word of going well say that it was not reached.
fn not_reached(line: &str, at: usize) -> bool {
    /// Words between.
    const MOST: usize = 3;
    let before = line.get(line.ceil_char_boundary(at.saturating_sub(40))..at).unwrap_or_default();
    let near = before.trim_end();
    if ["无法", "無法", "不能", "不", "没法", "沒法", "未能", "没能", "没有"].iter().any(|word| near.ends_with(word))
    {
        return true;
    }
    let before = before.to_ascii_lowercase();
    let denied = [" not ", "n't ", "cannot ", "unable to ", "failed to ", "never "]
        .iter()
        .filter_map(|word| before.rfind(word).map(|start| start + word.len()))
        .max();
    denied.is_some_and(|end| {
        let between = &before[end..];
        !between.contains([',', ';', '.', ':', '，', '。', '；']) && between.split_whitespace().count() <= MOST
            // `failed to start but recovered successfully`, `was not signed and installed successfully`
            && !between.split_whitespace().any(|word| matches!(word, "and" | "but" | "then" | "or" | "yet"))
    })
}

/// Whether bytes are a word in lower case, but for case.
#[inline]
fn same_word(bytes: &[u8], word: &str) -> bool {
    // The last byte decides nearly always; comparing costs a call.
    let differs = |byte: &u8, last: &u8| (byte ^ last) & !0x20 != 0;
    !bytes.last().zip(word.as_bytes().last()).is_some_and(|(byte, last)| differs(byte, last))
        && bytes.eq_ignore_ascii_case(word.as_bytes())
}
