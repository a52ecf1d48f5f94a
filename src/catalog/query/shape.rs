//! Tokens whose form says what they are, alone or with the one that follows.

use super::{
    Form, Term,
    number::{hex_digits, narrow_hex, number},
};
use crate::catalog::{Family, by_family, has_number, hints::is_filler, product, setup, smtp_number, sqlstate_number};

/// What the form of a token says without any word around it: an update, a mail status, a phase.
pub fn shape(token: &str, hints: &[Family]) -> Option<Term> {
    let upper = token.to_ascii_uppercase();
    let digits_after = |prefix: &str, lengths: std::ops::RangeInclusive<usize>| {
        let digits = upper.strip_prefix(prefix)?.trim_start_matches(['-', '_']);
        (lengths.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| digits.to_string())
    };
    if let Some(digits) = digits_after("KB", 6..=7) {
        return Some(Term::Update(format!("KB{digits}")));
    }
    // Oracle Net prints its messages with either prefix.
    if let Some(digits) = digits_after("ORA", 1..=5).or_else(|| digits_after("TNS", 5..=5)) {
        let number = digits.parse().ok()?;
        return Some(Term::Exact(Family::Ora, number));
    }
    if let Some(digits) = digits_after("AADSTS", 4..=8) {
        return Some(Term::Exact(Family::Entra, digits.parse().ok()?));
    }
    if let Some(number) = db2(&upper) {
        return Some(Term::Exact(Family::Db2, number));
    }
    // The error log of MySQL writes `MY-001045`; MongoDB puts an E before the code of a duplicate key.
    if let Some(digits) = digits_after("MY", 6..=6) {
        return Some(Term::Exact(Family::Mysql, digits.parse().ok()?));
    }
    if let Some(digits) = digits_after("E", 5..=5).filter(|digits| digits.starts_with("1100")) {
        return Some(Term::Exact(Family::Mongodb, digits.parse().ok()?));
    }
    // `error1935`, `errno13`, `code43`, `stop0x7b`, `kdc0x18`: a word run into its number.
    if let Some(number) = after_word(token, hints) {
        return Some(number);
    }
    if upper.starts_with("CVE-") {
        let mut parts = upper.split('-').skip(1);
        let year = parts.next().filter(|year| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()));
        let number =
            parts.next().filter(|number| number.len() >= 4 && number.bytes().all(|byte| byte.is_ascii_digit()));
        if year.is_some() && number.is_some() && parts.next().is_none() {
            return Some(Term::Vulnerability(upper));
        }
    }
    if let Some((result, phase)) = token.split_once('-') {
        let result = hex_digits(result).unwrap_or(result);
        let phase = hex_digits(phase).unwrap_or(phase);
        let hex = |digits: &str, length: std::ops::RangeInclusive<usize>| {
            length.contains(&digits.len()).then(|| u32::from_str_radix(digits, 16).ok()).flatten()
        };
        if let (Some(result), Some(phase)) = (hex(result, 8..=8), hex(phase, 5..=8)) {
            return Some(Term::SetupPair(result, phase));
        }
    }
    if token.contains('.') {
        // `550-5.7.25`: a reply of several lines has a hyphen behind its code.
        let enhanced = token.split_once(['-', '#']).filter(|(code, _)| smtp_number(code).is_some());
        if let Some(number) = enhanced.and_then(|(_, enhanced)| smtp_number(enhanced)) {
            return Some(Term::Exact(Family::Smtp, number));
        }
        if let Some(number) = smtp_number(token) {
            return Some(Term::Exact(Family::Smtp, number));
        }
        let (status, sub) = token.split_once('.')?;
        let status = status.parse().ok().filter(|status| (400..600).contains(status))?;
        let sub = sub.parse().ok().filter(|&sub: &u32| sub < 1000)?;
        return Some(Term::HttpSub(status, sub));
    }
    // Any five characters are one by form: without the word it must be a known one with a letter in it.
    let number = sqlstate_number(&upper)?;
    let known = !by_family(Family::Sqlstate, number).is_empty() && !upper.bytes().all(|byte| byte.is_ascii_hexdigit());
    (known || hints.contains(&Family::Sqlstate)).then_some(Term::Exact(Family::Sqlstate, number))
}

/// `SQL0911N`: the number of a Db2 message, known by its letter.
fn db2(upper: &str) -> Option<u32> {
    let digits = upper.strip_prefix("SQL")?.strip_suffix(['N', 'C', 'W'])?;
    ((4..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}

/// The number of a token such as `error1935`, where a word that names no code ran into it.
fn after_word(token: &str, hints: &[Family]) -> Option<Term> {
    let start = token.find(|c: char| c.is_ascii_digit())?;
    let (word, digits) = token.split_at(start);
    // `krb5`, `win32` and `http2` are words themselves.
    (word.len() > 2 && is_filler(word) && !is_filler(token) && product::named(token).is_empty())
        .then(|| number(digits, hints))
        .flatten()
}

/// `data 775` of a refused directory logon: a system error in hexadecimal, always without `0x`.
pub fn directory_data(token: &str, following: Option<&str>) -> Option<Term> {
    let digits = following.filter(|digits| token.eq_ignore_ascii_case("data") && digits.len() == 3)?;
    let value = narrow_hex(digits)?;
    Some(Term::Number { text: digits.to_string(), values: vec![(value, Form::Decimal)], mended: None })
}

/// `KB 4474419`, written with a space.
pub fn update(token: &str, following: Option<&str>) -> Option<Term> {
    let digits = following.filter(|_| token.eq_ignore_ascii_case("kb"))?;
    shape(&format!("KB{digits}"), &[])
}

/// `HRESULT_FROM_WIN32(5)` and its like; the parenthesis has parted name and argument already.
pub fn wrapped(token: &str, following: Option<&str>) -> Option<Term> {
    let argument = following?.to_string();
    match token.to_ascii_uppercase().as_str() {
        "HRESULT_FROM_WIN32" | "__HRESULT_FROM_WIN32" => Some(Term::FromWin32(argument)),
        "HRESULT_FROM_NT" => Some(Term::FromNt(argument)),
        _ => None,
    }
}

/// `0x8007 0005` and `0x 80070005`: a code cut by a space.
pub fn join(token: &str, following: &str) -> Option<String> {
    let is_hex = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if following.is_empty() || !is_hex(following) {
        return None;
    }
    if let Some(digits) = hex_digits(token) {
        return (is_hex(digits) && digits.len() + following.len() == 8).then(|| format!("0x{digits}{following}"));
    }
    // Without `0x` two numbers may stand beside each other: only where together they are a code.
    let halves = token.len() == 4 && following.len() == 4 && is_hex(token) && token.starts_with(['8', 'C', 'c']);
    let joined = format!("{token}{following}");
    (halves && narrow_hex(&joined).is_some_and(has_number)).then(|| format!("0x{joined}"))
}

/// `0xC1900101 - 0x20017`: result and phase with spaces around the hyphen.
pub fn spaced_pair(token: &str, following: &str) -> Option<Term> {
    let (result, phase) = (hex_digits(token)?, hex_digits(following)?);
    let phase = narrow_hex(phase).filter(|_| phase.len() == 5)?;
    let result = narrow_hex(result).filter(|_| result.len() == 8)?;
    setup::phase(phase).is_some().then_some(Term::SetupPair(result, phase))
}
