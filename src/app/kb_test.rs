//! Tests of the knowledge: every example that rules, field rules and articles carry, and logs of healthy machines.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{App, AppError, read, rules, triage::TriageReport};
use crate::{
    article::{self, Article, ArticleKind},
    case::fields::examples,
    matching::Verdict,
    parsed::Warning,
    signature::{benign::BenignRules, rules::RuleProblem},
};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "casebook.kb-test/1";

/// What is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tested {
    /// Signature rules.
    Rules,
    /// Lists of harmless lines.
    Benign,
    /// Case-field rules.
    Fields,
    /// Articles.
    Articles,
    /// Tag rules.
    Tags,
    /// Logs of healthy machines.
    Healthy,
}

impl Tested {
    /// The name in the output.
    pub fn name(self) -> &'static str {
        match self {
            Tested::Rules => "rules",
            Tested::Benign => "benign",
            Tested::Fields => "fields",
            Tested::Articles => "articles",
            Tested::Tags => "tags",
            Tested::Healthy => "healthy",
        }
    }
}

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// What was tested.
    pub tested: Tested,
    /// The file that holds the example, or the healthy log.
    pub file: String,
    /// Line in the file, from 1, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// What is wrong: lower case, no full stop.
    pub message: String,
}

/// The outcome.
#[derive(Debug, Clone, Serialize)]
pub struct KbTestReport {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// How many examples, or logs, were tried.
    pub tried: BTreeMap<Tested, usize>,
    /// What failed, in the order of what is tested.
    pub failures: Vec<Failure>,
}

