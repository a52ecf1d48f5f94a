//! An article's text from what a document says.

use std::{collections::HashSet, fmt::Write as _};

use super::{Imported, Source, SourceError, identity, labels, seal, title};
use crate::{
    article::{MAX_ARTICLE_BYTES, SectionKind, normalize_signature, parse_sections, plain_text, template::scalar},
    case::CHINESE,
    signature::{
        Signature, SignatureKind,
        extract::{Context, Extractor},
    },
    text::chinese_share,
};

/// Signatures kept of each sort: a reference of all codes defines none of them.
const MOST_STRONG: usize = 40;
const MOST_WEAK: usize = 80;
/// Characters of the symptoms in which signatures are strong: what comes later is detail.
const SYMPTOMS: usize = 6_000;
/// Tags kept of a document.
const MOST_TAGS: usize = 30;
/// The group of the tags that other systems have without one.
const TAG_GROUP: &str = "topic";

/// Makes an article of what a document says.
///
/// # Errors
/// When there is nothing to read in it, or more than an article may have.
pub fn compose(source: Source, extractor: &Extractor) -> Result<Imported, SourceError> {
    let mut body = source.body;
    let heading = title::take(&mut body, source.title.is_none());
    let title = title::of(source.title.as_deref(), heading.as_deref(), &source.path);
    if let Some(headed) = labels::headed(&body) {
        body = headed;
    }
    let sections = parse_sections(&body);
    if sections.iter().all(|section| section.text.trim().is_empty()) {
        return Err(SourceError::Empty);
    }
    // What tells of the issue comes first; without a section that says so, the text before the first heading does.
    let has_symptoms = sections.iter().any(|section| section.kind == SectionKind::Symptoms);
    let mut symptoms = source.description.clone().unwrap_or_default();
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
    let id = source.id.unwrap_or_else(|| identity::plain_id(&source.path));
    let is_chinese = chinese_share(body.chars()).is_some_and(|share| share >= CHINESE);
    let language = source.language.unwrap_or(if is_chinese { "zh" } else { "en" });
    let mut article = String::with_capacity(body.len() + 1_000);
    let _ = writeln!(
        article,
        "---\nid: {id}\ntitle: {}\nlanguage: {language}\nsource: {}",
        scalar(&title),
        scalar(&source.path)
    );
    if let Some(day) = source.updated {
        let _ = writeln!(article, "dates: {{not-validated: {day}}}");
    }
    let lists = [("strong", strong, MOST_STRONG), ("weak", weak, MOST_WEAK)];
    if lists.iter().any(|(_, list, _)| !list.is_empty()) {
        article.push_str("signatures:\n");
        for (name, list, most) in lists {
            let listed: Vec<String> = list.iter().take(most).map(|signature| scalar(&signature.to_string())).collect();
            let _ = writeln!(article, "  {name}: [{}]", listed.join(", "));
        }
    }
    let tags = tags(&source.tags);
    if !tags.is_empty() {
        let _ = writeln!(article, "tags: [{}]", tags.join(", "));
    }
    if let Some(url) = source.url.filter(|url| is_address(url)) {
        let _ = writeln!(article, "references:\n  - {{id: {}, url: {}}}", scalar(&source.path), scalar(&url));
    }
    article.push_str("---\n");
    if let Some(description) = source.description.filter(|text| !body.contains(text.as_str())) {
        let _ = writeln!(article, "{description}\n");
    }
    article.push_str(body.trim());
    article.push('\n');
    let text = seal::seal(&article);
    if text.len() > MAX_ARTICLE_BYTES {
        return Err(SourceError::Long { bytes: text.len(), most: MAX_ARTICLE_BYTES });
    }
    Ok(Imported { id, title, source: source.path, text })
}

fn is_address(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://")) && !url.contains(char::is_whitespace)
}

/// Labels of another system as tags: words in Latin letters, joined by hyphens, in a group. Others have no form as a tag and are left out.
fn tags(labels: &[String]) -> Vec<String> {
    let slug = |text: &str| {
        let mut slug = String::new();
        for c in text.trim().chars() {
            match c {
                c if c.is_ascii_alphanumeric() => slug.push(c.to_ascii_lowercase()),
                '-' | '_' | '.' | ' ' if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
                '-' | '_' | '.' | ' ' => {}
                _ => return None,
            }
        }
        slug.truncate(slug.trim_end_matches('-').len());
        crate::article::is_slug(&slug).then_some(slug)
    };
    let mut tags = Vec::new();
    for label in labels {
        let tag = match label.split_once('/') {
            Some((group, name)) => slug(group).zip(slug(name)).map(|(group, name)| format!("{group}/{name}")),
            None => slug(label).map(|name| format!("{TAG_GROUP}/{name}")),
        };
        if let Some(tag) = tag.filter(|tag| !tags.contains(tag) && tags.len() < MOST_TAGS) {
            tags.push(tag);
        }
    }
    tags
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_become_tags() {
        let labels = ["Print Server", "VPN", "vpn", "打印", "Component/Servicing", "", "a/b/c", "-"].map(String::from);
        assert_eq!(tags(&labels), ["topic/print-server", "topic/vpn", "component/servicing"]);
    }
}
