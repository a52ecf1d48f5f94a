//! Values as machines and people write them: versions, update numbers, language tags.

use std::sync::LazyLock;

use regex::Regex;

use super::build::full_build;
use crate::text::shape::fixed_pattern;

/// How much of a line is looked at after a label; names and versions are short.
pub(super) const VALUE: usize = 200;

static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(r"(?:^|[^0-9.])((?:5\.[12]|6\.[0-3]|10\.0)\.[0-9]{4,5})((?:\.[0-9]{1,5})*)(?:$|[^0-9])")
});

pub(super) static SPOKEN_BUILD: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(
        r"(?i)(?:^|[^0-9.])(?:5\.[12]|6\.[0-3]|10\.0)\.(?P<number>[0-9]{4,5})(?:\.(?P<more>[0-9]{1,5}))?(?:$|[^0-9.])|(?:(?-u:\b)build|内部版本|組建|版本号)\s*(?:号|號|number|:|：)?\s*(?P<bare>[0-9]{4,5})(?:\.(?P<revision>[0-9]{1,5}))?(?:$|[^0-9])",
    )
});

pub(super) static RELEASE: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(
        r"(?i)(?:(?-u:\b)version|(?-u:\b)release|版本|系统|系統)\s*(?:号|為|为|是|:|：)?\s*(2[0-9]h[12]|1507|1511|1607|1703|1709|1803|1809|1903|1909|2004)(?:$|[^a-z0-9])",
    )
});

/// Whether a version in a person's text is the system's and not that of a file, package or tool.
///
/// `before` is the line up to it; `called_build` tells that the word build stands at it.
pub(super) fn is_of_the_system(before: &str, called_build: bool) -> bool {
    let near = before[before.ceil_char_boundary(before.len().saturating_sub(40))..].to_ascii_lowercase();
    let of_other = [
        "debugger",
        "file",
        "文件",
        "檔案",
        ".dll",
        ".sys",
        ".exe",
        "package",
        "dism",
        "microsoft-windows-",
        "_",
        "~",
        "kb",
    ];
    if of_other.iter().any(|word| near.contains(word)) {
        return false;
    }
    called_build
        || ["windows", "win", "os", "build", "server", "系统", "系統", "版本"].iter().any(|word| near.contains(word))
}

/// The Windows version in a text: three numbers, or four on the lines that count revisions.
pub(super) fn version_in(text: &str) -> Option<String> {
    let text = &text[..text.floor_char_boundary(VALUE)];
    let captures = VERSION.captures(text)?;
    let (base, more) = (captures.get(1)?.as_str(), captures.get(2)?.as_str());
    // `6.1.7601.1.0.65792`, as old update logs print it: what follows is service pack and suite.
    let revision = more.matches('.').count() == 1;
    Some(if revision { format!("{base}{more}") } else { base.to_owned() })
}

/// `19045` or `19045.3803`.
pub(super) fn bare_build(value: &str) -> Option<String> {
    if let Some(version) = version_in(value) {
        return Some(version);
    }
    let mut numbers = value.split(|c: char| !c.is_ascii_digit());
    let number = numbers.next()?.parse().ok()?;
    let revision = numbers.next().and_then(|number| number.parse().ok());
    full_build(number, revision.filter(|_| value.contains('.')))
}

/// The number of an update at the beginning of what follows `KB`, in its normal form.
pub(super) fn update_number(text: &str) -> Option<String> {
    let digits = text.trim_start_matches("KB");
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    (5..=8).contains(&end).then(|| format!("KB{}", &digits[..end]))
}

/// `zh-cn;中文(中国)` and `zh_CN.UTF-8` are `zh-CN`.
pub(super) fn language_tag(value: &str) -> Option<String> {
    let (language, rest) = value.split_once(['-', '_'])?;
    let region: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
    let alphabetic = language.bytes().all(|byte| byte.is_ascii_alphabetic());
    (alphabetic && (2..=3).contains(&language.len()) && region.len() == 2)
        .then(|| format!("{}-{}", language.to_ascii_lowercase(), region.to_ascii_uppercase()))
}

/// The tag of a locale number. Source: [MS-LCID], the languages that support mail has been seen in.
pub(super) fn language_of_locale(value: &str) -> Option<String> {
    let tag = match value.split(|c: char| !c.is_ascii_digit()).next()? {
        "1033" => "en-US",
        "2057" => "en-GB",
        "2052" => "zh-CN",
        "1028" => "zh-TW",
        "3076" => "zh-HK",
        "1041" => "ja-JP",
        "1042" => "ko-KR",
        "1031" => "de-DE",
        "1036" => "fr-FR",
        "1034" | "3082" => "es-ES",
        "1049" => "ru-RU",
        "1046" => "pt-BR",
        _ => return None,
    };
    Some(tag.to_owned())
}

pub(super) fn unquoted(value: &str) -> &str {
    value.trim().trim_matches(['"', '\''])
}

/// A row of a table of updates: the number alone, or with what the table's other columns hold.
pub(super) fn is_table_row(line: &str) -> bool {
    const COLUMNS: [&str; 7] = ["Update", "Hotfix", "Service Pack", "更新", "修补", "修補", "kbid="];
    !line.contains([' ', '\t']) || COLUMNS.iter().any(|column| line.contains(column))
}

/// What follows `Linux ` in the output of `uname -a`.
pub(super) fn is_uname(rest: &str) -> bool {
    rest.contains(" #")
        && (rest.contains("GNU/Linux") || rest.contains("SMP") || rest.contains("x86_64") || rest.contains("aarch64"))
}