/// Why the knowledge could not be tested.
#[derive(Debug, thiserror::Error)]
pub enum KbTestError {
    /// What is named in the settings cannot be used.
    #[error(transparent)]
    App(#[from] AppError),
    /// The folder of healthy logs cannot be read.
    #[error("cannot read the healthy logs in `{}`", .path.display())]
    Healthy {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Matches that an example looks at: what a person is shown.
const LOOKED_AT: usize = 5;

/// Bytes of a failing example that are shown.
const SHOWN: usize = 100;

impl App {
    /// Runs every example in use; with a folder of healthy logs, these too. `tick` is told of each.
    ///
    /// # Errors
    /// When something named by the user cannot be read. What is wrong in it is a failure of the report instead.
    pub fn test(&self, healthy: Option<&Path>, tick: &dyn Fn()) -> Result<KbTestReport, KbTestError> {
        let mut report = KbTestReport { schema: SCHEMA, tried: BTreeMap::new(), failures: Vec::new() };
        self.test_rules(&mut report)?;
        self.test_benign(&mut report);
        self.test_fields(&mut report)?;
        self.test_articles(&mut report, tick)?;
        let tags = self.test_tag_rules()?;
        report.tried.extend(tags.tried);
        report.failures.extend(tags.failures);
        if let Some(folder) = healthy {
            self.test_healthy(folder, &mut report, tick)?;
        }
        Ok(report)
    }

    fn test_rules(&self, report: &mut KbTestReport) -> Result<(), AppError> {
        let (rules, problems) = rules::load_checked(&self.settings)?;
        let mut tried = 0;
        let mut wrong: Vec<RuleProblem> = problems;
        for rule in rules.rules() {
            let (matching, rejected) = rule.examples();
            tried += matching + rejected;
            wrong.extend(rule.try_examples());
        }
        // An example of a rule that was left out counts as well: it was tried.
        report.add(Tested::Rules, tried + wrong.len());
        report.failures.extend(wrong.into_iter().map(|problem| {
            let Warning { part, line, message } = problem.into();
            Failure { tested: Tested::Rules, file: part, line, message }
        }));
        Ok(())
    }

    /// A list of one's own was tried when it was loaded.
    fn test_benign(&self, report: &mut KbTestReport) {
        let (tried, wrong) = BenignRules::try_builtin();
        report.add(Tested::Benign, tried);
        report.failures.extend(wrong.map(|error| Failure {
            tested: Tested::Benign,
            file: "kb/benign.toml".into(),
            line: error.line(),
            message: error.to_string(),
        }));
    }

    fn test_fields(&self, report: &mut KbTestReport) -> Result<(), AppError> {
        let (file, text) = examples::builtin_file();
        let mut files = vec![(file.to_string(), text.to_string())];
        if let Some(path) = &self.settings.fields.value {
            files.push((path.display().to_string(), read(path.clone())?));
        }
        for (file, text) in files {
            let (tried, failed) = examples::try_examples(&file, &text).map_err(AppError::from)?;
            report.add(Tested::Fields, tried);
            report.failures.extend(failed.into_iter().map(|one| Failure {
                tested: Tested::Fields,
                file: file.clone(),
                line: Some(one.line),
                message: one.message,
            }));
        }
        Ok(())
    }

    fn test_articles(&self, report: &mut KbTestReport, tick: &dyn Fn()) -> Result<(), AppError> {
        let unreadable = self.library.warnings.iter().filter(|warning| warning.part.ends_with(".md"));
        report.failures.extend(unreadable.map(|warning| Failure {
            tested: Tested::Articles,
            file: warning.part.clone(),
            line: warning.line,
            message: warning.message.clone(),
        }));
        // What is out of use is matched with nothing.
        for article in self.library.articles.iter().filter(|article| !article.status.is_retired()) {
            let matching = article.matching_examples.iter().map(|text| (text, true));
            let rejected = article.rejected_examples.iter().map(|text| (text, false));
            let mut source = None;
            for (text, must) in matching.chain(rejected) {
                tick();
                report.add(Tested::Articles, 1);
                if let Some(message) = self.failed(article, text, must)? {
                    let source = source.get_or_insert_with(|| text_of(article));
                    let (file, line) = (article.source.clone(), line_of(source, text));
                    report.failures.push(Failure { tested: Tested::Articles, file, line, message });
                }
            }
        }
        Ok(())
    }

    /// What is wrong with an article's example; `None`: nothing.
    fn failed(&self, article: &Article, text: &str, must: bool) -> Result<Option<String>, AppError> {
        let shown = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let shown = &shown[..shown.floor_char_boundary(SHOWN)];
        let report = match self.triage_text(text, LOOKED_AT) {
            Ok(report) => report,
            Err(super::triage::TriageError::App(error)) => return Err(error),
            Err(error) => return Ok(Some(format!("article `{}`: {error}: `{shown}`", article.id))),
        };
        if fits(article, &report, must) {
            return Ok(None);
        }
        let first = report.matches.first().map_or("nothing".to_string(), |first| {
            format!("`{}` as {} with {}", first.article.id, first.verdict.name(), first.confidence)
        });
        let wanted = if must { "must match" } else { "must not match as known" };
        Ok(Some(format!("article `{}` {wanted}, and first is {first}: `{shown}`", article.id)))
    }

    fn test_healthy(&self, folder: &Path, report: &mut KbTestReport, tick: &dyn Fn()) -> Result<(), KbTestError> {
        let at = |source| KbTestError::Healthy { path: folder.into(), source };
        let mut paths: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(folder).map_err(at)? {
            paths.push(entry.map_err(at)?.path());
        }
        paths.sort();
        // Together they are one more case: evidence may add up.
        if paths.len() > 1 {
            paths.push(folder.to_path_buf());
        }
        for path in paths {
            tick();
            let outcome = self.triage(&[super::triage::Input::Path(path.clone())], 1, &|_| ());
            report.add(Tested::Healthy, 1);
            let message = match outcome {
                Ok(found) if found.verdict == Verdict::Known => {
                    let first = found.matches.first().map_or(String::new(), |first| first.article.id.to_string());
                    format!("a healthy log gives the known issue `{first}`")
                }
                Ok(_) => continue,
                Err(super::triage::TriageError::App(error)) => return Err(error.into()),
                Err(error) => error.to_string(),
            };
            let file = path.display().to_string();
            report.failures.push(Failure { tested: Tested::Healthy, file, line: None, message });
        }
        Ok(())
    }
}

impl KbTestReport {
    fn add(&mut self, tested: Tested, count: usize) {
        *self.tried.entry(tested).or_default() += count;
    }
}

/// Whether a triage finds what an example of an article asks for: that it is known, and first, the same issue in another
/// language being as good; of a generic article, that it is found at all.
fn fits(article: &Article, report: &TriageReport, must: bool) -> bool {
    let same = |found: &str| article.id.0 == found || article.translations.iter().any(|id| id.0 == found);
    let known = report.matches.iter().any(|found| same(&found.article.id.0) && found.verdict == Verdict::Known);
    match (must, article.kind) {
        (true, ArticleKind::Generic) => report.matches.iter().any(|found| same(&found.article.id.0)),
        (true, ArticleKind::Specific) => known && report.matches.first().is_some_and(|first| same(&first.article.id.0)),
        (false, _) => !known,
    }
}

/// The text of an article's file; empty where it cannot be read again.
fn text_of(article: &Article) -> String {
    let builtin = article::builtin().find(|(source, _)| *source == article.source);
    builtin.map_or_else(|| fs::read_to_string(&article.source).unwrap_or_default(), |(_, text)| text.to_string())
}

/// The line on which an example begins, by its first words: how YAML wraps and quotes does not matter to them.
fn line_of(source: &str, example: &str) -> Option<u64> {
    let first = example.lines().find(|line| !line.trim().is_empty())?.trim();
    let head = &first[..first.floor_char_boundary(40)];
    let examples = source.find("\nexamples:").map_or(0, |at| at + 1);
    let count = |at: usize| source[..at].bytes().filter(|byte| *byte == b'\n').count() as u64 + 1;
    let escaped = head.replace('\\', "\\\\").replace('"', "\\\"");
    let found = source[examples..].find(head).or_else(|| source[examples..].find(&escaped));
    (!source.is_empty()).then(|| count(examples + found.unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_examples_are_found() {
        let source =
            "---\nid: a\nexamples:\n  match:\n    - \"say \\\"no\\\" to it\"\n    - |\n      two\n      lines\n";
        assert_eq!(line_of(source, "say \"no\" to it"), Some(5));
        assert_eq!(line_of(source, "two\nlines\n"), Some(7));
        assert_eq!(line_of(source, "elsewhere"), Some(3));
        assert_eq!(line_of("", "two"), None);
    }
}
