//! Sections as a cache keeps them, whole: their form for output leaves out what a reader does not need.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Audience, Section, SectionKind};

type Stored<T> = (SectionKind, T, T, Audience, u64, u64);

pub(super) fn serialize<S: Serializer>(sections: &[Section], serializer: S) -> Result<S::Ok, S::Error> {
    let stored: Vec<Stored<&str>> = sections
        .iter()
        .map(|Section { kind, heading, text, audience, line, text_line }| {
            (*kind, heading.as_str(), text.as_str(), *audience, *line, *text_line)
        })
        .collect();
    stored.serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Section>, D::Error> {
    let section = |(kind, heading, text, audience, line, text_line): Stored<String>| Section {
        kind,
        heading,
        text,
        audience,
        line,
        text_line,
    };
    Ok(Vec::<Stored<String>>::deserialize(deserializer)?.into_iter().map(section).collect())
}

#[cfg(test)]
mod tests {
    use crate::article::{Article, load_builtin};

    #[test]
    fn articles_that_were_kept_are_the_same() {
        let articles = load_builtin().value;
        let kept: Vec<Article> = postcard::from_bytes(&postcard::to_stdvec(&articles).unwrap()).unwrap();
        assert!(kept == articles);
    }
}
