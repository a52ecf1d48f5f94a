//! Dates of mail: RFC 5322 and what programs write instead of it.
//!
//! mail-parser reads the form of the standard. It does not tell that a date has another form, but takes it for a wrong
//! time (`-600`, a full month name, a two-digit year, 2024-09-10); so other forms are read here, by the look of each token
//! and not by position.

use std::sync::LazyLock;

use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::Offset,
};
use mail_parser::DateTime;
use regex::Regex;

use crate::zone::{self, MONTHS};

/// The form of RFC 5322 section 3.3, with numbers for the zone.
static STANDARD: LazyLock<Regex> = LazyLock::new(|| {
    let months = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec";
    let day = format!(r"^\s*(?:[A-Z][a-z]{{2}},\s+)?[0-9]{{1,2}}\s+(?:{months})\s+[1-9][0-9]{{3}}");
    Regex::new(&format!(
        r"{day}\s+[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}\s+[+-](?:0[0-9]|1[0-4])[0-5][0-9](?:\s+\([^()]*\))?\s*$"
    ))
    .expect("a fixed pattern, compiled by the tests")
});

/// A date field read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sent {
    /// The time in UTC.
    pub time: Timestamp,
    /// A zone was given; without one UTC is assumed.
    pub zoned: bool,
}

/// No mail is older: a year before is what a clock shows that was never set, or no year.
const EARLIEST: i16 = 1900;

/// `CST` in mail is the American zone of RFC 5322 section 4.3.
const CST: i32 = -6 * 3600;

#[derive(Default)]
struct Fields {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    time: Option<Time>,
    /// Something like a time that cannot be one.
    broken_time: bool,
    offset: Option<i32>,
    afternoon: Option<bool>,
}

/// Reads the value of a `Date` field or the like.
pub(super) fn parse(value: &str) -> Option<Sent> {
    if let Some(sent) = standard(value) {
        return Some(sent);
    }
    // The longest sensible date has below 100 characters; behind that stands junk.
    let value: String = value.chars().take(160).collect();
    let (plain, comment) = without_comments(&value);
    let mut fields = Fields::default();
    read(&plain, &mut fields);
    if fields.offset.is_none() {
        fields.offset = comment.split_whitespace().find_map(zone);
    }
    if fields.broken_time && fields.time.is_none() {
        return None;
    }
    let year = fields.year.filter(|year| *year >= EARLIEST)?;
    let date = Date::new(year, fields.month?, fields.day?).ok()?;
    let mut time = fields.time.unwrap_or_else(Time::midnight);
    if let Some(afternoon) = fields.afternoon
        && (1..=12).contains(&time.hour())
    {
        let hour = time.hour() % 12 + if afternoon { 12 } else { 0 };
        time = Time::new(hour, time.minute(), time.second(), time.subsec_nanosecond()).ok()?;
    }
    let offset = Offset::from_seconds(fields.offset.unwrap_or(0)).ok()?;
    let time = offset.to_timestamp(date.to_datetime(time)).ok()?;
    Some(Sent { time, zoned: fields.offset.is_some() })
}

/// `Wed, 03 Jun 2020 10:22:33 +0800`, read by mail-parser.
fn standard(value: &str) -> Option<Sent> {
    if !STANDARD.is_match(value) {
        return None;
    }
    let found = DateTime::parse_rfc822(&format!("{value}\n")).filter(DateTime::is_valid)?;
    // It counts the 31st of June as the 1st of July.
    Date::new(i16::try_from(found.year).ok()?, i8::try_from(found.month).ok()?, i8::try_from(found.day).ok()?).ok()?;
    Some(Sent { time: Timestamp::from_second(found.to_timestamp()).ok()?, zoned: true })
}

fn without_comments(value: &str) -> (String, String) {
    let (mut plain, mut comment, mut depth) = (String::new(), String::new(), 0u32);
    for c in value.chars() {
        match c {
            '(' | '（' => {
                depth += 1;
                comment.push(' ');
                plain.push(' ');
            }
            ')' | '）' => depth = depth.saturating_sub(1),
            _ if depth > 0 => comment.push(c),
            '年' | '月' | '/' => plain.push('-'),
            '日' | '号' | ',' | '，' | ';' => plain.push(' '),
            '时' | '点' => plain.push(':'),
            '：' => plain.push(':'),
            _ => plain.push(c),
        }
    }
    for (word, spaced) in [("上午", " am "), ("下午", " pm "), ("凌晨", " am "), ("中午", " pm "), ("晚上", " pm ")]
    {
        plain = plain.replace(word, spaced);
    }
    (plain, comment)
}

