//! What stands before a number and says what it is.
//!
//! `error 5`, `hr = 8024000C`, `Stop code: 0x7B`, `flags: 0x2`: the words just before a number decide
//! whether it is a code at all and of which kind. Only the nearest label counts.

use std::sync::LazyLock;

use super::{label_words::LABELS, lex};

/// What the nearest words say that a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// Nothing known.
    None,
    /// An error number of no said kind: `error`, `错误代码`.
    Error,
    /// Surely a Windows system error: `WinError`, `GetLastError`, `System error`.
    Win32,
    /// Something that failed gave it: `failed with`, `code=`.
    Weak,
    /// `HRESULT`, `hr`.
    Hresult,
    /// `NTSTATUS`, `Exception code`.
    Ntstatus,
    /// What a process or function gave back: `exit code`, `returned`.
    Returned,
    /// `Stop code`, `BugCheck`.
    Stop,
    /// `Failure Code` and `Result Code` of the security log.
    Audit,
    /// `errno`.
    Errno,
    /// A parameter of a stop code: an address, a flag, or a status code.
    Parameter,
    /// No code: an address, flags, an id, a parameter.
    Other,
}

/// The labels by their last byte: a number is looked at often, and most words before one are no label.
static BY_LAST_BYTE: LazyLock<[Vec<(&'static str, Label)>; 256]> = LazyLock::new(|| {
    let mut table = std::array::from_fn(|_| Vec::new());
    for &(word, label) in LABELS {
        if let Some(&last) = word.as_bytes().last() {
            table[usize::from(last)].push((word, label));
        }
    }
    table
});

/// Words and marks that may stand between a label and its number.
const BETWEEN: &[&str] = &[
    " is", " was", " of", " the", " a", "为", "是", "如", "即", "号", "有", "显示", "提示", "“", "”", "‘", "’", "「",
    "」", "『", "』", "【", "】", "《", "》", "為", "→", "•",
];

/// By their last byte: before most numbers none of them stands.
static ENDS_BETWEEN: [bool; 256] = {
    let mut ends = [false; 256];
    let mut place = 0;
    while place < BETWEEN.len() {
        if let Some(&last) = BETWEEN[place].as_bytes().last() {
            ends[last as usize] = true;
            ends[last.to_ascii_uppercase() as usize] = true;
        }
        place += 1;
    }
    ends
};

/// The label of the number that begins at `at`. Looks back over at most 24 bytes of separators; over
/// a line end only where the line before ends in a colon.
pub(super) fn before(bytes: &[u8], at: usize) -> Label {
    let end = label_end(bytes, at);
    if end == 0 {
        return Label::None;
    }
    // `max-error = 10` is an option.
    let mut best: Option<(usize, Label)> = None;
    let last = bytes[end - 1].to_ascii_lowercase();
    for &(word, label) in BY_LAST_BYTE[usize::from(last)].iter() {
        let fits = best.is_none_or(|(length, _)| word.len() > length) && lex::has_before(bytes, end, word);
        if fits
            && !(lex::before(bytes, end - word.len()) == b'-'
                && lex::before(bytes, end - word.len() - 1).is_ascii_lowercase())
        {
            best = Some((word.len(), label));
        }
    }
    // `OperationalError: (2003, …)`: the class is the label.
    let class = || {
        bytes.get(end.saturating_sub(5)..end) == Some(b"Error")
            && bytes.get(end.saturating_sub(6)).is_some_and(u8::is_ascii_alphabetic)
    };
    best.map_or_else(
        || match () {
            () if class() => Label::Error,
            () if is_other_field(bytes, end) || numbers_things(bytes, end) => Label::Other,
            () => Label::None,
        },
        |(_, label)| label,
    )
}

/// Last words of a field's name that speak of no code: `dwFlags`, `DesiredAccess`, `lpBaseAddress`.
const OTHER_FIELDS: &[&str] = &[
    "flags",
    "mask",
    "access",
    "attributes",
    "handle",
    "address",
    "size",
    "offset",
    "options",
    "style",
    "rights",
    "length",
    "count",
    "pid",
    "tid",
    "threadid",
    "processid",
    "sessionid",
    "timestamp",
    "checksum",
    "version",
    "hash",
    "color",
    "index",
];

