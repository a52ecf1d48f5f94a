//! Numbers with a prefix of their own: KB articles, CVE and ORA numbers.

use crate::signature::SignatureKind as Kind;

use super::{Scan, lex, number::counted};

/// `KB4474419`, `kb-4474419`, `Package_for_KB4474419~…`; `at` is where the letters begin.
pub(super) fn kb(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let before = lex::before(bytes, at);
    // C:\Windows\$NtUninstallKB885884$
    let in_name = lex::has_before(bytes, at, "$ntuninstall");
    if before.is_ascii_alphanumeric() && !in_name || matches!(before, b'.' | b'@') {
        return;
    }
    let tight = lex::byte(bytes, at + 2).is_ascii_digit();
    let mut start = at + 2;
    if !tight {
        start = lex::skip_while(bytes, start, 4, |byte| matches!(byte, b' ' | b'-' | b'_' | b'#' | b':' | b'/'));
        start = lex::skip_any(bytes, start, &["编号:", "编号", "補丁", "补丁"]).unwrap_or(start);
        start = lex::skip_while(bytes, start, 2, |byte| matches!(byte, b' ' | b':'));
        // `(KB) 4474419`, `in KB: 4474419`, `512 KB 4474419` speak of sizes.
        let word = lex::back_while(bytes, at, 3, |byte| byte == b' ');
        let size = lex::before(bytes, word).is_ascii_digit()
            || lex::has_before(bytes, word, "in")
            || lex::has_before(bytes, word, "size")
            || lex::has_before(bytes, word, "memory")
            || lex::has_before(bytes, word, "total");
        if size {
            return;
        }
    }
    let framed = matches!(before, b'{' | b'[' | b'(')
        && matches!(lex::byte(bytes, lex::skip_digits(bytes, start)), b'}' | b']' | b')');
    let Some(end) = article_number(bytes, start, tight || framed) else { return };
    scan.push(Kind::Kb, article(&scan.text[start..end]), at..end);
    more_numbers(scan, end);
}

/// `补丁 5034441`, `补丁号：5034441`: an article behind the word for what it brings, which ends at `at`, with all its seven digits.
pub(super) fn patch(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let start = lex::skip_separators(bytes, at, 12, &["号", "编号", "为", "是"]);
    let Some(end) = article_number(bytes, start, false) else { return };
    // `补丁 5034123 KB` is its size.
    if scan.is_prose() && end - start == 7 && matches!(bytes[start], b'2'..=b'5') && !counted(bytes, end) {
        scan.push(Kind::Kb, article(&scan.text[start..end]), start..end);
        more_numbers(scan, end);
    }
}

/// The normal form of a number: millions of them stand in a servicing log.
fn article(number: &str) -> String {
    let mut article = String::with_capacity("KB".len() + number.len());
    article.push_str("KB");
    article.push_str(number);
    article
}

/// End of the digits of an article number: six or seven, and not more.
fn article_number(bytes: &[u8], start: usize, tight: bool) -> Option<usize> {
    let end = lex::skip_digits(bytes, start);
    let fits =
        matches!(end - start, 6 | 7) && lex::byte(bytes, start) != b'0' && (tight || lex::byte(bytes, start) != b'1');
    // `KB4474419v3` is a second edition, `KB4474419x` no number at all.
    let edition = matches!(lex::byte(bytes, end), b'v' | b'V') && lex::byte(bytes, end + 1).is_ascii_digit();
    let follows = lex::byte(bytes, end);
    let goes_on =
        follows.is_ascii_alphanumeric() && !edition || follows == b'.' && lex::byte(bytes, end + 1).is_ascii_digit();
    (fits && !goes_on).then_some(end)
}

/// `KB4474419、4490628` and `KB4474419/4490628`: further numbers of a list without their letters.
fn more_numbers(scan: &mut Scan<'_>, end: usize) {
    let bytes = scan.bytes;
    let mut here = end;
    for _ in 0..16 {
        if !matches!(lex::byte(bytes, here), b',' | b'/' | b' ' | 0x80..) {
            return;
        }
        let Some(next) = lex::skip_any(bytes, here, &["、", ", ", ",", "/", " and ", "和", "及", "与", " & "])
        else {
            return;
        };
        let Some(end) = article_number(bytes, next, false) else { return };
        if end - next != 7 {
            return;
        }
        scan.push(Kind::Kb, article(&scan.text[next..end]), next..end);
        here = end;
    }
}

/// `CVE-2020-0601`; `at` is where the letters begin.
pub(super) fn cve(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let year = at + 4;
    let dash = lex::skip_digits(bytes, year);
    let start = dash + 1;
    let end = lex::skip_digits(bytes, start);
    let fits = dash - year == 4
        && matches!(lex::byte(bytes, dash), b'-' | b'_')
        && (4..=7).contains(&(end.saturating_sub(start)));
    if lex::starts_word(bytes, at) && fits && !lex::byte(bytes, end).is_ascii_alphanumeric() {
        scan.push(Kind::Cve, format!("CVE-{}-{}", &scan.text[year..dash], &scan.text[start..end]), at..end);
    }
}

/// `ORA-12514`, `ORA-1017`; `at` is where the letters begin.
pub(super) fn ora(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    // `ORA - 00942`, as some drivers space it.
    let dash = lex::skip_while(bytes, at + 3, 1, |byte| byte == b' ');
    let mark = if lex::byte(bytes, dash) == b'-' { dash + 1 } else { dash };
    let start = lex::skip_while(bytes, mark, 1, |byte| byte == b' ');
    let end = lex::skip_digits(bytes, start);
    // `ORA 01555`, without the dash, in full.
    if mark == dash && end - start != 5 {
        return;
    }
    if !lex::starts_word(bytes, at)
        || !(1..=5).contains(&(end - start))
        || lex::byte(bytes, end).is_ascii_alphanumeric()
    {
        return;
    }
    if let Ok(number) = scan.text[start..end].parse::<u32>()
        && number > 0
    {
        scan.push(Kind::Ora, format!("ORA-{number:05}"), at..end);
    }
}
