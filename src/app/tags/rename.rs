//! A tag gets another name: in stored cases, in own rules and in own articles.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::TagsError;
use crate::{
    app::{App, AppError, read, rules::files},
    config::BUILTIN,
    store::CaseWork,
    tag::{is_of_a_tag, parse_tag},
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.tag-rename/1";

/// What becomes of the old tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Into {
    /// A name that is not in use.
    NewName,
    /// A tag that is in use: the two become one.
    Existing,
}

/// What a rename changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RenameReport {
    /// `SCHEMA`.
    pub schema: &'static str,
    /// Whether nothing was changed.
    pub dry_run: bool,
    /// The old tag.
    pub old: String,
    /// The new one.
    pub new: String,
    /// Cases that have the old one.
    pub cases: u64,
    /// Own files that name it.
    pub files: Vec<RenamedFile>,
    /// Built-in rules and articles that give the old tag: they give it again when cases are matched.
    pub again: Vec<String>,
}

/// An own file that names a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RenamedFile {
    /// The file.
    pub file: String,
    /// How often it names it.
    pub places: usize,
    /// Its text with the new name.
    #[serde(skip)]
    text: String,
    #[serde(skip)]
    path: PathBuf,
}

impl App {
    /// Gives a tag another name. Files first, then the store: a run that is broken off between the two is done again.
    ///
    /// # Errors
    /// When one is no tag, the new one is in use and the two are not to become one, or a file or the store cannot be
    /// changed.
    pub fn rename_tag(
        &self,
        store: &mut dyn CaseWork,
        old: &str,
        new: &str,
        into: Into,
        dry_run: bool,
    ) -> Result<RenameReport, TagsError> {
        let (old, new) = (parse_tag(old)?, parse_tag(new)?);
        let counts = store.tag_counts()?;
        let count = |tag: &str| counts.iter().find(|(name, _)| name == tag).map(|(_, cases)| *cases);
        if into == Into::NewName && count(&new).is_some() {
            return Err(TagsError::InUse(new));
        }
        let files = self.files_naming(&old, &new)?;
        let mut report = RenameReport {
            schema: SCHEMA,
            dry_run,
            cases: count(&old).unwrap_or(0),
            again: self.builtin_givers(&old)?,
            old,
            new,
            files,
        };
        if dry_run || report.old == report.new {
            return Ok(report);
        }
        for file in &report.files {
            replace(&file.path, &file.text).map_err(|source| TagsError::Write { path: file.path.clone(), source })?;
        }
        report.cases = store.rename_tag(&report.old, &report.new)?;
        store.refresh()?;
        Ok(report)
    }

    /// Own rule files and articles in which the old tag stands.
    fn files_naming(&self, old: &str, new: &str) -> Result<Vec<RenamedFile>, AppError> {
        let mut found = Vec::new();
        let mut take = |path: PathBuf, text: String, renamed: (String, usize)| {
            if renamed.1 > 0 && text != renamed.0 {
                found.push(RenamedFile { file: path.display().to_string(), places: renamed.1, text: renamed.0, path });
            }
        };
        for path in &self.settings.tags.value {
            for file in files(path).map_err(|source| AppError::TagRules { path: path.clone(), source })? {
                let text = read(file.clone())?;
                let renamed = in_rules(&text, old, new);
                take(file, text, renamed);
            }
        }
        if self.settings.kb.value.iter().any(|folder| folder != BUILTIN) {
            for article in self.library.articles.iter().filter(|article| article.tags.iter().any(|tag| tag == old)) {
                let path = PathBuf::from(&article.source);
                // The built-in ones are no files.
                if let Some(text) = own_file(&path) {
                    let renamed = in_article(&text, old, new);
                    take(path, text, renamed);
                }
            }
        }
        Ok(found)
    }

