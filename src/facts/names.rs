//! Product names as people and programs write them: "Win7 SP1 x64", "服务器2008 R2", "Microsoft Windows 10 专业版".

use std::sync::LazyLock;

use regex::Regex;

use super::build::{Role, build_of_release};
use crate::text::shape::fixed_pattern;

/// A product named in a text, with what is said of it in the same breath.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub product: String,
    pub role: Option<Role>,
    pub build: Option<String>,
    pub edition: Option<&'static str>,
    pub architecture: Option<&'static str>,
    /// It is what someone wants to upgrade to, not what there is.
    pub target: bool,
}

/// How far after the name its edition, service pack and architecture may stand, in bytes.
const REACH: usize = 60;

/// Boundaries of ASCII words: others would need an engine that is many times as slow among Chinese characters.
static SERVER: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(
        r"(?i)(?:(?P<before>[a-z]+)\s*)?(?:server|服务器|伺服器)\s*(?:®|\(r\)|版|系统|系統|:|：)?\s*(?P<year>2003|2008|2012|2016|2019|2022|2025)(?P<r2>\s*-?r2)?|(?:windows|win)\s*-?(?P<year2>2003|2008|2012|2016|2019|2022|2025)(?P<r22>\s*-?r2)?|(?P<before2>[a-z]+\s*)?(?-u:\b)(?P<year3>2003|2008|2012)(?P<r24>\s*-?r2)|(?-u:\b)(?:w|win)?2k(?P<short>3|8|12|16|19|22)(?P<r23>\s*-?r2)?",
    )
});

static CLIENT: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(r"(?i)(?:windows|win)(?:\s*®|\s*\(r\)|™)?\s*[-_]?\s*(?P<name>8\.1|7|8|10|11|xp|vista)")
});

static RELEASE: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(
        r"(?i)(?:^|[^a-z0-9.])(?P<name>2[0-9]h[12]|1507|1511|1607|1703|1709|1803|1809|1903|1909|2004|sp\s?1|service\s+pack\s+1)(?:$|[^a-z0-9])",
    )
});

static ARCHITECTURE: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(
        r"(?i)(?:^|[^a-z0-9])(?:(?P<x64>x64|amd64|x86[_-]64|64[\s-]?bit|64\s?位)|(?P<arm>arm64|aarch64)|(?P<x86>x86|i[36]86|32[\s-]?bit|32\s?位))(?:$|[^a-z0-9_])",
    )
});

/// Products of other makers' and kinds' servers, whose years are not those of Windows.
const OTHER_SERVERS: &[&str] = &[
    "sql",
    "exchange",
    "sharepoint",
    "biztalk",
    "project",
    "lync",
    "business",
    "office",
    "foundation",
    "dynamics",
    "mysql",
    "report",
    "reporting",
    "web",
    "team",
    "devops",
];

/// The Windows products named in a text, in order.
pub(super) fn windows_in(text: &str) -> Vec<Named> {
    let mut found: Vec<(usize, Named)> = Vec::new();
    // Servers are named after years: most lines need not be asked for them.
    let years = text.bytes().any(|byte| byte.is_ascii_digit());
    for captures in years.then(|| SERVER.captures_iter(text)).into_iter().flatten() {
        let Some(whole) = captures.get(0) else { continue };
        let before = captures.name("before").or(captures.name("before2")).map_or("", |m| m.as_str().trim_end());
        if OTHER_SERVERS.iter().any(|other| before.eq_ignore_ascii_case(other)) || !ends_here(text, whole.end()) {
            continue;
        }
        let bare = captures.name("year").is_none();
        if bare && !begins_here(text, whole.start()) {
            continue;
        }
        let year =
            ["year", "year2", "year3"].iter().find_map(|name| captures.name(name)).map(|m| m.as_str().to_owned());
        let year = year.or_else(|| captures.name("short").map(|m| format!("20{:0>2}", m.as_str()))).unwrap_or_default();
        let r2 = ["r2", "r22", "r23", "r24"].iter().any(|name| captures.name(name).is_some())
            && matches!(&*year, "2003" | "2008" | "2012");
        let product = format!("windows-server-{year}{}", if r2 { "-r2" } else { "" });
        found.push((whole.start(), describe(text, whole.start(), whole.end(), product, Some(Role::Server))));
    }
    for captures in CLIENT.captures_iter(text) {
        let (Some(whole), Some(name)) = (captures.get(0), captures.name("name")) else { continue };
        if begins_here(text, whole.start()) && ends_here(text, whole.end()) {
            let product = format!("windows-{}", name.as_str().to_ascii_lowercase());
            found.push((whole.start(), describe(text, whole.start(), whole.end(), product, Some(Role::Client))));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, named)| named).collect()
}

