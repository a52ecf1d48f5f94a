//! Mapping files: TOML in, [`Mapping`] out.

use serde::Deserialize;

use super::{
    BodyFormat, Format, Join, Mapping,
    field::{Field, Fields, Filter, Place, Pointer, Test},
};
use crate::article::{SectionKind, is_slug};

/// The mappings that are built in, by name.
const BUILTIN: &[(&str, &str)] = &[
    ("confluence", include_str!("../../../kb/mappings/confluence.toml")),
    ("confluence-page", include_str!("../../../kb/mappings/confluence-page.toml")),
    ("osticket", include_str!("../../../kb/mappings/osticket.toml")),
    ("osticket-phpmyadmin", include_str!("../../../kb/mappings/osticket-phpmyadmin.toml")),
    ("zammad", include_str!("../../../kb/mappings/zammad.toml")),
];

/// Joins of a mapping: each is a pass over the export.
const MOST_JOINS: usize = 16;

/// The names of the mappings that are built in.
pub fn builtin_names() -> impl Iterator<Item = &'static str> {
    BUILTIN.iter().map(|(name, _)| *name)
}

/// Why a mapping cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// It is not written as a mapping is.
    #[error("`{name}`{}: {}", line.map_or(String::new(), |line| format!(" line {line}")), source.message())]
    Toml {
        /// The mapping.
        name: String,
        /// The line, from 1.
        line: Option<usize>,
        /// What is wrong.
        source: Box<toml::de::Error>,
    },
    /// It says something that cannot be.
    #[error("`{name}`: {message}")]
    Wrong {
        /// The mapping.
        name: String,
        /// What is wrong.
        message: String,
    },
}

/// A string or a list of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
enum Strings {
    One(String),
    Many(Vec<String>),
}

impl Strings {
    fn list(self) -> Vec<String> {
        match self {
            Strings::One(text) => vec![text],
            Strings::Many(list) => list,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "expected a field: its name, a pointer, or `{ join = …, field = … }`")]
enum FieldFile {
    Own(String),
    Joined(JoinedField),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct JoinedField {
    join: String,
    field: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "expected a field, or a list of fields: a name, a pointer, or `{ join = …, field = … }`")]
enum FieldsFile {
    // First: a field of a join could be read from a list as well.
    Many(Vec<FieldFile>),
    One(FieldFile),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FilterFile {
    field: FieldsFile,
    is: Option<Strings>,
    not: Option<Strings>,
    present: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct JoinFile {
    name: String,
    file: Option<String>,
    records: Option<Strings>,
    key: FieldsFile,
    on: FieldsFile,
    #[serde(default)]
    filter: Vec<FilterFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingFile {
    #[serde(default)]
    description: String,
    format: Option<Format>,
    records: Option<Strings>,
    delimiter: Option<char>,
    prefix: Option<String>,
    id: FieldsFile,
    title: FieldsFile,
    body: Option<FieldsFile>,
    symptoms: Option<FieldsFile>,
    cause: Option<FieldsFile>,
    resolution: Option<FieldsFile>,
    workaround: Option<FieldsFile>,
    #[serde(default)]
    body_format: BodyFormat,
    tags: Option<FieldsFile>,
    lang: Option<FieldsFile>,
    updated: Option<FieldsFile>,
    url: Option<FieldsFile>,
    #[serde(default)]
    filter: Vec<FilterFile>,
    #[serde(default)]
    join: Vec<JoinFile>,
}

impl Mapping {
    /// The mapping of that name that is built in.
    pub fn builtin(name: &str) -> Option<Mapping> {
        let (name, text) = BUILTIN.iter().find(|(known, _)| *known == name)?;
        // A test reads all of them.
        Mapping::parse(name, text).ok()
    }

    /// Reads a mapping; `name` is told in errors.
    ///
    /// # Errors
    /// When it is not one, with the line where that is known.
    pub fn parse(name: &str, text: &str) -> Result<Mapping, MappingError> {
        let file: MappingFile = toml::from_str(text).map_err(|source| MappingError::Toml {
            name: name.to_string(),
            line: source.span().map(|span| 1 + text[..span.start.min(text.len())].matches('\n').count()),
            source: Box::new(source),
        })?;
        Reader { name }.mapping(file)
    }

    /// The names of the columns that it reads of its own records.
    pub(super) fn own_fields(&self) -> Vec<&str> {
        let own = [&self.id, &self.title, &self.body, &self.tags, &self.lang, &self.updated, &self.url];
        let sections = self.sections.iter().map(|(_, fields)| fields);
        let filters = self.filters.iter().map(|filter| &filter.fields);
        let joins = self.joins.iter().map(|join| &join.on);
        names(own.into_iter().chain(sections).chain(filters).chain(joins))
    }
}

impl Join {
    /// The names of the columns that are read of the records that are joined.
    pub(super) fn own_fields(&self) -> Vec<&str> {
        names(std::iter::once(&self.key).chain(self.filters.iter().map(|filter| &filter.fields)))
    }
}

fn names<'a>(fields: impl Iterator<Item = &'a Fields>) -> Vec<&'a str> {
    let name = |field: &'a Field| match (&field.join, &field.place) {
        (None, Place::Name(name)) => Some(name.as_str()),
        _ => None,
    };
    fields.flat_map(|fields| &fields.0).filter_map(name).collect()
}

struct Reader<'a> {
    name: &'a str,
}

