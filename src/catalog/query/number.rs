//! A token read as a number: hexadecimal, decimal, and what a slip of the fingers makes of them.

use super::{Form, Term};
use crate::catalog::{Family, has_number};

/// A number in any of its forms; `None` when the token is none.
pub fn number(token: &str, hints: &[Family]) -> Option<Term> {
    let values = values(token, hints);
    if !values.is_empty() {
        return Some(Term::Number { text: token.to_string(), values, mended: None });
    }
    let mended = mend(token)?;
    let values = self::values(&mended, hints);
    // What a slip hides is read as the code itself only where there is such a code.
    let known = values.iter().any(|&(value, _)| has_number(value) || value >> 16 == 0x8007);
    known.then(|| Term::Number { text: token.to_string(), values, mended: Some(mended) })
}

/// Every value that a token may stand for, the likeliest first.
fn values(token: &str, hints: &[Family]) -> Vec<(u32, Form)> {
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
    values
}

/// The digits after `0x`, in any of the ways people type it: `0x`, `0X`, `ox`, `0*`, `x`, `&H`, `#`.
pub fn hex_digits(token: &str) -> Option<&str> {
    const PREFIXES: &[&str] = &["0x", "ox", "0*", "o*", "&h", "\\x", "x"];
    let prefix = PREFIXES
        .iter()
        .find(|prefix| token.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)))?;
    token.get(prefix.len()..)
}

/// The number that was meant, where the slip can mean nothing else: a letter O for a zero, l for a
/// one, a prefix typed twice or with the key beside x, a separator within the digits.
///
/// `None` when nothing is to be mended or the result is no number.
fn mend(token: &str) -> Option<String> {
    /// Longer tokens are no mistyped numbers.
    const LONGEST: usize = 24;
    if token.len() > LONGEST || !token.is_ascii() {
        return None;
    }
    let (sign, body) = match token.strip_prefix('-') {
        Some(body) => ("-", body),
        None => ("", token),
    };
    let is_hex = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    // A word of letters that look like digits is none: at least one must be there.
    let has_digit = |digits: &str| digits.bytes().any(|byte| byte.is_ascii_digit());
    if let Some(digits) = hex_digits(body).filter(|digits| has_digit(digits)) {
        // `0x0x80070005`, `0xx80070005`, `0x8007-0005`.
        let digits = hex_digits(digits).unwrap_or(digits);
        let digits: String = digits.chars().filter(|c| !matches!(c, '-' | '_' | '.')).map(look_alike).collect();
        let mended = format!("{sign}0x{digits}");
        return (is_hex(&digits) && !mended.eq_ignore_ascii_case(token)).then_some(mended);
    }
    // `00x80070005`, and `0c80070005` and the like: c, z and s lie beside x.
    if let Some(digits) = body.strip_prefix('0').and_then(hex_digits)
        && is_hex(digits)
    {
        return Some(format!("{sign}0x{digits}"));
    }
    let beside = ["0c", "0z", "0s"].iter().find_map(|prefix| {
        let start = body.get(..2).filter(|start| start.eq_ignore_ascii_case(prefix))?;
        body.get(start.len()..)
    });
    if let Some(digits) = beside.filter(|digits| digits.len() == 8 && is_hex(digits)) {
        return Some(format!("{sign}0x{digits}"));
    }
    let digits: String = body.chars().map(look_alike).collect();
    let typed = body.bytes().filter(u8::is_ascii_digit).count();
    if digits.len() == 8 && is_hex(&digits) && typed >= 4 && digits.starts_with(['8', 'C', 'c', '0']) {
        return Some(format!("{sign}0x{digits}"));
    }
    // `1O060`: decimal, with no more than one letter for two digits.
    let decimal = digits.bytes().all(|byte| byte.is_ascii_digit()) && body.starts_with(|c: char| c.is_ascii_digit());
    (decimal && typed >= 2 && typed * 3 >= body.len() * 2).then(|| format!("{sign}{digits}"))
}

/// The digit that a letter was typed or scanned for; other characters as they are.
fn look_alike(c: char) -> char {
    match c.to_ascii_uppercase() {
        'O' | 'Q' => '0',
        'I' | 'L' => '1',
        'S' => '5',
        'Z' => '2',
        'G' => '6',
        _ => c,
    }
}

/// Hexadecimal digits of up to 64 bits as 32; more only when they are an extended sign.
pub fn narrow_hex(digits: &str) -> Option<u32> {
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
    use super::*;

    #[track_caller]
    fn check(token: &str, expected: Option<&str>) {
        assert_eq!(mend(token).as_deref(), expected, "{token}");
    }

    #[test]
    fn slips_that_mean_one_number() {
        check("0x8OO7OOO5", Some("0x80070005"));
        check("0x8007000S", Some("0x80070005"));
        check("80O70005", Some("0x80070005"));
        check("0x0x80070005", Some("0x80070005"));
        check("0xx80070005", Some("0x80070005"));
        check("00x80070005", Some("0x80070005"));
        check("0c80070005", Some("0x80070005"));
        check("0z80070005", Some("0x80070005"));
        check("0x8007-0005", Some("0x80070005"));
        check("0x8007_0005", Some("0x80070005"));
        check("-2147O24891", Some("-2147024891"));
        check("1O060", Some("10060"));
        check("4O4", Some("404"));
    }

    #[test]
    fn words_are_not_mended() {
        for token in ["SOLO", "ill", "EISDIR", "0xZZTOP", "L10N", "i18n", "0xZZ", "COOL", "GOOGLE12", "拒绝", "", "-"]
        {
            check(token, None);
        }
    }

    #[test]
    fn only_known_codes_are_read_through_a_slip() {
        assert!(number("0x8OO7OOO5", &[]).is_some());
        assert!(number("0x1Z3", &[]).is_none_or(|term| matches!(term, Term::Number { mended: Some(_), .. })));
        assert!(number("0xABCDEFOl", &[]).is_none());
    }
}
