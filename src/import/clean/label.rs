//! Admonitions: what a box of any generator is called, as a label of its text.

/// Kinds of boxes by the words that generators know them by, with their labels in English and Chinese.
const KINDS: &[(&[&str], &str, &str)] = &[
    (&["note", "notes", "notice"], "Note", "说明"),
    (&["info", "information", "information_source"], "Info", "信息"),
    (&["tip", "hint", "tips", "success-tip"], "Tip", "提示"),
    (&["important", "primary"], "Important", "重要"),
    (&["warning", "warn", "warnings"], "Warning", "警告"),
    (&["caution", "attention", "beware"], "Caution", "注意"),
    (&["danger", "error", "critical", "severe", "alert-danger"], "Danger", "危险"),
    (&["success", "check", "done"], "Success", "成功"),
    (&["question", "help", "faq"], "Question", "问题"),
    (&["failure", "fail", "missing"], "Failure", "失败"),
    (&["bug"], "Bug", "缺陷"),
    (&["example"], "Example", "示例"),
    (&["abstract", "summary", "tldr"], "Summary", "摘要"),
    (&["quote", "cite"], "Quote", "引用"),
    (&["seealso", "see-also"], "See also", "另见"),
    (&["deprecated"], "Deprecated", "已弃用"),
    (&["versionadded"], "Added in", "新增于"),
    (&["versionchanged"], "Changed in", "更改于"),
    (&["todo"], "To do", "待办"),
    // For one's own team: `article::audience` knows both labels.
    (&["internal", "internal-only", "internal-note", "staff", "staff-only"], "Internal", "内部"),
    // Boxes without a meaning of their own: their title alone says what they are.
    (&["admonition", "details", "dropdown", "collapse", "spoiler", "expand", "callout", "alert", "box"], "", ""),
];

/// Longest word that is a kind: a longer one is text.
const LONGEST: usize = 40;

/// In which language labels are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    Chinese,
}

/// The label of a known kind, empty for a box without a meaning of its own; `None` for another word.
pub(super) fn known(kind: &str, language: Language) -> Option<&'static str> {
    let kind = kind.to_lowercase();
    let (_, english, chinese) = KINDS.iter().find(|(names, ..)| names.contains(&kind.as_str()))?;
    Some(match language {
        Language::English => english,
        Language::Chinese => chinese,
    })
}

/// The first of some words that is a known kind, as `alert` of `alert alert-warning`; one with a meaning before one without.
pub(super) fn among(words: &str, language: Language) -> Option<&'static str> {
    let words = words.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let mut labels: Vec<&str> = words.filter_map(|word| known(word, language)).collect();
    labels.sort_by_key(|label| label.is_empty());
    labels.first().copied()
}

/// The line that stands for the head of a box, without what is around it. A kind that nobody knows is its own label; a box with neither
/// label nor title has no head.
pub(super) fn head(kind: &str, title: Option<&str>, language: Language) -> Option<String> {
    let label = match known(kind, language) {
        Some(label) => label.to_string(),
        None => capital(kind),
    };
    let title = title.map(|title| title.trim().trim_matches(['"', '\'']).trim()).filter(|title| !title.is_empty());
    let colon = if language == Language::Chinese { "：" } else { ":" };
    match (label.as_str(), title) {
        ("", None) => None,
        ("", Some(title)) => Some(format!("**{title}**")),
        (label, Some(title)) if title.to_lowercase() == label.to_lowercase() => Some(format!("**{label}{colon}**")),
        // What a custom title calls it is said once.
        (label, Some(title)) if title.to_lowercase().starts_with(&label.to_lowercase()) => Some(format!("**{title}**")),
        (label, Some(title)) => {
            let blank = if language == Language::Chinese { "" } else { " " };
            Some(format!("**{label}{colon}{blank}{title}**"))
        }
        (label, None) => Some(format!("**{label}{colon}**")),
    }
}

/// A kind as a label: `known-issue` is `Known issue`.
fn capital(kind: &str) -> String {
    let kind: String = kind.chars().take(LONGEST).map(|c| if matches!(c, '-' | '_') { ' ' } else { c }).collect();
    let kind = if kind.chars().any(char::is_lowercase) { kind } else { kind.to_lowercase() };
    let mut letters = kind.trim().chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_called_what_they_are() {
        let english = |kind, title| head(kind, title, Language::English);
        assert_eq!(english("warning", None).as_deref(), Some("**Warning:**"));
        assert_eq!(english("NOTE", Some("Mind the gap")).as_deref(), Some("**Note: Mind the gap**"));
        assert_eq!(english("warning", Some("Warning")).as_deref(), Some("**Warning:**"));
        assert_eq!(english("warning", Some("Warning for users")).as_deref(), Some("**Warning for users**"));
        assert_eq!(english("details", Some("More")).as_deref(), Some("**More**"));
        assert_eq!(english("details", None), None);
        assert_eq!(english("known-issue", None).as_deref(), Some("**Known issue:**"));
        assert_eq!(head("caution", Some("备份"), Language::Chinese).as_deref(), Some("**注意：备份**"));
        assert_eq!(among("alert alert-warning", Language::English), Some("Warning"));
        assert_eq!(among("row col-md-6", Language::English), None);
    }
}
