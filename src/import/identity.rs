//! Ids of imported articles: made of the document's path, distinct and the same at every import.

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

#[cfg(test)]
mod tests {
    use super::*;

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
