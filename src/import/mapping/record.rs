//! One record as a document.

use std::collections::HashMap;

use serde_json::Value;

use super::{
    super::{Source, clean, day, html, markdown, plain},
    BodyFormat, Joined, Mapping,
    field::{Fields, Scope},
};
use crate::{
    article::{
        SectionKind,
        template::{Language, section_name},
    },
    mail,
};

/// Longest number or name of a record.
const LONGEST_ID: usize = 200;

/// Records that one record is joined with. More of them share a key that tells nothing apart.
const MOST_JOINED: usize = 1_000;
/// How many there may be for each record of an export, and for all beside: records that are joined each with each are a product.
const JOINED_EACH: usize = 256;
const JOINED_IN_ALL: usize = 1_000_000;

/// How many records may yet be joined with those of an export.
pub(super) struct Room(usize);

impl Default for Room {
    fn default() -> Self {
        Room(JOINED_IN_ALL)
    }
}

impl Room {
    /// Takes room for the joins of one record.
    fn take(&mut self, joined: &HashMap<&str, Vec<&Value>>) -> Result<(), String> {
        if let Some((name, _)) = joined.iter().find(|(_, found)| found.len() > MOST_JOINED) {
            return Err(format!("more than {MOST_JOINED} records of `{name}` join it: does its key tell them apart?"));
        }
        let count: usize = joined.values().map(Vec::len).sum();
        self.0 = self.0.saturating_add(JOINED_EACH);
        match self.0.checked_sub(count) {
            Some(left) => {
                self.0 = left;
                Ok(())
            }
            None => Err(format!("the records so far are joined with more than {JOINED_EACH} each")),
        }
    }
}

/// Languages in which a record says it is Chinese, by the beginning of the word.
const CHINESE: [&str; 5] = ["zh", "chi", "cn", "中", "汉"];

/// What a record says; `None` where a filter leaves it out.
pub(super) fn source(
    mapping: &Mapping,
    stem: &str,
    record: &Value,
    lists: &HashMap<&str, Joined>,
    room: &mut Room,
) -> Result<Option<Source>, String> {
    let mut joined: HashMap<&str, Vec<&Value>> = HashMap::new();
    for join in &mapping.joins {
        let keys = join.on.texts(&Scope { record, joined: &joined });
        let list = lists.get(join.name.as_str());
        let found = keys.iter().filter_map(|key| list?.get(key)).flatten().take(MOST_JOINED + 1).collect();
        joined.insert(&join.name, found);
    }
    let scope = Scope { record, joined: &joined };
    if !mapping.filters.iter().all(|filter| filter.holds(&scope)) {
        return Ok(None);
    }
    let id = mapping.id.text(&scope).map(|id| id.trim().to_string()).ok_or("has no id")?;
    if id.len() > LONGEST_ID || id.contains(char::is_control) {
        return Err("has an id that is none: too long, or with control characters".to_string());
    }
    let told = |message: &str| format!("(id {id}) {message}");
    room.take(&joined).map_err(|message| told(&message))?;
    let title = mapping.title.text(&scope).ok_or_else(|| told("has no title"))?;
    let title = match mapping.body_format {
        BodyFormat::Html => mail::html_text(&title),
        BodyFormat::Markdown | BodyFormat::Text => title,
    };
    let language = mapping.lang.text(&scope).and_then(|text| language(&text));
    let text = |fields: &Fields| {
        let texts = fields.texts(&scope);
        let texts: Vec<String> =
            texts.iter().map(|text| to_markdown(text, mapping.body_format).trim().to_string()).collect();
        texts.join("\n\n").trim().to_string()
    };
    let mut body = text(&mapping.body);
    for (kind, fields) in &mapping.sections {
        let text = text(fields);
        if !text.is_empty() {
            // A heading within would end the section.
            let text = lower_headings(&text);
            body.push_str(&format!("\n\n## {}\n\n{text}", heading(*kind, language, &text)));
        }
    }
    let body = body.trim().to_string();
    if body.is_empty() {
        return Err(told("has no text"));
    }
    let tags = mapping.tags.texts(&scope);
    let tags = tags.iter().flat_map(|text| text.split([',', ';', '|', '，', '；', '、', '\n']));
    Ok(Some(Source {
        path: format!("{}/{id}", mapping.prefix.as_deref().unwrap_or(stem)),
        id: None,
        title: Some(title.split_whitespace().collect::<Vec<_>>().join(" ")),
        description: None,
        body,
        language,
        tags: tags.map(|tag| tag.trim().to_string()).filter(|tag| !tag.is_empty()).collect(),
        updated: mapping.updated.text(&scope).and_then(|text| day(&text)),
        url: mapping.url.text(&scope).map(|url| url.trim().to_string()),
        missing_includes: 0,
    }))
}

