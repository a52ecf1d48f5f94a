//! A value of JSON within a limit of memory: where it is spent, the rest is read and dropped.

use std::{cell::Cell, fmt};

use serde::{
    Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

use super::text::MOST_RECORD;

/// Memory that a value takes beside its text: a list of numbers is many times its text.
const VALUE: usize = size_of::<Value>();

/// What was read since the record began; `None`: what is read is passed over and takes no memory.
#[derive(Debug)]
pub(super) struct Spent {
    bytes: Cell<Option<usize>>,
    most: usize,
}

impl Spent {
    pub(super) fn new() -> Self {
        Spent::within(MOST_RECORD)
    }

    /// For a smaller record.
    pub(super) fn within(most: usize) -> Self {
        Spent { bytes: Cell::new(None), most }
    }

    /// A record begins.
    pub(super) fn begin(&self) {
        self.bytes.set(Some(0));
    }

    /// It ended: what follows is passed over.
    pub(super) fn pass(&self) {
        self.bytes.set(None);
    }

    pub(super) fn add(&self, bytes: usize) {
        self.bytes.set(self.bytes.get().map(|spent| spent.saturating_add(bytes)));
    }

    /// Bytes of the record so far.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.get().unwrap_or_default()
    }

    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// Whether the record is too large: it is read to its end, and nothing of it is kept.
    pub(super) fn is_over(&self) -> bool {
        self.bytes() > self.most
    }
}

/// Reads a value while there is room.
pub(super) struct Within<'s>(pub(super) &'s Spent);

impl<'de> DeserializeSeed<'de> for Within<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        if self.0.is_over() {
            return deserializer.deserialize_ignored_any(IgnoredAny).map(|_| Value::Null);
        }
        self.0.add(VALUE);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Within<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(Within(self.0))? {
            if !self.0.is_over() {
                values.push(value);
            }
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let value = map.next_value_seed(Within(self.0))?;
            if !self.0.is_over() {
                values.insert(key, value);
            }
        }
        Ok(Value::Object(values))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_small_values_are_counted_with_the_memory_that_they_take() {
        let spent = Spent::within(10 * VALUE);
        let read = |text: &str| {
            spent.begin();
            Within(&spent).deserialize(&mut serde_json::Deserializer::from_str(text)).unwrap()
        };
        let text = "{\"a\":[1,-2,3.5,true,null,\"x\"]}";
        assert_eq!((read(text), spent.is_over()), (serde_json::from_str(text).unwrap(), false));
        let Value::Array(kept) = read(&format!("[{}1]", "1,".repeat(1000))) else { panic!("a list") };
        assert!(spent.is_over() && kept.len() < 12, "{}", kept.len());
    }
}
