//! Calendar and clock as programs write them, at the beginning of a text.
//!
//! Each piece is read by the look of its characters. Sources of the forms: ISO 8601 and RFC 3339; RFC 3164 and 5424
//! (syslog); RFC 5322 section 4.3 (zone names); the Apache `%t` field; `strftime` and `java.text.SimpleDateFormat` defaults
//! of common loggers; WMI's DATETIME (20240910143253.000000+480, offset in minutes).

use jiff::{
    civil::{Date, Time},
    tz::Offset,
};

use super::{
    Day, Reading,
    cursor::Cursor,
    order::{Numbers, century},
};
use crate::zone::{self, MONTHS};

/// Longest first, so that 十一月 is not read as 一月.
const CHINESE_MONTHS: [(&str, i8); 12] = [
    ("十二月", 12),
    ("十一月", 11),
    ("十月", 10),
    ("九月", 9),
    ("八月", 8),
    ("七月", 7),
    ("六月", 6),
    ("五月", 5),
    ("四月", 4),
    ("三月", 3),
    ("二月", 2),
    ("一月", 1),
];

/// The widest offset in use, in minutes: +14:00.
const WIDEST: i32 = 14 * 60;

/// Reads a stamp at the beginning of a text; with it, the bytes that it takes. A date without a time of day is none.
pub(super) fn stamp(text: &str) -> Option<(Reading, usize)> {
    let mut cursor = Cursor::new(text);
    weekday(&mut cursor);
    let found = cursor.attempt(dated).or_else(|| cursor.attempt(undated))?;
    Some((found, cursor.at()))
}

fn dated(c: &mut Cursor) -> Option<Reading> {
    if let Some(found) = c.attempt(packed) {
        return Some(found);
    }
    let (day, separator) = date(c)?;
    between(c, separator)?;
    let (time, mut offset) = c.attempt(|c| clock(c)).or_else(|| (separator == '-').then(|| dotted_clock(c))?)?;
    let mut day = day;
    if let Day::NoYear { month, day: number } = day {
        // `Tue Sep 10 14:32:53 CST 2024`: the zone first, then the year.
        let late = c.attempt(|c| {
            (c.blanks(2) > 0).then_some(())?;
            let zone = c.attempt(|c| {
                let word = c.word(5).filter(|word| word.bytes().all(|byte| byte.is_ascii_uppercase()))?;
                (c.blanks(2) > 0).then(|| named_zone(word))
            });
            let year = i16::try_from(c.number(4, 4)?.0).ok().filter(|year| is_year(*year))?;
            ends(c).then(|| Date::new(year, month, number).ok().map(|date| (date, zone.flatten())))?
        });
        if let Some((date, zone)) = late {
            day = Day::Full(date);
            offset = offset.or(zone).or_else(|| bracketed_zone(c));
        }
    }
    Some(Reading::Civil { day, time, offset })
}

/// A time of day alone; only with seconds, for `10:30` stands in any sentence.
fn undated(c: &mut Cursor) -> Option<Reading> {
    let begin = c.rest();
    let (time, offset) = clock(c)?;
    let seconds = begin.bytes().take(8).filter(|byte| *byte == b':').count() >= 2;
    (seconds && ends(c)).then_some(Reading::Civil { day: Day::None, time, offset })
}

/// Whether what was read is not the beginning of something longer: a word, an address. A colon may follow it.
fn ends(c: &Cursor) -> bool {
    let rest = c.rest();
    !rest.strip_prefix(':').unwrap_or(rest).starts_with(|c: char| c.is_ascii_alphanumeric())
}

pub(super) fn is_year(year: i16) -> bool {
    (1970..2100).contains(&year)
}

fn weekday(c: &mut Cursor) {
    c.attempt(|c| {
        if c.eat("星期") || c.eat("周") {
            let day = c.peek().filter(|c| "一二三四五六日天".contains(*c))?;
            c.eat(day.encode_utf8(&mut [0; 4]));
        } else {
            let word = c.word(9)?.to_ascii_lowercase();
            let days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
            let named =
                word.len() >= 3 && days.iter().any(|day| *day == word || (word.len() <= 4 && day.starts_with(&word)));
            named.then_some(())?;
        }
        c.eat(",");
        (c.blanks(2) > 0).then_some(())
    });
}

