//! Values of conditions read: days, languages, severities.

use jiff::{civil::Date, tz::TimeZone};

use super::ask::AskError;

/// The severities that articles and cases have, see `kb/fields.toml`.
const SEVERITIES: [&str; 4] = ["P1", "P2", "P3", "P4"];

/// One of the severities, whatever its case.
pub(super) fn severity(value: &str) -> Result<String, AskError> {
    let severity = value.to_ascii_uppercase();
    if SEVERITIES.contains(&severity.as_str()) { Ok(severity) } else { Err(AskError::Severity(value.into())) }
}

/// A language by its name in either.
pub(super) fn language(value: &str) -> Result<String, AskError> {
    match value.to_lowercase().as_str() {
        "en" | "english" | "en-us" | "en-gb" | "英文" | "英语" => Ok("en".into()),
        "zh" | "chinese" | "zh-cn" | "zh-tw" | "zh-hans" | "zh-hant" | "中文" | "汉语" => Ok("zh".into()),
        _ => Err(AskError::Language(value.into())),
    }
}

/// A day, or the first of a month or year.
pub(super) fn day(value: &str) -> Result<Date, AskError> {
    let whole = match value.len() {
        4 => format!("{value}-01-01"),
        7 => format!("{value}-01"),
        _ => value.to_string(),
    };
    whole.parse().map_err(|_| AskError::Date(value.into()))
}

/// The beginning of a day in UTC.
pub(super) fn midnight(day: Date, value: &str) -> Result<i64, AskError> {
    let begin = day.to_zoned_datetime(TimeZone::UTC).map_err(|_| AskError::Date(value.into()))?;
    Ok(begin.timestamp().as_second())
}
