//! The labels before which a machine prints facts of itself, in English, simplified and traditional Chinese.
//!
//! All are searched for at once, so that a log of any size costs one pass.

use std::{cmp::Reverse, iter, ops::Range, sync::LazyLock};

use crate::text::literals::Literals;

/// What stands after a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// A product's full name: `Microsoft Windows 7 Ultimate`.
    Caption,
    /// The rest of the name at the beginning of a line, as in a table of `wmic os`.
    BareName,
    /// A version: `6.1.7601 Service Pack 1 Build 7601`.
    Version,
    /// A version that counts only with a build beside it: msinfo's `Version`, which others print too.
    WeakVersion,
    /// A build without version: `19045`, `19045.3803`.
    BuildNumber,
    /// `[Version 6.1.7601]`, `[版本 6.1.7601]`.
    Banner,
    /// The version of the servicing stack, whose first three numbers are those of the system.
    ServicingStack,
    /// `amd64`, `x64-based PC`.
    Architecture,
    /// `1` client, `2` and `3` server. Source: OSVERSIONINFOEX, wProductType.
    ProductType,
    /// `Enterprise`, `ServerStandard`.
    Edition,
    /// `zh-cn;中文(中国)`.
    Language,
    /// `2052`
    LocaleId,
    /// An entry of a list of installed updates.
    ListedUpdate,
    /// How many entries such a list has.
    ListedCount,
    /// Head of a table of installed updates, or a field of one.
    UpdateTable,
    /// The name of an update's package, wherever it stands: `KB4474419~31bf3856ad364e35~amd64~~6.1.1.3, current: Installed`.
    PackageName,
    /// An event about an update's package: `KB4474419 was successfully changed to the Installed state`.
    PackageEvent,
    /// An event that an update was installed.
    InstalledEvent,
    /// An event that an update could not be installed.
    FailedEvent,
    /// A package whose state follows.
    Package,
    /// The state of the package.
    PackageState,
    /// os-release.
    OsReleaseId,
    OsReleaseVersion,
    OsReleaseName,
    /// A kernel under a debugger or in a dump.
    DebuggedKernel,
    /// A kernel's banner.
    Kernel,
    /// `uname -a`.
    Uname,
}

const LABELS: &[(&str, Label)] = &[
    ("OS Name", Label::Caption),
    ("OSName", Label::Caption),
    ("OsName", Label::Caption),
    ("WindowsProductName", Label::Caption),
    ("Microsoft Windows ", Label::BareName),
    ("OS 名称", Label::Caption),
    ("OS名称", Label::Caption),
    ("OS 名稱", Label::Caption),
    ("操作系统名称", Label::Caption),
    ("作業系統名稱", Label::Caption),
    ("作業系統", Label::Caption),
    ("操作系统", Label::Caption),
    ("Operating System", Label::Caption),
    ("Host OS", Label::Caption),
    ("ProductName", Label::Caption),
    ("Caption", Label::Caption),
    ("OS Version", Label::Version),
    ("OSVersion", Label::Version),
    ("OsVersion", Label::Version),
    ("OS 版本", Label::Version),
    ("OS版本", Label::Version),
    ("操作系统版本", Label::Version),
    ("作業系統版本", Label::Version),
    ("Image Version", Label::Version),
    ("映像版本", Label::Version),
    ("Windows Version", Label::Version),
    ("Version", Label::WeakVersion),
    ("版本", Label::WeakVersion),
    ("OS Build", Label::BuildNumber),
    ("CurrentBuildNumber", Label::BuildNumber),
    ("CurrentBuild", Label::BuildNumber),
    ("BuildNumber", Label::BuildNumber),
    ("OsBuildNumber", Label::BuildNumber),
    ("Microsoft Windows [", Label::Banner),
    ("Loaded Servicing Stack v", Label::ServicingStack),
    ("Architecture", Label::Architecture),
    ("OSArchitecture", Label::Architecture),
    ("OsArchitecture", Label::Architecture),
    ("Running architecture", Label::Architecture),
    ("System Type", Label::Architecture),
    ("系统类型", Label::Architecture),
    ("系統類型", Label::Architecture),
    ("体系结构", Label::Architecture),
    ("PROCESSOR_ARCHITECTURE", Label::Architecture),
    ("ProductType", Label::ProductType),
    ("EditionID", Label::Edition),
    ("Current Edition", Label::Edition),
    ("System Locale", Label::Language),
    ("系统区域设置", Label::Language),
    ("系統地區設定", Label::Language),
    ("Default system UI language", Label::Language),
    ("默认系统 UI 语言", Label::Language),
    ("Locale ID", Label::LocaleId),
    ("区域设置 ID", Label::LocaleId),
    ("地區設定識別碼", Label::LocaleId),
    ("]: KB", Label::ListedUpdate),
    ("Hotfix(s):", Label::ListedCount),
    ("修补程序:", Label::ListedCount),
    ("修補程式:", Label::ListedCount),
    ("HotFixID", Label::UpdateTable),
    ("Package_for_", Label::PackageName),
    ("Package KB", Label::PackageEvent),
    ("程序包 KB", Label::PackageEvent),
    ("套件 KB", Label::PackageEvent),
    ("successfully installed the following update", Label::InstalledEvent),
    ("成功安装了以下更新", Label::InstalledEvent),
    ("成功安装以下更新", Label::InstalledEvent),
    ("成功安裝下列更新", Label::InstalledEvent),
    ("failed to install the following update", Label::FailedEvent),
    ("无法安装以下更新", Label::FailedEvent),
    ("安装以下更新失败", Label::FailedEvent),
    ("無法安裝下列更新", Label::FailedEvent),
    ("Package Identity", Label::Package),
    ("PackageName", Label::Package),
    ("程序包标识", Label::Package),
    ("套件識別", Label::Package),
    ("State :", Label::PackageState),
    ("PackageState", Label::PackageState),
    ("状态 :", Label::PackageState),
    ("狀態 :", Label::PackageState),
    ("VERSION_ID=", Label::OsReleaseVersion),
    ("PRETTY_NAME=", Label::OsReleaseName),
    ("ID=", Label::OsReleaseId),
    ("Kernel Version ", Label::DebuggedKernel),
    ("Linux version ", Label::Kernel),
    ("Linux ", Label::Uname),
];