/// Forms without separators: `20240910143253.379000+480` (WMI), `081109 203615` (HDFS), `20240910T143253Z`.
fn packed(c: &mut Cursor) -> Option<Reading> {
    let digits = c.rest().bytes().take(15).take_while(u8::is_ascii_digit).count();
    if digits == 14 {
        let date = full(c.fixed(4)?, c.fixed(2)?, c.fixed(2)?)?;
        let (hour, minute, second) = (c.fixed(2)?, c.fixed(2)?, c.fixed(2)?);
        let fraction = fraction(c);
        let minutes = c.attempt(|c| {
            let sign = c.eat_one(&['+', '-'])?;
            let minutes = i32::from(c.fixed(3)?);
            (minutes <= WIDEST && ends(c)).then_some(if sign == '-' { -minutes } else { minutes })
        });
        let time = time(hour, minute, second, fraction)?;
        return Some(Reading::Civil { day: Day::Full(date), time, offset: minutes.and_then(of_minutes) });
    }
    let day = match digits {
        8 => Day::Full(full(c.fixed(4)?, c.fixed(2)?, c.fixed(2)?)?),
        6 => Day::Full(full(u16::try_from(century(c.fixed(2)?)?).ok()?, c.fixed(2)?, c.fixed(2)?)?),
        _ => return None,
    };
    c.eat_one(&[' ', 'T', '-', '_', '\t'])?;
    c.blanks(1);
    if let Some((time, offset)) = c.attempt(|c| clock(c)).or_else(|| c.attempt(unpadded_clock)) {
        return Some(Reading::Civil { day, time, offset });
    }
    let (hour, minute, second) = (c.fixed(2)?, c.fixed(2)?, c.fixed(2)?);
    let fraction = fraction(c);
    let offset = zone(c);
    let time = time(hour, minute, second, fraction)?;
    ends(c).then_some(Reading::Civil { day, time, offset })
}

/// A date and the character that its pieces are parted by.
fn date(c: &mut Cursor) -> Option<(Day, char)> {
    if let Some(month) = c.attempt(month_name) {
        // `Sep 10`, `Sep 10 2024`, `Sep 10, 2024`, `九月 10, 2024`.
        c.eat(".");
        (c.blanks(3) > 0).then_some(())?;
        let day = i8::try_from(c.short()?).ok()?;
        let year = c.attempt(|c| {
            c.eat(",");
            (c.blanks(2) > 0).then_some(())?;
            let year = i16::try_from(c.number(4, 4)?.0).ok().filter(|year| is_year(*year))?;
            (!c.rest().starts_with(':')).then_some(year)
        });
        let day = match year {
            Some(year) => Day::Full(Date::new(year, month, day).ok()?),
            None => no_year(month, day)?,
        };
        return Some((day, ' '));
    }
    let (first, digits) = c.number(1, 4)?;
    let first = u16::try_from(first).ok()?;
    let separator = c.eat_one(&['-', '/', '.', '年', '月', ' '])?;
    if separator == '年' {
        c.blanks(1);
        let month = c.short()?;
        (digits == 4 && c.eat("月")).then_some(())?;
        c.blanks(1);
        let day = c.short()?;
        c.eat_one(&['日', '号', '號'])?;
        return Some((Day::Full(full(first, month, day)?), '年'));
    }
    if separator == '月' {
        c.blanks(3);
        let day = i8::try_from(c.short()?).ok()?;
        c.eat_one(&['日', '号', '號']);
        return (digits <= 2).then_some((no_year(i8::try_from(first).ok()?, day)?, '年'));
    }
    if let Some(month) = c.attempt(month_name) {
        // `10-Sep-2024`, `10/Oct/2000`, `10 Sep 2024`, `10-SEP-24`, `2024-Sep-10`.
        c.eat(separator.encode_utf8(&mut [0; 4])).then_some(())?;
        let (last, last_digits) = c.number(1, 4)?;
        let last = u16::try_from(last).ok()?;
        let month = u16::try_from(month).ok()?;
        let date = match (digits, last_digits) {
            (4, 1..=2) => full(first, month, last)?,
            (1..=2, 4) => full(last, month, first)?,
            (1..=2, 2) => full(u16::try_from(century(last)?).ok()?, month, first)?,
            _ => return None,
        };
        return Some((Day::Full(date), separator));
    }
    (separator != ' ').then_some(())?;
    let second = c.short()?;
    let third = c.attempt(|c| {
        c.eat(separator.encode_utf8(&mut [0; 4])).then_some(())?;
        c.number(1, 4)
    });
    let day = match (digits, third) {
        (4, Some((third, 1..=2))) => Day::Full(full(first, second, u16::try_from(third).ok()?)?),
        // With dots, the day comes first wherever the year comes last.
        (1..=2, Some((third, 4))) if separator == '.' => Day::Full(full(u16::try_from(third).ok()?, second, first)?),
        (1..=2, Some((third, 4))) => {
            let year = u16::try_from(third).ok()?;
            is_year(i16::try_from(year).ok()?).then_some(())?;
            Day::Numbers(Numbers::new([first, second, year], true)?)
        }
        (1..=2, Some((third, 2))) => {
            Day::Numbers(Numbers::new([first, second, u16::try_from(third).ok()?], digits == 1)?)
        }
        (1..=2, None) => no_year(i8::try_from(first).ok()?, i8::try_from(second).ok()?)?,
        _ => return None,
    };
    Some((day, separator))
}