impl Reader<'_> {
    fn wrong(&self, message: impl Into<String>) -> MappingError {
        MappingError::Wrong { name: self.name.to_string(), message: message.into() }
    }

    fn mapping(&self, file: MappingFile) -> Result<Mapping, MappingError> {
        if file.join.len() > MOST_JOINS {
            return Err(self.wrong(format!("more than {MOST_JOINS} joins")));
        }
        let mut joins: Vec<Join> = Vec::new();
        for join in file.join {
            let known: Vec<&str> = joins.iter().map(|join| join.name.as_str()).collect();
            let join = self.join(join, &known)?;
            if known.contains(&join.name.as_str()) {
                return Err(self.wrong(format!("two joins are called `{}`", join.name)));
            }
            joins.push(join);
        }
        let known: Vec<&str> = joins.iter().map(|join| join.name.as_str()).collect();
        let fields = |key: &str, file: Option<FieldsFile>| self.fields(key, file, &known);
        let mut sections = Vec::new();
        for (key, kind, file) in [
            ("symptoms", SectionKind::Symptoms, file.symptoms),
            ("cause", SectionKind::Cause, file.cause),
            ("resolution", SectionKind::Resolution, file.resolution),
            ("workaround", SectionKind::Workaround, file.workaround),
        ] {
            let fields = fields(key, file)?;
            if !fields.is_empty() {
                sections.push((kind, fields));
            }
        }
        let body = fields("body", file.body)?;
        if body.is_empty() && sections.is_empty() {
            return Err(self.wrong("names no text: `body`, or `symptoms`, `cause`, `resolution`, `workaround`"));
        }
        let delimiter = match file.delimiter {
            None => b',',
            Some(c) if c.is_ascii() && c != '"' && c != '\n' && c != '\r' => c as u8,
            Some(c) => return Err(self.wrong(format!("`delimiter` cannot be {c:?}"))),
        };
        if let Some(prefix) = file.prefix.as_deref().filter(|prefix| !is_slug(prefix)) {
            return Err(self.wrong(format!("`prefix` is `{prefix}`: lower-case words joined by hyphens are needed")));
        }
        let filters = file.filter.into_iter().map(|filter| self.filter(filter, &known)).collect::<Result<_, _>>()?;
        let mapping = Mapping {
            name: self.name.to_string(),
            description: file.description,
            format: file.format,
            records: self.pointers(file.records)?,
            delimiter,
            prefix: file.prefix,
            id: fields("id", Some(file.id))?,
            title: fields("title", Some(file.title))?,
            body,
            sections,
            body_format: file.body_format,
            tags: fields("tags", file.tags)?,
            lang: fields("lang", file.lang)?,
            updated: fields("updated", file.updated)?,
            url: fields("url", file.url)?,
            filters,
            joins: Vec::new(),
        };
        Ok(Mapping { joins, ..mapping })
    }

    fn join(&self, file: JoinFile, known: &[&str]) -> Result<Join, MappingError> {
        // A name alone: a mapping from elsewhere must not reach other folders.
        let is_name = |name: &str| !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':']);
        if let Some(file) = file.file.as_deref().filter(|file| !is_name(file)) {
            return Err(self.wrong(format!("`{file}` is no name of a file beside the export")));
        }
        Ok(Join {
            records: self.pointers(file.records)?,
            key: self.fields("join.key", Some(file.key), &[])?,
            on: self.fields("join.on", Some(file.on), known)?,
            filters: file.filter.into_iter().map(|filter| self.filter(filter, &[])).collect::<Result<_, _>>()?,
            name: file.name,
            file: file.file,
        })
    }

    fn filter(&self, file: FilterFile, known: &[&str]) -> Result<Filter, MappingError> {
        let test = match (file.is, file.not, file.present) {
            (Some(list), None, None) => Test::Is(list.list()),
            (None, Some(list), None) => Test::Not(list.list()),
            (None, None, Some(wanted)) => Test::Present(wanted),
            _ => return Err(self.wrong("a filter needs exactly one of `is`, `not`, `present`")),
        };
        Ok(Filter { fields: self.fields("filter.field", Some(file.field), known)?, test })
    }

    fn fields(&self, key: &str, file: Option<FieldsFile>, known: &[&str]) -> Result<Fields, MappingError> {
        let list = match file {
            None => return Ok(Fields::default()),
            Some(FieldsFile::One(one)) => vec![one],
            Some(FieldsFile::Many(list)) => list,
        };
        if list.is_empty() {
            return Err(self.wrong(format!("`{key}` names no field")));
        }
        list.into_iter().map(|field| self.field(key, field, known)).collect::<Result<_, _>>().map(Fields)
    }

    fn field(&self, key: &str, file: FieldFile, known: &[&str]) -> Result<Field, MappingError> {
        let (join, field) = match file {
            FieldFile::Own(field) => (None, field),
            FieldFile::Joined(JoinedField { join, field }) => (Some(join), field),
        };
        if let Some(join) = join.as_deref().filter(|join| !known.contains(join)) {
            return Err(self.wrong(format!("`{key}` names the join `{join}`, which is not there before it")));
        }
        let place = match Pointer::parse(&field) {
            Some(pointer) if !pointer.0.is_empty() => Place::Pointer(pointer),
            Some(_) => return Err(self.wrong(format!("`{key}` names an empty field"))),
            None => Place::Name(field),
        };
        Ok(Field { join, place })
    }

    fn pointers(&self, file: Option<Strings>) -> Result<Vec<Pointer>, MappingError> {
        let Some(list) = file else { return Ok(vec![Pointer(Vec::new())]) };
        let pointer = |text: String| {
            Pointer::parse(&text).ok_or_else(|| self.wrong(format!("`records` is `{text}`: a pointer begins with `/`")))
        };
        list.list().into_iter().map(pointer).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_mappings_are_sound() {
        for (name, text) in BUILTIN {
            let mapping = Mapping::parse(name, text).unwrap_or_else(|error| panic!("{error}"));
            assert!(!mapping.description.is_empty() && mapping.prefix.is_some(), "{name}");
        }
        assert!(builtin_names().is_sorted());
        assert!(Mapping::builtin("zammad").is_some() && Mapping::builtin("none").is_none());
    }

    #[test]
    fn what_is_wrong_is_said() {
        let base = "id = \"a\"\ntitle = \"b\"\nbody = \"c\"\n";
        for (text, words) in [
            ("id = \"a\"\ntitle = \"b\"\n", "names no text"),
            (&format!("{base}colour = \"x\"\n"), "line 4: unknown field `colour`"),
            (&format!("{base}format = \"xls\"\n"), "line 4: unknown variant `xls`"),
            (&format!("{base}records = \"a/b\"\n"), "begins with `/`"),
            (&format!("{base}delimiter = \"\\\"\"\n"), "`delimiter` cannot be"),
            (&format!("{base}url = 5\n"), "line 4: expected a field, or a list"),
            (&format!("{base}url = []\n"), "names no field"),
            (&format!("{base}prefix = \"A b\"\n"), "`prefix` is `A b`"),
            (&format!("{base}url = {{ join = \"x\", field = \"y\" }}\n"), "the join `x`, which is not there"),
            (&format!("{base}[[filter]]\nfield = \"x\"\n"), "exactly one of"),
            (
                &format!("{base}[[join]]\nname = \"x\"\nfile = \"../y\"\nkey = \"k\"\non = \"o\"\n"),
                "no name of a file beside",
            ),
        ] {
            let error = Mapping::parse("m.toml", text).unwrap_err().to_string();
            assert!(error.contains(words) && error.contains("`m.toml`"), "{text}: {error}");
        }
    }
}
