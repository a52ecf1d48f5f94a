//! What imports made before: which article is of which document, and which of them says the same as a new one.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::Path,
};

use super::super::library::read_article;
use crate::import::{self, Content};

/// Articles whose lines are compared with those of one document.
const MOST_COMPARED: usize = 20;
/// A line that more articles have than this tells none of them from the others.
const MOST_WITH_A_LINE: usize = 50;

/// An article that an import made.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) id: String,
    pub(super) content: Content,
}

/// The imported articles of a folder.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    held: Vec<Held>,
    by_source: HashMap<String, usize>,
    by_text: HashMap<u64, Vec<usize>>,
    by_title: HashMap<String, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
    /// By the hash of a line the articles that have it; read where it is needed.
    by_line: Option<HashMap<u64, Vec<usize>>>,
}

impl Shelf {
    /// Reads the articles of a folder; what cannot be read was not made by an import.
    pub(super) fn open(folder: &Path) -> Shelf {
        let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
        let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort_unstable();
        let mut shelf = Shelf::default();
        for name in names {
            let Some(id) = name.strip_suffix(".md") else { continue };
            let Some(content) = read_article(&folder.join(&name)).ok().and_then(|text| import::content(&text)) else {
                continue;
            };
            let number = shelf.held.len();
            shelf.by_source.entry(content.source.clone()).or_insert(number);
            shelf.by_text.entry(content.text).or_default().push(number);
            shelf.by_title.entry(content.title.to_lowercase()).or_default().push(number);
            shelf.by_name.entry(file_name(&content.source)).or_default().push(number);
            shelf.held.push(Held { id: id.to_string(), content });
        }
        shelf
    }

    /// The id of the article that was made of a document.
    pub(super) fn id_of(&self, source: &str) -> Option<&str> {
        self.by_source.get(source).and_then(|number| self.held.get(*number)).map(|held| held.id.as_str())
    }

    /// The articles whose documents did not come, by their documents; none where no document came that has an article: then
    /// these are the first from there.
    pub(super) fn absent(&self, there: &HashSet<String>, may_come: impl Fn(&str) -> bool) -> Vec<&Held> {
        if !self.held.iter().any(|held| there.contains(&held.content.source)) {
            return Vec::new();
        }
        let mut absent: Vec<&Held> = self.held.iter().collect();
        absent.retain(|held| !there.contains(&held.content.source) && may_come(&held.content.source));
        absent.sort_by(|a, b| a.content.source.cmp(&b.content.source));
        absent
    }

    /// Whether a document that has no article may be one that has, under another path.
    pub(super) fn may_have(&self, content: &Content) -> bool {
        self.by_text.contains_key(&content.text)
            || self.by_title.contains_key(&content.title.to_lowercase())
            || self.by_name.contains_key(&file_name(&content.source))
    }

    /// The article of a document that lay elsewhere: it says the same, or most of it under the same title or name, and its own document
    /// is none of those that are `there`.
    pub(super) fn moved(
        &mut self,
        article: &str,
        content: &Content,
        there: &HashSet<String>,
        folder: &Path,
    ) -> Option<&Held> {
        let number = match self.same(content, there) {
            Some(number) => number,
            None => {
                let (title, name) = (content.title.to_lowercase(), file_name(&content.source));
                let lists = [self.by_title.get(&title), self.by_name.get(&name)];
                let near = if lists.iter().flatten().map(|list| list.len()).sum::<usize>() > MOST_COMPARED {
                    self.index_lines(folder);
                    self.near_by_lines(article, &title, &name)
                } else {
                    lists.into_iter().flatten().flatten().copied().collect()
                };
                near.into_iter()
                    .filter(|number| self.is_gone(*number, there))
                    .take(MOST_COMPARED)
                    .find(|number| self.text_of(*number, folder).is_some_and(|text| import::is_kin(&text, article)))?
            }
        };
        self.held.get(number)
    }

    fn is_gone(&self, number: usize, there: &HashSet<String>) -> bool {
        self.held.get(number).is_some_and(|held| !there.contains(&held.content.source))
    }

    fn text_of(&self, number: usize, folder: &Path) -> Option<String> {
        read_article(&folder.join(format!("{}.md", self.held.get(number)?.id))).ok()
    }

    /// The article that says the same: of several the one with the same title. A title that comes from the name of the file changes
    /// with it.
    fn same(&self, content: &Content, there: &HashSet<String>) -> Option<usize> {
        let list = self.by_text.get(&content.text)?;
        let mut gone = list.iter().copied().filter(|number| self.is_gone(*number, there));
        let titled = |number: &usize| self.held.get(*number).is_some_and(|held| held.content.title == content.title);
        let first = gone.next()?;
        if titled(&first) {
            return Some(first);
        }
        let mut is_lone = true;
        for number in gone {
            if titled(&number) {
                return Some(number);
            }
            is_lone = false;
        }
        (content.is_telling && is_lone).then_some(first)
    }

    /// Reads which lines the articles have, once: where many share a title, their lines tell which are worth comparing.
    fn index_lines(&mut self, folder: &Path) {
        if self.by_line.is_some() {
            return;
        }
        let mut by_line: HashMap<u64, Vec<usize>> = HashMap::new();
        for number in 0..self.held.len() {
            for line in self.text_of(number, folder).map(|text| import::line_hashes(&text)).unwrap_or_default() {
                let with = by_line.entry(line).or_default();
                // One more than counts tells that it does not.
                if with.len() <= MOST_WITH_A_LINE {
                    with.push(number);
                }
            }
        }
        self.by_line = Some(by_line);
    }

    /// The articles of a title or a file's name that share lines with an article, those with the most first.
    fn near_by_lines(&self, article: &str, title: &str, name: &str) -> Vec<usize> {
        let mut shared: HashMap<usize, usize> = HashMap::new();
        let lines = self
            .by_line
            .iter()
            .flat_map(|by_line| import::line_hashes(article).into_iter().filter_map(|line| by_line.get(&line)));
        for number in lines.filter(|with| with.len() <= MOST_WITH_A_LINE).flatten() {
            *shared.entry(*number).or_default() += 1;
        }
        let is_near = |number: &usize| {
            let held = self.held.get(*number).map(|held| &held.content);
            held.is_some_and(|held| held.title.to_lowercase() == title || file_name(&held.source) == name)
        };
        let mut near: Vec<(usize, usize)> = shared.into_iter().filter(|(number, _)| is_near(number)).collect();
        near.sort_by_key(|(number, count)| (std::cmp::Reverse(*count), *number));
        near.into_iter().map(|(number, _)| number).collect()
    }
}

fn file_name(source: &str) -> String {
    source.rsplit('/').next().unwrap_or(source).to_lowercase()
}