/// What is looked for, and what stands in its place.
struct Search {
    /// Without regard to ASCII case.
    literals: Literals,
    /// For each literal the labels that it begins with but for case, itself among them, the longest first.
    beginnings: Vec<Vec<usize>>,
}

static SEARCH: LazyLock<Search> = LazyLock::new(|| {
    let begins = |text: &str, label: &str| {
        text.as_bytes().get(..label.len()).is_some_and(|head| head.eq_ignore_ascii_case(label.as_bytes()))
    };
    let beginnings = LABELS.iter().map(|(text, _)| {
        let mut all: Vec<usize> = (0..LABELS.len()).filter(|&other| begins(text, LABELS[other].0)).collect();
        all.sort_by_key(|&other| Reverse(LABELS[other].0.len()));
        all
    });
    let beginnings = beginnings.collect();
    Search { literals: Literals::new(LABELS.iter().map(|&(text, _)| text.into()).collect(), |_| true), beginnings }
});

/// The labels in a text with their places: label, its start, its end. From left to right, the longest at each place, none
/// overlapping another.
pub(super) fn find(text: &str) -> impl Iterator<Item = (Label, usize, usize)> {
    let Search { literals, beginnings } = &*SEARCH;
    let mut hits = literals.find_iter(text.as_bytes(), 0..text.len());
    iter::from_fn(move || {
        loop {
            let (literal, Range { start, .. }) = hits.next()?;
            let found = beginnings[literal]
                .iter()
                .map(|&label| LABELS[label])
                .find(|(label, _)| text.as_bytes()[start..].starts_with(label.as_bytes()));
            let Some((label, kind)) = found else {
                hits.go_on(start + 1);
                continue;
            };
            let end = start + label.len();
            hits.go_on(end);
            return Some((kind, start, end));
        }
    })
}

#[cfg(test)]
mod tests {
    use aho_corasick::{AhoCorasick, MatchKind};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Pieces of labels, so that many are met in part, in another case or within each other.
        #[test]
        fn labels_are_those_of_an_automaton(pieces in prop::collection::vec((0..LABELS.len(), 0..40usize, any::<bool>()), 0..40)) {
            let mut text = String::new();
            for (label, cut, lower) in pieces {
                let label = LABELS[label].0;
                let piece = &label[label.floor_char_boundary(cut.saturating_sub(30))..];
                text.push_str(&if lower { piece.to_lowercase() } else { piece.to_string() });
            }
            let words = LABELS.iter().map(|(text, _)| *text);
            let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words).unwrap();
            let expected: Vec<_> =
                automaton.find_iter(&text).map(|hit| (LABELS[hit.pattern().as_usize()].1, hit.start(), hit.end())).collect();
            prop_assert_eq!(find(&text).collect::<Vec<_>>(), expected);
        }
    }
}
