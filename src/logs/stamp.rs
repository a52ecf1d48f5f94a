//! Time stamps at the beginning of a line, recognized by their form; no zone is assumed, nothing converted.

/// Length of a full date at the beginning: `2024-01-02`, `2024/1/2`, `02.01.2024`, `1/2/2024`, `2024年1月2日`.
pub(super) fn date(text: &str) -> Option<usize> {
    let first = digits(text, 1, 4)?;
    let mut at = first;
    let separator = text[at..].chars().next()?;
    let (second, third) = match separator {
        '-' | '/' | '.' => (separator, None),
        '年' => ('月', Some('日')),
        _ => return None,
    };
    at += separator.len_utf8();
    at += digits(&text[at..], 1, 2)?;
    at += text[at..].starts_with(second).then_some(second.len_utf8())?;
    let last = digits(&text[at..], 1, 4)?;
    // The year tells a date from a version number: `6.1.7601` is none.
    let year = match (first, last) {
        (4, 1..=2) => &text[..4],
        (1..=2, 4) if separator != '年' => &text[at..at + 4],
        _ => return None,
    };
    if !year.starts_with("19") && !year.starts_with("20") {
        return None;
    }
    at += last;
    if let Some(third) = third {
        at += text[at..].starts_with(third).then_some(third.len_utf8())?;
    }
    Some(at)
}

/// Length of a time of day at the beginning: `10:11`, `10:11:12`, `10:11:12,123`, `10:11:12:123`, with zone
/// `Z`, `+08:00` when it follows at once.
pub(super) fn time(text: &str) -> Option<usize> {
    let mut at = digits(text, 1, 2)?;
    at += colon_and(&text[at..], 2)?;
    match colon_and(&text[at..], 2) {
        Some(more) => behind_seconds(text, at + more),
        None => behind_clock(text, at),
    }
}

/// Where a time of day ends that has its seconds before `at`.
fn behind_seconds(text: &str, at: usize) -> Option<usize> {
    let fraction = match text.as_bytes().get(at) {
        Some(b'.' | b',' | b':') => digits(&text[at + 1..], 1, 9).map_or(0, |count| count + 1),
        _ => 0,
    };
    behind_clock(text, at + fraction)
}

/// Where a time of day ends behind its last digits, with its zone; `None` where it goes on and was none.
fn behind_clock(text: &str, at: usize) -> Option<usize> {
    let mut at = at;
    match text.as_bytes().get(at) {
        Some(b'Z') => return Some(at + 1),
        Some(b'+' | b'-') => {
            if let Some(hours) = digits(&text[at + 1..], 2, 4) {
                at += 1 + hours;
                at += colon_and(&text[at..], 2).unwrap_or(0);
            }
        }
        _ => {}
    }
    // What goes on with a letter or digit was no time: `10:11:12x`, an address.
    (!text.as_bytes().get(at).is_some_and(|&byte| byte.is_ascii_alphanumeric() || byte == b':')).then_some(at)
}

/// Length of a date and time at the beginning, a blank, tab, `T` or `_` between them; or of a date alone.
pub(super) fn date_time(text: &str) -> Option<usize> {
    if let Some(at) = usual(text).and_then(|seconds| behind_seconds(text, seconds)) {
        return Some(behind_time(text, at));
    }
    let date = date(text)?;
    let rest = &text[date..];
    let between = rest.len() - rest.trim_start_matches([' ', '\t', 'T', '_']).len();
    if (1..=2).contains(&between)
        && let Some(time) = time(&rest[between..])
    {
        return Some(behind_time(text, date + between + time));
    }
    (rest.is_empty() || rest.starts_with(|c: char| !c.is_ascii_alphanumeric())).then_some(date)
}

/// Length of the form that most logs have, up to its seconds: `2024-01-02 10:11:12`, also with slashes, dots, a tab or `T`.
fn usual(text: &str) -> Option<usize> {
    const SHAPE: &[u8; 19] = b"9999-99-99 99:99:99";
    let stamp: &[u8; SHAPE.len()] = text.as_bytes().first_chunk()?;
    let fits = SHAPE.iter().zip(stamp).all(|(&shape, &byte)| match shape {
        b'9' => byte.is_ascii_digit(),
        b'-' => byte == stamp[4] && matches!(byte, b'-' | b'/' | b'.'),
        b' ' => matches!(byte, b' ' | b'\t' | b'T' | b'_'),
        _ => byte == shape,
    });
    let ends = !text.as_bytes().get(SHAPE.len()).is_some_and(u8::is_ascii_digit);
    (fits && ends && matches!(stamp, [b'1', b'9', ..] | [b'2', b'0', ..])).then_some(SHAPE.len())
}

