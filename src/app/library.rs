//! The articles in use: folders of Markdown files and the built-in set.

use std::{
    borrow::Cow,
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{
    documents::{self, Document},
    layers::{self, Layer, LayerFolder},
    prepared::{Prepared, hash_of_parts},
    read_most,
};
use crate::{
    article::{self, Article, ArticleId, MAX_ARTICLE_BYTES},
    config::BUILTIN,
    parsed::{Parsed, Warning},
    utf8,
};

/// What is said where no article is in use.
pub(super) const NOTHING_LOADED: &str = "no article could be loaded: nothing can be known";

/// Why the articles cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// A folder named by the user cannot be read.
    #[error("cannot read article folder `{}`", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file that tells of a layer cannot be read.
    #[error("cannot read `{}`", .path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file that tells of a layer is not understood.
    #[error("`{}` does not tell of a layer", .path.display())]
    Layer {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<toml::de::Error>,
    },
}

/// The articles in use.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// In the order of the layers; ids are unique: of two the later one stands.
    pub articles: Vec<Article>,
    /// Articles that could not be read.
    pub warnings: Vec<Warning>,
    /// A hash of all their texts.
    pub fingerprint: [u8; 32],
    /// Articles of a lower layer that an upper one replaces or switches off.
    pub hidden: Vec<Hidden>,
    /// The layer of each article.
    pub(super) layers: HashMap<ArticleId, Layer>,
}

/// An article of a lower layer that is not in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hidden {
    /// Its id.
    pub id: ArticleId,
    /// Its file.
    pub source: String,
    /// Its layer.
    pub layer: Layer,
    /// The file that stands in its place, or switches it off.
    pub by: String,
    /// Whether it is switched off; else it is replaced.
    pub off: bool,
}

/// An article as written: its file and its text.
pub(super) type ArticleText = (Cow<'static, str>, Cow<'static, str>);

/// A folder of knowledge with the texts of its articles.
pub(super) type LayerTexts = (LayerFolder, Vec<ArticleText>);

impl Library {
    /// Loads folders layer by layer; `builtin` stands for the built-in set.
    ///
    /// # Errors
    /// When a folder, or the file that says which layer it is, cannot be read. A broken article is a warning.
    pub fn load(folders: &[String]) -> Result<Self, LibraryError> {
        Self::load_kept(folders, None)
    }

    /// The same; articles that were read before are taken from a cache folder, layer by layer, by a hash of their texts.
    ///
    /// # Errors
    /// As [`Library::load`].
    pub fn load_kept(folders: &[String], cache: Option<&Path>) -> Result<Self, LibraryError> {
        let mut warnings = Vec::new();
        let mut read = Vec::new();
        for layer in layers::of(folders)? {
            let texts = read_layer(&layer, &mut warnings)?;
            read.push((layer, texts));
        }
        let mut library = Library::build_kept(read, cache);
        library.warnings.splice(0..0, warnings);
        if library.articles.is_empty() {
            library.warnings.push(Warning::new(folders.join(", "), NOTHING_LOADED));
        }
        Ok(library)
    }

    /// Puts layers upon each other, the lowest first.
    pub(super) fn build(read: Vec<LayerTexts>) -> Self {
        Self::build_kept(read, None)
    }

    fn build_kept(read: Vec<LayerTexts>, cache: Option<&Path>) -> Self {
        let mut library = Library::default();
        let mut hasher = blake3::Hasher::new();
        for (layer, texts) in read {
            // What stands in a folder, and what is switched off.
            let held = hash(&layer, &texts);
            let off = hash_of_parts(layer.disabled.articles.iter().map(String::as_bytes));
            hasher.update(&held).update(off.as_bytes());
            for id in &layer.disabled.articles {
                library.switch_off(id, &layer);
            }
            let parsed = parse_kept(&texts, &held, cache);
            library.warnings.extend(parsed.warnings);
            let mut places: HashMap<ArticleId, usize> =
                library.articles.iter().enumerate().map(|(place, one)| (one.id.clone(), place)).collect();
            for article in parsed.value {
                library.add(article, layer.layer, &mut places);
            }
        }
        library.fingerprint = *hasher.finalize().as_bytes();
        library
    }

