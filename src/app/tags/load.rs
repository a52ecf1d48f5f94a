//! The tag rules in use, and a hash of all knowledge that matching and tagging rest on.

use crate::{
    app::{
        App, AppError,
        ingest::PARSER,
        layers::RuleSort,
        read,
        rules::{RuleSource, put_upon, sources, text},
    },
    config::Settings,
    parsed::Parsed,
    rule_file::RuleProblem,
    signature::rules::RuleSet,
    tag::TagRules,
};

/// Version of matching and tagging. It rises when stored cases should be matched again though no article changed.
const MATCHING: u32 = 4;

/// Loads the tag rules: the built-in ones with those of the layers and of the settings, and what is wrong in these.
///
/// # Errors
/// When a layer, or a file or folder named in the settings, cannot be read.
pub fn load_checked(settings: &Settings) -> Result<(TagRules, Vec<RuleProblem>), AppError> {
    let mut rules = TagRules::default();
    let (name, text) = TagRules::builtin_file();
    let mut problems = rules.add(name, text);
    problems.extend(put_upon(&mut rules, settings, RuleSort::Tags, TagRules::add, TagRules::disable)?);
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
        take(&format!("{:?}", self.roles));
        take(&format!("{:?}", self.weights));
        for article in &self.library.articles {
            take(&format!("{article:?}"));
        }
        RuleSet::builtin_files().for_each(|(_, text)| take(text));
        take(TagRules::builtin_file().1);
        let own = [&self.settings.fields.value, &self.settings.terms.value, &self.settings.benign.value];
        for path in own.into_iter().flatten() {
            take(&read(path.clone())?);
        }
        for sort in [RuleSort::Signatures, RuleSort::Tags] {
            take(sort.folder());
            for source in sources(&self.settings, sort)? {
                match source {
                    RuleSource::File(file) => match text(file)? {
                        Ok(text) => take(&text),
                        // What is no rule decides nothing, but that it is none may have changed.
                        Err(problem) => take(&problem.message),
                    },
                    RuleSource::Off { id, .. } => take(&format!("-{id}")),
                }
            }
        }
        Ok(hasher.finalize().to_hex()[..16].to_string())
    }
}
