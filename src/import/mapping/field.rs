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
        self.first(MOST_TEXTS, scope)
    }

    /// The first texts; no more of the records are looked at.
    fn first(&self, most: usize, scope: &Scope<'_>) -> Vec<String> {
        let mut texts = Texts { found: Vec::new(), most };
        for field in &self.0 {
            let records: &[&Value] = match &field.join {
                None => &[scope.record],
                Some(join) => scope.joined.get(join.as_str()).map_or(&[], Vec::as_slice),
            };
            for record in records {
                if texts.is_full() {
                    return texts.found;
                }
                match &field.place {
                    Place::Name(name) => texts.push(record.get(name)),
                    Place::Pointer(pointer) => texts.follow(record, &pointer.0),
                }
            }
        }
        texts.found
    }

    /// The first text.
    pub(super) fn text(&self, scope: &Scope<'_>) -> Option<String> {
        self.first(1, scope).into_iter().next()
    }
}

/// Texts, up to a number.
struct Texts {
    found: Vec<String>,
    most: usize,
}

impl Texts {
    fn is_full(&self) -> bool {
        self.found.len() >= self.most
    }

    fn follow(&mut self, value: &Value, steps: &[String]) {
        let Some((step, rest)) = steps.split_first() else { return self.push(Some(value)) };
        match value {
            Value::Object(map) if step == "*" => self.each(map.values(), |texts, value| texts.follow(value, rest)),
            Value::Array(list) if step == "*" => self.each(list.iter(), |texts, value| texts.follow(value, rest)),
            Value::Object(map) => {
                if let Some(value) = map.get(step) {
                    self.follow(value, rest);
                }
            }
            Value::Array(list) => {
                if let Some(value) = step.parse::<usize>().ok().and_then(|place| list.get(place)) {
                    self.follow(value, rest);
                }
            }
            _ => {}
        }
    }

    /// Text, numbers and truth as text; of a list each.
    fn push(&mut self, value: Option<&Value>) {
        let text = match value {
            Some(Value::String(text)) if !text.trim().is_empty() => text.clone(),
            Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
            Some(Value::Array(list)) => {
                let values = list.iter().filter(|value| !value.is_array());
                return self.each(values, |texts, value| texts.push(Some(value)));
            }
            _ => return,
        };
        if !self.is_full() {
            self.found.push(text);
        }
    }

    fn each<'v>(&mut self, values: impl Iterator<Item = &'v Value>, mut take: impl FnMut(&mut Self, &'v Value)) {
        for value in values {
            if self.is_full() {
                return;
            }
            take(self, value);
        }
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
