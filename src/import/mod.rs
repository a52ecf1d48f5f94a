//! Documents of other systems become articles: what is the title, what are the symptoms, which signatures define it.
//!
//! A pure core: [`document`] takes one document's text and gives an article's text; folders and files are walked by
//! [`crate::app::import`]. Of a document is taken what it says: its title, its text by headings, and the signatures in them, strong
//! where title or symptoms have them. It gets no condition: [`crate::matching::drawn`] weighs it by words and codes.

mod clean;
mod front;
mod html;

use std::{collections::HashSet, fmt::Write as _};

use crate::{
    article::{SectionKind, normalize_signature, parse_sections, plain_text, template::scalar},
    case::CHINESE,
    signature::{
        Signature, SignatureKind,
        extract::{Context, Extractor},
    },
    text::chinese_share,
};

/// Longest title kept, in characters.
const LONGEST_TITLE: usize = 200;
/// Signatures kept of each sort: a reference of all codes defines none of them.
const MOST_STRONG: usize = 40;
const MOST_WEAK: usize = 80;
/// Characters of the symptoms in which signatures are strong: what comes later is detail.
const SYMPTOMS: usize = 6_000;
/// Longest id, as articles allow it, without the digits that tell apart.
const LONGEST_ID: usize = 90;

/// The form of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Markdown with front matter of any kind, or none.
    Markdown,
    /// An HTML page.
    Html,
}

/// A document as an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The article's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The article's whole text.
    pub text: String,
}

/// Why a document gives no article.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// It has no text beside headings.
    #[error("has no text")]
    Empty,
}

/// Makes an article of a document. `path` is its place below the folder that is imported, parted by `/`: the article's `source`, and
/// what its id is made of.
///
/// # Errors
/// When there is nothing to read in it.
pub fn document(path: &str, text: &str, form: Form, extractor: &Extractor) -> Result<Imported, ImportError> {
    // What moves a cursor has no place in an article.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let (head, body) = match form {
        Form::Markdown => front::split(&text),
        Form::Html => (html::head(&text), html::to_markdown(&text)),
    };
    let mut body = clean::markdown(&body);
    let heading = take_title(&mut body);
    let title = title(head.title.as_deref(), heading.as_deref(), path);
    let sections = parse_sections(&body);
    if sections.iter().all(|section| section.text.trim().is_empty()) {
        return Err(ImportError::Empty);
    }
    // What tells of the issue comes first; without a section that says so, the text before the first heading does.
    let has_symptoms = sections.iter().any(|section| section.kind == SectionKind::Symptoms);
    let mut symptoms = head.description.clone().unwrap_or_default();
    let mut rest = String::new();
    for (index, section) in sections.iter().enumerate() {
        let tells = section.kind == SectionKind::Symptoms || !has_symptoms && index == 0;
        let _ = writeln!(if tells { &mut symptoms } else { &mut rest }, "{}\n{}", section.heading, section.text);
    }
    let end = symptoms.char_indices().nth(SYMPTOMS).map_or(symptoms.len(), |(at, _)| at);
    let (first, later) = symptoms.split_at(end);
    let strong = signatures(&format!("{title}\n\n{first}"), extractor);
    let known: HashSet<String> = strong.iter().map(ToString::to_string).collect();
    let mut weak = signatures(&format!("{later}\n{rest}"), extractor);
    weak.retain(|signature| !known.contains(&signature.to_string()));
    let id = id(path);
    let language = if chinese_share(body.chars()).is_some_and(|share| share >= CHINESE) { "zh" } else { "en" };
    let mut article = String::with_capacity(body.len() + 1_000);
    let _ =
        writeln!(article, "---\nid: {id}\ntitle: {}\nlanguage: {language}\nsource: {}", scalar(&title), scalar(path));
    let lists = [("strong", strong, MOST_STRONG), ("weak", weak, MOST_WEAK)];
    if lists.iter().any(|(_, list, _)| !list.is_empty()) {
        article.push_str("signatures:\n");
        for (name, list, most) in lists {
            let listed: Vec<String> = list.iter().take(most).map(|signature| scalar(&signature.to_string())).collect();
            let _ = writeln!(article, "  {name}: [{}]", listed.join(", "));
        }
    }
    article.push_str("---\n");
    if let Some(description) = head.description.filter(|text| !body.contains(text.as_str())) {
        let _ = writeln!(article, "{description}\n");
    }
    article.push_str(body.trim());
    article.push('\n');
    Ok(Imported { id, title, text: article })
}

/// The signatures of a text, each once, in the order of their first sighting.
fn signatures(text: &str, extractor: &Extractor) -> Vec<Signature> {
    let mut seen = HashSet::new();
    extractor
        .extract(&plain_text(text), Context::Prose)
        .into_iter()
        .map(|found| found.signature)
        .filter(|signature| signature.kind != SignatureKind::Template)
        .filter_map(|signature| normalize_signature(&signature))
        .filter(|signature| seen.insert(signature.to_string().to_lowercase()))
        .collect()
}

