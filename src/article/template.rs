//! The text of an article that is to be written: front matter with what can be known, sections with what is asked for.
//!
//! What a person has to fill in is marked with [`TODO`], which lint finds in every article that is no longer a draft.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::{ArticleId, ArticleKind, ArticleStatus, SectionKind, audience::said, section_kind};
use crate::signature::Signature;

/// What marks a place that is to be filled in.
pub const TODO: &str = "TODO";

/// What of a new article is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template<'a> {
    /// Its id.
    pub id: &'a ArticleId,
    /// Its language.
    pub language: Language,
    /// A specific issue, or a code in general.
    pub kind: ArticleKind,
    /// What goes wrong; without, it is to be filled in.
    pub title: Option<&'a str>,
    /// The day on which it is begun.
    pub today: Date,
}

/// The languages that articles are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// Chinese.
    Zh,
}

impl Language {
    /// The value of the key `language`.
    pub fn name(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Zh => "zh",
        }
    }
}

/// The text of a new article, a draft that [`super::parse`](fn@super::parse) reads and lint has nothing to say of.
pub fn render(template: &Template<'_>) -> String {
    let words = match template.language {
        Language::En => &EN,
        Language::Zh => &ZH,
    };
    let title = template.title.map_or_else(|| format!("{TODO}: {}", words.title), str::to_string);
    let mut text = String::from("---\n");
    let _ = writeln!(text, "id: {}", template.id);
    let _ = writeln!(text, "title: {}", scalar(&title));
    let _ = writeln!(text, "language: {}", template.language.name());
    let _ = writeln!(text, "status: {}", ArticleStatus::Wip.name());
    let _ = writeln!(text, "dates: {{{}: {}}}", ArticleStatus::Wip.name(), template.today);
    if template.kind == ArticleKind::Generic {
        text.push_str("kind: generic\n");
    }
    for hint in words.front {
        let _ = writeln!(text, "# {hint}");
    }
    if template.kind == ArticleKind::Specific {
        for hint in words.condition {
            let _ = writeln!(text, "# {hint}");
        }
    }
    text.push_str("---\n");
    for (heading, asked) in words.sections {
        let _ = write!(text, "\n## {heading}\n\n");
        for line in *asked {
            let _ = writeln!(text, "{line}");
        }
    }
    text
}

/// How a section of a kind is headed in new articles.
pub fn section_name(kind: SectionKind, language: Language) -> &'static str {
    let (words, workaround) = match language {
        Language::En => (&EN, "Workaround"),
        Language::Zh => (&ZH, "临时措施"),
    };
    let names = words.sections.iter().map(|(name, _)| *name);
    names.into_iter().find(|name| section_kind(name) == kind).unwrap_or(workaround)
}

/// A text as a YAML scalar in double quotes, which JSON's are.
pub fn scalar(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// What of an article is known from a case; texts may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DraftParts<'a> {
    /// What goes wrong.
    pub title: &'a str,
    /// Its language.
    pub language: Language,
    /// The day on which it is begun.
    pub today: Date,
    /// The product's id.
    pub product: Option<&'a str>,
    /// How bad it was.
    pub severity: Option<&'a str>,
    /// Signatures that define it.
    pub strong: &'a [Signature],
    /// Signatures that went with it.
    pub weak: &'a [Signature],
    /// How it showed, as plain text.
    pub symptoms: &'a str,
    /// Lines of logs.
    pub lines: &'a [String],
    /// Why, as plain text.
    pub cause: &'a str,
    /// What helped, as plain text.
    pub resolution: &'a str,
    /// What else was said, for the own team.
    pub notes: &'a str,
}