    fn builtin_givers(&self, old: &str) -> Result<Vec<String>, TagsError> {
        let (builtin, _) = crate::tag::TagRules::builtin_file();
        let rules = self.tag_rules()?.value;
        let rules = rules.rules().iter().filter(|rule| rule.file() == builtin && rule.tags().any(|tag| tag == old));
        let articles = self.library.articles.iter().filter(|article| {
            article.tags.iter().any(|tag| tag == old) && own_file(Path::new(&article.source)).is_none()
        });
        let articles = articles.map(|article| crate::tag::article_rule(&article.id.0));
        Ok(rules.map(|rule| rule.id().to_string()).chain(articles).collect())
    }
}

/// The text of an article's file; `None` for a built-in one, whose source is a bare name.
fn own_file(path: &Path) -> Option<String> {
    path.parent().filter(|parent| !parent.as_os_str().is_empty())?;
    fs::read_to_string(path).ok()
}

/// The rules of a file with a tag renamed: a string that is the tag and nothing else.
fn in_rules(text: &str, old: &str, new: &str) -> (String, usize) {
    let mut renamed = text.to_string();
    let mut places = 0;
    for quote in ['"', '\''] {
        let (from, to) = (format!("{quote}{old}{quote}"), format!("{quote}{new}{quote}"));
        places += renamed.matches(&from).count();
        renamed = renamed.replace(&from, &to);
    }
    (renamed, places)
}

/// An article with a tag renamed in the `tags` of its front matter.
fn in_article(text: &str, old: &str, new: &str) -> (String, usize) {
    let mut renamed = String::with_capacity(text.len());
    let (mut fences, mut tags, mut places) = (0, false, 0);
    for line in text.split_inclusive('\n') {
        fences += usize::from(line.trim_end() == "---");
        if fences == 1 && !line.starts_with([' ', '\t', '-', '#']) {
            tags = line.starts_with("tags:");
        }
        if fences == 1 && tags {
            let (line, count) = replace_word(line, old, new);
            places += count;
            renamed.push_str(&line);
        } else {
            renamed.push_str(line);
        }
    }
    (renamed, places)
}

/// Replaces a tag where it stands alone, not as a part of a longer one.
fn replace_word(line: &str, old: &str, new: &str) -> (String, usize) {
    let of_a_tag = |c: char| c == '/' || is_of_a_tag(c);
    let (mut replaced, mut rest, mut places) = (String::new(), line, 0);
    while let Some(at) = rest.find(old) {
        let behind = &rest[at + old.len()..];
        let alone = !rest[..at].ends_with(of_a_tag) && !behind.starts_with(of_a_tag);
        replaced.push_str(&rest[..at]);
        replaced.push_str(if alone { new } else { old });
        places += usize::from(alone);
        rest = behind;
    }
    replaced.push_str(rest);
    (replaced, places)
}

/// Writes a file beside and moves it into place, so that nobody reads half of it.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".casebook-new");
    let beside = path.with_file_name(name);
    fs::write(&beside, text)?;
    // Who may read the old one may read the new one.
    fs::set_permissions(&beside, fs::metadata(path)?.permissions())?;
    fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_tags_are_renamed() {
        let (text, places) = in_rules("tag = \"a/b\"\ntags = ['a/b', \"a/b-c\"]\n# a/b\n", "a/b", "x/y");
        assert_eq!((text.as_str(), places), ("tag = \"x/y\"\ntags = ['x/y', \"a/b-c\"]\n# a/b\n", 2));
    }

    #[test]
    fn in_an_article_only_its_tags_are_renamed() {
        let article = "---\nid: a\ntags: [a/b, a/b-c, \"a/b\"]\nproducts: [a/b]\n---\n\n## Symptoms\n\ntags: a/b\n";
        let expected = "---\nid: a\ntags: [x/y, a/b-c, \"x/y\"]\nproducts: [a/b]\n---\n\n## Symptoms\n\ntags: a/b\n";
        assert_eq!(in_article(article, "a/b", "x/y"), (expected.to_string(), 2));
        let list = "---\ntags:\n  - a/b\n- c/a/b\nid: a/b\n---\n";
        assert_eq!(in_article(list, "a/b", "x/y"), ("---\ntags:\n  - x/y\n- c/a/b\nid: a/b\n---\n".to_string(), 1));
    }
}
