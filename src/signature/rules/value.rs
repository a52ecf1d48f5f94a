//! From a match to a value in normal form: templates and normalizers, both closed lists.

use regex_automata::util::captures::Captures;
use serde::{Deserialize, Serialize};

/// Longest value in bytes: the longest dump and event names have 60.
const LONGEST: usize = 160;

/// One step towards the normal form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Normalizer {
    /// ASCII letters in upper case.
    Upper,
    /// ASCII letters in lower case.
    Lower,
    /// A number as decimal, `0x` read as hexadecimal; leading zeros go.
    Decimal,
    /// As `decimal`, and from 2^31 on as the negative number of 32 bits that it is.
    Signed,
    /// A number of 32 bits, decimal (also negative) or `0x`, as `0x` and eight upper-case digits.
    Hex8,
    /// Hexadecimal digits without `0x` and leading zeros, in lower case.
    Hex,
    /// Without zeros at the beginning.
    TrimZeros,
    /// Blanks as one hyphen each run.
    Hyphens,
    /// What follows the last slash or backslash.
    BaseName,
}

impl Normalizer {
    pub(super) const NAMES: &[&str] =
        &["upper", "lower", "decimal", "signed", "hex8", "hex", "trim-zeros", "hyphens", "base-name"];

    pub(super) fn named(name: &str) -> Option<Self> {
        use serde::de::{IntoDeserializer, value::Error};
        let named: Result<Self, Error> = Self::deserialize(name.into_deserializer());
        named.ok()
    }

    /// `None` where the text is no such number.
    pub(super) fn apply(self, text: &str) -> Option<String> {
        Some(match self {
            Normalizer::Upper => text.to_ascii_uppercase(),
            Normalizer::Lower => text.to_ascii_lowercase(),
            Normalizer::Decimal => number(text)?.to_string(),
            Normalizer::Signed => match number(text)? {
                value @ 0x8000_0000..=0xFFFF_FFFF => (value - (1 << 32)).to_string(),
                value => value.to_string(),
            },
            Normalizer::Hex8 => {
                let value = number(text)?;
                let value = if value < 0 { i128::from(i32::try_from(value).ok()? as u32) } else { value };
                format!("0x{:08X}", u32::try_from(value).ok()?)
            }
            Normalizer::Hex => {
                let digits = text.strip_prefix("0x").or(text.strip_prefix("0X")).unwrap_or(text);
                format!("{:x}", u64::from_str_radix(digits, 16).ok()?)
            }
            Normalizer::TrimZeros => match text.trim_start_matches('0') {
                "" if !text.is_empty() => "0".to_string(),
                rest => rest.to_string(),
            },
            Normalizer::Hyphens => text.split_whitespace().collect::<Vec<_>>().join("-"),
            Normalizer::BaseName => text.rsplit(['/', '\\']).next().unwrap_or(text).to_string(),
        })
    }
}

fn number(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let hexadecimal = digits.strip_prefix("0x").or(digits.strip_prefix("0X"));
    let value = match hexadecimal {
        Some(digits) => u64::from_str_radix(digits, 16).ok()?,
        None if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse::<u64>().ok()?,
        None => return None,
    };
    Some(if negative { -i128::from(value) } else { i128::from(value) })
}

/// A value put together from groups: `%{facility}-{severity}-{mnemonic}`, `{key:hex}/{asc:hex}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Piece {
    Text(String),
    Group(String, Option<Normalizer>),
}

impl Template {
    /// Reads a template; `known` tells which groups there are. The error is a message for the author.
    pub(super) fn read(text: &str, known: impl Fn(&str) -> bool) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((inside, behind)) = after.split_once('}') else {
                return Err("`value` has a `{` without `}`".to_string());
            };
            let (group, step) = inside.split_once(':').map_or((inside, None), |(group, step)| (group, Some(step)));
            if !known(group) {
                return Err(format!("`value` names the group `{group}`, which the regex does not have"));
            }
            let step = step.map(|step| {
                let named = Normalizer::named(step);
                named
                    .ok_or_else(|| format!("`value` names `{step}`, which is none of {}", Normalizer::NAMES.join(", ")))
            });
            pieces.push(Piece::Text(before.to_string()));
            pieces.push(Piece::Group(group.to_string(), step.transpose()?));
            rest = behind;
        }
        pieces.push(Piece::Text(rest.to_string()));
        pieces.retain(|piece| *piece != Piece::Text(String::new()));
        if pieces.is_empty() {
            return Err("`value` is empty".to_string());
        }
        Ok(Template(pieces))
    }

    /// A group that took no part in the match is empty.
    pub(super) fn fill(&self, text: &str, captures: &Captures) -> Option<String> {
        let mut value = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => value.push_str(text),
                Piece::Group(name, step) => {
                    let part = captures.get_group_by_name(name).and_then(|span| text.get(span.range()));
                    match (part, step) {
                        (Some(part), Some(step)) => value.push_str(&step.apply(part)?),
                        (Some(part), None) => value.push_str(part),
                        (None, _) => {}
                    }
                }
            }
        }
        Some(value)
    }
}

/// Applies steps in order; `None` where one cannot be done or where nothing, or too much, is left.
pub(super) fn normalize(value: String, steps: &[Normalizer]) -> Option<String> {
    let value = steps.iter().try_fold(value, |value, step| step.apply(&value))?;
    let value = value.trim();
    (!value.is_empty() && value.len() <= LONGEST && !value.contains(char::is_control)).then(|| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(step: &str, text: &str, expected: Option<&str>) {
        let step = Normalizer::named(step).expect("the step has a name");
        assert_eq!(step.apply(text).as_deref(), expected, "{step:?} of {text}");
    }

    #[test]
    fn every_step_does_what_it_says() {
        check("upper", "ora-1é", Some("ORA-1é"));
        check("lower", "Esx.Problem", Some("esx.problem"));
        check("decimal", "0x1F", Some("31"));
        check("decimal", "007", Some("7"));
        check("decimal", "7a", None);
        check("decimal", "", None);
        check("signed", "2147754767", Some("-2147212529"));
        check("signed", "-5", Some("-5"));
        check("hex8", "-2147212529", Some("0x8004230F"));
        check("hex8", "5", Some("0x00000005"));
        check("hex8", "99999999999", None);
        check("hex8", "-99999999999", None);
        check("hex", "0x0A", Some("a"));
        check("hex", "zz", None);
        check("trim-zeros", "0012", Some("12"));
        check("trim-zeros", "000", Some("0"));
        check("hyphens", "time  out\tnow", Some("time-out-now"));
        check("base-name", r"C:\a/b", Some("b"));
    }

    #[test]
    fn the_list_of_names_is_the_list_of_steps() {
        assert!(Normalizer::NAMES.iter().all(|name| Normalizer::named(name).is_some()));
        assert_eq!(Normalizer::named("no"), None);
    }

    #[test]
    fn a_value_is_neither_empty_nor_endless() {
        assert_eq!(normalize(" ".into(), &[]), None);
        assert_eq!(normalize("a".repeat(LONGEST + 1), &[]), None);
        assert_eq!(normalize("a\u{7}".into(), &[]), None);
        assert_eq!(normalize(" a ".into(), &[Normalizer::Upper]), Some("A".into()));
    }

    #[test]
    fn templates_name_groups_that_are_there() {
        let known = |name: &str| name == "a";
        for bad in ["{", "{b}", "{a:no}", ""] {
            assert!(Template::read(bad, known).is_err(), "{bad}");
        }
        assert!(Template::read("x-{a:hex}{a}", known).is_ok());
    }
}
