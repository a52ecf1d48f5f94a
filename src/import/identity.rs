//! Which document an imported article is of: ids made of the document's path, distinct and the same at every import, and what tells a
//! document by what it says, wherever it lies.

use std::collections::HashSet;

/// Longest id, as articles allow it, without the digits that tell apart.
const LONGEST: usize = 90;
/// Hexadecimal digits of the path's hash behind an id that alone tells too little.
const DIGITS: usize = 8;

/// An id of a path: lower-case words joined by hyphens. Of a name in other letters, and of one that is cut, digits of its hash.
pub fn plain_id(path: &str) -> String {
    let words = words(path);
    let is_whole = stem(path).is_ascii() && words.len() <= LONGEST;
    if is_whole && !words.is_empty() { words } else { distinct_id(path) }
}

/// The id of a document whose plain id another document has already: `pump.html` beside `pump.md`.
pub fn distinct_id(path: &str) -> String {
    let mut words = words(path);
    words.truncate(LONGEST);
    let words = words.trim_end_matches('-');
    let hash = blake3::hash(path.as_bytes()).to_hex();
    format!("{}-{}", if words.is_empty() { "document" } else { words }, &hash[..DIGITS])
}

/// A path without the ending of its file; a record's id may have a dot that is none.
fn stem(path: &str) -> &str {
    const ENDINGS: &[&str] = &["md", "markdown", "html", "htm", "docx"];
    path.rsplit_once('.')
        .filter(|(_, ending)| ENDINGS.contains(&ending.to_lowercase().as_str()))
        .map_or(path, |(stem, _)| stem)
}

fn words(path: &str) -> String {
    let mut id = String::new();
    for c in stem(path).chars() {
        match c {
            c if c.is_ascii_alphanumeric() => id.push(c.to_ascii_lowercase()),
            _ if !id.is_empty() && !id.ends_with('-') => id.push('-'),
            _ => {}
        }
    }
    id.truncate(id.trim_end_matches('-').len());
    id
}

/// Letters of a text that tells a document alone; a shorter one, such as `See the manual.`, stands in many.
const TELLING: usize = 200;

/// Share of lines that two states of one document have in common, of all that either has.
const KIN: f64 = 0.5;

/// What an imported article says, apart from where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its document, as it says.
    pub source: String,
    /// Its title.
    pub title: String,
    /// A hash of its text.
    pub text: u64,
    /// Whether the text is long enough to tell the document without its title.
    pub is_telling: bool,
}

/// Reads the head and the text of an article as [`compose`](super::compose) writes it; `None` for another.
pub fn content(article: &str) -> Option<Content> {
    let (head, body) = parts(article)?;
    let value = |key: &str| {
        let text = head.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))?.trim();
        serde_json::from_str::<String>(text).ok().or_else(|| Some(text.to_string()))
    };
    let words = body.split_whitespace().flat_map(|word| [word.as_bytes(), b" "]);
    let mut hasher = blake3::Hasher::new();
    words.for_each(|bytes| {
        hasher.update(bytes);
    });
    let [a, b, c, d, e, f, g, h, ..] = *hasher.finalize().as_bytes();
    Some(Content {
        source: value("source")?,
        title: value("title")?,
        text: u64::from_le_bytes([a, b, c, d, e, f, g, h]),
        is_telling: body.chars().filter(|c| !c.is_whitespace()).nth(TELLING).is_some(),
    })
}

/// Whether two articles are two states of one document: most of their lines are the same.
pub fn is_kin(one: &str, other: &str) -> bool {
    let (one, other) = (lines(one), lines(other));
    let common = one.intersection(&other).count();
    let all = one.len() + other.len() - common;
    all > 0 && common as f64 / all as f64 >= KIN
}

/// Hashes of the lines of an article, by which [kin](is_kin) are found among many.
pub fn line_hashes(article: &str) -> Vec<u64> {
    let hash = |line: &String| {
        let [a, b, c, d, e, f, g, h, ..] = *blake3::hash(line.as_bytes()).as_bytes();
        u64::from_le_bytes([a, b, c, d, e, f, g, h])
    };
    lines(article).iter().map(hash).collect()
}

/// The lines of an article's text, their blanks folded.
fn lines(article: &str) -> HashSet<String> {
    let body = parts(article).map_or("", |(_, body)| body);
    let folded = body.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    folded.filter(|line| !line.is_empty()).collect()
}

/// The front matter and the text behind it.
fn parts(article: &str) -> Option<(&str, &str)> {
    let rest = article.strip_prefix("---")?;
    let at = rest.find("\n---")?;
    Some((&rest[..at], &rest[at + 4..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_told_by_what_it_says() {
        let article = |id: &str, source: &str, text: &str| {
            format!("---\nid: {id}\ntitle: \"Pump: sticks\"\nsource: {source}\n---\n{text}\n")
        };
        let text = "It sticks.\n\nWarm the seal.\nThen start it.\nAnd wait.";
        let one = content(&article("a", "\"ops/a b.md\"", text)).unwrap();
        let other = content(&article("b", "new/a.md", &text.replace('\n', "\r\n"))).unwrap();
        assert_eq!((one.source.as_str(), one.title.as_str()), ("ops/a b.md", "Pump: sticks"));
        assert_eq!((one.text, one.is_telling), (other.text, false));
        assert!(content("no article").is_none() && content("---\nid: a\ntitle: own\n---\nx").is_none());
        let edited = article("c", "c.md", &text.replace("And wait.", "Wait an hour."));
        assert!(is_kin(&article("a", "a.md", text), &edited));
        assert!(!is_kin(&article("a", "a.md", text), &article("d", "d.md", "Another text.\nOf two lines.")));
        assert!(!is_kin("", ""));
    }

    #[test]
    fn ids_are_slugs_and_tell_apart() {
        assert_eq!(plain_id("ops/Pump Alarm.md"), "ops-pump-alarm");
        assert_eq!(plain_id("osticket/7.1"), "osticket-7-1");
        assert!(plain_id("手册/泵.html").starts_with("document-"));
        assert_ne!(distinct_id("a.md"), distinct_id("a.html"));
        let long = format!("{}.md", "word ".repeat(40));
        for path in ["a.md", "手册/泵.html", &long, "", "..", "a--b-.md"] {
            assert!(crate::article::is_slug(&plain_id(path)), "{path}: {}", plain_id(path));
            assert!(crate::article::is_slug(&distinct_id(path)), "{path}: {}", distinct_id(path));
        }
    }
}