/// The text of a draft from a case. Text from a mail cannot become a heading, or open the section that it stands in to customers.
pub fn render_draft(id: &ArticleId, parts: &DraftParts<'_>) -> String {
    let words = if parts.language == Language::Zh { &ZH } else { &EN };
    let title =
        if parts.title.trim().is_empty() { format!("{TODO}: {}", words.title) } else { parts.title.to_string() };
    let mut text = String::from("---\n");
    let _ = writeln!(text, "id: {id}\ntitle: {}\nlanguage: {}", scalar(&title), parts.language.name());
    let _ = writeln!(text, "status: {0}\ndates: {{{0}: {1}}}", ArticleStatus::Wip.name(), parts.today);
    if let Some(product) = parts.product {
        let _ = writeln!(text, "products: [{product}]");
    }
    if let Some(severity) = parts.severity {
        let _ = writeln!(text, "severity: {severity}");
    }
    let lists = [("strong", parts.strong), ("weak", parts.weak)];
    if lists.iter().any(|(_, list)| !list.is_empty()) {
        text.push_str("signatures:\n");
        for (name, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
            let listed: Vec<String> = list.iter().map(|signature| scalar(&signature.to_string())).collect();
            let _ = writeln!(text, "  {name}: [{}]", listed.join(", "));
        }
    }
    for hint in words.condition.iter().chain(words.draft) {
        let _ = writeln!(text, "# {hint}");
    }
    text.push_str("---\n");
    let mut symptoms = body(parts.symptoms);
    if !parts.lines.is_empty() {
        // A fence longer than any in the lines.
        let fence = "`".repeat(parts.lines.iter().map(|line| longest_fence(line)).max().unwrap_or(0).max(2) + 1);
        let _ = write!(symptoms, "\n\n{fence}text\n{}\n{fence}", parts.lines.join("\n"));
    }
    let known = [symptoms, body(parts.cause), body(parts.resolution)];
    for (number, (heading, asked)) in words.sections.iter().enumerate() {
        let _ = write!(text, "\n## {heading}\n\n");
        match known.get(number).map(|known| known.trim_matches('\n')).filter(|known| !known.is_empty()) {
            Some(known) => text.push_str(known),
            None => text.push_str(&asked.join("\n")),
        }
        if number + 1 == words.sections.len() && !parts.notes.is_empty() {
            let _ = write!(text, "\n\n{}", body(parts.notes));
        }
        text.push('\n');
    }
    text
}

/// Plain text as Markdown: nothing in it opens a heading, a section for customers, or a block of code.
fn body(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let line = line.trim_end();
        let bare = line.trim_start();
        let underlines = !bare.is_empty() && bare.bytes().all(|byte| matches!(byte, b'-' | b'='));
        let treacherous = bare.starts_with('#') || bare.starts_with("```") || bare.starts_with("~~~") || underlines;
        let is_audience = said(bare).is_some();
        lines.push(match (treacherous, is_audience) {
            (true, _) => format!("\\{bare}"),
            (_, true) => format!("> {bare}"),
            _ => bare.to_string(),
        });
    }
    lines.join("\n")
}

fn longest_fence(line: &str) -> usize {
    line.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

struct Words {
    title: &'static str,
    front: &'static [&'static str],
    condition: &'static [&'static str],
    draft: &'static [&'static str],
    sections: &'static [(&'static str, &'static [&'static str])],
}

const EN: Words = Words {
    title: "what goes wrong, with what, and the code",
    front: &[
        "owner: the team that answers for it",
        "review: the day by which it is looked at again, such as 2027-03-31",
        "products: [windows-10]",
        "severity: P3",
        "applies_to: [{product: windows-10, build_min: 10.0.19041}]",
        "tags: [component/servicing, cause/access-denied]",
        "references: [{id: the vendor's id, title: what it is, url: \"https://example.com/\"}]",
        "signatures:",
        "  strong: [hresult:0x80070005]   # they define the issue",
        "  weak: [service:Spooler]        # they often go with it",
        "examples:",
        "  match: []    # at least three texts that it must be found for",
        "  reject: []   # at least two look-alikes that it must not be found for",
    ],
    condition: &[
        "condition:           # when the issue is certain",
        "  all: [failing: hresult:0x80070005, service:Spooler]",
    ],
    draft: &["references, tags, owner, review and examples are to be added: see casebook kb new"],
    sections: &[
        ("Symptoms", &["TODO: what the screen and the log say, in the words of those who see it."]),
        ("Cause", &["TODO: why it happens."]),
        ("Resolution", &["1. TODO: the steps that help, with exact commands."]),
        ("Verify", &["TODO: how to see that it worked."]),
        ("Risk", &["TODO: what the steps can break, and how to go back."]),
        (
            "Notes",
            &[
                "audience: internal",
                "",
                "TODO: what only the own team needs; no customer gets this section. Or drop it.",
            ],
        ),
    ],
};

