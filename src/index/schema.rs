//! Every field of the article index, with its weight, in one place.

use serde::Serialize;
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

use super::ArticleField;

impl ArticleField {
    /// All fields, in the order of the schema.
    pub const ALL: [ArticleField; 9] = [
        ArticleField::Title,
        ArticleField::Symptoms,
        ArticleField::Examples,
        ArticleField::Cause,
        ArticleField::Resolution,
        ArticleField::Other,
        ArticleField::Codes,
        ArticleField::Tags,
        ArticleField::Language,
    ];

    /// Whether people write it: its words may be searched for misspelt.
    pub(super) fn is_prose(self) -> bool {
        !matches!(self, ArticleField::Codes | ArticleField::Tags | ArticleField::Language)
    }

    /// Name in the schema and in output.
    pub fn name(self) -> &'static str {
        match self {
            ArticleField::Title => "title",
            ArticleField::Symptoms => "symptoms",
            ArticleField::Examples => "examples",
            ArticleField::Cause => "cause",
            ArticleField::Resolution => "resolution",
            ArticleField::Other => "other",
            ArticleField::Codes => "codes",
            ArticleField::Tags => "tags",
            ArticleField::Language => "language",
        }
    }

    /// What a word in this field weighs. A code among the signatures says most, then what the article is about and
    /// how it shows; repairs of many issues read alike.
    pub(super) fn weight(self) -> f32 {
        match self {
            ArticleField::Codes => 4.0,
            ArticleField::Title => 3.0,
            ArticleField::Symptoms => 2.0,
            ArticleField::Examples => 1.5,
            ArticleField::Tags => 1.5,
            ArticleField::Cause => 1.0,
            ArticleField::Resolution => 0.7,
            ArticleField::Other => 0.5,
            // Asked for by name only.
            ArticleField::Language => 0.0,
        }
    }
}

/// Name of an article's field as JSON.
impl Serialize for ArticleField {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// The schema and its fields in the order of [`ArticleField::ALL`].
pub(super) fn schema() -> (Schema, Vec<Field>) {
    let mut builder = Schema::builder();
    // Tokens come from `text`, ready-made; `raw` is never applied to them.
    let indexing =
        TextFieldIndexing::default().set_tokenizer("raw").set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let options = TextOptions::default().set_indexing_options(indexing);
    let fields = ArticleField::ALL.iter().map(|field| builder.add_text_field(field.name(), options.clone())).collect();
    (builder.build(), fields)
}
