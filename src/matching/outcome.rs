//! Is the issue fixed on this machine, and is it this machine's at all?
//!
//! Facts of the machine are held against an article's `applies_to` and `fixed_in`. That an update is not there is said only
//! where the case shows it: it fails, it is rolled back, or a whole list of the installed ones lacks it.

use serde::{Deserialize, Serialize};

use super::applies::{Fit, fit};
use crate::{
    article::{Article, Fix},
    facts::{Fact, MachineFacts, Revision, compare_revisions, has_revision, products_with},
    text::Bilingual,
};

/// What the machine has to do with the issue and its fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeKind {
    /// The fix is not on the machine: install it.
    FixNotInstalled,
    /// The fix, or a build that has it, is on the machine, and yet it fails.
    FixInstalledStillFailing,
    /// The article is for other machines.
    NotAffected,
    /// The article is for this machine, and no update for it is known to be a fix.
    Affected,
    /// Something has to be looked up first.
    CannotTell,
}

impl OutcomeKind {
    /// The word for people and for JSON.
    pub fn name(self) -> &'static str {
        match self {
            OutcomeKind::FixNotInstalled => "fix-not-installed",
            OutcomeKind::FixInstalledStillFailing => "fix-installed-still-failing",
            OutcomeKind::NotAffected => "not-affected",
            OutcomeKind::Affected => "affected",
            OutcomeKind::CannotTell => "cannot-tell",
        }
    }
}

/// An outcome with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Which it is.
    pub outcome: OutcomeKind,
    /// What it rests on.
    pub fix: FixState,
}

/// What an outcome rests on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FixState {
    /// The updates to install.
    pub install: Vec<String>,
    /// Updates of the fix that are there.
    pub installed: Vec<String>,
    /// The first build that has the fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<String>,
    /// The outcome in a sentence.
    pub says: Bilingual,
    /// The facts that it rests on.
    pub because: Vec<Fact>,
    /// What to look up, where it cannot be told.
    pub look_up: Vec<LookUp>,
}

/// Something to be looked up on the machine.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LookUp {
    /// Which fact: `updates`, `build` or `product`.
    pub fact: MissingFact,
    /// In words.
    pub what: Bilingual,
}

/// A fact that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MissingFact {
    /// Which updates are installed.
    Updates,
    /// The build with its revision.
    Build,
    /// Which product it is.
    Product,
}

impl MissingFact {
    fn look_up(self) -> LookUp {
        let what = match self {
            MissingFact::Updates => {
                Bilingual::new("the list of installed updates (systeminfo)", "已安装更新的列表（systeminfo）")
            }
            MissingFact::Build => Bilingual::new("the build (winver)", "系统内部版本号（winver）"),
            MissingFact::Product => Bilingual::new("the Windows version (winver)", "Windows 版本（winver）"),
        };
        LookUp { fact: self, what }
    }
}

/// Holds what is known of a machine against an article; `None`: the article says neither for which machines it is nor what
/// fixes it.
pub fn outcome(article: &Article, facts: &MachineFacts) -> Option<Outcome> {
    let fits = fit(&article.applies_to, facts);
    if let Fit::Contradicts(why) = &fits {
        return Some(not_affected(why, facts));
    }
    let fixes: Vec<Fix> = article.fixed_in.iter().filter_map(|entry| Fix::read(entry).ok()).collect();
    if fixes.is_empty() && article.applies_to.is_empty() {
        return None;
    }
    let held: Vec<(&Fix, Held)> = fixes.iter().map(|fix| (fix, hold(fix, facts))).collect();
    if let Some((fix, because)) = held.iter().find_map(|(fix, held)| Some((*fix, held.there()?))) {
        return Some(installed(fix, because));
    }
    let missing: Vec<(&Fix, &Missing)> = held
        .iter()
        .filter_map(|(fix, held)| if let Held::Missing(missing) = held { Some((*fix, missing)) } else { None })
        .collect();
    if !missing.is_empty() {
        return Some(not_installed(&missing));
    }
    let mut unknown: Vec<MissingFact> = held.iter().flat_map(|(_, held)| held.unknown()).copied().collect();
    if unknown.is_empty() {
        if fits == Fit::Fits {
            return Some(affected(facts));
        }
        // No fix is for this product: whether the article is, nobody has said.
        unknown = if article.applies_to.is_empty() { return None } else { wanted(article, facts) };
    }
    unknown.sort();
    unknown.dedup();
    Some(cannot_tell(&unknown))
}