/// What stands between date and clock.
fn between(c: &mut Cursor, separator: char) -> Option<()> {
    let before = c.at();
    match c.peek()? {
        'T' | '_' => c.eat_one(&['T', '_']).map(drop)?,
        // `10/Oct/2000:13:55:36`, `2024/9/10:06:32:53.379` (component servicing).
        ':' if separator == '/' => c.eat(":").then_some(())?,
        // `2005-06-03-15.42.50.363779`
        '-' if separator == '-' => c.eat("-").then_some(())?,
        ',' => {
            c.eat(",");
            c.blanks(2);
        }
        ' ' | '\t' => {
            c.blanks(4);
            // `Sep 10 2024, 14:32` and `2024-09-10 at 14:32`, `2024/9/10 星期二 14:32`.
            weekday(c);
            c.attempt(|c| c.eat("at ").then_some(()));
        }
        // Nothing at all is needed after 日, nor before 上午.
        '上' | '下' | '凌' | '中' | '晚' | '0'..='9' => {}
        _ => return None,
    }
    (c.at() > before || separator == '年' || !c.peek()?.is_ascii_digit()).then_some(())
}

fn month_name(c: &mut Cursor) -> Option<i8> {
    if let Some((name, month)) = CHINESE_MONTHS.iter().find(|(name, _)| c.rest().starts_with(name)) {
        c.eat(name);
        return Some(*month);
    }
    let word = c.word(9)?.to_ascii_lowercase();
    let at = MONTHS
        .iter()
        .position(|name| *name == word || name[..3] == *word || (word == "sept" && *name == "september"))?;
    i8::try_from(at + 1).ok()
}

fn full(year: u16, month: u16, day: u16) -> Option<Date> {
    let year = i16::try_from(year).ok().filter(|year| is_year(*year))?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Month and day that some year has.
fn no_year(month: i8, day: i8) -> Option<Day> {
    Date::new(2000, month, day).ok().map(|_| Day::NoYear { month, day })
}

fn time(hour: u16, minute: u16, second: u16, nanoseconds: i32) -> Option<Time> {
    // A leap second is the last of its minute here, as it is for the system clock.
    let second = if second == 60 { 59 } else { second };
    Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?, nanoseconds).ok()
}

/// `.379`, `,379`, `:379`: up to nine digits count, in nanoseconds.
fn fraction(c: &mut Cursor) -> i32 {
    c.attempt(|c| {
        c.eat_one(&['.', ',', ':'])?;
        let digits = c.rest().bytes().take(12).take_while(u8::is_ascii_digit).count();
        (digits > 0).then_some(())?;
        let mut value = 0;
        for at in 0..digits {
            let digit = c.fixed(1)?;
            value = if at < 9 { value * 10 + i32::from(digit) } else { value };
        }
        Some(value * 10i32.pow(9 - u32::try_from(digits.min(9)).unwrap_or(9)))
    })
    .unwrap_or(0)
}

/// `14:32:53.379`, `2:32 PM`, `下午 2:32:53`, with what zone follows.
fn clock(c: &mut Cursor) -> Option<(Time, Option<Offset>)> {
    let mut half = half_of_day(c);
    if half.is_some() {
        c.blanks(1);
    }
    let hour = c.short()?;
    c.eat(":").then_some(())?;
    let minute = c.fixed(2)?;
    let (second, fraction) = c
        .attempt(|c| {
            c.eat(":").then_some(())?;
            let second = c.fixed(2)?;
            (!c.peek().is_some_and(|c| c.is_ascii_digit())).then_some(second)
        })
        .map_or((0, 0), |second| (second, fraction(c)));
    if half.is_none() {
        half = c.attempt(|c| {
            c.blanks(1);
            half_of_day(c)
        });
    }
    let hour = match half {
        Some(afternoon) if (1..=12).contains(&hour) => hour % 12 + if afternoon { 12 } else { 0 },
        // `下午 14:32` is written, too.
        _ => hour,
    };
    let time = time(hour, minute, second, fraction)?;
    let offset = zone(c);
    ends(c).then_some((time, offset))
}

