//! The tag rules in use, and a hash of all knowledge that matching and tagging rest on.

use crate::{
    app::{App, AppError, ingest::PARSER, read, rules::files},
    config::Settings,
    parsed::Parsed,
    rule_file::RuleProblem,
    signature::rules::RuleSet,
    tag::TagRules,
};

/// Version of matching and tagging. It rises when stored cases should be matched again though no article changed.
const MATCHING: u32 = 1;

/// The texts of the tag rules in use, each with its file: the built-in ones and those that the settings name.
fn texts(settings: &Settings) -> Result<Vec<(String, String)>, AppError> {
    let (name, text) = TagRules::builtin_file();
    let mut texts = vec![(name.to_string(), text.to_string())];
    for path in &settings.tags.value {
        for file in files(path).map_err(|source| AppError::TagRules { path: path.clone(), source })? {
            texts.push((file.display().to_string(), read(file)?));
        }
    }
    Ok(texts)
}

/// Loads the tag rules, with what is wrong in those of one's own.
///
/// # Errors
/// When a file or folder named in the settings cannot be read.
pub fn load_checked(settings: &Settings) -> Result<(TagRules, Vec<RuleProblem>), AppError> {
    let mut rules = TagRules::default();
    let mut problems = Vec::new();
    for (file, text) in texts(settings)? {
        problems.extend(rules.add(&file, &text));
    }
    Ok((rules, problems))
}

impl App {
    /// The tag rules. One that is wrong is a warning; the others are used.
    ///
    /// # Errors
    /// When a file or folder named in the settings cannot be read.
    pub fn tag_rules(&self) -> Result<Parsed<TagRules>, AppError> {
        let (value, problems) = load_checked(&self.settings)?;
        Ok(Parsed { value, warnings: problems.into_iter().map(Into::into).collect() })
    }

    /// A hash of the program's version, the articles and all rules: cases that were matched with another are behind.
    pub(in crate::app) fn knowledge(&self) -> Result<String, AppError> {
        match self.knowledge.get() {
            Some(knowledge) => Ok(knowledge.clone()),
            None => {
                let made = self.hash_knowledge()?;
                Ok(self.knowledge.get_or_init(|| made).clone())
            }
        }
    }

    fn hash_knowledge(&self) -> Result<String, AppError> {
        let mut hasher = blake3::Hasher::new();
        let mut take = |text: &str| {
            hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
        };
        take(env!("CARGO_PKG_VERSION"));
        take(&format!("{PARSER} {MATCHING} {}", self.settings.known_from.value.name()));
        for article in &self.library.articles {
            take(&format!("{article:?}"));
        }
        RuleSet::builtin_files().for_each(|(_, text)| take(text));
        for (_, text) in texts(&self.settings)? {
            take(&text);
        }
        let own = [&self.settings.fields.value, &self.settings.terms.value, &self.settings.benign.value];
        for path in own.into_iter().flatten() {
            take(&read(path.clone())?);
        }
        for path in &self.settings.rules.value {
            for file in files(path).map_err(|source| AppError::Rules { path: path.clone(), source })? {
                take(&read(file)?);
            }
        }
        Ok(hasher.finalize().to_hex()[..16].to_string())
    }
}
