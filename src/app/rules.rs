//! The signature rules in use: the built-in ones with those that the settings name.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    AppError,
    layers::{self, RuleSort},
    prepared::{self, Prepared},
    read_bytes,
};
use crate::{
    config::Settings,
    parsed::{Parsed, Warning},
    signature::rules::{RuleProblem, RuleSet},
};

/// Files of rules per folder at most: more is no folder of rules.
const MOST_FILES: usize = 500;

/// Loads the rules. One that is wrong is a warning; the others are used.
///
/// # Errors
/// When a file or folder named in the settings cannot be read.
pub fn load(settings: &Settings) -> Result<Parsed<RuleSet>, AppError> {
    let (rules, problems) = load_checked(settings)?;
    Ok(Parsed { value: rules, warnings: problems.into_iter().map(Warning::from).collect() })
}

/// As [`load`], with what is wrong in the rules of one's own.
///
/// # Errors
/// When a file or folder named in the settings cannot be read.
pub fn load_checked(settings: &Settings) -> Result<(RuleSet, Vec<RuleProblem>), AppError> {
    let mut rules = builtin(settings);
    let problems = put_upon(&mut rules, settings, RuleSort::Signatures, RuleSet::add, RuleSet::disable)?;
    Ok((rules, problems))
}

/// The built-in rules, read anew where they are not kept: that takes longer than a search does.
fn builtin(settings: &Settings) -> RuleSet {
    let prepared = Prepared::of(settings.cache.value.as_deref(), prepared::WORTH, &[b"rules"]);
    if let Some(kept) = prepared.kept("rules") {
        return RuleSet::of_read(kept);
    }
    let rules = RuleSet::builtin();
    prepared.keep("rules", &rules.rules().collect::<Vec<_>>());
    rules
}

/// Adds the rules of one's own to built-in ones and switches off what layers say, in the order of these; what is wrong in it.
///
/// # Errors
/// When a file or folder named in the settings cannot be read.
pub(super) fn put_upon<R>(
    rules: &mut R,
    settings: &Settings,
    sort: RuleSort,
    add: impl Fn(&mut R, &str, &str) -> Vec<RuleProblem>,
    disable: impl Fn(&mut R, &str) -> bool,
) -> Result<Vec<RuleProblem>, AppError> {
    let mut problems = Vec::new();
    for source in sources(settings, sort)? {
        match source {
            RuleSource::File(file) => {
                let name = file.display().to_string();
                match text(file)? {
                    Ok(text) => problems.extend(add(rules, &name, &text)),
                    Err(problem) => problems.push(problem),
                }
            }
            RuleSource::Off { id, by } => {
                if !disable(rules, &id) {
                    problems.push(no_such_rule(&id, by));
                }
            }
        }
    }
    Ok(problems)
}

/// A rule file's text; one that is none is a problem like any other in it, and the other files go on.
///
/// # Errors
/// When it cannot be read.
pub(super) fn text(file: PathBuf) -> Result<Result<String, RuleProblem>, AppError> {
    let bytes = read_bytes(&file).map_err(|source| AppError::Read { path: file.clone(), source })?;
    Ok(String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        RuleProblem::not_text(&file.display().to_string(), before)
    }))
}

/// What is done to the built-in rules, one after another.
pub(super) enum RuleSource {
    /// The rules of a file are added.
    File(PathBuf),
    /// A rule is switched off.
    Off {
        /// Its id.
        id: String,
        /// The file that says so.
        by: String,
    },
}

/// What a layer switches off and is not there.
pub(super) fn no_such_rule(id: &str, by: String) -> RuleProblem {
    RuleProblem {
        file: by,
        line: 1,
        rule: None,
        message: format!("switches off rule `{id}`, which no lower layer has"),
    }
}

/// The rules of one's own of a sort: those of the layers, the lowest first, and above them those that the settings name.
///
/// # Errors
/// When a layer, or a file or folder named in the settings, cannot be read.
pub(super) fn sources(settings: &Settings, sort: RuleSort) -> Result<Vec<RuleSource>, AppError> {
    let failed = |path: &Path, source| match sort {
        RuleSort::Signatures => AppError::Rules { path: path.into(), source },
        RuleSort::Tags => AppError::TagRules { path: path.into(), source },
    };
    let mut sources = Vec::new();
    for layer in layers::of(&settings.kb.value)? {
        let off = match sort {
            RuleSort::Signatures => &layer.disabled.rules,
            RuleSort::Tags => &layer.disabled.tags,
        };
        sources.extend(off.iter().map(|id| RuleSource::Off { id: id.clone(), by: layer.manifest() }));
        if let Some(folder) = layer.rules(sort) {
            sources.extend(files(&folder).map_err(|source| failed(&folder, source))?.into_iter().map(RuleSource::File));
        }
    }
    let named = match sort {
        RuleSort::Signatures => &settings.rules.value,
        RuleSort::Tags => &settings.tags.value,
    };
    for path in named {
        sources.extend(files(path).map_err(|source| failed(path, source))?.into_iter().map(RuleSource::File));
    }
    Ok(sources)
}

/// The rule files that a path names: itself, or the TOML files of a folder in the order of their names.
pub(super) fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !fs::metadata(path)?.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path)? {
        let file = entry?.path();
        let hidden = file.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !hidden && file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) && file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    files.truncate(MOST_FILES);
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    fn settings(rules: Vec<PathBuf>) -> Settings {
        let settings =
            config::load(config::Given { rules: Some((rules, config::Origin::Flag)), ..config::Given::default() });
        settings.unwrap()
    }

    #[test]
    fn folders_are_read_file_by_file_and_bad_rules_are_warnings() {
        let folder = tempfile::tempdir().unwrap();
        let good = "[[rule]]\nid = \"own\"\nkind = \"app\"\nregex = 'OWN-\\d+'\nmatches = [{ text = \"OWN-1\", value = \"own/OWN-1\" }]\nrejects = [\"OWN\"]\n";
        fs::write(folder.path().join("b.toml"), good).unwrap();
        fs::write(folder.path().join("a.toml"), "[[rule]]\nid = \"bad\"\n").unwrap();
        fs::write(folder.path().join("notes.txt"), "no rules").unwrap();
        let loaded = load(&settings(vec![folder.path().into()])).unwrap();
        assert_eq!(loaded.value.rules().len(), RuleSet::builtin().rules().len() + 1);
        assert_eq!(loaded.warnings.len(), 1, "{:?}", loaded.warnings);
        assert!(loaded.warnings[0].part.ends_with("a.toml"));
        assert_eq!(loaded.warnings[0].line, Some(1));
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        assert!(matches!(load(&settings(vec!["no/such/rules".into()])), Err(AppError::Rules { .. })));
    }
}