/// Whether an identifier that ends at `end` is the name of another field.
fn is_other_field(bytes: &[u8], end: usize) -> bool {
    let start = lex::back_while(bytes, end, 48, lex::is_word);
    let name = &bytes[start..end];
    // An account is no count.
    if name.len() >= 7 && name[name.len() - 7..].eq_ignore_ascii_case(b"account") {
        return false;
    }
    OTHER_FIELDS
        .iter()
        .any(|word| name.len() > word.len() && name[name.len() - word.len()..].eq_ignore_ascii_case(word.as_bytes()))
}

/// Words that say that a number follows.
const NUMBER: &[&str] = &["number", "no", "no.", "nr", "nr.", "num"];

/// Whether `invoice number`, `contract no.` ends at `end`: the number of a thing, where it is not that of an error.
fn numbers_things(bytes: &[u8], end: usize) -> bool {
    let word = NUMBER.iter().filter(|word| lex::has_before(bytes, end, word)).max_by_key(|word| word.len());
    let Some(start) = word.map(|word| end - word.len()) else { return false };
    let blank = lex::back_while(bytes, start, 3, |byte| matches!(byte, b' ' | b'-' | b'_'));
    let thing = lex::back_while(bytes, blank, 24, |byte| byte.is_ascii_alphabetic());
    thing < blank && !NO_THINGS.iter().any(|word| lex::has_before(bytes, blank, word))
}

/// Words before `number` or `no` with which it is that of an error, or no number of anything: `there is no`.
const NO_THINGS: &[&str] = &[
    "error",
    "err",
    "code",
    "stop",
    "check",
    "fault",
    "failure",
    "status",
    "event",
    "result",
    "return",
    "exit",
    "message",
    "msg",
    "exception",
    "is",
    "are",
    "was",
    "were",
    "has",
    "have",
    "had",
    "with",
    "of",
    "and",
    "or",
    "but",
    "by",
    "in",
    "at",
    "says",
];

/// Where the words before a number end, separators taken off.
fn label_end(bytes: &[u8], at: usize) -> usize {
    let floor = at.saturating_sub(24);
    let mut end = at;
    'strip: while end > floor {
        match bytes[end - 1] {
            b' ' | b'\t' | b':' | b'=' | b'#' | b'(' | b'[' | b'{' | b'"' | b'\'' | b'`' | b'*' | b'|' | b'-' => {
                end -= 1;
            }
            // `->`, `=>`, and the end of a tag: `<Data Name="ExceptionCode">`.
            b'>' if matches!(lex::before(bytes, end - 1), b'-' | b'=' | b'"' | b'\'') => end -= 1,
            b'\n' | b'\r' => {
                let last = lex::back_while(bytes, end, 4, |byte| byte.is_ascii_whitespace());
                if !matches!(lex::before(bytes, last), b':' | b'=') {
                    break;
                }
                end = last;
            }
            b't' if lex::escape_before(bytes, end).is_some() => end -= 2,
            byte if !ENDS_BETWEEN[usize::from(byte)] => break,
            _ => {
                for word in BETWEEN {
                    let Some(start) = end.checked_sub(word.len()) else { continue };
                    if start >= floor && lex::has(bytes, start, word) && bytes.get(end).is_none_or(|&next| next != b'=')
                    {
                        end = start;
                        continue 'strip;
                    }
                }
                break;
            }
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Label) {
        let at = text.find('5').expect("the number is a 5");
        assert_eq!(before(text.as_bytes(), at), expected, "in: {text}");
    }

    #[test]
    fn plain_error_words() {
        check("error 5", Label::Error);
        check("Error code: 5", Label::Error);
        check("错误代码为“5”", Label::Error);
        check("报错:5", Label::Error);
    }

    #[test]
    fn numbers_of_things_are_no_codes() {
        for text in ["invoice number 5", "Order no. 5", "contract-no: 5", "my phone number is 5", "Rechnung Nr. 5"] {
            check(text, Label::Other);
        }
        check("error number 5", Label::Error);
        check("there is no 5", Label::None);
    }

    #[test]
    fn the_longer_label_wins() {
        check("exit code 5", Label::Returned);
        check("Stop code: 5", Label::Stop);
        check("system error 5", Label::Win32);
        check("status code: 5", Label::Other);
    }

    #[test]
    fn a_label_within_a_word_is_none() {
        check("terror 5", Label::None);
        check("chr=5", Label::None);
    }

    #[test]
    fn a_colon_reaches_over_the_line_end() {
        check("Error code:\r\n5", Label::Error);
        check("an error\n5 files", Label::None);
    }
}
