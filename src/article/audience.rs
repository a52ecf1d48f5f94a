//! Whom a line says that a section is for, however it is marked.
//!
//! A section goes to customers unless it says otherwise, so what a writer may have meant as "this is for our own team" is taken as
//! that: in emphasis, a list, a quote, a table, a comment, a tag, behind a label, with characters that nobody sees, and with slips of
//! the hand. What sentences say about audiences is not. [`said`] reads a line, [`marks`] counts what a whole text says of it, by which
//! an import sees that it lost something, and [`close`] keeps a text from customers as a whole.

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use super::sections::outline;
use crate::text::{fold_text, shape::fixed_pattern, slips::slips};

/// The line that keeps a section from customers, in its plain form.
pub(crate) const INTERNAL: &str = "audience: internal";

/// Words that name the readers, folded.
const KEYS: [&str; 4] = ["audience", "audiences", "受众", "读者"];
/// Words that do so only before a word for the own team.
const OTHER_KEYS: [&str; 8] =
    ["visibility", "classification", "confidentiality", "sensitivity", "可见性", "可见范围", "密级", "保密级别"];
/// Words that may stand before a key: labels of boxes, and sorts of readers.
const BEFORE_KEY: &[&str] = &[
    "note",
    "info",
    "tip",
    "hint",
    "important",
    "warning",
    "caution",
    "attention",
    "danger",
    "target",
    "intended",
    "primary",
    "section",
    "data",
    "说明",
    "信息",
    "提示",
    "重要",
    "警告",
    "注意",
    "危险",
    "目标",
];
/// Words between a key and its value.
const BETWEEN: [&str; 8] = ["is", "for", "only", "the", "仅限", "仅供", "仅", "为"];
/// The own team, as the value of a key; the longest first.
const TEAM: &[&[&str]] = &[
    &["for", "internal", "use", "only"],
    &["internal", "use", "only"],
    &["internal", "only"],
    &["internal", "use"],
    &["internal"],
    &["内部", "使用"],
    &["内部"],
];
/// What says so without a key, where it is all that a line says. Those that end in `only` may be followed by a few words.
const PHRASES: &[&[&str]] = &[
    &["internal", "only"],
    &["internal", "use", "only"],
    &["for", "internal", "use", "only"],
    &["for", "internal", "use"],
    &["strictly", "internal"],
    &["internal", "note"],
    &["internal", "notes"],
    &["internal", "section"],
    &["begin", "internal"],
    &["start", "internal"],
    &["internal", "begin"],
    &["internal", "start"],
    &["staff", "only"],
    &["for", "staff", "only"],
    &["not", "for", "customers"],
    &["do", "not", "share", "with", "customers"],
    &["do", "not", "send", "to", "customers"],
    &["仅限", "内部"],
    &["仅限", "内部", "使用"],
    &["仅供", "内部", "使用"],
    &["仅", "内部"],
    &["仅", "内部", "可见"],
    &["内部", "使用"],
    &["内部", "可见"],
    &["内部", "专用"],
    &["内部", "资料"],
    &["内部", "文档"],
    &["内部", "备注"],
    &["内部", "说明"],
];
/// Words of a phrase and of what may follow it, at most.
const LONGEST_PHRASE: usize = 8;
/// Words of a line that has no other text: `Note: audience: internal only`.
const LONGEST_PLAIN: usize = 4;
/// Words of a value that may be a slip for the own team, at most: more are a sentence.
const LONGEST_VALUE: usize = 8;
/// Words for those outside of the team.
const OUTSIDE: &[&str] = &[
    "customer",
    "customers",
    "client",
    "clients",
    "user",
    "users",
    "partner",
    "partners",
    "public",
    "everyone",
    "everybody",
    "anyone",
    "all",
    "external",
    "reader",
    "readers",
    "developer",
    "developers",
    "administrator",
    "administrators",
    "admins",
    "客户",
    "用户",
    "公众",
    "公开",
    "所有人",
    "外部",
    "管理员",
];
/// Words for those within it.
const INSIDE: &[&str] = &["employee", "employees", "staff", "team", "agents", "support", "员工", "同事", "团队"];
/// Chinese words that stand without blanks around them.
const CHINESE: [&str; 10] = ["可见范围", "保密级别", "可见性", "仅限", "仅供", "受众", "读者", "密级", "目标", "内部"];

