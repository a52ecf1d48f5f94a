//! The mark by which an import knows its own work: a hash of the article in the article.
//!
//! Who edits an imported article changes its text and leaves the mark, so that the two no longer fit: the next import keeps what a
//! person wrote.

/// The key of the front matter.
const KEY: &str = "imported";
/// Hexadecimal digits of the hash that are kept: enough to tell an edit, nobody forges against himself.
const DIGITS: usize = 16;

/// What became of an article since it was imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touched {
    /// It is as the import wrote it.
    No,
    /// Somebody edited it, or took the mark out.
    Edited,
}

/// Puts the mark at the end of an article's front matter.
pub(super) fn seal(article: &str) -> String {
    let Some(end) = article.strip_prefix("---\n").and_then(|rest| rest.find("\n---\n")).map(|at| at + 5) else {
        return article.to_string();
    };
    format!("{}{KEY}: {}\n{}", &article[..end], hash(article), &article[end..])
}

/// Whether an article that an import wrote is as it wrote it. Ends of lines do not count: version control turns them.
pub fn touched(article: &str) -> Touched {
    let article = article.replace("\r\n", "\n");
    let mark = |line: &str| line.strip_prefix(KEY).and_then(|rest| rest.strip_prefix(": ")).map(str::to_string);
    let Some(found) = article.lines().find_map(mark) else { return Touched::Edited };
    let line = format!("{KEY}: {found}\n");
    let without = article.replacen(&line, "", 1);
    if hash(&without) == found.trim_matches('"') { Touched::No } else { Touched::Edited }
}

fn hash(article: &str) -> String {
    // A letter first: digits alone are a number to YAML.
    let hash = blake3::hash(article.as_bytes()).to_hex();
    format!("b{}", &hash[..DIGITS])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_shows_and_line_ends_do_not() {
        let sealed = seal("---\nid: a\ntitle: \"b\"\n---\nText.\n");
        assert_eq!(touched(&sealed), Touched::No);
        assert_eq!(touched(&sealed.replace('\n', "\r\n")), Touched::No);
        assert_eq!(touched(&sealed.replace("Text", "Own text")), Touched::Edited);
        assert_eq!(touched(&sealed.replace("title: \"b\"", "title: \"c\"")), Touched::Edited);
        assert_eq!(touched("---\nid: a\n---\nText.\n"), Touched::Edited);
    }
}
