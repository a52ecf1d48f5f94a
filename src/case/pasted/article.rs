//! Articles of vendors that were pasted: told by their headings and by what publishers print above or below them.
//!
//! Headings alone are none: people report by 现象, 原因 and 解决方案 too.

use super::{Line, Mark};
use crate::article::{SectionKind, section_kind};

/// Lines that publishers print, folded, up to a colon or whole.
const PUBLISHED: &[&str] = &[
    "applies to",
    "article id",
    "article number",
    "article properties",
    "document id",
    "doc id",
    "in this article",
    "last reviewed",
    "last updated on",
    "original kb number",
    "original product version",
    "products affected",
    "solution verified",
    "was this page helpful",
    "knowledge base article",
    "适用于",
    "适用产品",
    "文章编号",
    "文档编号",
    "原始 kb 数",
    "原始 kb 编号",
    "原始产品版本",
    "最后更新",
    "本文内容",
    "此页面有帮助吗",
    "適用於",
    "文章編號",
    "本文內容",
];

/// Words of a line that announces an article, where the line ends in a colon.
const ANNOUNCED: &[&str] = &[
    "article",
    "knowledge base",
    "kb page",
    "documentation",
    "docs say",
    "文章",
    "知识库",
    "官方文档",
    "帮助文档",
    "知識庫",
    "官方文件",
];

/// What the address of a vendor's document has, as no ticket's has.
const ADDRESSES: &[&str] = &[
    "/troubleshoot",
    "/kb/",
    "/solutions/",
    "/article",
    "/knowledge",
    "/topic/",
    "/docs/",
    "//learn.",
    "//docs.",
    "//kb.",
];

/// Lines within which the marks of a publisher and the headings stand together.
const NEAR: usize = 15;

/// Characters of a line that can be a heading.
const LONGEST_HEADING: usize = 48;

/// Beginnings of a paragraph that is the sender's own again, below an article.
const OWN_WORDS: &[&str] = &[
    "we ",
    "we'",
    "i ",
    "i'",
    "our ",
    "my ",
    "can you",
    "could you",
    "please advise",
    "please let",
    "thanks",
    "thank you",
    "regards",
    "best regards",
    "kind regards",
    "hope this",
    "end of article",
    "我",
    "咱",
    "请问",
    "请帮",
    "麻烦",
    "谢谢",
    "以上",
    "此致",
    "祝",
    "按",
    "照",
    "試",
    "试",
    "請問",
    "謝謝",
];

/// What publishers themselves write so.
const PUBLISHERS_WORDS: &[&str] = &[
    "we recommend",
    "we suggest",
    "we are aware",
    "we are working",
    "our product",
    "我们建议",
    "我们正在",
    "我們建議",
];

/// Marks pasted articles: from the first mark or heading to the end of the text, or to where the sender speaks again.
pub(super) fn mark(lines: &[Line<'_>], fenced: &[bool], marks: &mut [Option<Mark>]) {
    let open = |at: usize| !fenced[at] && marks[at].is_none();
    let headings: Vec<(usize, SectionKind)> =
        (0..lines.len()).filter(|at| open(*at)).filter_map(|at| Some((at, heading(lines[at].text)?))).collect();
    let Some(&(first, _)) = headings.first() else { return };
    // One that answers, and another: a list of symptoms is a report.
    let answers =
        |kind: SectionKind| matches!(kind, SectionKind::Cause | SectionKind::Resolution | SectionKind::Workaround);
    let kinds: Vec<SectionKind> = headings.iter().map(|(_, kind)| *kind).collect();
    if !kinds.iter().any(|kind| answers(*kind)) || kinds.iter().all(|kind| *kind == kinds[0]) {
        return;
    }
    let Some(&(last, _)) = headings.last() else { return };
    let (from, to) = (first.saturating_sub(NEAR), (last + NEAR).min(lines.len()));
    let printed: Vec<usize> = (from..to).filter(|at| open(*at) && is_mark(lines[*at].text)).collect();
    let Some(&mark) = printed.first() else { return };
    let begin = title(lines, first.min(mark));
    let end = own_words(lines, last.max(printed.last().copied().unwrap_or(last)) + 1);
    marks[begin..end].fill(Some(Mark::Article));
}

/// The section that a line is the heading of, where it holds nothing else.
fn heading(line: &str) -> Option<SectionKind> {
    let name = line.trim().trim_matches(['#', '*', '=', '【', '】', '[', ']', ' ']);
    if name.is_empty() || name.chars().count() > LONGEST_HEADING {
        return None;
    }
    Some(section_kind(name)).filter(|kind| *kind != SectionKind::Other)
}

/// Whether a publisher printed the line, or the sender announces an article with it.
fn is_mark(line: &str) -> bool {
    let folded = line.trim().trim_matches(['#', '*', '|', ' ']).to_lowercase();
    let begins = |name: &&str| {
        folded
            .strip_prefix(*name)
            .is_some_and(|rest| rest.is_empty() || rest.trim_start().starts_with([':', '：', '?', '？', '-']))
    };
    if PUBLISHED.iter().any(begins) {
        return true;
    }
    if folded.ends_with([':', '：']) && ANNOUNCED.iter().any(|word| folded.contains(word)) {
        return true;
    }
    // An address that fills its line, but for a word such as 来源.
    let Some(at) = folded.find("http://").or_else(|| folded.find("https://")) else { return false };
    let address = folded[at..].split_whitespace().next().unwrap_or_default();
    folded[..at].chars().count() <= 12
        && folded[at + address.len()..].trim().is_empty()
        && ADDRESSES.iter().any(|part| address.contains(part))
}

/// The line of a title just above, if there is one: it is one line, and what stands before it is blank or the beginning.
fn title(lines: &[Line<'_>], begin: usize) -> usize {
    let blank = |at: usize| lines[at].text.trim().is_empty();
    let Some(above) = (0..begin).rev().find(|at| !blank(*at)) else { return begin };
    let alone = above == 0 || blank(above - 1);
    let text = lines[above].text.trim();
    // A sentence that ends, or that announces, is the sender's.
    let ends = text.ends_with(['.', '。', ':', '：', '!', '！', '?', '？', ',', '，']);
    if alone && !ends && begin - above <= 2 { above } else { begin }
}

/// The first line from which the sender speaks again; the number of lines where he does not.
fn own_words(lines: &[Line<'_>], from: usize) -> usize {
    let mut before = true;
    for (at, line) in lines.iter().enumerate().skip(from) {
        let text = line.text.trim();
        let rule = text.len() >= 3 && text.bytes().all(|byte| matches!(byte, b'-' | b'=' | b'_' | b'*'));
        if rule {
            return at;
        }
        let folded = text.to_lowercase();
        let own = OWN_WORDS.iter().any(|start| folded.starts_with(start));
        if before && own && !PUBLISHERS_WORDS.iter().any(|start| folded.starts_with(start)) {
            return at;
        }
        before = text.is_empty();
    }
    lines.len()
}