/// Lines without any of it say nothing of an audience.
static MAY_SAY: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(
        r"(?i)intern|udien|audi|staff|customers|[内內]部|受[众眾]|[读讀]者|&(?:#|shy|zw|nbsp|colon)|[\u{AD}\u{300}-\u{36F}\u{200B}-\u{200F}\u{202A}-\u{202E}\u{2060}-\u{206F}\u{FE00}-\u{FE0F}\u{FEFF}\u{61C}\u{180E}\u{E0000}-\u{E0FFF}\u{FF21}-\u{FF5A}\u{1D400}-\u{1D7FF}]",
    )
});
/// Tags of HTML, comments, tags of Liquid, and what begins or ends a comment elsewhere.
static TAGS: LazyLock<Regex> =
    LazyLock::new(|| fixed_pattern(r"<!--|-->|</?[A-Za-z][^<>]*>|\{%[^%{}]*%\}|%%|\{/\*|\*/\}"));
/// An audience as an attribute of a tag, or as its class.
static ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(
        r#"(?i)\b(?:audience|visibility)["']?(?:[ ]+content)?[ ]*=[ ]*["']?internal\b|\bcontent=["']?internal["']?[ ]+name=["']?audience\b|^<(?:div|section|p|aside|article|blockquote|details|main|body)\b[^<>]*?\bclass=["']?(?:[^"'<>]*[ ])?internal(?:-only|-notes?)?(?:["' >])"#,
    )
});
/// `**Internal:** text`, `[!INTERNAL] text`, `【内部】text`.
static LABELED: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(
        r"(?i)^[\s>\-+*#]*(?:\*\*|__|\[!|【)[ ]*(?:internal(?:[ ](?:use[ ])?only)?|[内內]部(?:使用)?)[ ]*(?:[:：]|\*\*|__|\]|】)",
    )
});
/// `Notes (internal)`, `[Internal] Notes`, of a folded heading.
static IN_HEADING: LazyLock<Regex> = LazyLock::new(|| {
    fixed_pattern(
        r"^[\s#\d.]*[(\[【](?:internal(?: (?:use )?only)?|内部(?:使用)?)[)\]】]|[(\[【](?:internal(?: (?:use )?only)?|内部(?:使用)?)[)\]】][\s#:]*$",
    )
});
static ENTITY: LazyLock<Regex> =
    LazyLock::new(|| fixed_pattern(r"&(?:#([0-9]{1,6})|#[xX]([0-9A-Fa-f]{1,5})|([A-Za-z]{2,8}));"));

/// What a line says of whom a section is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    Internal,
    Customer,
    /// Something else, which is given: a slip, another kind of reader, or what is no reader at all.
    Other(String),
}

impl Said {
    /// Whether it keeps a section from customers. What may be a slip for the own team does; a name of others, an address or a
    /// sentence do not.
    pub(crate) fn keeps_in(&self) -> bool {
        let value = match self {
            Said::Internal => return true,
            Said::Customer => return false,
            Said::Other(value) => value,
        };
        let words: Vec<&str> = value.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let is_team = |word: &&str| is_slip(word, "internal") || is_team_word(word);
        if words.iter().any(is_team) {
            return true;
        }
        let is_name = value.contains(|c: char| c.is_ascii_digit() || "/@{}$()".contains(c)) || value.contains("://");
        !is_name && words.len() <= LONGEST_VALUE && !words.iter().any(|word| OUTSIDE.contains(word))
    }
}

fn is_team_word(word: &str) -> bool {
    let begins = word.starts_with("intern") && !word.starts_with("internat") && !word.starts_with("internet");
    begins || word.contains("内部") || INSIDE.contains(&word)
}

/// What a line says of whom a section is for; `None`: nothing. Of several things the one that keeps it in.
pub(crate) fn said(line: &str) -> Option<Said> {
    if !MAY_SAY.is_match(line) {
        return None;
    }
    let mut found: Option<Said> = None;
    for piece in whole_and_parts(line) {
        match keyed(&piece).or_else(|| is_phrase(&piece).then_some(Said::Internal)) {
            Some(said) if said.keeps_in() => return Some(said),
            said => found = found.or(said),
        }
    }
    if is_lone(line) || LABELED.is_match(line) {
        return Some(Said::Internal);
    }
    // What is quoted opens nothing: it may be what a customer wrote.
    found.filter(|said| *said != Said::Customer || !line.trim_start().starts_with('>'))
}