fn read(value: &str, fields: &mut Fields) {
    for token in value.split_whitespace() {
        let token = token.trim_end_matches('.');
        let lower = token.to_ascii_lowercase();
        if let Some((day, clock)) = token.split_once('T')
            && day.len() >= 8
            && iso_date(day, fields)
        {
            clock_and_zone(clock, fields);
        } else if token.contains(':') && !lower.starts_with("utc") && !lower.starts_with("gmt") && !signed(token) {
            clock_and_zone(token, fields);
        } else if lower == "am" || lower == "pm" {
            fields.afternoon = Some(lower == "pm");
        } else if let Some(month) = month(&lower) {
            fields.month = fields.month.or(Some(month));
        } else if !iso_date(token, fields) {
            if let Ok(number) = token.parse::<u32>()
                && token.len() <= 4
                && !signed(token)
            {
                number_token(number, token.len(), fields);
            } else if fields.offset.is_none() {
                fields.offset = zone(token);
            }
        }
    }
}

fn signed(token: &str) -> bool {
    token.starts_with(['+', '-'])
}

fn number_token(number: u32, digits: usize, fields: &mut Fields) {
    if fields.day.is_none() && digits <= 2 && (1..=31).contains(&number) {
        fields.day = i8::try_from(number).ok();
    } else if fields.year.is_none() {
        // RFC 5322 section 4.3: two digits below 50 are of this century, three digits count from 1900.
        let year = match (digits, number) {
            (4, _) => number,
            (_, 0..50) => number + 2000,
            _ => number + 1900,
        };
        fields.year = i16::try_from(year).ok();
    }
}

/// `2024-09-10`, `20240910`, `10-Sep-2024`.
fn iso_date(token: &str, fields: &mut Fields) -> bool {
    let pieces: Vec<&str> = token.split('-').filter(|piece| !piece.is_empty()).collect();
    let [first, middle, last] = pieces[..] else { return false };
    if signed(token) || fields.year.is_some() {
        return false;
    }
    let number = |text: &str| text.parse::<u32>().ok();
    let found = match (number(first), number(middle), number(last)) {
        (Some(year), Some(month), Some(day)) if first.len() == 4 => Some((year, month, day)),
        // 6/16/2016: American unless the first cannot be a month.
        (Some(a), Some(b), Some(year)) if last.len() == 4 => Some(if a > 12 { (year, b, a) } else { (year, a, b) }),
        (Some(day), None, Some(year)) => month(&middle.to_ascii_lowercase()).map(|month| {
            let year = if last.len() == 2 { year + if year < 50 { 2000 } else { 1900 } } else { year };
            (year, month as u32, day)
        }),
        _ => None,
    };
    let Some((year, month, day)) = found else { return false };
    fields.year = i16::try_from(year).ok();
    fields.month = i8::try_from(month).ok();
    fields.day = i8::try_from(day).ok();
    true
}

fn month(lower: &str) -> Option<i8> {
    if lower.len() < 3 || !lower.is_ascii() {
        return None;
    }
    let at = MONTHS.iter().position(|name| name.starts_with(lower) || (lower == "sept" && *name == "september"))?;
    i8::try_from(at + 1).ok()
}

/// `14:32:53.379000+00:00`, `4.58`, `10:01Z`, `02:05PM`.
fn clock_and_zone(token: &str, fields: &mut Fields) {
    let end = token.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.')).unwrap_or(token.len());
    let (clock, rest) = token.split_at(end);
    if fields.time.is_none() {
        let mut numbers = clock.split(':');
        let hour = numbers.next().and_then(|text| text.parse::<i8>().ok());
        let minute = numbers.next().map_or(Some(0), |text| if text.is_empty() { Some(0) } else { text.parse().ok() });
        let (second, fraction) = numbers.next().unwrap_or("0").split_once('.').unwrap_or_else(|| {
            let second = clock.split(':').nth(2).unwrap_or("0");
            (second, "")
        });
        let digits: String = fraction.chars().chain(std::iter::repeat('0')).take(9).collect();
        let second = second.parse::<i8>().unwrap_or(0).min(59);
        if let (Some(hour), Some(minute)) = (hour, minute) {
            fields.time = Time::new(hour, minute, second, digits.parse().unwrap_or(0)).ok();
        }
        fields.broken_time = fields.time.is_none();
    }
    let lower = rest.to_ascii_lowercase();
    if lower == "am" || lower == "pm" {
        fields.afternoon = Some(lower == "pm");
    } else if !rest.is_empty() && fields.offset.is_none() {
        fields.offset = zone(rest);
    }
}