    fn add(&mut self, article: Article, layer: Layer, places: &mut HashMap<ArticleId, usize>) {
        let below = self.layers.insert(article.id.clone(), layer);
        match places.get(&article.id).copied() {
            Some(place) => {
                let by = article.source.clone();
                let old = std::mem::replace(&mut self.articles[place], article);
                let layer = below.unwrap_or_default();
                self.hidden.push(Hidden { id: old.id, source: old.source, layer, by, off: false });
            }
            None => {
                places.insert(article.id.clone(), self.articles.len());
                self.articles.push(article);
            }
        }
    }

    fn switch_off(&mut self, id: &str, by: &LayerFolder) {
        let by = by.manifest();
        match self.articles.iter().position(|article| article.id.0 == id) {
            Some(place) => {
                let old = self.articles.remove(place);
                let layer = self.layers.remove(&old.id).unwrap_or_default();
                self.hidden.push(Hidden { id: old.id, source: old.source, layer, by, off: true });
            }
            None => {
                self.warnings.push(Warning::new(by, format!("switches off article `{id}`, which no lower layer has")))
            }
        }
    }

    /// The layer of an article in use.
    pub fn layer_of(&self, article: &Article) -> Layer {
        self.layers.get(&article.id).copied().unwrap_or_default()
    }

    /// The article with an id.
    pub fn find(&self, id: &str) -> Option<&Article> {
        let id = ArticleId(id.to_string());
        self.articles.iter().find(|article| article.id == id)
    }
}

/// Reads the articles of a layer, or takes them from the cache. Where something is to be said of one, none are kept.
fn parse_kept(texts: &[ArticleText], held: &[u8], cache: Option<&Path>) -> Parsed<Vec<Article>> {
    let prepared = Prepared::of(cache, texts.len(), &[held]);
    if let Some(kept) = prepared.kept("articles") {
        return Parsed::clean(kept);
    }
    let parsed = article::parse_all(texts.iter().map(|(source, text)| (&**source, &**text)));
    if parsed.warnings.is_empty() {
        prepared.keep("articles", &parsed.value);
    }
    parsed
}

/// The texts of a layer's articles.
pub(super) fn read_layer(layer: &LayerFolder, warnings: &mut Vec<Warning>) -> Result<Vec<ArticleText>, LibraryError> {
    if layer.folder == BUILTIN {
        return Ok(article::builtin().map(|(source, text)| (source.into(), text.into())).collect());
    }
    let path = PathBuf::from(&layer.folder);
    let read = read_articles(&path, warnings).map_err(|source| LibraryError::Folder { path, source })?;
    Ok(read.into_iter().map(|(source, text)| (source.into(), text.into())).collect())
}

/// A hash of the texts of a layer's articles. That of the built-in ones was taken when the program was built.
fn hash(layer: &LayerFolder, texts: &[ArticleText]) -> [u8; 32] {
    if layer.folder == BUILTIN {
        return hash_of_parts([BUILTIN, env!("CASEBOOK_ARTICLES")].map(str::as_bytes)).into();
    }
    hash_of_parts(texts.iter().flat_map(|(source, text)| [source.as_bytes(), text.as_bytes()])).into()
}

