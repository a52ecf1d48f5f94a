//! Build numbers: comparing them, and which products have them.

use std::cmp::Ordering;

/// Compares builds number by number: `10.0.17763.9` is before `10.0.17763.2300`.
///
/// What is missing counts as nothing, so `6.1.7601` is before `6.1.7601.1`. Everything between the
/// numbers separates alike, so kernel releases (`5.15.0-91-generic`) compare too.
pub fn compare_builds(a: &str, b: &str) -> Ordering {
    numbers(a).cmp(numbers(b))
}

/// The numbers in a build as their digits without leading zeros, which order by length, then by digits.
fn numbers(build: &str) -> impl Iterator<Item = (usize, &str)> {
    build.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).map(|digits| {
        let digits = digits.trim_start_matches('0');
        (digits.len(), digits)
    })
}

/// How a build stands to one that has a fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revision {
    /// It is the same or later.
    Reached,
    /// It is earlier.
    Below,
    /// It is of the same release, but its revision is not known.
    NotSaid,
    /// It is of another release, which has fixes of its own.
    OtherRelease,
}

/// Numbers of releases that get the same updates, with the same revision.
const SERVICED_TOGETHER: &[&[u32]] =
    &[&[18362, 18363], &[19041, 19042, 19043, 19044, 19045], &[22621, 22631], &[26100, 26200]];

fn number_of(build: &str) -> Option<u32> {
    build.split('.').nth(2)?.parse().ok()
}

/// Whether two builds are of releases that get the same updates.
pub(super) fn same_servicing(a: &str, b: &str) -> bool {
    let (a, b) = (number_of(a), number_of(b));
    a.is_some()
        && (a == b
            || SERVICED_TOGETHER.iter().any(|of| [a, b].iter().flatten().filter(|n| of.contains(n)).count() == 2))
}

/// Whether a build says its revision: `10.0.19045.3803` does, `10.0.19045` does not.
pub fn has_revision(build: &str) -> bool {
    build.split('.').filter(|number| !number.is_empty()).count() > 3
}

/// How a Windows build stands to one that has a fix: by the revision, which releases that are serviced together share.
pub fn compare_revisions(build: &str, fixed: &str) -> Revision {
    if !same_servicing(build, fixed) {
        return Revision::OtherRelease;
    }
    let revision = |build: &str| build.split('.').nth(3).and_then(|number| number.parse::<u32>().ok());
    match (revision(build), revision(fixed)) {
        (_, None) => Revision::Reached,
        (None, Some(_)) => Revision::NotSaid,
        (Some(seen), Some(fixed)) if seen >= fixed => Revision::Reached,
        (Some(_), Some(_)) => Revision::Below,
    }
}

/// The products that have a build.
pub fn products_with(build: &str) -> Vec<&'static str> {
    products_of(build, None)
}

/// A Windows build: third number, the two before it, and the products with it.
struct Build {
    number: u32,
    version: &'static str,
    client: Option<&'static str>,
    server: Option<&'static str>,
}

const fn build(
    number: u32,
    version: &'static str,
    client: Option<&'static str>,
    server: Option<&'static str>,
) -> Build {
    Build { number, version, client, server }
}