const ZH: Words = Words {
    title: "什么出了问题、涉及什么、错误代码",
    front: &[
        "owner: 负责的团队",
        "review: 下次复核日期，例如 2027-03-31",
        "products: [windows-10]",
        "severity: P3",
        "applies_to: [{product: windows-10, build_min: 10.0.19041}]",
        "tags: [component/servicing, cause/access-denied]",
        "references: [{id: 厂商文档编号, title: 文档标题, url: \"https://example.com/\"}]",
        "signatures:",
        "  strong: [hresult:0x80070005]   # 能确定问题的特征",
        "  weak: [service:Spooler]        # 常伴随出现的特征",
        "examples:",
        "  match: []    # 至少三条必须匹配的文本",
        "  reject: []   # 至少两条相似但不得匹配的文本",
    ],
    condition: &["condition:           # 满足什么才算确定", "  all: [failing: hresult:0x80070005, service:Spooler]"],
    draft: &["还需补充 references、tags、owner、review 和 examples，参见 casebook kb new"],
    sections: &[
        ("症状", &["TODO：屏幕和日志显示了什么，用用户自己的话来写。"]),
        ("原因", &["TODO：为什么会发生。"]),
        ("解决方案", &["1. TODO：有效的步骤，写出完整命令。"]),
        ("验证", &["TODO：怎样确认已经解决。"]),
        ("风险", &["TODO：这些步骤可能影响什么，如何回退。"]),
        ("备注", &["audience: internal", "", "TODO：只供本团队查看的内容，不会发给客户；不需要就删去本节。"]),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::parse;

    #[test]
    fn templates_are_drafts_that_can_be_read() {
        let id = ArticleId("pump-stuck".into());
        for (language, kind) in [(Language::En, ArticleKind::Specific), (Language::Zh, ArticleKind::Generic)] {
            let template = Template { id: &id, language, kind, title: None, today: jiff::civil::date(2026, 3, 1) };
            let text = render(&template);
            let parsed = parse("t.md", &text).unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert!(parsed.warnings.is_empty(), "{:?}", parsed.warnings);
            let article = parsed.value;
            assert_eq!((article.status, article.kind), (ArticleStatus::Wip, kind));
            assert_eq!(article.dates[&ArticleStatus::Wip], template.today);
            assert!(article.title.contains(TODO));
            let kinds: Vec<_> = article.sections.iter().map(|section| section.kind).collect();
            use SectionKind::{Cause, Other, Resolution, Risk, Symptoms, Verify};
            assert_eq!(kinds, [Symptoms, Cause, Resolution, Verify, Risk, Other]);
            assert!(!article.sections[5].audience.is_customer());
        }
    }

    #[test]
    fn what_is_commented_out_can_be_used_as_it_is() {
        let id = ArticleId("pump-stuck".into());
        let (language, kind) = (Language::En, ArticleKind::Specific);
        let text = render(&Template {
            id: &id,
            language,
            kind,
            title: Some("Pump: \"stuck\""),
            today: jiff::civil::date(2026, 3, 1),
        });
        let text = text
            .replace("# review: the day by which it is looked at again, such as ", "review: ")
            .replace("\n# ", "\n");
        let article = parse("t.md", &text).unwrap_or_else(|error| panic!("{error}\n{text}")).value;
        assert_eq!(article.title, "Pump: \"stuck\"");
        assert!(article.condition.is_some() && article.strong.len() == 1 && article.review.is_some());
    }
}