/// `22:15:5:62`, as programs print numbers without leading zeros; the last is milliseconds.
fn unpadded_clock(c: &mut Cursor) -> Option<(Time, Option<Offset>)> {
    let hour = c.short()?;
    c.eat(":").then_some(())?;
    let minute = c.short()?;
    c.eat(":").then_some(())?;
    let second = c.short()?;
    c.eat(":").then_some(())?;
    let (milliseconds, _) = c.number(1, 3)?;
    let time = time(hour, minute, second, i32::try_from(milliseconds).ok()? * 1_000_000)?;
    ends(c).then_some((time, None))
}

/// `15.42.50.363779`
fn dotted_clock(c: &mut Cursor) -> Option<(Time, Option<Offset>)> {
    let hour = c.short()?;
    c.eat(".").then_some(())?;
    let minute = c.fixed(2)?;
    c.eat(".").then_some(())?;
    let second = c.fixed(2)?;
    let fraction = fraction(c);
    Some((time(hour, minute, second, fraction)?, None))
}

/// `AM`, `p.m.`, 上午, 下午: whether it is the second half.
fn half_of_day(c: &mut Cursor) -> Option<bool> {
    const WORDS: [(&str, bool); 12] = [
        ("AM", false),
        ("PM", true),
        ("am", false),
        ("pm", true),
        ("a.m.", false),
        ("p.m.", true),
        ("上午", false),
        ("下午", true),
        ("凌晨", false),
        ("早上", false),
        ("中午", true),
        ("晚上", true),
    ];
    c.attempt(|c| {
        let (_, afternoon) = WORDS.iter().find(|(word, _)| c.eat(word))?;
        // Before the clock a blank may follow; a letter makes it another word.
        (!c.peek().is_some_and(|c| c.is_ascii_alphabetic())).then_some(*afternoon)
    })
}

/// A zone right behind the clock or one blank off: `Z`, `+08:00`, `+0800`, `-07`, `UTC`, `GMT+8`, ` (UTC + 8:00)`.
fn zone(c: &mut Cursor) -> Option<Offset> {
    c.attempt(|c| {
        let apart = c.blanks(1) > 0;
        if let Some(sign) = c.eat_one(&['+', '-']) {
            let minutes = hours_and_minutes(c, !apart)?;
            return of_minutes(if sign == '-' { -minutes } else { minutes });
        }
        let word = c.word(5)?;
        let named = named_zone(word).filter(|_| word != "Z" || !apart)?;
        if matches!(word, "UTC" | "GMT")
            && let Some(offset) = c.attempt(|c| {
                let sign = c.eat_one(&['+', '-'])?;
                let minutes = hours_and_minutes(c, true)?;
                of_minutes(if sign == '-' { -minutes } else { minutes })
            })
        {
            return Some(offset);
        }
        ends(c).then_some(named)
    })
    .or_else(|| bracketed_zone(c))
}

/// ` (UTC + 8:00)`, as debuggers print it.
fn bracketed_zone(c: &mut Cursor) -> Option<Offset> {
    c.attempt(|c| {
        c.blanks(1);
        (c.eat("(UTC") || c.eat("(GMT")).then_some(())?;
        c.blanks(1);
        let sign = c.eat_one(&['+', '-']);
        c.blanks(1);
        let minutes = if sign.is_some() { hours_and_minutes(c, true)? } else { 0 };
        c.eat(")").then_some(())?;
        of_minutes(if sign == Some('-') { -minutes } else { minutes })
    })
}

/// `08:00`, `0800`, and where it cannot be another number `08` and `8`, `8:00`; in minutes.
pub(super) fn hours_and_minutes(c: &mut Cursor, short: bool) -> Option<i32> {
    let (value, digits) = c.number(1, 4)?;
    let value = i32::try_from(value).ok()?;
    let (hours, minutes) = match digits {
        4 => (value / 100, value % 100),
        1..=2 => {
            let minutes = c.attempt(|c| c.eat(":").then(|| c.fixed(2))?);
            (short || minutes.is_some()).then_some((value, minutes.map_or(0, i32::from)))?
        }
        _ => return None,
    };
    let all = hours * 60 + minutes;
    (all <= WIDEST && minutes < 60 && ends(c)).then_some(all)
}

pub(super) fn of_minutes(minutes: i32) -> Option<Offset> {
    Offset::from_seconds(minutes * 60).ok()
}

pub(super) fn named_zone(word: &str) -> Option<Offset> {
    zone::minutes_of(word).and_then(of_minutes)
}
