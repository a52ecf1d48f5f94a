//! What people say of updates: which they have installed, and which they have not, or which failed to install.
//!
//! A mail is cut into clauses. A clause that only counts up updates belongs to the one that it is joined with. Questions,
//! plans and advice say nothing.

use std::sync::LazyLock;

use regex::Regex;

use super::values::update_number;
use crate::text::shape::fixed_pattern;

/// Bytes of one text that are looked at: beyond, it is a pasted log.
const MOST_TEXT: usize = 64 << 10;

/// Bytes of a clause: prose is shorter.
const LONGEST: usize = 600;

/// An update with what a person says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// The update, `KB4474419`.
    pub(super) update: String,
    /// Whether it is installed.
    pub(super) installed: bool,
    /// Lines from the beginning of the text.
    pub(super) line: u64,
}

static UPDATE: LazyLock<Regex> = LazyLock::new(|| fixed_pattern(r"(?i)(?:^|[^a-z0-9])(kb[ -]?[0-9]{5,8})(?:$|[^0-9])"));

/// Ends of clauses. A full stop counts with a blank behind it: `10.0.19045` has none.
static CLAUSE: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(
        r"(?i)[.!?:]\s|[。！？；;，,：]|\n\s*\n|\n\s*(?:[-*•]|[0-9]{1,2}[.)、])\s|\s(?:but|however|yet|while|whereas|then)\s|但是|但|然而|不过|可是|却",
    )
});

/// The update itself fails.
static FAILS: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(
        r"(?x)
        (?:^|\b(?:update|patch|package|rollup|the|that|7|10|11|2016|2019|2022|r2|pc|server|machines?|systems?|clients?|now)\ )kb(?:\ and\ kb)*\ (?:(?:still|always|again|also|now|then|just|simply|to|has|have|had)\ ){0,3}(?:fails?|failed|is\ failing|keeps\ failing|aborts?|aborted|errors\ out)\b
        | \b(?:installation|installing|rollout|deployment)\ (?:of\ )?(?:the\ )?(?:update\ )?kb\b.{0,40}\b(?:fail|abort|stop|error|hang|breaks\ off)
        ",
    )
});

/// What fails fails with it there: "after KB5005565 printing fails".
static AFTER: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(
        r"\b(?:after|since|with|by|despite|because of|due to) (?:installing |applying )?(?:the )?(?:update |patch )?kb\b",
    )
});

/// Installing it went wrong, or it was taken off again.
static FAILED: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(
        r"(?x)
        \bkb\b.{0,80}\b(?:rolls?|rolled|rolling)\ back\b
        | \bkb\b.{0,80}\b(?:reverts?|reverted|reverting|backs?\ out|backed\ out|undoing|is\ undone)\b
        | \bkb\b.{0,40}\b(?:does\ not|did\ not|doesn't|didn't|will\ not|won't|would\ not|cannot|can't|can\ not|could\ not|couldn't)\ (?:be\ )?(?:install|go\ in|apply|stay)
        | \b(?:cannot|can't|can\ not|could\ not|couldn't|unable\ to|fails?\ to|failed\ to|not\ able\ to|does\ not|won't|will\ not)\ (?:install|apply|deploy|get)\b.{0,60}\bkb\b
        | \b(?:failed|failing)\ (?:update|installation|patch)\b.{0,20}\bkb\b
        | \b(?:uninstalled|removed|took\ off|backed\ out|rolled\ back|withdrew)\b.{0,30}\bkb\b
        | \bkb\b.{0,20}\b(?:was|were|is|has\ been|have\ been|got)\ (?:uninstalled|removed|taken\ off|withdrawn)\b
        | kb[^后後]{0,30}(?:安装失败|安裝失敗|失败|失敗|装不上|裝不上|打不上|安装不上|安裝不上|安装不了|无法安装|無法安裝|不能安装|没装上|没打上|沒裝上|未成功|不成功)
        | kb.{0,60}(?:回滚|回滾|还原更改|撤销更改|復原變更|还原了|退回)
        | (?:无法|無法|不能|没法)(?:成功)?(?:安装|安裝|装|打).{0,20}kb
        | (?:卸载|卸載|解除安裝)(?:了|掉)?\s*(?:补丁|更新)?\s*kb | kb.{0,12}(?:被|已)(?:经)?(?:卸载|卸載)
        ",
    )
});