/// Where a date with a time ends that has its time before `at`: half of the day or zone may follow, set off by a blank.
fn behind_time(text: &str, at: usize) -> usize {
    let mut at = at;
    // Each comparison costs a call.
    if text.as_bytes().get(at) != Some(&b' ') {
        return at;
    }
    for suffix in [" AM", " PM", " UTC", " 上午", " 下午"] {
        if text[at..].starts_with(suffix) {
            at += suffix.len();
        }
    }
    let rest = &text[at..];
    // `2024/01/02 10:11:12.123 +08:00`
    if rest.starts_with(" +") || rest.starts_with(" -") {
        let hours = digits(&rest[2..], 2, 4).unwrap_or(0);
        let more = colon_and(&rest[2 + hours..], 2).unwrap_or(0);
        if hours == 4 || more > 0 {
            at += 2 + hours + more;
        }
    }
    at
}

/// Length of a syslog stamp without a year: `Jul  1 09:19:03`, `7月 01 09:19:03`.
pub(super) fn month_day_time(text: &str) -> Option<usize> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = match text.get(..3) {
        Some(name) if MONTHS.contains(&name) => 3,
        _ => {
            let digits = digits(text, 1, 2)?;
            text[digits..].starts_with('月').then_some(digits + '月'.len_utf8())?
        }
    };
    let blanks = leading_blanks(&text[month..]);
    let day = month + blanks;
    let day_end = day + digits(&text[day..], 1, 2)?;
    let time_at = day_end + leading_blanks(&text[day_end..]);
    (blanks > 0 && time_at > day_end).then_some(())?;
    Some(time_at + time(&text[time_at..])?)
}

/// Number of blanks and tabs at the beginning.
pub(super) fn leading_blanks(text: &str) -> usize {
    text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// Number of digits at the beginning if there are `min` to `max` and no more.
pub(super) fn digits(text: &str, min: usize, max: usize) -> Option<usize> {
    let count = text.bytes().take(max + 1).take_while(u8::is_ascii_digit).count();
    (min..=max).contains(&count).then_some(count)
}

fn colon_and(text: &str, count: usize) -> Option<usize> {
    let rest = text.strip_prefix(':')?;
    digits(rest, count, count).map(|count| count + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(date_time(text).map(|end| &text[..end]), expected, "in: {text}");
    }

    #[test]
    fn stamps_of_many_hands() {
        check("2024-01-02 10:11:12, Info", Some("2024-01-02 10:11:12"));
        check("2024-01-02T10:11:12.345Z x", Some("2024-01-02T10:11:12.345Z"));
        check("2024-01-02T10:11:12+0800 x", Some("2024-01-02T10:11:12+0800"));
        check("2024/01/02 10:11:12.123 +08:00] x", Some("2024/01/02 10:11:12.123 +08:00"));
        check("2018-10-04\t16:10:28:661\t 121", Some("2018-10-04\t16:10:28:661"));
        check("2024年1月2日 10:11:12 x", Some("2024年1月2日 10:11:12"));
        check("1/2/2024 10:11:12 AM\tx", Some("1/2/2024 10:11:12 AM"));
        check("2024-01-02 done", Some("2024-01-02"));
        check("2024-01-02 10:11:12 - root", Some("2024-01-02 10:11:12"));
        check("2024.01.02_10:11:12,345+08:00 x", Some("2024.01.02_10:11:12,345+08:00"));
        check("2024-01-02 10:11 x", Some("2024-01-02 10:11"));
    }

    #[test]
    fn a_date_stands_where_no_time_follows_it() {
        check("2024-01-02 10:11:12x", Some("2024-01-02"));
        check("2024-01-02 10:11:120", Some("2024-01-02"));
        check("2024-01/02 10:11:12", None);
        check("3024-01-02 10:11:12", None);
    }

    #[test]
    fn numbers_with_dots_are_no_dates() {
        check("10.0.17763.1", None);
        check("6.1.7601 x", None);
        check("1-2-3", None);
        check("2024-01-02x", None);
        check("", None);
        check("年月日", None);
    }
}