/// Takes the first-level heading that opens a text.
fn take_title(body: &mut String) -> Option<String> {
    let line = body.lines().find(|line| !line.trim().is_empty())?;
    let heading = line.strip_prefix("# ")?.trim().trim_end_matches('#').trim().to_string();
    let start = body.find(line)?;
    body.replace_range(start..start + line.len(), "");
    Some(heading)
}

/// The fuller of the titles that a document gives itself; without one, the name of its file.
fn title(given: Option<&str>, heading: Option<&str>, path: &str) -> String {
    let plain = |text: &str| plain_text(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let given = given.map(plain).unwrap_or_default();
    let heading = heading.map(plain).unwrap_or_default();
    let longer = if heading.chars().count() >= given.chars().count() { heading } else { given };
    let title = if longer.is_empty() {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem).replace(['-', '_'], " ")
    } else {
        longer
    };
    title.chars().filter(|c| !c.is_control()).take(LONGEST_TITLE).collect()
}

/// An id of a path: lower-case words joined by hyphens. Of a name in other letters, and of one that is cut, digits of its hash.
fn id(path: &str) -> String {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let mut id = String::new();
    for c in stem.chars() {
        match c {
            c if c.is_ascii_alphanumeric() => id.push(c.to_ascii_lowercase()),
            _ if !id.is_empty() && !id.ends_with('-') => id.push('-'),
            _ => {}
        }
    }
    let whole = stem.is_ascii() && id.len() <= LONGEST_ID;
    id.truncate(LONGEST_ID);
    let id = id.trim_end_matches('-');
    if whole && !id.is_empty() {
        return id.to_string();
    }
    let hash = blake3::hash(path.as_bytes()).to_hex();
    if id.is_empty() { format!("document-{}", &hash[..8]) } else { format!("{id}-{}", &hash[..8]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article;

    fn import(path: &str, text: &str, form: Form) -> (Imported, article::Article) {
        let imported = document(path, text, form, &Extractor::new()).unwrap();
        let article = article::parse(path, &imported.text).unwrap_or_else(|error| panic!("{error}\n{}", imported.text));
        assert!(article.warnings.is_empty(), "{:?}", article.warnings);
        (imported, article.value)
    }

    fn names(signatures: &[Signature]) -> Vec<String> {
        signatures.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_runbook_becomes_an_article() {
        let text = "---\ntitle: \"Pump Alarm\"\nweight: 20\nkeywords: [\"a: b\"]\n---\n\n# PumpPressureHigh\n\n## Meaning\n\n\
            The pump reports 0x80070005.\n\n## Mitigation\n\nRestart it; exit with 0x80240017 is harmless.\n";
        let (imported, article) = import("ops/Pump Alarm.md", text, Form::Markdown);
        assert_eq!((imported.id.as_str(), article.title.as_str()), ("ops-pump-alarm", "PumpPressureHigh"));
        assert_eq!(article.origin.as_deref(), Some("ops/Pump Alarm.md"));
        assert_eq!(names(&article.strong), ["hresult:0x80070005"]);
        assert_eq!(names(&article.weak), ["hresult:0x80240017"]);
        assert!(article.section(SectionKind::Symptoms).is_some(), "{:?}", article.sections);
    }

    #[test]
    fn pages_and_chinese_names_are_taken_too() {
        let page = "<html><head><title>泵故障</title></head><body><h1>泵启动失败</h1><h2>问题现象</h2><p>日志提示拒绝访问 (5)。</p>\
            <h2>解决办法</h2><ol><li>重启</li></ol></body></html>";
        let (imported, article) = import("手册/泵.html", page, Form::Html);
        assert!(imported.id.starts_with("document-"), "{}", imported.id);
        assert_eq!((article.title.as_str(), article.language.as_str()), ("泵启动失败", "zh"));
        assert_eq!(names(&article.strong), ["win32:5"]);
        assert!(article.section(SectionKind::Resolution).is_some(), "{:?}", article.sections);
    }

    #[test]
    fn front_matter_may_be_of_any_kind_or_missing() {
        for head in
            ["+++\ntitle = \"Valve\"\n+++\n", "---\ntitle: Valve\nbroken: [\n---\n", "---\ntitle: 'Valve'\n---\n", ""]
        {
            let (_, article) = import("valve.md", &format!("{head}It sticks after a cold night."), Form::Markdown);
            assert_eq!(article.title.to_lowercase(), "valve", "{head}");
        }
        assert_eq!(
            document("a.md", "---\ntitle: x\n---\n", Form::Markdown, &Extractor::new()),
            Err(ImportError::Empty)
        );
    }
}