/// How a machine stands to one way to have the fix.
enum Held {
    /// It is there.
    There(Vec<Fact>),
    /// It is not.
    Missing(Missing),
    /// These facts would tell.
    Unknown(Vec<MissingFact>),
    /// It is for other machines.
    OfOthers,
}

/// What is missing.
struct Missing {
    updates: Vec<String>,
    there: Vec<String>,
    because: Vec<Fact>,
}

impl Held {
    fn there(&self) -> Option<&[Fact]> {
        if let Held::There(because) = self { Some(because) } else { None }
    }

    fn unknown(&self) -> &[MissingFact] {
        if let Held::Unknown(facts) = self { facts } else { &[] }
    }
}

fn hold(fix: &Fix, facts: &MachineFacts) -> Held {
    if let Some(product) = &facts.product
        && !is_for(fix, &product.value)
        && !facts.also_named.iter().any(|named| is_for(fix, named))
    {
        return Held::OfOthers;
    }
    let mut below = None;
    let mut unknown = Vec::new();
    if let Some(fixed) = &fix.build {
        match facts.build.as_ref().map(|build| (build, compare_revisions(&build.value, fixed))) {
            Some((_, Revision::OtherRelease)) => return Held::OfOthers,
            Some((build, Revision::Reached)) => return Held::There(vec![build.clone()]),
            Some((build, Revision::Below)) => below = Some(build.clone()),
            Some((_, Revision::NotSaid)) | None => unknown.push(MissingFact::Build),
        }
    }
    let find = |all: &[Fact], update: &String| all.iter().find(|fact| fact.value == *update).cloned();
    let there: Vec<Fact> = fix.updates.iter().filter_map(|update| find(&facts.updates, update)).collect();
    if !fix.updates.is_empty() && there.len() == fix.updates.len() {
        return Held::There(there);
    }
    let mut because: Vec<Fact> = Vec::new();
    let mut missing: Vec<String> = Vec::new();
    for update in fix.updates.iter().filter(|update| there.iter().all(|fact| fact.value != **update)) {
        // Where a build has the fix too, a later update may have brought it, which the list does not say.
        let by_list = || facts.update_list.clone().filter(|_| fix.build.is_none() || below.is_some());
        match find(&facts.not_installed, update).or_else(by_list) {
            Some(fact) => {
                because.push(fact);
                missing.push(update.clone());
            }
            None if below.is_some() => missing.push(update.clone()),
            None if facts.update_list.is_some() => {}
            None => unknown.push(MissingFact::Updates),
        }
    }
    if below.is_some() || !missing.is_empty() {
        // Both facts speak where both are there; a build that is not known may yet have the fix, but what is shown to be
        // missing is missing.
        because.dedup();
        because.extend(below);
        let there = there.into_iter().map(|fact| fact.value).collect();
        return Held::Missing(Missing { updates: missing, there, because });
    }
    // On a machine whose product is not known, an update for one product alone may be for another.
    if facts.product.is_none() && facts.build.is_none() && !fix.products.is_empty() {
        unknown.push(MissingFact::Product);
    }
    Held::Unknown(unknown)
}

/// Whether a fix is for a product.
fn is_for(fix: &Fix, product: &str) -> bool {
    let named = fix.products.iter().any(|one| one == product);
    let by_build = fix.build.as_deref().map(products_with).unwrap_or_default();
    match (fix.products.is_empty(), by_build.is_empty()) {
        (false, _) => named,
        (true, false) => by_build.contains(&product),
        (true, true) => true,
    }
}

/// The facts that would tell whether an article is for a machine.
fn wanted(article: &Article, facts: &MachineFacts) -> Vec<MissingFact> {
    let mut wanted = Vec::new();
    if article.applies_to.iter().any(|one| one.product.is_some()) && facts.product.is_none() {
        wanted.push(MissingFact::Product);
    }
    let by_build = |build: &Option<String>| build.is_some();
    let asks = article.applies_to.iter().any(|one| by_build(&one.build_min) || by_build(&one.build_max));
    if asks && facts.build.as_ref().is_none_or(|build| !has_revision(&build.value)) {
        wanted.push(MissingFact::Build);
    }
    if wanted.is_empty() {
        wanted.push(MissingFact::Product);
    }
    wanted
}

