//! A text in both languages.

use serde::{Deserialize, Serialize};

/// A text in English and Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Bilingual {
    /// Of both texts.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Bilingual {
        Bilingual { en: en.into(), zh: zh.into() }
    }

    /// The text in a language, `en` or `zh`.
    pub fn in_language(&self, language: &str) -> &str {
        if language == "zh" { &self.zh } else { &self.en }
    }
}
