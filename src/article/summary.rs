//! The closing summary of a case: what its engineer says was wrong, why, and what helped.
//!
//! Teams write it into the mail that closes a case, below a line such as 案例总结 or "Case summary", in parts with labels. A pure
//! reading of one text; which mail it is looked for in is the caller's business.

use super::{SectionKind, section_kind};

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

/// Lines that open a summary, without what stands around them.
const OPENERS: &[&str] = &[
    "案例总结",
    "案例總結",
    "案件总结",
    "工单总结",
    "工單總結",
    "结案总结",
    "結案總結",
    "案例小结",
    "case summary",
    "closing summary",
    "closure summary",
    "resolution summary",
    "summary of the case",
    "summary of this case",
];

/// Labels beside those of an article's sections.
const LABELS: &[(SectionKind, &[&str])] = &[
    (
        SectionKind::Symptoms,
        &["问题定义", "問題定義", "案例描述", "故障描述", "issue", "issue definition", "problem definition"],
    ),
    (
        SectionKind::Cause,
        &[
            "案例进展",
            "案例進展",
            "问题分析",
            "問題分析",
            "分析",
            "分析过程",
            "排查过程",
            "analysis",
            "findings",
            "progress",
            "investigation",
        ],
    ),
    (
        SectionKind::Resolution,
        &[
            "处理结果",
            "處理結果",
            "处理措施",
            "處理措施",
            "处理过程",
            "建议",
            "建議",
            "action taken",
            "actions taken",
            "actions",
            "recommendation",
        ],
    ),
    (
        SectionKind::Other,
        &[
            "问题总结",
            "問題總結",
            "总结",
            "總結",
            "结论",
            "結論",
            "状态",
            "狀態",
            "conclusion",
            "status",
            "next steps",
            "summary",
        ],
    ),
];

/// Beginnings of lines that end a summary: what comes is courtesy.
const ENDS: &[&str] = &[
    "以上，如",
    "以上,如",
    "如您后续",
    "如有其他问题",
    "此致",
    "祝好",
    "顺祝",
    "best regards",
    "kind regards",
    "regards",
    "thanks",
    "thank you",
    "if you have any",
    "please let us know",
];

/// Bytes of a label at most.
const LONGEST_LABEL: usize = 60;

/// Finds the summary in a message's new text; `None`: no line opens one.
pub fn find_summary(text: &str) -> Option<Summary> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        let folded = line.trim().trim_matches(['*', '#', '=', '-', '【', '】', '[', ']', ' ']).to_lowercase();
        let opener = OPENERS.iter().find_map(|opener| folded.strip_prefix(opener));
        let Some(rest) = opener else { continue };
        // The line holds nothing else, or says it behind a colon.
        if rest.trim_start_matches([':', '：', '*', '】', ' ']).is_empty() {
            return Some(read_summary(&text[at..]));
        }
        if let Some((_, first)) = line.split_once([':', '：']).filter(|_| rest.trim_start().starts_with([':', '：']))
        {
            return Some(read_summary(&format!("{first}{}", &text[at..])));
        }
    }
    None
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

/// What a line is a label of, and what it says behind it.
fn label(line: &str) -> Option<(SectionKind, &str)> {
    let (name, rest) = line.split_once([':', '：']).unwrap_or((line, ""));
    let whole = rest.is_empty() && !line.ends_with([':', '：']);
    // Without a colon only a heading counts: a line of one word may be anything.
    if whole && !line.starts_with(['#', '*', '【', '[']) || name.len() > LONGEST_LABEL {
        return None;
    }
    let name = name.trim_matches(['*', '#', '【', '】', '[', ']', ' ']);
    let number = name.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '、' | ')' | '）' | ' ')).unwrap_or(0);
    let name = name[number..].to_lowercase();
    let rest = rest.trim_start_matches(['*', '】', ']', ' ']).trim();
    let own = LABELS.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(kind, _)| *kind);
    let kind = own.or_else(|| Some(section_kind(&name)).filter(|kind| *kind != SectionKind::Other))?;
    Some((kind, rest))
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

    #[test]
    fn what_only_speaks_of_a_summary_is_none() {
        assert_eq!(find_summary("I will send the case summary tomorrow.\nResolution: none yet\n"), None);
        assert_eq!(find_summary("案例总结会议改到明天。\n"), None);
        assert_eq!(find_summary("Case summary: it was the disk\n").unwrap().other, "it was the disk");
        assert_eq!(read_summary("just words\nnote: nothing\n").other, "just words\nnote: nothing");
    }
}
