//! What a person typed as a code, taken apart: hints for a family, numbers, names, known shapes.
//!
//! Tolerant of what is seen in mail: full-width digits, `0*80070005`, a letter O for a zero, no
//! `0x`, negative and unsigned decimal, sign extension to 64 bits, a code cut by a space.

use unicode_normalization::UnicodeNormalization;

use super::{
    Family, by_family, entry,
    hints::{hints, is_filler},
};

/// Longer input is cut: a code with the sentence around it is far shorter.
const LONGEST: usize = 2_000;
/// Terms looked at in one query.
const MOST_TERMS: usize = 16;

/// A query taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The text after width, sign and quote forms were made one.
    pub text: String,
    /// Families that the words around the code name, as they came.
    pub hints: Vec<Family>,
    /// What stands there, in order.
    pub terms: Vec<Term>,
}

/// One thing in a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A number, with every way it may have been meant, the likeliest first. `text` is as typed.
    Number {
        /// As typed, after normalizing.
        text: String,
        /// The values it may have, with the form that gives each.
        values: Vec<(u32, Form)>,
    },
    /// A word that may be a symbolic name.
    Word(String),
    /// Result and phase of a failed Windows upgrade: `0xC1900101-0x20017`.
    SetupPair(u32, u32),
    /// `HRESULT_FROM_WIN32(...)`: the argument as typed.
    FromWin32(String),
    /// `HRESULT_FROM_NT(...)`: the argument as typed.
    FromNt(String),
    /// A code of a family whose values have a shape of their own: mail status, SQLSTATE.
    Exact(Family, u32),
    /// HTTP status with the IIS sub-status.
    HttpSub(u32, u32),
    /// Number of a Microsoft update, `KB4474419`.
    Update(String),
    /// `ORA-12514`.
    Oracle(String),
    /// `CVE-2020-0601`.
    Vulnerability(String),
}

/// How a number was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Hexadecimal with `0x`, or eight digits.
    Hex,
    /// Digits that are hexadecimal only if somebody left out `0x`.
    BareHex,
    /// Decimal.
    Decimal,
    /// Negative decimal.
    Negative,
}

/// Takes a query apart. Never fails: what is not understood is a word.
pub fn parse(input: &str) -> Query {
    let text = normalize(input);
    let hints = hints(&text);
    let mut terms = Vec::new();
    let tokens = tokens(&text);
    let mut next = 0;
    while let Some(&token) = tokens.get(next) {
        if terms.len() == MOST_TERMS {
            break;
        }
        let following = tokens.get(next + 1).copied();
        next += 1;
        if let Some(joined) = following.and_then(|following| join(token, following)) {
            next += 1;
            terms.extend(number(&joined, &hints));
        } else if let Some(term) = directory_data(token, following) {
            next += 1;
            terms.push(term);
        } else if let Some(term) = update(token, following).or_else(|| wrapped(token, following)) {
            next += 1;
            terms.push(term);
        } else if let Some(term) = shape(token, &hints).or_else(|| number(token, &hints)) {
            terms.push(term);
        } else if token.bytes().any(|byte| byte.is_ascii_alphabetic()) && !is_filler(token) {
            terms.push(Term::Word(token.to_string()));
        }
    }
    // `550 5.7.1`: the second says which family the first belongs to.
    let mut hints = hints;
    for term in &terms {
        if let Term::Exact(family, _) = term
            && !hints.contains(family)
        {
            hints.push(*family);
        }
    }
    Query { text, hints, terms }
}