/// Seconds east of UTC: `+0800`, `-600`, `+08:00`, `GMT+8`, `PST`.
fn zone(token: &str) -> Option<i32> {
    let upper = token.trim_matches(['"', ',']).to_ascii_uppercase();
    if upper == "CST" {
        return Some(CST);
    }
    if let Some(minutes) = zone::minutes_of(&upper) {
        return Some(minutes * 60);
    }
    let number = upper.strip_prefix("GMT").or_else(|| upper.strip_prefix("UTC")).unwrap_or(&upper);
    let sign = match number.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = number[1..].chars().filter(|c| *c != ':').collect();
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value: i32 = digits.parse().ok()?;
    let (hours, minutes) = if digits.len() <= 2 { (value, 0) } else { (value / 100, value % 100) };
    // The widest real zone is +14:00.
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: &str) {
        let found = parse(value).map(|sent| sent.time.to_string());
        assert_eq!(found.as_deref().unwrap_or("none"), expected, "in {value:?}");
    }

    #[test]
    fn standard_form() {
        check("Wed, 03 Jun 2020 10:22:33 +0800", "2020-06-03T02:22:33Z");
        check("Tue, 13 Nov 2001 19:08:16 -0800 (PST)", "2001-11-14T03:08:16Z");
        check("3 Jun 2020 10:22:33 GMT", "2020-06-03T10:22:33Z");
    }

    #[test]
    fn odd_forms() {
        check("Wed, 3 Jun 2020 10:22 +0800", "2020-06-03T02:22:00Z");
        check("Wed, 3 Jun 20 10:22:33 +0800", "2020-06-03T02:22:33Z");
        check("3 Jun 99 10:22:33 EST", "1999-06-03T15:22:33Z");
        check("12 June 2025 10:00:00 +0000", "2025-06-12T10:00:00Z");
        check("Thu, 12 Jun 2025 10:00:00 -600", "2025-06-12T16:00:00Z");
        check("Thu, 12 Jun 2025 10:00:00 (CEST)", "2025-06-12T08:00:00Z");
        check("Tue, 22 Jan 2002 14:35:28 UT", "2002-01-22T14:35:28Z");
        check("Thu Jun 12 10:00:00 2025", "2025-06-12T10:00:00Z");
        check("12-Jun-2025 10:00:00 GMT+8", "2025-06-12T02:00:00Z");
    }

    #[test]
    fn exports() {
        check("2024-09-10 14:32:53.379000+00:00", "2024-09-10T14:32:53.379Z");
        check("2024-09-10T14:32:53Z", "2024-09-10T14:32:53Z");
        check("2024/9/10 14:32", "2024-09-10T14:32:00Z");
        check("2021年3月9日(星期二) 下午2:05", "2021-03-09T14:05:00Z");
        check("2021年3月9日 14:05", "2021-03-09T14:05:00Z");
    }

    #[test]
    fn no_dates() {
        check("", "none");
        check("yesterday", "none");
        check("Wed, 32 Jun 2020 10:22:33 +0800", "none");
        check("Wed, 31 Jun 2020 10:22:33 +0800", "none");
        check("Fri, 31 Dec 0001 23:59:59 -1400", "none");
        check("0001-01-01T00:00:00Z", "none");
        check("99:99", "none");
        check("Wed, 15 Dec 2010    59:10 -0500", "none");
    }

    proptest::proptest! {
        #[test]
        fn anything_is_read_without_panic(value in "\\PC{0,40}|([0-9]{1,4}|[ :,.+-]|Jun|GMT|T|Z|年){0,16}") {
            parse(&value);
        }
    }
}
