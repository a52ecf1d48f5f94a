//! Addresses as they may stand in the head of a mail that goes out: ASCII, one of them, and short enough (RFC 5322, 5321).
//!
//! What came in is what somebody wrote. A domain in other letters gets its form in ASCII (RFC 5891, RFC 3492); a local part in other
//! letters has none, and what could be read as several addresses is none.

use unicode_normalization::UnicodeNormalization;

/// Longest address. Source: RFC 5321, section 4.5.3.1.3, without the angle brackets.
const LONGEST: usize = 254;
/// Longest part of a domain. Source: RFC 1035, section 2.3.4.
const LONGEST_LABEL: usize = 63;

/// An address as it may be written to; `None`: nothing can be sent to it.
pub fn sendable(address: &str) -> Option<String> {
    let (local, domain) = address.trim().trim_start_matches('<').trim_end_matches('>').rsplit_once('@')?;
    // Source: RFC 5322, section 3.2.3. Dots in odd places are in use.
    let is_atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    if local.is_empty() || !local.chars().all(is_atom) {
        return None;
    }
    let literal = domain.strip_prefix('[').and_then(|domain| domain.strip_suffix(']'));
    let domain = match literal {
        Some(literal) => {
            let is_literal = |c: char| c.is_ascii_alphanumeric() || ".:-".contains(c);
            literal.chars().all(is_literal).then(|| domain.to_string())?
        }
        None => {
            let labels: Option<Vec<String>> = domain.split(['.', '。', '．', '｡']).map(label).collect();
            labels?.join(".")
        }
    };
    let address = format!("{local}@{domain}");
    (address.len() <= LONGEST).then_some(address)
}

/// A part of a domain in ASCII.
fn label(label: &str) -> Option<String> {
    let label = if label.is_ascii() {
        label.to_string()
    } else {
        let folded: String = label.nfkc().flat_map(char::to_lowercase).nfc().collect();
        let is_letter = |c: char| c.is_alphanumeric() || c == '-' || unicode_normalization::char::is_combining_mark(c);
        if !folded.chars().all(is_letter) {
            return None;
        }
        if folded.is_ascii() { folded } else { format!("xn--{}", punycode(&folded)?) }
    };
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (!label.is_empty() && label.len() <= LONGEST_LABEL && label.bytes().all(is_host)).then_some(label)
}

/// The letters of a label in ASCII. Source: RFC 3492, section 6.3; names and numbers are those of its section 5.
fn punycode(label: &str) -> Option<String> {
    const BASE: u32 = 36;
    const T_MIN: u32 = 1;
    const T_MAX: u32 = 26;
    const SKEW: u32 = 38;
    const DAMP: u32 = 700;
    let letters: Vec<u32> = label.chars().map(u32::from).collect();
    if letters.len() > LONGEST_LABEL {
        return None;
    }
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).ok()?;
    let mut handled = basic;
    if basic > 0 {
        out.push('-');
    }
    let (mut n, mut delta, mut bias) = (128_u32, 0_u32, 72_u32);
    while (handled as usize) < letters.len() {
        let next = letters.iter().copied().filter(|letter| *letter >= n).min()?;
        delta = delta.checked_add((next - n).checked_mul(handled + 1)?)?;
        n = next;
        for letter in &letters {
            if *letter < n {
                delta = delta.checked_add(1)?;
            }
            if *letter != n {
                continue;
            }
            let mut rest = delta;
            for k in (1..).map(|step| step * BASE) {
                let threshold = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
                if rest < threshold {
                    break;
                }
                out.push(digit(threshold + (rest - threshold) % (BASE - threshold))?);
                rest = (rest - threshold) / (BASE - threshold);
            }
            out.push(digit(rest)?);
            let mut spread = if handled == basic { delta / DAMP } else { delta / 2 };
            spread += spread / (handled + 1);
            let mut k = 0;
            while spread > (BASE - T_MIN) * T_MAX / 2 {
                spread /= BASE - T_MIN;
                k += BASE;
            }
            bias = k + (BASE - T_MIN + 1) * spread / (spread + SKEW);
            delta = 0;
            handled += 1;
        }
        delta = delta.checked_add(1)?;
        n = n.checked_add(1)?;
    }
    Some(out)
}

/// `a` to `z`, then `0` to `9`.
fn digit(value: u32) -> Option<char> {
    char::from_digit(value, 36).and(char::from_u32(if value < 26 {
        'a' as u32 + value
    } else {
        '0' as u32 + value - 26
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_in_other_letters_are_written_in_ascii() {
        for (given, expected) in [
            ("b@c.example", "b@c.example"),
            ("b@中文.example", "b@xn--fiq228c.example"),
            ("b@München.example", "b@xn--mnchen-3ya.example"),
            ("b@例子。测试", "b@xn--fsqu00a.xn--0zwm56d"),
            ("b@ｅｘａｍｐｌｅ.org", "b@example.org"),
            ("<b@c.example>", "b@c.example"),
            ("<b@c.example", "b@c.example"),
            ("o'neil+x@[192.0.2.1]", "o'neil+x@[192.0.2.1]"),
        ] {
            assert_eq!(sendable(given).as_deref(), Some(expected), "{given}");
        }
    }

    #[test]
    fn what_is_no_single_address_is_refused() {
        let long = format!("{}@c.example", "b".repeat(3_000));
        let long_domain = format!("b@{}.example", "中".repeat(70));
        for given in [
            "b@c.example,evil@x.example",
            "b@c.example>,<evil@x.example",
            "b@c.example;x",
            "李@c.example",
            "b",
            "@c",
            "b@",
            "b@c..example",
            "b c@d.example",
            "b@c.example\r\nBcc: x@y.example",
            "\"b\"@c.example",
            &long,
            &long_domain,
        ] {
            assert_eq!(sendable(given), None, "{given}");
        }
    }
}