/// Whether a line keeps a section from customers.
pub(crate) fn keeps_in(line: &str) -> bool {
    said(line).is_some_and(|said| said.keeps_in())
}

/// Whether a line says whom a section is for, plainly, and nothing else: it is no text.
pub(super) fn is_plain(line: &str) -> bool {
    let is_short = |piece: &str| words(&folded(piece)).len() <= LONGEST_PLAIN;
    matches!(said(line), Some(Said::Internal | Said::Customer))
        && whole_and_parts(line).first().is_some_and(|whole| is_short(whole) && keyed(whole).is_some())
}

/// Whether a line has a tag that holds what is for the own team, whatever sections stand in it.
pub(super) fn tag_keeps_in(line: &str) -> bool {
    let is_internal = |tag: regex::Match<'_>| ATTRIBUTE.is_match(tag.as_str());
    line.contains('<') && TAGS.find_iter(line).any(is_internal)
}

/// Whether a heading, as it is written, keeps its section from customers.
pub(super) fn heading_keeps_in(heading: &str) -> bool {
    heading.lines().any(|line| MAY_SAY.is_match(line) && (keeps_in(line) || IN_HEADING.is_match(&folded(line))))
}

/// How many things in a text, of any form, keep something in. A lone word that could be one of a list is not counted.
pub(crate) fn marks(text: &str) -> usize {
    let is_mark = |piece: &str| keyed(piece).is_some_and(|said| said.keeps_in()) || is_phrase(piece);
    let lines = text.lines().filter(|line| MAY_SAY.is_match(line));
    lines
        .map(|line| {
            let pieces = whole_and_parts(line);
            let mut pieces = pieces.iter();
            let whole = pieces.next().is_some_and(|whole| is_mark(whole));
            pieces.filter(|piece| is_mark(piece)).count().max(usize::from(whole))
        })
        .sum()
}

/// A text that says of itself as a whole, and of each of its parts, that it is for the own team.
pub(crate) fn close(markdown: &str) -> String {
    let mut text = format!("{INTERNAL}\n\n");
    let mut from = 0;
    for heading in outline(markdown) {
        text.push_str(&markdown[from..heading.span.end]);
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text.extend(["\n", INTERNAL, "\n\n"]);
        from = heading.span.end;
    }
    text.push_str(&markdown[from..]);
    text
}

/// A line without its tags, and what stands between, before and behind them.
fn whole_and_parts(line: &str) -> Vec<Cow<'_, str>> {
    if !line.contains(['<', '>', '%', '/']) {
        return vec![Cow::Borrowed(line)];
    }
    let mut pieces = vec![TAGS.replace_all(line, "")];
    let mut from = 0;
    for tag in TAGS.find_iter(line) {
        pieces.push(Cow::Borrowed(&line[from..tag.start()]));
        if ATTRIBUTE.is_match(tag.as_str()) {
            pieces.push(Cow::Borrowed(INTERNAL));
        } else if tag.as_str().starts_with("{%") {
            pieces.push(Cow::Borrowed(tag.as_str().trim_matches(['{', '}', '%'])));
        }
        from = tag.end();
    }
    if from > 0 {
        pieces.push(Cow::Borrowed(&line[from..]));
    }
    pieces
}

/// A text as it is compared: no case, width and invisible characters, entities as what they stand for.
fn folded(text: &str) -> String {
    let entity = |found: &regex::Captures<'_>| {
        let number = |group: usize, radix| found.get(group).and_then(|of| u32::from_str_radix(of.as_str(), radix).ok());
        let given = number(1, 10).or_else(|| number(2, 16)).and_then(char::from_u32);
        let named = || match &found[0] {
            "&nbsp;" | "&ensp;" | "&emsp;" => Some(' '),
            "&colon;" => Some(':'),
            "&equals;" => Some('='),
            "&shy;" | "&zwnj;" | "&zwj;" => Some('\u{200b}'),
            _ => None,
        };
        given.or_else(named).map_or(found[0].to_string(), String::from)
    };
    let text = if text.contains('&') { ENTITY.replace_all(text, entity) } else { Cow::Borrowed(text) };
    // What is left of characters that nobody sees, and the back slash before a mark.
    let is_seen =
        |c: &char| !matches!(c, '\\' | '\u{61C}' | '\u{180E}' | '\u{2065}'..='\u{206F}' | '\u{E0000}'..='\u{E0FFF}');
    fold_text(&text.nfkc().collect::<String>()).chars().filter(is_seen).collect()
}