/// Reads the Markdown files of a folder, or one file, as pairs of name and text. One that cannot be read is a warning.
///
/// # Errors
/// When the folder cannot be read.
pub(super) fn read_articles(path: &Path, warnings: &mut Vec<Warning>) -> io::Result<Vec<(String, String)>> {
    let is_markdown = |path: &Path| path.extension().filter(|ending| ending.eq_ignore_ascii_case("md")).map(|_| ());
    let given = fs::metadata(path)?;
    let found = if given.is_dir() {
        documents::find(path, &is_markdown, &mut |path, _, error| {
            warnings.push(Warning::new(path.display().to_string(), error.to_string()));
        })?
    } else {
        let one = |form| Document { path: path.to_path_buf(), place: String::new(), form, bytes: given.len() };
        is_markdown(path).map(one).into_iter().collect()
    };
    let mut texts = Vec::with_capacity(found.len());
    for Document { path, bytes, .. } in found {
        let name = path.display().to_string();
        if bytes > MAX_ARTICLE_BYTES as u64 {
            warnings.push(Warning::new(name, format!("larger than {MAX_ARTICLE_BYTES} bytes: not read as an article")));
            continue;
        }
        match read_article_bytes(&path).map(utf8::text) {
            Ok(Ok(text)) if !is_readme(&path, &text) => texts.push((name, text)),
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                warnings.push(Warning { part: name, line: Some(error.line), message: error.to_string() });
            }
            Err(error) => warnings.push(Warning::new(name, format!("cannot read: {error}"))),
        }
    }
    Ok(texts)
}

/// The text of an article's file. What is no regular file may never end and is not opened.
///
/// # Errors
/// When it cannot be read, or is larger than an article may be.
pub(super) fn read_article(path: &Path) -> io::Result<String> {
    Ok(utf8::text(read_article_bytes(path)?)?)
}

fn read_article_bytes(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "is no regular file"));
    }
    read_most(path, MAX_ARTICLE_BYTES as u64)
}

/// A README without front matter tells about the folder and is no broken article.
pub(super) fn is_readme(path: &Path, text: &str) -> bool {
    path.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case("readme")) && !text.starts_with("---")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::layers::Disabled;

    fn layer(name: &str, layer: Layer, off: &[&str], ids: &[&str]) -> LayerTexts {
        let disabled = Disabled { articles: off.iter().map(|id| id.to_string()).collect(), ..Disabled::default() };
        let text = |id: &&str| {
            let text = format!("---\nid: {id}\ntitle: {name}\nlanguage: en\n---\n## Cause\nx\n");
            (format!("{name}/{id}.md").into(), text.into())
        };
        (LayerFolder { folder: name.into(), layer, name: None, disabled }, ids.iter().map(text).collect())
    }

    #[test]
    fn articles_are_read_once_and_those_with_a_warning_each_time() {
        let cache = tempfile::tempdir().unwrap();
        let many = |broken: bool| {
            let ids: Vec<String> = (0..30).map(|number| format!("a{number}")).collect();
            let mut texts = layer("own", Layer::Company, &[], &ids.iter().map(String::as_str).collect::<Vec<_>>());
            if broken {
                texts.1.push(("own/broken.md".into(), "none".into()));
            }
            vec![texts]
        };
        let load = |broken| {
            let library = Library::build_kept(many(broken), Some(cache.path()));
            (library.articles, library.warnings.len(), library.fingerprint)
        };
        let kept = || std::fs::read_dir(cache.path()).unwrap().count();
        assert_eq!((load(true).1, kept()), (1, 0));
        let first = load(false);
        assert_eq!(kept(), 1);
        assert_eq!(load(false), first);
        assert_eq!(load(true).1, 1);
    }

    #[test]
    fn upper_layers_replace_and_switch_off() {
        let library = Library::build(vec![
            layer("starter", Layer::Starter, &[], &["a", "b", "c"]),
            layer("own", Layer::Company, &["b", "gone"], &["a", "d"]),
            layer("bank", Layer::Customer, &["d"], &["b"]),
        ]);
        let found: Vec<_> =
            library.articles.iter().map(|one| (one.source.as_str(), library.layer_of(one).name())).collect();
        assert_eq!(found, [("own/a.md", "company"), ("starter/c.md", "starter"), ("bank/b.md", "customer")]);
        let hidden: Vec<_> = library.hidden.iter().map(|one| (one.source.as_str(), one.by.as_str(), one.off)).collect();
        assert_eq!(
            hidden,
            [
                ("starter/b.md", "own/layer.toml", true),
                ("starter/a.md", "own/a.md", false),
                ("own/d.md", "bank/layer.toml", true)
            ]
        );
        assert_eq!(library.warnings.len(), 1, "{:?}", library.warnings);
        assert!(library.warnings[0].message.contains("`gone`"));
    }
}
