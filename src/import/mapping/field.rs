//! Fields of records: where a value stands, and which records count by it.

use std::{collections::HashMap, fmt};

use serde_json::Value;

/// Most texts that one field gives: a list of labels has some.
const MOST_TEXTS: usize = 1_000;

/// The way to a value: keys and places, `*` for each of them.
///
/// Written as a JSON pointer (RFC 6901), in which `~1` is a slash and `~0` a tilde.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pointer(pub(super) Vec<String>);

impl Pointer {
    /// `None` where it neither is empty nor begins with a slash.
    pub(super) fn parse(text: &str) -> Option<Pointer> {
        if text.is_empty() {
            return Some(Pointer(Vec::new()));
        }
        let steps = text.strip_prefix('/')?.split('/');
        Some(Pointer(steps.map(|step| step.replace("~1", "/").replace("~0", "~")).collect()))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.0 {
            write!(f, "/{}", step.replace('~', "~0").replace('/', "~1"))?;
        }
        if self.0.is_empty() { f.write_str("/") } else { Ok(()) }
    }
}

/// A field of a record, or of one that is joined with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) join: Option<String>,
    pub(super) place: Place,
}

/// Where a field's value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A column, or a key of the record.
    Name(String),
    Pointer(Pointer),
}

/// Fields of which all that are there count, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Fields(pub(super) Vec<Field>);

/// A record and what is joined with it.
pub(super) struct Scope<'a> {
    pub(super) record: &'a Value,
    pub(super) joined: &'a HashMap<&'a str, Vec<&'a Value>>,
}

impl Fields {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The texts that stand in the fields, blank ones left out.
    pub(super) fn texts(&self, scope: &Scope<'_>) -> Vec<String> {
        let mut texts = Vec::new();
        for field in &self.0 {
            let records: &[&Value] = match &field.join {
                None => &[scope.record],
                Some(join) => scope.joined.get(join.as_str()).map_or(&[], Vec::as_slice),
            };
            for record in records {
                match &field.place {
                    Place::Name(name) => push(record.get(name), &mut texts),
                    Place::Pointer(pointer) => follow(record, &pointer.0, &mut texts),
                }
            }
        }
        texts
    }

    /// The first text.
    pub(super) fn text(&self, scope: &Scope<'_>) -> Option<String> {
        self.texts(scope).into_iter().next()
    }
}

fn follow(value: &Value, steps: &[String], texts: &mut Vec<String>) {
    let Some((step, rest)) = steps.split_first() else { return push(Some(value), texts) };
    match value {
        Value::Object(map) if step == "*" => map.values().for_each(|value| follow(value, rest, texts)),
        Value::Array(list) if step == "*" => list.iter().for_each(|value| follow(value, rest, texts)),
        Value::Object(map) => {
            if let Some(value) = map.get(step) {
                follow(value, rest, texts);
            }
        }
        Value::Array(list) => {
            if let Some(value) = step.parse::<usize>().ok().and_then(|place| list.get(place)) {
                follow(value, rest, texts);
            }
        }
        _ => {}
    }
}

/// Text, numbers and truth as text; of a list each.
fn push(value: Option<&Value>, texts: &mut Vec<String>) {
    let text = match value {
        Some(Value::String(text)) => text.clone(),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
        Some(Value::Array(list)) => {
            return list.iter().for_each(|value| {
                if !value.is_array() {
                    push(Some(value), texts)
                }
            });
        }
        _ => return,
    };
    if !text.trim().is_empty() && texts.len() < MOST_TEXTS {
        texts.push(text);
    }
}

/// Which records count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) fields: Fields,
    pub(super) test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Test {
    /// One value is one of these.
    Is(Vec<String>),
    /// No value is one of these; an empty one stands for none at all.
    Not(Vec<String>),
    /// Whether there is a value.
    Present(bool),
}

impl Filter {
    pub(super) fn holds(&self, scope: &Scope<'_>) -> bool {
        let texts = self.fields.texts(scope);
        let any = |list: &[String]| {
            let blank = texts.is_empty() && list.iter().any(String::is_empty);
            blank || texts.iter().any(|text| list.iter().any(|one| one.eq_ignore_ascii_case(text.trim())))
        };
        match &self.test {
            Test::Is(list) => any(list),
            Test::Not(list) => !any(list),
            Test::Present(wanted) => texts.is_empty() != *wanted,
        }
    }
}