/// It is not there.
static ABSENT: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(
        r"(?x)
        \bkb\b.{0,30}\b(?:not|never|n't)\ (?:yet\ |been\ |yet\ been\ )?(?:installed|applied|there|present|listed|deployed|on\ (?:it|the|this|any)|in\ the\ list)
        | \bkb\b.{0,20}\b(?:isn't|aren't|wasn't|hasn't|haven't)\b
        | \b(?:not|never|n't)\ (?:yet\ )?(?:installed|applied|deployed|have|had|got|rolled\ out)\b.{0,30}\bkb\b
        | \b(?:without|missing|lacks?|no)\ (?:the\ )?(?:update\ )?kb\b
        | \bkb\b.{0,20}\b(?:is|are|was|were)\ (?:still\ )?(?:missing|absent|outstanding)\b
        | (?:未|没有|没|尚未|还没|还没有|沒有|沒|還沒|从未|从没)(?:安装|安裝|装|裝|打|部署)过?.{0,12}kb
        | kb.{0,16}(?:未安装|没有安装|没装|没打|未装|未打|尚未|还没|沒有安裝|未安裝|没有装|没有打|沒裝|不在列表|不在清单)
        | (?:缺少|缺|没有|沒有)(?:补丁|更新)?\s*kb
        ",
    )
});

/// A plan, a condition, advice.
static WISH: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(
        r"(?x)
        \b(?:should|shall|must|need\ to|needs\ to|have\ to|want\ to|plan\ to|planning\ to|going\ to|will|would|please|can|may|could|try\ to|trying\ to|tried\ to|about\ to|before|if|whether|unless|until|once)\b.{0,20}\b(?:install|apply|deploy|roll\ out|kb)
        | \b(?:whether|requires?|needs)\b
        | (?:需要|请|請|是否|要不要|应该|應該|能否|可否|准备|準備|打算|计划|計劃|建议|建議|如果|若|想)[^了]{0,10}(?:安装|安裝|装|裝|打|kb)
        | 吗$ | 嗎$
        ",
    )
});

/// It is installed.
static INSTALLED: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(
        r"(?x)
        \b(?:installed|applied|deployed|rolled\ out|in\ place|went\ in|goes\ in\ fine|installs\ fine)\b
        | \b(?:after|since)\ (?:installing|applying|deploying)\b
        | \b(?:have|has|got|had)\ (?:the\ )?(?:update\ |patch\ )?kb\b
        | \b(?:even\ with|even\ after|despite|patched\ with|updated\ with|updated\ to|still\ .{0,40}\bwith)\ (?:the\ )?(?:update\ )?kb\b
        | \bkb\b.{0,20}\b(?:is|are|was|were)\ (?:already\ )?(?:there|present|on\ (?:it|the|all|both|every)|listed|in\ the\ list)\b
        | (?:已|已经|已經|都|均|也)(?:成功)?(?:安装|安裝|装|裝|打|部署)
        | (?:安装|安裝|装|裝|打)(?:完|好|上|过|過)?了
        | (?:安装|安裝|装|裝|打)(?:上|过|過|好|完)
        | 安装后|安装之后|安裝後|打补丁后
        ",
    )
});

/// Words that do not make a clause of their own.
static LIST: LazyLock<Regex> =
    LazyLock::new(|| fixed_pattern(r"^(?:kb|and|or|&|/|、|和|及|以及|与|與|also|the|updates?|补丁|\s|[()（）])*$"));

/// A clause that names updates: its words with `kb` for each, and the updates with their lines.
struct Clause {
    words: String,
    updates: Vec<(String, u64)>,
    question: bool,
}

/// The updates of which a person says whether they are installed, in the order of the text.
pub(super) fn updates(text: &str) -> Vec<Said> {
    let text = &text[..text.floor_char_boundary(MOST_TEXT)];
    if !UPDATE.is_match(text) {
        return Vec::new();
    }
    let clauses = clauses(text);
    let mut said = Vec::new();
    // What a clause says, or where it only counts up the nearest one before that says something, or the nearest one behind.
    let claims: Vec<Option<Option<bool>>> = clauses.iter().map(claim).collect();
    let mut next: Vec<Option<Option<bool>>> = claims.clone();
    for at in (0..next.len().saturating_sub(1)).rev() {
        next[at] = next[at].or(next[at + 1]);
    }
    let mut before = None;
    for (at, clause) in clauses.iter().enumerate() {
        before = claims[at].or(before);
        if let Some(installed) = before.or(next[at]).flatten() {
            let one = |(update, line): &(String, u64)| Said { update: update.clone(), installed, line: *line };
            said.extend(clause.updates.iter().map(one));
        }
    }
    said
}

/// What a clause says of its updates: `None` where it only counts up, `Some(None)` where it says nothing of them.
fn claim(clause: &Clause) -> Option<Option<bool>> {
    if clause.question {
        return Some(None);
    }
    if LIST.is_match(&clause.words) {
        return None;
    }
    if clause.updates.is_empty() {
        return Some(None);
    }
    let says = |what: &LazyLock<Regex>| what.is_match(&clause.words);
    Some(match () {
        () if says(&FAILED) || says(&ABSENT) || says(&FAILS) && !says(&AFTER) => Some(false),
        () if says(&WISH) => None,
        () if says(&INSTALLED) => Some(true),
        () => None,
    })
}