fn not_affected(why: &str, facts: &MachineFacts) -> Outcome {
    let because = [&facts.product, &facts.build, &facts.architecture, &facts.language];
    let named = |fact: &&Fact| why.contains(fact.value.as_str());
    let because: Vec<Fact> = because.into_iter().flatten().filter(named).cloned().collect();
    let seen = because.first().map_or_else(String::new, |fact| fact.value.clone());
    let says = Bilingual::new(
        format!("this machine is not affected: {why}"),
        format!("这台机器不受影响：本机为 {seen}，不在该问题的适用范围内"),
    );
    Outcome { outcome: OutcomeKind::NotAffected, fix: FixState { says, because, ..FixState::default() } }
}

fn affected(facts: &MachineFacts) -> Outcome {
    let says = Bilingual::new(
        "the issue is one of this machine; no update is known to fix it",
        "该问题适用于这台机器；目前没有已知的修复更新",
    );
    let because = facts.product.iter().chain(&facts.build).cloned().collect();
    Outcome { outcome: OutcomeKind::Affected, fix: FixState { says, because, ..FixState::default() } }
}

fn installed(fix: &Fix, because: &[Fact]) -> Outcome {
    let names: Vec<&str> = because.iter().map(|fact| fact.value.as_str()).collect();
    let by_build = fix.build.is_some() && because.iter().any(|fact| !fact.value.starts_with("KB"));
    let says = if by_build {
        Bilingual::new(
            format!("the fix is on the machine (build {}), and yet it fails: look for another cause", names.join(", ")),
            format!("修复已在本机（内部版本 {}），但问题仍然存在：请查找其他原因", names.join("、")),
        )
    } else {
        Bilingual::new(
            format!("the fix is on the machine ({}), and yet it fails: look for another cause", names.join(", ")),
            format!("修复已在本机（{}），但问题仍然存在：请查找其他原因", names.join("、")),
        )
    };
    let fix = FixState {
        // A build that has the fix has all of its updates.
        installed: fix.updates.clone(),
        build: fix.build.clone(),
        says,
        because: because.to_vec(),
        ..FixState::default()
    };
    Outcome { outcome: OutcomeKind::FixInstalledStillFailing, fix }
}

fn not_installed(missing: &[(&Fix, &Missing)]) -> Outcome {
    let mut fix = FixState::default();
    for (one, missing) in missing {
        extend(&mut fix.install, &missing.updates);
        extend(&mut fix.installed, &missing.there);
        extend(&mut fix.because, &missing.because);
        fix.build = fix.build.or_else(|| one.build.clone());
    }
    let several = missing.len() > 1;
    let (en, zh) = if several { (" or ", " 或 ") } else { (" and ", " 和 ") };
    let build_en = fix.build.as_ref().map(|build| format!("build {build} or later")).unwrap_or_default();
    let build_zh = fix.build.as_ref().map(|build| format!("内部版本 {build} 或更高")).unwrap_or_default();
    let says = if fix.install.is_empty() {
        Bilingual::new(
            format!("the fix is not installed: update to {build_en}"),
            format!("尚未安装修复：请升级到{build_zh}"),
        )
    } else {
        let later = |text: String, open: &str, close: &str| {
            if text.is_empty() || several { String::new() } else { format!("{open}{text}{close}") }
        };
        Bilingual::new(
            format!("the fix is not installed: install {}{}", fix.install.join(en), later(build_en, " (", ")")),
            format!("尚未安装修复：请安装 {}{}", fix.install.join(zh), later(build_zh, "（", "）")),
        )
    };
    Outcome { outcome: OutcomeKind::FixNotInstalled, fix: FixState { says, ..fix } }
}

/// Adds what is not there yet.
fn extend<T: PartialEq + Clone>(all: &mut Vec<T>, more: &[T]) {
    for one in more {
        if !all.contains(one) {
            all.push(one.clone());
        }
    }
}

