//! Front matter: the keys of an article and the form of their values.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::parsed::{Parsed, Warning};
use crate::signature::{Signature, SignatureError};

use super::condition::parse_condition;
use super::deferred::Deferred;
use super::discriminator::parse_discriminator;
use super::node::{Entry, Node, Value};
use super::normal::normalize_signature;
use super::{AppliesTo, Article, ArticleError, ArticleId, ArticleKind, ArticleStatus, Reference};

/// Reads the tree of the front matter; the sections are left empty.
pub(super) fn read_front_matter(file: &str, front: Node) -> Result<Parsed<Article>, ArticleError> {
    let mut reader = Reader { file, warnings: Vec::new() };
    let value = reader.article(front)?;
    Ok(Parsed { value, warnings: reader.warnings })
}

/// Turns nodes into values; knows the file for messages and collects what it put right.
pub(super) struct Reader<'a> {
    file: &'a str,
    warnings: Vec<Warning>,
}

impl Reader<'_> {
    fn article(&mut self, front: Node) -> Result<Article, ArticleError> {
        let mut fields = self.fields(front, "")?;
        let lines = fields.entries.iter().map(|entry| (entry.key.clone(), entry.line)).collect();
        let id = fields.required("id")?;
        let title = fields.required("title")?;
        let language = fields.required("language")?;
        let status = fields.take("status");
        let [superseded_by, dates, owner, review] =
            ["superseded_by", "dates", "owner", "review"].map(|key| fields.take(key));
        let kind = fields.take("kind");
        let severity = fields.take("severity");
        let applies_to = fields.take("applies_to");
        let signatures = fields.take("signatures");
        let condition = fields.take("condition");
        let discriminators = fields.take("discriminators");
        let references = fields.take("references");
        let examples = fields.take("examples");
        let origin = fields.take("source");
        // The mark of an import, which `crate::import` alone reads.
        let imported = fields.take("imported");
        let [translations, products, components, fixed_in, tags] =
            ["translations", "products", "components", "fixed_in", "tags"].map(|key| fields.take(key));
        fields.finish()?;

        imported.map(|node| self.text(node, "imported")).transpose()?;

        let id = ArticleId(self.slug(id, "id")?);
        let superseded_by = superseded_by.map(|node| self.slug(node, "superseded_by")).transpose()?.map(ArticleId);
        let status = self.status(status, superseded_by.is_some())?;
        let (strong, weak) = self.signatures(signatures)?;
        let (matching_examples, rejected_examples) = self.examples(examples)?;
        Ok(Article {
            id,
            title: self.text(title, "title")?,
            language: self.one_of(language, "language", &["en", "zh"])?,
            translations: self.slugs(translations, "translations")?.into_iter().map(ArticleId).collect(),
            status,
            superseded_by,
            dates: self.dates(dates)?,
            owner: owner.map(|node| self.text(node, "owner")).transpose()?,
            review: review.map(|node| self.day(node, "review")).transpose()?,
            kind: match kind {
                None => ArticleKind::Specific,
                Some(node) => match self.one_of(node, "kind", &["specific", "generic"])?.as_str() {
                    "generic" => ArticleKind::Generic,
                    _ => ArticleKind::Specific,
                },
            },
            products: self.slugs(products, "products")?,
            components: self.slugs(components, "components")?,
            severity: severity.map(|node| self.one_of(node, "severity", &["P1", "P2", "P3", "P4"])).transpose()?,
            applies_to: self.applies_to(applies_to)?,
            fixed_in: self.texts(fixed_in, "fixed_in")?,
            strong,
            weak,
            condition: condition.map(|node| parse_condition(self, node, "condition")).transpose()?.map(Deferred::from),
            discriminators: self
                .items(discriminators, "discriminators")?
                .into_iter()
                .map(|item| parse_discriminator(self, item))
                .collect::<Result<_, _>>()?,
            tags: self.tags(tags)?,
            references: self.references(references)?,
            matching_examples,
            rejected_examples,
            sections: Vec::new(),
            source: self.file.into(),
            origin: origin.map(|node| self.text(node, "source")).transpose()?,
            subjects: Vec::new(),
            lines,
        })
    }

    /// The state, which a successor settles: a text that was replaced is in no other.
    fn status(&mut self, node: Option<Node>, replaced: bool) -> Result<ArticleStatus, ArticleError> {
        let Some(node) = node else {
            return Ok(if replaced { ArticleStatus::Superseded } else { ArticleStatus::NotValidated });
        };
        let line = node.line;
        let text = self.one_of(node, "status", ArticleStatus::NAMES)?;
        let status = ArticleStatus::from_name(&text).unwrap_or(ArticleStatus::NotValidated);
        match (status, replaced) {
            (ArticleStatus::Superseded, false) => {
                Err(self.bad_value(line, "status", &text, "whole without `superseded_by: ID`, the article to read now"))
            }
            (ArticleStatus::Superseded | ArticleStatus::Archived, true) => Ok(ArticleStatus::Superseded),
            (_, true) => {
                Err(self.bad_value(line, "status", &text, "`superseded`, as `superseded_by` says; drop one of the two"))
            }
            (status, false) => Ok(status),
        }
    }

    fn dates(&mut self, node: Option<Node>) -> Result<BTreeMap<ArticleStatus, Date>, ArticleError> {
        let Some(node) = node else { return Ok(BTreeMap::new()) };
        let mut fields = self.fields(node, "dates")?;
        let given = ArticleStatus::ALL.map(|status| (status, fields.take(status.name())));
        fields.finish()?;
        let mut dates = BTreeMap::new();
        for (status, node) in given {
            if let Some(node) = node {
                dates.insert(status, self.day(node, &format!("dates.{}", status.name()))?);
            }
        }
        Ok(dates)
    }

    fn day(&self, node: Node, key: &str) -> Result<Date, ArticleError> {
        let line = node.line;
        let text = self.text(node, key)?;
        // Ten characters: jiff reads more forms than people write days in.
        let day = text.parse().ok().filter(|_| text.len() == 10);
        day.ok_or_else(|| self.bad_value(line, key, &text, "a day, such as `2026-03-31`"))
    }

    fn signatures(&mut self, node: Option<Node>) -> Result<(Vec<Signature>, Vec<Signature>), ArticleError> {
        let Some(node) = node else { return Ok((Vec::new(), Vec::new())) };
        let mut fields = self.fields(node, "signatures")?;
        let [strong, weak] = ["strong", "weak"].map(|key| fields.take(key));
        fields.finish()?;
        let mut list = |node: Option<Node>, key: &str| -> Result<Vec<Signature>, ArticleError> {
            self.items(node, key)?.into_iter().map(|item| self.signature(item, key)).collect()
        };
        Ok((list(strong, "signatures.strong")?, list(weak, "signatures.weak")?))
    }

    fn examples(&mut self, node: Option<Node>) -> Result<(Vec<String>, Vec<String>), ArticleError> {
        let Some(node) = node else { return Ok((Vec::new(), Vec::new())) };
        let mut fields = self.fields(node, "examples")?;
        let [matching, rejected] = ["match", "reject"].map(|key| fields.take(key));
        fields.finish()?;
        Ok((self.texts(matching, "examples.match")?, self.texts(rejected, "examples.reject")?))
    }

    fn applies_to(&mut self, node: Option<Node>) -> Result<Vec<AppliesTo>, ArticleError> {
        let mut machines = Vec::new();
        for item in self.items(node, "applies_to")? {
            let mut fields = self.fields(item, "applies_to")?;
            let [product, build_min, build_max, architecture, language] =
                ["product", "build_min", "build_max", "architecture", "language"].map(|key| fields.take(key));
            fields.finish()?;
            machines.push(AppliesTo {
                product: product.map(|node| self.slug(node, "applies_to.product")).transpose()?,
                build_min: build_min.map(|node| self.build(node, "applies_to.build_min")).transpose()?,
                build_max: build_max.map(|node| self.build(node, "applies_to.build_max")).transpose()?,
                architecture: architecture
                    .map(|node| self.one_of(node, "applies_to.architecture", &["x64", "x86", "arm64"]))
                    .transpose()?,
                language: language.map(|node| self.text(node, "applies_to.language")).transpose()?,
            });
        }
        Ok(machines)
    }

    fn references(&mut self, node: Option<Node>) -> Result<Vec<Reference>, ArticleError> {
        let mut references = Vec::new();
        for item in self.items(node, "references")? {
            if let Value::Scalar(_) = item.value {
                references.push(Reference { id: self.text(item, "references")?, title: None, url: None });
                continue;
            }
            let mut fields = self.fields(item, "references")?;
            let id = fields.required("id")?;
            let [title, url] = ["title", "url"].map(|key| fields.take(key));
            fields.finish()?;
            references.push(Reference {
                id: self.text(id, "references.id")?,
                title: title.map(|node| self.text(node, "references.title")).transpose()?,
                url: url.map(|node| self.url(node, "references.url")).transpose()?,
            });
        }
        Ok(references)
    }

    fn tags(&mut self, node: Option<Node>) -> Result<Vec<String>, ArticleError> {
        let is_tag = |text: &str| text.split_once('/').is_some_and(|(group, name)| is_slug(group) && is_slug(name));
        let mut tags = Vec::new();
        for item in self.items(node, "tags")? {
            tags.push(self.checked(item, "tags", "a tag `group/name` in lower case", is_tag)?);
        }
        Ok(tags)
    }

    /// A signature in normal form; another spelling is put right with a warning.
    pub(super) fn signature(&mut self, node: Node, key: &str) -> Result<Signature, ArticleError> {
        let line = node.line;
        let text = self.text(node, key)?;
        let written: Signature =
            text.parse().map_err(|source: SignatureError| self.not_a_signature(line, key, source))?;
        let Some(normal) = normalize_signature(&written) else {
            let expected = format!("a {} in normal form, such as `{}`", written.kind, written.kind.example());
            return Err(self.bad_value(line, key, &text, &expected));
        };
        if normal != written {
            let message = format!("`{key}`: `{written}` is read as its normal form `{normal}`");
            self.warnings.push(Warning { part: self.file.into(), line: Some(line), message });
        }
        Ok(normal)
    }

    fn not_a_signature(&self, line: u64, key: &str, source: SignatureError) -> ArticleError {
        ArticleError::Signature { file: self.file.into(), line, key: key.into(), source }
    }

    pub(super) fn bad_value(&self, line: u64, key: &str, value: &str, expected: &str) -> ArticleError {
        // A whole example text in a message would bury the rest of it.
        let short: String = value.chars().take(60).collect();
        let value = if short.len() < value.len() { format!("{short}…") } else { short };
        ArticleError::BadValue { file: self.file.into(), line, key: key.into(), value, expected: expected.into() }
    }

    /// A scalar that is not blank.
    pub(super) fn text(&self, node: Node, key: &str) -> Result<String, ArticleError> {
        match node.value {
            Value::Scalar(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
            other => Err(self.bad_value(node.line, key, &other.describe(), "a text")),
        }
    }

    fn checked(
        &self,
        node: Node,
        key: &str,
        expected: &str,
        fits: impl Fn(&str) -> bool,
    ) -> Result<String, ArticleError> {
        let line = node.line;
        let text = self.text(node, key)?;
        if fits(&text) { Ok(text) } else { Err(self.bad_value(line, key, &text, expected)) }
    }

    fn one_of(&self, node: Node, key: &str, allowed: &[&str]) -> Result<String, ArticleError> {
        self.checked(node, key, &format!("one of {}", allowed.join(", ")), |text| allowed.contains(&text))
    }

    fn slug(&self, node: Node, key: &str) -> Result<String, ArticleError> {
        self.checked(node, key, "lower-case words joined by hyphens, such as `windows-7`", is_slug)
    }

    fn build(&self, node: Node, key: &str) -> Result<String, ArticleError> {
        let is_build = |text: &str| text.split('.').all(|part| part.parse::<u32>().is_ok());
        self.checked(node, key, "a build of dotted numbers, such as `10.0.17763.2300`", is_build)
    }

    fn url(&self, node: Node, key: &str) -> Result<String, ArticleError> {
        let is_url = |text: &str| {
            (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace)
        };
        self.checked(node, key, "a web address that starts with https://", is_url)
    }

    fn slugs(&self, node: Option<Node>, key: &str) -> Result<Vec<String>, ArticleError> {
        self.items(node, key)?.into_iter().map(|item| self.slug(item, key)).collect()
    }

    fn texts(&self, node: Option<Node>, key: &str) -> Result<Vec<String>, ArticleError> {
        self.items(node, key)?.into_iter().map(|item| self.text(item, key)).collect()
    }

    /// The items of a list; a single value counts as a list of one, nothing as an empty list.
    pub(super) fn items(&self, node: Option<Node>, key: &str) -> Result<Vec<Node>, ArticleError> {
        match node {
            None => Ok(Vec::new()),
            Some(Node { value: Value::Null, .. }) => Ok(Vec::new()),
            Some(Node { value: Value::List(items), .. }) => Ok(items),
            Some(node @ Node { value: Value::Scalar(_), .. }) => Ok(vec![node]),
            Some(node) => Err(self.bad_value(node.line, key, &node.value.describe(), "a list")),
        }
    }

    /// The entries of a map, to be taken out by key.
    pub(super) fn fields(&self, node: Node, under: &str) -> Result<Fields, ArticleError> {
        match node.value {
            Value::Map(entries) => {
                Ok(Fields { file: self.file.into(), line: node.line, under: under.into(), entries, asked: Vec::new() })
            }
            other => {
                let key = if under.is_empty() { "front matter" } else { under };
                Err(self.bad_value(node.line, key, &other.describe(), "a map of keys and values"))
            }
        }
    }

    pub(super) fn unknown_key(&self, line: u64, key: &str, known: &[&str]) -> ArticleError {
        ArticleError::UnknownKey { file: self.file.into(), line, key: key.into(), known: known.join(", ") }
    }
}