fn to_markdown(text: &str, format: BodyFormat) -> String {
    let text = plain(text);
    match format {
        BodyFormat::Html => html::to_markdown(&text),
        BodyFormat::Markdown => clean::markdown(&text, "", &|_| None).text,
        BodyFormat::Text => markdown::of_plain_text(&text),
    }
}

fn language(text: &str) -> Option<&'static str> {
    let text = text.trim().to_lowercase();
    if CHINESE.iter().any(|name| text.starts_with(name)) {
        Some("zh")
    } else if text.starts_with("en") {
        Some("en")
    } else {
        None
    }
}

/// The name of a section in the language of its text.
fn heading(kind: SectionKind, language: Option<&str>, text: &str) -> &'static str {
    let is_chinese = match language {
        Some(language) => language == "zh",
        None => crate::text::chinese_share(text.chars()).is_some_and(|share| share >= crate::case::CHINESE),
    };
    section_name(kind, if is_chinese { Language::Zh } else { Language::En })
}

/// Moves first- and second-level headings below a section's own.
fn lower_headings(text: &str) -> String {
    // The mark of the fence that is open, and its length: a shorter or another one within is code.
    let mut fence: Option<(char, usize)> = None;
    let mut lowered = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let begin = line.trim_start();
        let run = |mark: char| begin.chars().take_while(|c| *c == mark).count();
        let mark = ['`', '~'].into_iter().find(|mark| run(*mark) >= 3);
        match (fence, mark) {
            (None, Some(mark)) => fence = Some((mark, run(mark))),
            (Some((open, length)), Some(mark)) if mark == open && run(mark) >= length => fence = None,
            (None, None)
                if (1..=4).contains(&run('#')) && line.starts_with('#') && begin[run('#')..].starts_with(' ') =>
            {
                lowered.push_str("##");
            }
            _ => {}
        }
        lowered.push_str(line);
    }
    lowered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_has_a_limit_for_each_and_for_all() {
        let value = Value::Null;
        let joined = |count: usize| HashMap::from([("answers", vec![&value; count])]);
        let mut room = Room::default();
        assert!(room.take(&joined(MOST_JOINED + 1)).unwrap_err().contains("`answers`"));
        let taken = (0..3_000).take_while(|_| room.take(&joined(MOST_JOINED)).is_ok()).count();
        assert_eq!(taken, JOINED_IN_ALL / (MOST_JOINED - JOINED_EACH));
        assert!(room.take(&joined(3)).is_ok(), "one that is joined as it should be");
    }

    #[test]
    fn headings_are_lowered_and_code_is_left_alone() {
        assert_eq!(lower_headings("# A\n## B\n##### C\n#tag\n"), "### A\n#### B\n##### C\n#tag\n");
        let code = "~~~\n# restart\n```\n# x\n~~~\n";
        assert_eq!(lower_headings(code), code);
        let longer = "````\n```\n# x\n```\n````\n";
        assert_eq!(lower_headings(longer), longer);
    }
}