fn clauses(text: &str) -> Vec<Clause> {
    let mut clauses = Vec::new();
    let (mut from, mut line, mut counted) = (0, 0, 0);
    let ends = CLAUSE.find_iter(text).map(|end| (end.start(), end.end()));
    for (end, next) in ends.chain([(text.len(), text.len())]) {
        let piece = &text[from..end];
        line += count_lines(&text[counted..from]);
        counted = from;
        from = next;
        if piece.trim().is_empty() || piece.len() > LONGEST {
            continue;
        }
        let question = text[end..next].starts_with(['?', '？']) || piece.ends_with(['?', '？']);
        clauses.push(clause(piece, line, question));
    }
    clauses
}

fn clause(piece: &str, line: u64, question: bool) -> Clause {
    let mut updates = Vec::new();
    let mut words = String::with_capacity(piece.len());
    let mut from = 0;
    // Neighbours share the character between them: each is looked for anew.
    while let Some(found) = UPDATE.captures_at(piece, from).and_then(|found| found.get(1)) {
        words.push_str(&piece[from..found.start()]);
        words.push_str("kb");
        let digits = found.as_str().trim_start_matches(|c: char| !c.is_ascii_digit());
        if let Some(update) = update_number(digits) {
            updates.push((update, line + count_lines(&piece[..found.start()])));
        }
        from = found.end();
    }
    words.push_str(&piece[from..]);
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.').to_lowercase();
    Clause { words, updates, question }
}

fn count_lines(text: &str) -> u64 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `expected`: `+KB1` installed, `-KB1` not.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = updates(text)
            .into_iter()
            .map(|said| format!("{}{}", if said.installed { '+' } else { '-' }, said.update))
            .collect();
        assert_eq!(found, expected, "in: {text}");
    }

    #[test]
    fn what_is_said_to_be_installed() {
        check("We have installed KB4490628 last week.", &["+KB4490628"]);
        check("KB4490628, KB4474419 and KB3033929 are installed.", &["+KB4490628", "+KB4474419", "+KB3033929"]);
        check("We installed KB4490628, KB4474419 and KB3033929.", &["+KB4490628", "+KB4474419", "+KB3033929"]);
        check("After installing KB5061768 it still asks for the key.", &["+KB5061768"]);
        check("Even with KB5061768 the key is asked for.", &["+KB5061768"]);
        check("已安装 KB4490628 和 KB4474419，仍然报错。", &["+KB4490628", "+KB4474419"]);
        check("KB4474419已经装上了", &["+KB4474419"]);
        check("打了KB5061768之后还是要密钥", &["+KB5061768"]);
        check("KB 4474419 已安裝", &["+KB4474419"]);
        check("we have KB5061768 on it", &["+KB5061768"]);
        check("We have installed\nKB4490628 and it fails", &["+KB4490628"]);
    }

    #[test]
    fn what_fails_or_is_not_there() {
        check("KB4474419 fails with 0x80070005.", &["-KB4474419"]);
        check("We installed KB4474419, at 9% KB4474419 is rolled back", &["+KB4474419", "-KB4474419"]);
        check("KB4474419 has not been installed.", &["-KB4474419"]);
        check("KB4474419 is missing on these machines", &["-KB4474419"]);
        check("the installation of KB4474419 fails at 9%", &["-KB4474419"]);
        check("we cannot install KB4474419", &["-KB4474419"]);
        check("we uninstalled KB5061768 again", &["-KB5061768"]);
        check("KB4474419 安装失败", &["-KB4474419"]);
        check("安装 KB4474419 后重启到 9% 就回滚", &["-KB4474419"]);
        check("没有安装 KB4474419", &["-KB4474419"]);
        check("KB4474419 还没装", &["-KB4474419"]);
        check("KB4490628 is installed but KB4474419 fails", &["+KB4490628", "-KB4474419"]);
    }

    #[test]
    fn questions_plans_and_other_failures_say_nothing_of_it() {
        check("Should we install KB4474419?", &[]);
        check("Is KB4474419 installed?", &[]);
        check("Please install KB4474419 first.", &[]);
        check("We will install KB4474419 tonight", &[]);
        check("是否需要安装 KB4474419", &[]);
        check("请先安装 KB4474419 再试", &[]);
        check("see KB4474419 for details", &[]);
        check("we need to know whether KB4474419 is installed", &[]);
        check("printing fails since KB5005565", &[]);
        check("after KB5005565 printing fails", &[]);
        check("after installing KB5005565 printing fails", &["+KB5005565"]);
        check("after the update KB5005565 printing fails", &[]);
        check("no number here", &[]);
    }

    #[test]
    fn lines_are_counted() {
        let said = updates("Hello,\n\nwe have\ninstalled KB4490628.\n\nKB4474419 fails.\n");
        assert_eq!(said.iter().map(|one| one.line).collect::<Vec<_>>(), [3, 5]);
    }

    #[test]
    fn hostile_text_takes_linear_time() {
        let lists = format!("KB4474419 {}", "&,".repeat(32_000));
        for text in ["KB4474419, and KB4474419 with ".repeat(50_000), lists, "KB12345,".repeat(8_000)] {
            let begun = cpu_time::ThreadTime::now();
            updates(&text);
            assert!(begun.elapsed().as_secs() < 5, "{}", &text[..20]);
        }
    }
}
