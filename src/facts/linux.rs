//! Linux distributions: os-release, kernel lines and names in text.

use std::sync::LazyLock;

use regex::Regex;

static NAMES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:^|[^a-z0-9])(?P<name>ubuntu|debian|red\s?hat(?:\s+enterprise)?(?:\s+linux)?|rhel|centos|rocky(?:\s+linux)?|alma\s?linux|oracle\s+linux|fedora|suse\s+linux\s+enterprise(?:\s+server)?|sles|opensuse\s+leap|openeuler|anolis(?:\s+os)?|kylin|麒麟|amazon\s+linux)(?:\s*(?:gnu/linux|linux|server|stream|release|version|os|advanced\s+server|服务器版|系统))*\s*(?:release\s*)?v?(?P<version>\d{1,4}(?:\.\d{1,2})?)",
    )
    .expect("the pattern is fixed and covered by tests")
});

/// The product id of an os-release `ID` and `VERSION_ID`.
pub(super) fn product_id(id: &str, version: &str) -> Option<String> {
    let id = id.trim().to_ascii_lowercase();
    let version = version.trim();
    let version = version.trim_start_matches(['v', 'V']);
    if id.is_empty() || !version.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let id = match id.as_str() {
        "ol" | "oracle" => "oracle-linux",
        "almalinux" => "alma-linux",
        "amzn" => "amazon-linux",
        "sled" | "sles" => "sles",
        "rhel" => "rhel",
        other if other.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') => other,
        _ => return None,
    };
    // Where minor releases are one product, the major number names it.
    let by_major = !matches!(id, "ubuntu" | "openeuler" | "opensuse-leap");
    let version = if by_major { version.split('.').next().unwrap_or(version) } else { version };
    let version: String = version.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    Some(format!("{id}-{}", version.trim_end_matches('.')))
}

/// The first distribution named with its version in a text.
pub(super) fn product_in(text: &str) -> Option<String> {
    let captures = NAMES.captures(text)?;
    let name = captures.name("name")?.as_str().to_lowercase();
    let squeezed: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    let id = match squeezed.as_str() {
        name if name.starts_with("redhat") => "rhel",
        name if name.starts_with("rocky") => "rocky",
        name if name.starts_with("suse") => "sles",
        name if name.starts_with("anolis") => "anolis",
        "oraclelinux" => "ol",
        "amazonlinux" => "amzn",
        "opensuseleap" => "opensuse-leap",
        "麒麟" => "kylin",
        name => return product_id(name, captures.name("version")?.as_str()),
    };
    product_id(id, captures.name("version")?.as_str())
}

/// The kernel release in what follows `Linux version ` or, for uname, `Linux host `.
pub(super) fn kernel_release(text: &str) -> Option<&str> {
    let word = text.split_ascii_whitespace().next()?;
    let numbers =
        word.split(['.', '-']).take(2).all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    (numbers && word.contains('.') && word.len() < 80).then_some(word)
}
