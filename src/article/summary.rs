//! The closing summary of a case: what its engineer says was wrong, why, and what helped.
//!
//! Teams write it into the mail that closes a case, below a line such as 案例总结 or "Case summary", in parts with labels. A pure
//! reading of one text; which mail it is looked for in is the caller's business.

mod labels;

use super::{SectionKind, section_kind, sections::unnumbered};
use labels::{ENDS, LABELS, OPENERS};

/// What a summary says; each part may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// How it showed.
    pub problem: String,
    /// Why it happened, and what was found on the way.
    pub cause: String,
    /// What helped.
    pub resolution: String,
    /// What stands under other labels, or under none.
    pub other: String,
}

/// Bytes of a label at most.
const LONGEST_LABEL: usize = 60;

/// Letters of a known label from which it is a heading where it stands alone on its line with no mark at all.
const TELLING_LABEL: usize = 4;

/// Marks before and behind headings.
const MARKS: &[char] = &[
    '*', '#', '=', '-', '~', '_', '>', '■', '□', '●', '○', '◆', '◇', '▶', '►', '▲', '△', '★', '☆', '※', '•', '·', ' ',
    '\t', '\u{3000}',
];

/// Brackets around headings.
const BRACKETS: &[(char, char)] = &[
    ('【', '】'),
    ('[', ']'),
    ('［', '］'),
    ('「', '」'),
    ('『', '』'),
    ('〖', '〗'),
    ('〔', '〕'),
    ('《', '》'),
    ('<', '>'),
    ('＜', '＞'),
    ('“', '”'),
];

/// Finds the summary in a message's new text; `None`: no line opens one.
pub fn find_summary(text: &str) -> Option<Summary> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        let heading = unmarked(line.trim());
        let folded = unnumbered(bracketed(heading).map_or(heading, |(name, _)| name)).trim().to_lowercase();
        let opener = OPENERS.iter().find_map(|opener| folded.strip_prefix(opener));
        let Some(rest) = opener else { continue };
        let rest = rest.trim_start_matches("如下");
        // The line holds nothing else, or says it behind a colon or a bracket.
        let behind = bracketed(heading).map_or("", |(_, rest)| rest).trim_start_matches([':', '：', '*', ' ']);
        if rest.trim_start_matches([':', '：', '*', ' ']).is_empty() {
            return Some(read_summary(&format!("{behind}\n{}", &text[at..])));
        }
        if let Some((_, first)) = line.split_once([':', '：']).filter(|_| rest.trim_start().starts_with([':', '：']))
        {
            return Some(read_summary(&format!("{first}{}", &text[at..])));
        }
    }
    None
}

