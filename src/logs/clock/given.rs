//! What the user says of times: zones of logs, and points in time.

use std::str::FromStr;

use jiff::Timestamp;

use super::{
    Reading, Zone,
    cursor::Cursor,
    settle::full_date,
    written::{self, hours_and_minutes, named_zone, of_minutes},
};

/// Why a zone or a time given by the user is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GivenError {
    /// Neither an offset nor a known name.
    #[error("`{0}` is no time zone; give an offset such as +08:00, UTC, or a name such as Asia/Shanghai")]
    Zone(String),
    /// There is nothing before the equals sign.
    #[error("`{0}` names no log before its `=`")]
    NoLog(String),
    /// Not a point in time.
    #[error("`{0}` is no time; give one such as 2024-09-10 14:32 or 2024-09-10T14:32:53+08:00")]
    Time(String),
}

/// The zone of some logs, or of all of which nothing else is known: `CBS.log=+08:00`, `*/web-*.log=Europe/Berlin`, `+08:00`.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// Which logs; `None` for the default.
    pub pattern: Option<String>,
    /// Their zone.
    pub zone: Zone,
}

impl Given {
    /// Whether it speaks of this part: the pattern is a part's whole name, its last name, or an end of its path; `*` stands
    /// for anything, `?` for one character. Letters count the same in either case.
    pub fn names(&self, part: &str) -> bool {
        let Some(pattern) = &self.pattern else { return false };
        let (pattern, part) = (pattern.to_lowercase(), part.to_lowercase());
        let starts = std::iter::once(0).chain(part.match_indices('/').map(|(at, _)| at + 1));
        starts.into_iter().any(|start| fits(&pattern, &part[start..]))
    }
}

/// Whether a text fits a pattern with `*` and `?`; in time pattern × text at worst, both are short names.
fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

impl FromStr for Given {
    type Err = GivenError;

    fn from_str(text: &str) -> Result<Self, GivenError> {
        match text.rsplit_once('=') {
            Some((pattern, _)) if pattern.trim().is_empty() => Err(GivenError::NoLog(text.into())),
            Some((pattern, zone)) => Ok(Given { pattern: Some(pattern.trim().into()), zone: parse_zone(zone)? }),
            None => Ok(Given { pattern: None, zone: parse_zone(text)? }),
        }
    }
}

/// Reads a zone as a person writes it: `+08:00`, `+8`, `-0530`, `UTC`, `UTC+8`, `Asia/Shanghai`.
///
/// # Errors
/// When it is neither an offset nor a name of the time zone database.
pub fn parse_zone(text: &str) -> Result<Zone, GivenError> {
    let wanted = text.trim();
    let upper = wanted.to_ascii_uppercase();
    let number = upper.strip_prefix("UTC").or_else(|| upper.strip_prefix("GMT")).unwrap_or(&upper);
    let mut c = Cursor::new(number);
    if let Some(sign) = c.eat_one(&['+', '-']) {
        return hours_and_minutes(&mut c, true)
            .filter(|_| c.rest().is_empty())
            .and_then(|minutes| of_minutes(if sign == '-' { -minutes } else { minutes }))
            .map(Zone::fixed)
            .ok_or_else(|| GivenError::Zone(text.into()));
    }
    if let Some(offset) = named_zone(&upper) {
        return Ok(Zone::fixed(offset));
    }
    Zone::named(wanted).ok_or_else(|| GivenError::Zone(text.into()))
}

/// Reads a point in time as a person writes it, in any form of a log; a date alone is its midnight. Without an offset it is
/// in `zone`.
///
/// # Errors
/// When it is no point in time.
pub fn parse_time(text: &str, zone: &Zone) -> Result<Timestamp, GivenError> {
    let wrong = || GivenError::Time(text.into());
    let wanted = text.trim();
    let with_clock = format!("{wanted} 00:00:00");
    let (reading, length) = match written::stamp(wanted).filter(|(_, length)| *length == wanted.len()) {
        Some(found) => found,
        None => written::stamp(&with_clock).filter(|(_, length)| *length == with_clock.len()).ok_or_else(wrong)?,
    };
    debug_assert!(length > 0, "a stamp takes bytes");
    let Reading::Civil { day, time, offset } = reading else { return Err(wrong()) };
    let date = full_date(day).ok_or_else(wrong)?;
    let civil = date.to_datetime(time);
    let instant = match offset {
        Some(offset) => offset.to_timestamp(civil).ok(),
        None => zone.place(civil, None).map(|placed| placed.instant),
    };
    instant.ok_or_else(wrong)
}