fn describe(text: &str, start: usize, end: usize, product: String, role: Option<Role>) -> Named {
    let rest = &text[end..];
    let line = rest.find(['\n', '；', ';', '。']).map_or(rest, |at| &rest[..at]);
    let near = &line[..line.floor_char_boundary(REACH)];
    // What follows the next product is said of that one.
    let near = CLIENT.find(near).map_or(near, |next| &near[..next.start()]);
    let build = RELEASE.captures(near).and_then(|captures| {
        let name = captures.name("name")?.as_str().to_ascii_lowercase();
        build_of_release(&product, if name.starts_with('s') { "sp1" } else { &name })
    });
    let before = text[..start].trim_end_matches([' ', '"', '“', '「']);
    let target =
        [" to", "升级到", "升級到", "升级至", "升級至", "迁移到", "移轉到"].iter().any(|word| before.ends_with(word));
    Named { build, edition: edition_in(near), architecture: architecture_in(near), product, role, target }
}

/// Nothing that would make the name part of a longer one stands before it.
fn begins_here(text: &str, start: usize) -> bool {
    !text[..start].chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
}

/// Likewise after it: `Windows 10.0.17763` and `win7601` name no product.
fn ends_here(text: &str, end: usize) -> bool {
    let mut rest = text[end..].chars();
    match rest.next() {
        Some('.' | '_') => !rest.next().is_some_and(|c| c.is_ascii_alphanumeric()),
        // `Win7x64`, `Win10专业版`, `win7sp1`.
        Some('x' | 'X') => rest.next().is_some_and(|c| c.is_ascii_digit()),
        Some('s' | 'S') => matches!(rest.next(), Some('p' | 'P')),
        Some(c) => !c.is_ascii_alphanumeric(),
        None => true,
    }
}

/// The edition in what follows a product's name.
pub(super) fn edition_in(text: &str) -> Option<&'static str> {
    const EDITIONS: &[(&str, &str)] = &[
        ("enterprise", "enterprise"),
        ("企业版", "enterprise"),
        ("企業版", "enterprise"),
        ("professional", "professional"),
        ("专业", "professional"),
        ("專業", "professional"),
        ("ultimate", "ultimate"),
        ("旗舰版", "ultimate"),
        ("旗艦版", "ultimate"),
        ("datacenter", "datacenter"),
        ("数据中心", "datacenter"),
        ("資料中心", "datacenter"),
        ("standard", "standard"),
        ("标准版", "standard"),
        ("標準版", "standard"),
        ("education", "education"),
        ("教育版", "education"),
        ("home", "home"),
        ("家庭", "home"),
        ("家用", "home"),
        ("starter", "starter"),
    ];
    let lower = text.to_ascii_lowercase();
    let best = EDITIONS.iter().filter_map(|(word, id)| lower.find(word).map(|at| (at, *id))).min_by_key(|(at, _)| *at);
    // "Pro" alone must stand as a word: not "problem".
    let pro = lower.find("pro").filter(|at| {
        let after = lower[at + 3..].chars().next();
        begins_here(&lower, *at) && !after.is_some_and(|c| c.is_ascii_alphanumeric())
    });
    match (best, pro) {
        (Some((at, id)), Some(pro)) => Some(if pro < at { "professional" } else { id }),
        (Some((_, id)), None) => Some(id),
        (None, Some(_)) => Some("professional"),
        (None, None) => None,
    }
}

/// The architecture named in a text: `x64`, `x86` or `arm64`.
pub(super) fn architecture_in(text: &str) -> Option<&'static str> {
    ARCHITECTURE.captures_iter(text).find_map(|captures| {
        let at = captures.get(0)?.start();
        if text[..at].ends_with("Program Files ") || text[..at].ends_with("Program Files") {
            return None;
        }
        Some(if captures.name("x64").is_some() {
            "x64"
        } else if captures.name("arm").is_some() {
            "arm64"
        } else {
            "x86"
        })
    })
}