/// Width, minus signs and the typing slips that cannot mean anything else.
fn normalize(input: &str) -> String {
    let end = input.char_indices().nth(LONGEST).map_or(input.len(), |(end, _)| end);
    let text: String = input.get(..end).unwrap_or_default().nfkc().collect();
    let text: String = text
        .chars()
        .map(|c| match c {
            '\u{2212}' | '\u{2010}'..='\u{2014}' => '-',
            '\u{2018}' | '\u{2019}' => '\'',
            '\u{00d7}' => 'x',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    text.trim().to_string()
}

/// Runs of ASCII letters, digits and `_ . * # -`, without punctuation at the ends.
pub fn tokens(text: &str) -> Vec<&str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '*' | '#' | '-' | '&')))
        .map(|token| token.trim_end_matches(['.', '-', '*', '#', '&']).trim_start_matches(['.', '*', '#']))
        .map(|token| if is_negative(token) { token } else { token.trim_start_matches('-') })
        .filter(|token| !token.is_empty())
        .collect()
}

fn is_negative(token: &str) -> bool {
    token.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// `0x8007 0005` and `0x 80070005`: a code cut by a space.
fn join(token: &str, following: &str) -> Option<String> {
    let digits = hex_digits(token)?;
    let fits = !following.is_empty() && following.bytes().all(|byte| byte.is_ascii_hexdigit());
    (fits && digits.len() + following.len() == 8 && digits.len() % 4 == 0).then(|| format!("0x{digits}{following}"))
}

/// The digits after `0x`, in any of the ways people type it: `0x`, `0X`, `ox`, `0*`, `x`, `&H`, `#`.
fn hex_digits(token: &str) -> Option<&str> {
    let lower = token.to_ascii_lowercase();
    let prefix = ["0x", "ox", "0*", "o*", "&h", "\\x", "x"].iter().find(|prefix| lower.starts_with(**prefix))?;
    token.get(prefix.len()..)
}

fn shape(token: &str, hints: &[Family]) -> Option<Term> {
    let upper = token.to_ascii_uppercase();
    let digits_after = |prefix: &str, lengths: std::ops::RangeInclusive<usize>| {
        let digits = upper.strip_prefix(prefix)?.trim_start_matches(['-', '_']);
        (lengths.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| digits.to_string())
    };
    if let Some(digits) = digits_after("KB", 6..=7) {
        return Some(Term::Update(format!("KB{digits}")));
    }
    if let Some(digits) = digits_after("ORA", 1..=5) {
        return Some(Term::Oracle(format!("ORA-{digits:0>5}")));
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
        if let Some(number) = entry::smtp_number(token) {
            return Some(Term::Exact(Family::Smtp, number));
        }
        let (status, sub) = token.split_once('.')?;
        let status = status.parse().ok().filter(|status| (400..600).contains(status))?;
        let sub = sub.parse().ok().filter(|&sub: &u32| sub < 1000)?;
        return Some(Term::HttpSub(status, sub));
    }
    // Any five characters are one by form: without the word it must be a known one with a letter in it.
    let number = entry::sqlstate_number(&upper)?;
    let known = !by_family(Family::Sqlstate, number).is_empty() && !upper.bytes().all(|byte| byte.is_ascii_hexdigit());
    (known || hints.contains(&Family::Sqlstate)).then_some(Term::Exact(Family::Sqlstate, number))
}

/// `data 775` of a refused directory logon: a system error in hexadecimal, always without `0x`.
fn directory_data(token: &str, following: Option<&str>) -> Option<Term> {
    let digits = following.filter(|digits| token.eq_ignore_ascii_case("data") && digits.len() == 3)?;
    let value = narrow_hex(digits)?;
    Some(Term::Number { text: digits.to_string(), values: vec![(value, Form::Decimal)] })
}

/// `KB 4474419`, written with a space.
fn update(token: &str, following: Option<&str>) -> Option<Term> {
    let digits = following.filter(|_| token.eq_ignore_ascii_case("kb"))?;
    shape(&format!("KB{digits}"), &[])
}

/// `HRESULT_FROM_WIN32(5)` and its like; the parenthesis has parted name and argument already.
fn wrapped(token: &str, following: Option<&str>) -> Option<Term> {
    let argument = following?.to_string();
    match token.to_ascii_uppercase().as_str() {
        "HRESULT_FROM_WIN32" | "__HRESULT_FROM_WIN32" => Some(Term::FromWin32(argument)),
        "HRESULT_FROM_NT" => Some(Term::FromNt(argument)),
        _ => None,
    }
}

/// A number in any of its forms; `None` when the token is none.
pub fn number(token: &str, hints: &[Family]) -> Option<Term> {
    let mut values: Vec<(u32, Form)> = Vec::new();
    let mut add = |value: Option<u32>, form: Form| {
        if let Some(value) = value
            && !values.iter().any(|&(known, _)| known == value)
        {
            values.push((value, form));
        }
    };
    let (sign, body) = match token.strip_prefix('-') {
        Some(body) => (true, body),
        None => (false, token),
    };
    if let Some(digits) = hex_digits(body) {
        // A C suffix (L, UL) is not part of the number.
        let digits = digits.trim_end_matches(['l', 'L', 'u', 'U', 'h', 'H']);
        let value = narrow_hex(digits);
        add(if sign { value.map(u32::wrapping_neg) } else { value }, Form::Hex);
    } else if sign {
        add(body.parse::<i128>().ok().and_then(|value| narrow(-value)), Form::Negative);
    } else if body.bytes().all(|byte| byte.is_ascii_digit()) {
        let hex = narrow_hex(body);
        let decimal = body.parse::<i128>().ok().and_then(narrow);
        let wide = body.len() == 8 && body.starts_with(['8', '0']) || body.len() == 16 && body.starts_with("00000000");
        let hex_first =
            hints.iter().any(|family| matches!(family, Family::Bugcheck | Family::Ntstatus | Family::Hresult));
        if wide || hex_first {
            add(hex, if wide { Form::Hex } else { Form::BareHex });
            add(decimal, Form::Decimal);
        } else {
            add(decimal, Form::Decimal);
            if body.len() <= 8 {
                add(hex, Form::BareHex);
            }
        }
    } else {
        let digits = body.strip_suffix(['h', 'H']).unwrap_or(body);
        let has_digit = digits.bytes().any(|byte| byte.is_ascii_digit());
        // `stop ef`: letters alone, but said to be a stop code.
        let stop = hints.contains(&Family::Bugcheck) && digits.len() == 2;
        // `face` and `bad` are words; `C0000022`, `7B` and `52e` are not.
        if digits.bytes().all(|byte| byte.is_ascii_hexdigit())
            && (has_digit || stop || digits.len() == 8)
            && digits.len() >= 2
        {
            add(narrow_hex(digits), if digits.len() >= 8 { Form::Hex } else { Form::BareHex });
        }
    }
    (!values.is_empty()).then(|| Term::Number { text: token.to_string(), values })
}

/// Hexadecimal digits of up to 64 bits as 32; more only when they are an extended sign.
fn narrow_hex(digits: &str) -> Option<u32> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return Some(0);
    }
    let wide = u64::from_str_radix(significant, 16).ok()?;
    narrow(i128::from(wide))
}