/// Whether a text may be an id: lower-case ASCII words and numbers joined by single hyphens or dots, 100 characters at most.
pub fn is_slug(text: &str) -> bool {
    text.len() <= 100
        && text
            .split(['-', '.'])
            .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

/// The entries of one map, taken out key by key; what is left over at the end is unknown.
pub(super) struct Fields {
    file: String,
    line: u64,
    under: String,
    entries: Vec<Entry>,
    asked: Vec<&'static str>,
}

impl Fields {
    pub(super) fn take(&mut self, key: &'static str) -> Option<Node> {
        self.asked.push(key);
        let place = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(place).node).filter(|node| node.value != Value::Null)
    }

    pub(super) fn required(&mut self, key: &'static str) -> Result<Node, ArticleError> {
        self.take(key).ok_or_else(|| ArticleError::MissingKey {
            file: self.file.clone(),
            line: self.line,
            key: self.path(key),
        })
    }

    pub(super) fn finish(self) -> Result<(), ArticleError> {
        match self.entries.first() {
            None => Ok(()),
            Some(entry) => Err(ArticleError::UnknownKey {
                file: self.file.clone(),
                line: entry.line,
                key: self.path(&entry.key),
                known: self.asked.join(", "),
            }),
        }
    }

    fn path(&self, key: &str) -> String {
        if self.under.is_empty() { key.into() } else { format!("{}.{key}", self.under) }
    }
}