fn cannot_tell(unknown: &[MissingFact]) -> Outcome {
    let look_up: Vec<LookUp> = unknown.iter().map(|fact| fact.look_up()).collect();
    let en: Vec<&str> = look_up.iter().map(|one| one.what.en.as_str()).collect();
    let zh: Vec<&str> = look_up.iter().map(|one| one.what.zh.as_str()).collect();
    let says = Bilingual::new(
        format!("whether the fix is installed cannot be told: look up {}", en.join(" and ")),
        format!("无法判断是否已安装修复：请查看{}", zh.join("和")),
    );
    Outcome { outcome: OutcomeKind::CannotTell, fix: FixState { says, look_up, ..FixState::default() } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::parse;

    fn fact(value: &str) -> Fact {
        Fact { value: value.into(), part: "systeminfo.txt".into(), line: 1 }
    }

    /// `facts`: `windows-7` product, `10.0.19045` build, `+KB1` installed, `-KB1` not, `#3` a whole list.
    #[track_caller]
    fn check(front: &str, facts: &[&str], expected: &str) -> Outcome {
        let article = parse("t.md", &format!("---\nid: a\ntitle: x\nlanguage: en\n{front}---\n")).unwrap().value;
        let mut machine = MachineFacts::default();
        for word in facts {
            match word.split_at(1) {
                ("+", update) => machine.updates.push(fact(update)),
                ("-", update) => machine.not_installed.push(fact(update)),
                ("#", count) => machine.update_list = Some(fact(count)),
                ("w", _) => machine.product = Some(fact(word)),
                _ => machine.build = Some(fact(word)),
            }
        }
        let found = outcome(&article, &machine).unwrap();
        let wanted: Vec<&str> = found.fix.look_up.iter().map(|one| one.what.en.as_str()).collect();
        let told = match found.outcome {
            OutcomeKind::CannotTell => format!("cannot-tell {}", wanted.join("+")),
            OutcomeKind::FixNotInstalled => format!("install {}", found.fix.install.join(" ")),
            other => other.name().to_string(),
        };
        assert!(told.starts_with(expected), "{told} is not {expected}, of {front} {facts:?}");
        found
    }

    const SHA2: &str = "applies_to: [{product: windows-7}]\nfixed_in: [KB4490628 + KB4474419]\n";
    const MAY: &str = "fixed_in: [KB5058405 10.0.22631.5335]\n";

    #[test]
    fn lists_tell_what_is_there_and_what_is_missing() {
        check(SHA2, &["windows-7", "+KB4490628", "#1"], "install KB4474419");
        check(SHA2, &["windows-7", "+KB4490628", "+KB4474419"], "fix-installed");
        check(SHA2, &["windows-7", "+KB4490628"], "cannot-tell the list of installed updates");
        check(SHA2, &["windows-7", "-KB4474419", "+KB4490628"], "install KB4474419");
        check(SHA2, &["windows-10", "#1"], "not-affected");
        check(SHA2, &[], "cannot-tell the list of installed updates");
    }

    #[test]
    fn builds_say_it_better_than_lists() {
        check(MAY, &["windows-11", "10.0.22631.5336", "#9"], "fix-installed");
        check(MAY, &["windows-11", "10.0.22621.5335"], "fix-installed");
        let found = check(MAY, &["windows-11", "10.0.22631.5189"], "install KB5058405");
        assert_eq!(found.fix.says.en, "the fix is not installed: install KB5058405 (build 10.0.22631.5335 or later)");
        check(MAY, &["windows-11", "10.0.22631"], "cannot-tell the list of installed updates (systeminfo)+the build");
        check(MAY, &["windows-11", "10.0.22631", "#4"], "cannot-tell the build");
        check(MAY, &["+KB5058405"], "fix-installed");
    }

    #[test]
    fn fixes_of_other_products_say_nothing() {
        let front = "applies_to: [{product: windows-7}, {product: windows-10}]\nfixed_in: [KB3140245 windows-7]\n";
        check(front, &["windows-10", "#7"], "affected");
        check(front, &["windows-7", "#7"], "install KB3140245");
        check(front, &[], "cannot-tell the list of installed updates (systeminfo)+the Windows version");
    }

    #[test]
    fn article_that_says_nothing_has_no_outcome() {
        let article = parse("t.md", "---\nid: a\ntitle: x\nlanguage: en\n---\n").unwrap().value;
        assert_eq!(outcome(&article, &MachineFacts::default()), None);
    }
}
