//! Layers of knowledge: the starter set, what a company adds, what holds for one customer; each may replace or switch off what lies
//! below it.
//!
//! A layer is a folder of articles; `layer.toml` in it says which layer it is and what it switches off, `rules/` and `tags/` below
//! it hold its signature rules and tag rules. A folder without that file is a company's.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::library::LibraryError;
use crate::{config::BUILTIN, utf8};

/// The file that tells of a layer.
pub const MANIFEST: &str = "layer.toml";

/// Bytes of that file: a list of a few hundred ids.
const LARGEST: u64 = 1 << 20;

/// Where knowledge comes from; a later one stands above an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Built into the program.
    Starter,
    /// Of the company that supports.
    #[default]
    Company,
    /// For one customer.
    Customer,
}

impl Layer {
    /// The name in files and in output.
    pub fn name(self) -> &'static str {
        match self {
            Layer::Starter => "starter",
            Layer::Company => "company",
            Layer::Customer => "customer",
        }
    }
}

/// What a layer switches off, by id.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Disabled {
    /// Articles.
    pub articles: Vec<String>,
    /// Signature rules.
    pub rules: Vec<String>,
    /// Tag rules.
    pub tags: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Manifest {
    layer: Layer,
    name: Option<String>,
    disable: Disabled,
}

/// One folder of knowledge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerFolder {
    /// As the settings name it; [`BUILTIN`] for the starter set.
    pub folder: String,
    /// Which layer it is of.
    pub layer: Layer,
    /// What it calls itself.
    pub name: Option<String>,
    /// What it switches off below it.
    pub disabled: Disabled,
}

impl LayerFolder {
    /// A file or folder in it.
    fn below(&self, name: &str) -> PathBuf {
        Path::new(&self.folder).join(name)
    }

    /// The folder of its own rules of a sort, where it has one.
    pub fn rules(&self, sort: RuleSort) -> Option<PathBuf> {
        let path = self.below(sort.folder());
        (self.folder != BUILTIN && path.is_dir()).then_some(path)
    }

    /// The file that tells of it, for messages.
    pub fn manifest(&self) -> String {
        self.below(MANIFEST).display().to_string()
    }
}

/// Rules that a layer may bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleSort {
    /// Signature rules.
    Signatures,
    /// Tag rules.
    Tags,
}

impl RuleSort {
    /// The folder of a layer that holds them.
    pub fn folder(self) -> &'static str {
        match self {
            RuleSort::Signatures => "rules",
            RuleSort::Tags => "tags",
        }
    }
}

/// The layers of folders, the lowest first; within a layer in the order given. A folder that is not there is one without the file:
/// whoever reads its articles says what is wrong.
///
/// # Errors
/// When a file that tells of a layer cannot be read or understood: what it switches off must not come back unseen.
pub fn of(folders: &[String]) -> Result<Vec<LayerFolder>, LibraryError> {
    let mut layers = Vec::with_capacity(folders.len());
    for folder in folders {
        layers.push(if folder == BUILTIN { builtin() } else { read_manifest(folder, &read(folder)?)? });
    }
    layers.sort_by_key(|one| one.layer);
    Ok(layers)
}

/// The starter set as a layer.
pub(super) fn builtin() -> LayerFolder {
    LayerFolder { folder: BUILTIN.into(), layer: Layer::Starter, name: None, disabled: Disabled::default() }
}

/// The text of the file that tells of a layer; empty where there is none.
fn read(folder: &str) -> Result<String, LibraryError> {
    let path = Path::new(folder).join(MANIFEST);
    let mut bytes = Vec::new();
    let read = fs::File::open(&path).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes));
    match read.and_then(|_| Ok(utf8::text(bytes)?)) {
        Ok(text) => Ok(text),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(String::new())
        }
        Err(source) => Err(LibraryError::Manifest { path, source }),
    }
}

/// A folder as a layer, by the text of its file.
///
/// # Errors
/// When the text does not tell of a layer.
pub(super) fn read_manifest(folder: &str, text: &str) -> Result<LayerFolder, LibraryError> {
    let path = Path::new(folder).join(MANIFEST);
    let manifest: Manifest =
        toml::from_str(text).map_err(|source| LibraryError::Layer { path, source: Box::new(source) })?;
    let Manifest { layer, name, disable } = manifest;
    Ok(LayerFolder { folder: folder.to_string(), layer, name, disabled: disable })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_stand_in_their_order_whatever_the_settings_say() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str, text: Option<&str>| {
            let path = folder.path().join(name);
            fs::create_dir(&path).unwrap();
            text.into_iter().for_each(|text| fs::write(path.join(MANIFEST), text).unwrap());
            path.to_str().unwrap().to_string()
        };
        let bank = path("bank", Some("layer = \"customer\"\nname = \"Example Bank\"\n[disable]\narticles = [\"a\"]\n"));
        let own = path("own", None);
        let layers = of(&[bank.clone(), own.clone(), BUILTIN.to_string()]).unwrap();
        let names: Vec<_> = layers.iter().map(|one| (one.layer, one.folder.as_str())).collect();
        assert_eq!(
            names,
            [(Layer::Starter, BUILTIN), (Layer::Company, own.as_str()), (Layer::Customer, bank.as_str())]
        );
        assert_eq!(layers[2].disabled.articles, ["a"]);
        let wrong = path("wrong", Some("disabled = [\"a\"]\n"));
        assert!(matches!(of(&[wrong]), Err(LibraryError::Layer { .. })));
        let torn = path("torn", None);
        fs::write(Path::new(&torn).join(MANIFEST), b"# one\nname = \"\xff\"\n").unwrap();
        let Err(LibraryError::Manifest { source, .. }) = of(&[torn]) else { panic!("it is no text") };
        assert_eq!(source.to_string(), "line 2: is no UTF-8 text");
    }
}