/// Finds a summary that no line opens, by its headings: one of cause or resolution, and another. A report has such headings too, with
/// little below them: whether a message may close a case is the caller's business.
pub fn find_parts(text: &str) -> Option<Summary> {
    let mut at = 0;
    let mut first = None;
    let mut kinds: Vec<SectionKind> = Vec::new();
    for line in text.split_inclusive('\n') {
        if let Some((kind, _)) = label(line.trim()).filter(|(kind, _)| *kind != SectionKind::Other) {
            first.get_or_insert(at);
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        at += line.len();
    }
    let answers =
        |kind: &SectionKind| matches!(kind, SectionKind::Cause | SectionKind::Resolution | SectionKind::Workaround);
    if kinds.len() < 2 || !kinds.iter().any(answers) {
        return None;
    }
    let summary = read_summary(&text[first?..]);
    (!summary.cause.is_empty() || !summary.resolution.is_empty()).then_some(summary)
}

/// Reads a summary that has its parts by labels, or none.
pub fn read_summary(text: &str) -> Summary {
    let mut summary = Summary::default();
    let mut part = SectionKind::Other;
    for line in text.lines() {
        let bare = line.trim();
        let folded = bare.to_lowercase();
        if ENDS.iter().any(|end| folded.starts_with(end)) {
            break;
        }
        // A rule below a heading.
        if bare.len() >= 3 && bare.bytes().all(|byte| matches!(byte, b'-' | b'=' | b'_' | b'*')) {
            continue;
        }
        let said = match label(bare) {
            Some((kind, rest)) => {
                part = kind;
                rest
            }
            None => bare,
        };
        let into = match part {
            SectionKind::Symptoms => &mut summary.problem,
            SectionKind::Cause => &mut summary.cause,
            SectionKind::Resolution | SectionKind::Workaround => &mut summary.resolution,
            SectionKind::Verify | SectionKind::Risk | SectionKind::Other => &mut summary.other,
        };
        if !said.is_empty() {
            into.push_str(said);
            into.push('\n');
        } else if !into.is_empty() && !into.ends_with("\n\n") {
            into.push('\n');
        }
    }
    for part in [&mut summary.problem, &mut summary.cause, &mut summary.resolution, &mut summary.other] {
        part.truncate(part.trim_end().len());
    }
    summary
}

/// What a line is a label of, and what it says behind it: `【原因分析】…`, `二、根因：…`, `### 3. Resolution`, `■ 处理过程`.
pub(crate) fn label(line: &str) -> Option<(SectionKind, &str)> {
    let heading = unmarked(line);
    let numbered = unnumbered(heading);
    let heading = unmarked(numbered);
    if let Some((name, rest)) = bracketed(heading) {
        // What stands in brackets, and is known, is a heading whatever follows.
        let kind = kind_of(unnumbered(name))?;
        return Some((kind, rest.trim_start_matches([':', '：', '*', '-', '—', ' ', '\u{3000}']).trim()));
    }
    if let Some((name, rest)) = heading.split_once([':', '：']) {
        let rest = rest.trim_start_matches(['*', '】', ']', ' ', '\u{3000}']).trim();
        return Some((kind_of(name)?, rest));
    }
    // Without a colon only what is marked or numbered counts, or a name that is no word of a sentence: a line of one word may be
    // anything.
    let kind = kind_of(heading)?;
    let marked = heading.len() < line.trim_end().len();
    (marked || heading.chars().filter(|c| !c.is_ascii()).count() >= TELLING_LABEL).then_some((kind, ""))
}

/// What a name is a label of; `None`: of nothing.
fn kind_of(name: &str) -> Option<SectionKind> {
    let name = name.trim_matches(MARKS).trim_end_matches([':', '：']).trim();
    if name.is_empty() || name.len() > LONGEST_LABEL {
        return None;
    }
    let name = name.to_lowercase();
    let own = |name: &str| LABELS.iter().find(|(_, names)| names.contains(&name)).map(|(kind, _)| *kind);
    // `原因分析（Root Cause）`, `问题现象/Symptoms`: either name will do.
    own(&name)
        .or_else(|| name.split(['/', '／', '(', '（', ')', '）', '|', '&']).find_map(|part| own(part.trim())))
        .or_else(|| Some(section_kind(&name)).filter(|kind| *kind != SectionKind::Other))
}

/// A line without marks around it.
fn unmarked(line: &str) -> &str {
    line.trim_matches(MARKS)
}

/// What stands in brackets at the beginning of a line, and what stands behind them.
fn bracketed(line: &str) -> Option<(&str, &str)> {
    BRACKETS.iter().find_map(|(open, close)| line.strip_prefix(*open)?.split_once(*close))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_summary_is_read_by_its_labels() {
        let text = "许先生您好：\n我将归档这个案例。\n案例总结：\n----\n问题定义：\n泵站补丁安装失败，回滚。\n问题总结：\n用户同意归档。\n案例进展：\n1、日志显示拒绝访问。\n2、权限被收回。\n解决方案：恢复权限。\n以上，如您后续有任何问题，可随时联系。\n谢谢。\n";
        let summary = find_summary(text).unwrap();
        assert_eq!(summary.problem, "泵站补丁安装失败，回滚。");
        assert_eq!(summary.cause, "1、日志显示拒绝访问。\n2、权限被收回。");
        assert_eq!(summary.resolution, "恢复权限。");
        assert_eq!(summary.other, "用户同意归档。");
    }

    #[test]
    fn an_english_summary_may_have_headings_and_rest_on_one_line() {
        let text = "Hello,\n\n**Case Summary**\n\n**Issue:** the pump stops\n## Root cause\nA rule took the rights.\n\nSee the log.\nResolution: give them back\nStatus: closed\n\nBest regards\nBob\n";
        let summary = find_summary(text).unwrap();
        assert_eq!(summary.problem, "the pump stops");
        assert_eq!(summary.cause, "A rule took the rights.\n\nSee the log.");
        assert_eq!((summary.resolution.as_str(), summary.other.as_str()), ("give them back", "closed"));
    }

    #[track_caller]
    fn check_label(line: &str, expected: Option<(SectionKind, &str)>) {
        assert_eq!(label(line), expected, "of {line}");
    }

    #[test]
    fn labels_as_people_write_them() {
        use SectionKind::{Cause, Resolution, Symptoms};
        for (line, kind, rest) in [
            ("【问题描述】", Symptoms, ""),
            ("【问题描述】泵站无法启动", Symptoms, "泵站无法启动"),
            ("【原因分析】：驱动冲突", Cause, "驱动冲突"),
            ("【1、原因分析】", Cause, ""),
            ("1、【解决方案】更换驱动", Resolution, "更换驱动"),
            ("**【根因】** 证书过期", Cause, "证书过期"),
            ("[处理过程] 重启", Resolution, "重启"),
            ("「根本原因」", Cause, ""),
            ("一、问题现象", Symptoms, ""),
            ("（二）原因分析：磁盘已满", Cause, "磁盘已满"),
            ("三. 处理过程", Resolution, ""),
            ("第四、解决方案", Resolution, ""),
            ("３、处理结果：恢复", Resolution, "恢复"),
            ("② 根因", Cause, ""),
            ("■ 故障现象", Symptoms, ""),
            ("● 处理措施：清理", Resolution, "清理"),
            ("== 原因定位 ==", Cause, ""),
            ("### 2. Root cause", Cause, ""),
            ("原因分析（Root Cause）：证书", Cause, "证书"),
            ("問題現象：無法開機", Symptoms, "無法開機"),
            ("解决方案", Resolution, ""),
            ("根因：权限被收回", Cause, "权限被收回"),
        ] {
            check_label(line, Some((kind, rest)));
        }
    }

    #[test]
    fn what_is_no_label() {
        for line in [
            "原因",
            "分析",
            "[2024-09-10] 泵站无法启动",
            "【紧急】泵站无法启动",
            "一致性检查",
            "1、日志显示拒绝访问。",
            "原因是权限被收回，已经恢复。",
            "解决方案还在讨论：下周给出",
            "http://wiki.example/原因",
            "",
        ] {
            check_label(line, None);
        }
    }

    #[test]
    fn a_summary_by_headings_alone() {
        let text = "您好：\n案例可以关闭了。\n【问题描述】\n泵站补丁回滚。\n【原因分析】\n安全软件收回了权限。\n【解决方案】\n1、放行安装程序。\n2、重新安装。\n谢谢。\n张\n";
        let summary = find_parts(text).unwrap();
        assert_eq!(summary.problem, "泵站补丁回滚。");
        assert_eq!(summary.cause, "安全软件收回了权限。");
        assert_eq!(summary.resolution, "1、放行安装程序。\n2、重新安装。");
        assert_eq!(summary.other, "");
        let text = "一、问题现象\n泵站停机\n二、根因\n证书过期\n三、处理过程\n换证书\n";
        let summary = find_parts(text).unwrap();
        assert_eq!((&*summary.problem, &*summary.cause, &*summary.resolution), ("泵站停机", "证书过期", "换证书"));
        assert_eq!(find_parts("【问题描述】\n泵站停机\n【影响范围】\n三台\n"), None);
        assert_eq!(find_parts("原因：\n解决方案：\n"), None);
        assert_eq!(find_parts("The cause is not known yet.\n"), None);
    }

    #[test]
    fn openers_may_be_numbered_bracketed_or_announce() {
        for opener in [
            "【案例总结】",
            "五、案例总结",
            "案例总结如下：",
            "## 结案报告",
            "总结如下：",
            "【案例总结】：",
            "=== Case summary ===",
        ] {
            let summary = find_summary(&format!("您好\n{opener}\n【根因】证书过期\n【处理过程】换证书\n")).unwrap();
            assert_eq!((&*summary.cause, &*summary.resolution), ("证书过期", "换证书"), "{opener}");
        }
    }

    #[test]
    fn what_only_speaks_of_a_summary_is_none() {
        assert_eq!(find_summary("I will send the case summary tomorrow.\nResolution: none yet\n"), None);
        assert_eq!(find_summary("案例总结会议改到明天。\n"), None);
        assert_eq!(find_summary("Case summary: it was the disk\n").unwrap().other, "it was the disk");
        assert_eq!(read_summary("just words\nnote: nothing\n").other, "just words\nnote: nothing");
    }
}
