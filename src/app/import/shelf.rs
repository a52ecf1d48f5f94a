//! What imports made before: which article is of which document, and which of them says the same as a new one.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::Path,
};

use crate::import::{self, Content};

/// Articles whose lines are compared with those of one document.
const MOST_COMPARED: usize = 20;

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
            let Some(content) = fs::read_to_string(folder.join(&name)).ok().and_then(|text| import::content(&text))
            else {
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
        &self,
        article: &str,
        content: &Content,
        there: &HashSet<String>,
        folder: &Path,
    ) -> Option<&Held> {
        let gone = |number: &usize| self.held.get(*number).filter(|held| !there.contains(&held.content.source));
        let of = |list: Option<&Vec<usize>>| -> Vec<&Held> { list.into_iter().flatten().filter_map(gone).collect() };
        let same = of(self.by_text.get(&content.text));
        let by_title = same.iter().find(|held| held.content.title == content.title);
        // A title that comes from the name of the file changes with it.
        if let Some(held) = by_title.or_else(|| same.first().filter(|_| content.is_telling && same.len() == 1)) {
            return Some(held);
        }
        let mut near = of(self.by_title.get(&content.title.to_lowercase()));
        near.extend(of(self.by_name.get(&file_name(&content.source))));
        near.into_iter().take(MOST_COMPARED).find(|held| {
            let text = fs::read_to_string(folder.join(format!("{}.md", held.id)));
            text.is_ok_and(|text| import::is_kin(&text, article))
        })
    }
}

fn file_name(source: &str) -> String {
    source.rsplit('/').next().unwrap_or(source).to_lowercase()
}