/// Released builds. Source: Microsoft's release information for Windows and Windows Server, as of 2025.
/// Semi-annual server releases are left out: they have no
/// product id of their own.
const BUILDS: &[Build] = &[
    build(2600, "5.1", Some("windows-xp"), None),
    build(3790, "5.2", None, Some("windows-server-2003")),
    build(6000, "6.0", Some("windows-vista"), None),
    build(6001, "6.0", Some("windows-vista"), Some("windows-server-2008")),
    build(6002, "6.0", Some("windows-vista"), Some("windows-server-2008")),
    build(6003, "6.0", None, Some("windows-server-2008")),
    build(7600, "6.1", Some("windows-7"), Some("windows-server-2008-r2")),
    build(7601, "6.1", Some("windows-7"), Some("windows-server-2008-r2")),
    build(9200, "6.2", Some("windows-8"), Some("windows-server-2012")),
    build(9600, "6.3", Some("windows-8.1"), Some("windows-server-2012-r2")),
    build(10240, "10.0", Some("windows-10"), None),
    build(10586, "10.0", Some("windows-10"), None),
    build(14393, "10.0", Some("windows-10"), Some("windows-server-2016")),
    build(15063, "10.0", Some("windows-10"), None),
    build(16299, "10.0", Some("windows-10"), None),
    build(17134, "10.0", Some("windows-10"), None),
    build(17763, "10.0", Some("windows-10"), Some("windows-server-2019")),
    build(18362, "10.0", Some("windows-10"), None),
    build(18363, "10.0", Some("windows-10"), None),
    build(19041, "10.0", Some("windows-10"), None),
    build(19042, "10.0", Some("windows-10"), None),
    build(19043, "10.0", Some("windows-10"), None),
    build(19044, "10.0", Some("windows-10"), None),
    build(19045, "10.0", Some("windows-10"), None),
    build(20348, "10.0", None, Some("windows-server-2022")),
    build(22000, "10.0", Some("windows-11"), None),
    build(22621, "10.0", Some("windows-11"), None),
    build(22631, "10.0", Some("windows-11"), None),
    build(26100, "10.0", Some("windows-11"), Some("windows-server-2025")),
    build(26200, "10.0", Some("windows-11"), None),
];

/// Names of releases, with the build of the client and, where it differs, of Windows 11.
const RELEASES: &[(&str, u32, u32)] = &[
    ("1507", 10240, 0),
    ("1511", 10586, 0),
    ("1607", 14393, 0),
    ("1703", 15063, 0),
    ("1709", 16299, 0),
    ("1803", 17134, 0),
    ("1809", 17763, 0),
    ("1903", 18362, 0),
    ("1909", 18363, 0),
    ("2004", 19041, 0),
    ("20h2", 19042, 0),
    ("21h1", 19043, 0),
    ("21h2", 19044, 22000),
    ("22h2", 19045, 22621),
    ("23h2", 0, 22631),
    ("24h2", 0, 26100),
    ("25h2", 0, 26200),
];

/// Whether a machine is known to be a client or a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Client,
    Server,
}

/// The products that have a build; of one kind only where the role is known.
pub(super) fn products_of(build: &str, role: Option<Role>) -> Vec<&'static str> {
    let Some(entry) = build.split('.').nth(2).and_then(|n| n.parse().ok()).and_then(find) else { return Vec::new() };
    if !build.starts_with(entry.version) {
        return Vec::new();
    }
    let client = entry.client.filter(|_| role != Some(Role::Server));
    let server = entry.server.filter(|_| role != Some(Role::Client));
    client.into_iter().chain(server).collect()
}

/// The full form of a build that is given by its number alone: `19045.3803` is `10.0.19045.3803`.
///
/// `None` if no such build was released.
pub(super) fn full_build(number: u32, revision: Option<u32>) -> Option<String> {
    let entry = find(number)?;
    let revision = revision.map_or_else(String::new, |revision| format!(".{revision}"));
    Some(format!("{}.{number}{revision}", entry.version))
}

/// The build of a release that is called by its name: `windows-10`, `22H2`.
pub(super) fn build_of_release(product: &str, release: &str) -> Option<String> {
    let release = release.to_ascii_lowercase();
    if release == "sp1" {
        return matches!(product, "windows-7" | "windows-server-2008-r2").then(|| "6.1.7601".to_owned());
    }
    let (_, ten, eleven) = RELEASES.iter().find(|(name, ..)| *name == release)?;
    match product {
        "windows-10" => full_build(*ten, None),
        "windows-11" => full_build(*eleven, None),
        _ => None,
    }
}

fn find(number: u32) -> Option<&'static Build> {
    BUILDS.iter().find(|build| build.number == number)
}
