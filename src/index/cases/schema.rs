//! Every field of the index of cases in one place.

use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

use super::{Result, query, tokens};

/// The fields of an index.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    /// Number of the message.
    pub(super) message: Field,
    /// Number of its case.
    pub(super) case: Field,
    /// When it was sent, in seconds since 1970.
    pub(super) date: Field,
    /// The fields of text, in the order of [`query::Field::ALL`].
    texts: Vec<Field>,
}

impl Fields {
    pub(super) fn of(&self, field: query::Field) -> Field {
        self.texts[field as usize]
    }
}

/// Names of the fields of numbers.
pub(super) const MESSAGE: &str = "message";
pub(super) const CASE: &str = "case";
pub(super) const DATE: &str = "date";

/// The schema.
pub(super) fn schema() -> Schema {
    let mut builder = Schema::builder();
    builder.add_u64_field(MESSAGE, INDEXED | FAST);
    builder.add_u64_field(CASE, FAST);
    builder.add_i64_field(DATE, FAST);
    for field in query::Field::ALL {
        let words = field.has_words();
        let record = if words { IndexRecordOption::WithFreqsAndPositions } else { IndexRecordOption::Basic };
        let indexing = TextFieldIndexing::default();
        let indexing = indexing.set_tokenizer(tokens::NAME).set_index_option(record).set_fieldnorms(words);
        builder.add_text_field(field.name(), TextOptions::default().set_indexing_options(indexing));
    }
    builder.build()
}

/// The fields of an index that has this schema.
pub(super) fn fields(schema: &Schema) -> Result<Fields> {
    let texts = query::Field::ALL.iter().map(|field| schema.get_field(field.name())).collect::<tantivy::Result<_>>()?;
    Ok(Fields {
        message: schema.get_field(MESSAGE)?,
        case: schema.get_field(CASE)?,
        date: schema.get_field(DATE)?,
        texts,
    })
}