/// A number of up to 64 bits, signed or not, as 32 bits; `None` when it does not fit without loss.
fn narrow(value: i128) -> Option<u32> {
    // 18446744072635809797 is 0xFFFFFFFFC0000005: a negative 32-bit number widened.
    let value = if value > i128::from(i64::MAX) { value - (1 << 64) } else { value };
    if let Ok(value) = u32::try_from(value) {
        return Some(value);
    }
    i32::try_from(value).ok().map(i32::cast_unsigned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The first value of the first number.
    #[track_caller]
    fn check(input: &str, expected: u32) {
        let query = parse(input);
        let found = query.terms.iter().find_map(|term| match term {
            Term::Number { values, .. } => values.first().map(|(value, _)| *value),
            _ => None,
        });
        assert_eq!(found, Some(expected), "{input}: {query:?}");
    }

    #[track_caller]
    fn check_term(input: &str, expected: Term) {
        assert_eq!(parse(input).terms, [expected], "{input}");
    }

    #[test]
    fn hexadecimal_as_people_type_it() {
        for input in [
            "0x80070005",
            "0X80070005",
            "80070005",
            "ox80070005",
            "0*80070005",
            "0×80070005",
            "０ｘ８００７０００５",
            "错误0x80070005。",
            "error 0x80070005:",
            "0x8007 0005",
            "0x 80070005",
            "80070005h",
            "0x80070005L",
            "(80070005)",
            "hr=0x80070005",
            "x80070005",
            "#80070005",
            "&H80070005",
            "0xFFFFFFFF80070005",
            "ffffffff80070005",
        ] {
            check(input, 0x8007_0005);
        }
        check("C0000022", 0xC000_0022);
        check("7B", 0x7B);
        check("0x0000007B", 0x7B);
        check("0X000007B", 0x7B);
        check("0000007E", 0x7E);
        check("stop 50", 0x50);
        check("蓝屏 50", 0x50);
        check("data 52e", 0x52E);
    }

    #[test]
    fn decimal_as_programs_print_it() {
        check("-2147024891", 0x8007_0005);
        check("2147942405", 0x8007_0005);
        check("−2147024891", 0x8007_0005);
        check("18446744072635809797", 0xC000_0005);
        check("3221225477", 0xC000_0005);
        check("-1073741819", 0xC000_0005);
        check("5", 5);
        check("error 1603", 1603);
        check("-0x7ff8fffb", 0x8007_0005);
    }

    #[test]
    fn other_shapes() {
        check_term("0xC1900101-0x20017", Term::SetupPair(0xC190_0101, 0x20017));
        check_term("0xC1900101 - 0x20017".replace(' ', "").as_str(), Term::SetupPair(0xC190_0101, 0x20017));
        check_term("kb4474419", Term::Update("KB4474419".into()));
        check_term("ORA-12514", Term::Oracle("ORA-12514".into()));
        check_term("cve-2020-0601", Term::Vulnerability("CVE-2020-0601".into()));
        check_term("5.7.1", Term::Exact(Family::Smtp, 5_007_001));
        check_term("42P01", Term::Exact(Family::Sqlstate, entry::sqlstate_number("42P01").unwrap()));
        check_term("500.19", Term::HttpSub(500, 19));
        check_term("HRESULT_FROM_WIN32(5)", Term::FromWin32("5".into()));
        check_term("ERROR_ACCESS_DENIED", Term::Word("ERROR_ACCESS_DENIED".into()));
    }

    #[test]
    fn words_are_no_numbers() {
        for input in ["face", "access", "bad", "0xZZ", "", "拒绝", "KB12", "1.2.3.4.5"] {
            let query = parse(input);
            assert!(!query.terms.iter().any(|term| matches!(term, Term::Number { .. })), "{input}: {query:?}");
        }
    }

    #[test]
    fn hints_are_whole_words() {
        assert_eq!(parse("Win32 error 5").hints, [Family::Win32]);
        assert_eq!(parse("Kerberos 0x18").hints, [Family::Kerberos]);
        assert_eq!(parse("蓝屏代码 0x7B").hints, [Family::Bugcheck]);
        assert_eq!(parse("nonstop 5").hints, []);
        assert_eq!(parse("phrase 5").hints, []);
    }

    proptest! {
        #[test]
        fn never_panics(input in "\\PC{0,40}") { parse(&input); }

        #[test]
        fn every_form_of_a_number_is_the_number(number in 0x8000_0000_u32..) {
            for input in [format!("{number:#x}"), format!("0x{number:08X}"), number.cast_signed().to_string(), number.to_string()] {
                let query = parse(&input);
                let found = query.terms.iter().any(|term| matches!(term, Term::Number { values, .. }
                    if values.first().is_some_and(|(value, _)| *value == number)));
                prop_assert!(found, "{}", input);
            }
        }
    }
}