/// A word, and where it stands.
struct Word<'t> {
    text: &'t str,
    start: usize,
}

/// The words of a folded text. Chinese ones that matter here stand alone.
fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let known = CHINESE.iter().find(|word| text[at..].starts_with(**word));
        if known.is_some() || !c.is_alphanumeric() {
            words.extend(start.take().map(|start| Word { text: &text[start..at], start }));
        } else if start.is_none() {
            start = Some(at);
        }
        if let Some(known) = known {
            words.push(Word { text: &text[at..at + known.len()], start: at });
        }
        at += known.map_or(c.len_utf8(), |known| known.len());
    }
    words.extend(start.map(|start| Word { text: &text[start..], start }));
    words
}

/// Marks and numbers that may stand before what a line says.
fn is_before(word: &str) -> bool {
    BEFORE_KEY.contains(&word) || word.chars().all(char::is_numeric)
}

/// What a piece says by a key and its value.
fn keyed(piece: &str) -> Option<Said> {
    let text = folded(piece);
    let words = words(&text);
    let opens = words.iter().take_while(|word| is_before(word.text)).count();
    let ends = TEAM.iter().find(|team| {
        words.len() >= team.len()
            && words[words.len() - team.len()..].iter().map(|word| word.text).eq(team.iter().copied())
    });
    if let Some(team) = ends {
        let mut before = &words[..words.len() - team.len()];
        while let Some((_, rest)) = before.split_last().filter(|(last, _)| BETWEEN.contains(&last.text)) {
            before = rest;
        }
        let key = before.last().map_or("", |key| key.text);
        let is_first = before.len() == opens + 1;
        if KEYS.iter().any(|known| is_slip(key, known)) || is_first && OTHER_KEYS.contains(&key) {
            return Some(Said::Internal);
        }
    }
    let rest = &words[opens.min(words.len())..];
    if let [one, value] = rest
        && ["internal", "内部"].contains(&one.text)
        && ["true", "yes", "是"].contains(&value.text)
        && text[one.start..value.start].contains([':', '='])
    {
        return Some(Said::Internal);
    }
    let key = rest.first().filter(|key| KEYS.contains(&key.text))?;
    let behind = &text[key.start + key.text.len()..];
    let (marks, value) = behind.split_once([':', '='])?;
    if marks.contains(char::is_alphanumeric) || marks.contains('|') {
        return None;
    }
    let value = value.trim_matches(|c: char| !c.is_alphanumeric());
    match value {
        "customer" | "客户" => Some(Said::Customer),
        _ => Some(Said::Other(value.to_string())),
    }
}

/// Whether a word is another, but for slips of the hand in a long one.
fn is_slip(word: &str, wanted: &str) -> bool {
    if word == wanted {
        return true;
    }
    let letters = |word: &str| word.chars().collect::<Vec<char>>();
    let (word, wanted) = (letters(word), letters(wanted));
    wanted.len() >= 7 && word.len() >= 6 && slips(&word, &wanted, 2, |a, b| a == b).is_some()
}

/// Whether a piece says without a key that it is for the own team, in more than a word.
fn is_phrase(piece: &str) -> bool {
    let text = folded(piece);
    let words = words(&text);
    let words: Vec<&str> = words.iter().map(|word| word.text).skip_while(|word| is_before(word)).collect();
    words.len() <= LONGEST_PHRASE
        && PHRASES.iter().any(|phrase| {
            let goes_on = phrase.last() == Some(&"only");
            words.starts_with(phrase) && (goes_on || words.len() == phrase.len())
        })
}

/// Whether a line is the word alone. An item of a list or a cell may be one of several kinds.
fn is_lone(line: &str) -> bool {
    let bare = line.trim_start_matches([' ', '\t', '>']);
    let is_one_of = ["- ", "+ ", "* ", "|"].iter().any(|mark| bare.starts_with(mark));
    let text = folded(bare);
    !is_one_of && matches!(words(&text)[..], [Word { text: "internal" | "内部", .. }])
}

#[cfg(test)]
#[path = "audience_tests.rs"]
mod tests;
