//! Articles as weighed terms, for the text relevance of each for a case.

use crate::{
    article::{Article, SectionKind, Subjects},
    text::{
        grams::{GramIndex, Grams},
        passage::{Document, DocumentSection, PassageIndex},
        relevance::{ProfileField, Profiles},
        terms::Terms,
    },
};

/// The profiles of articles, in their order.
pub fn profiles(articles: &[Article], terms: &Terms) -> Profiles {
    Profiles::build(articles.iter().map(texts), terms)
}

/// The passages of articles, in their order. Those that have conditions say by these when they fit: they stand empty.
pub fn passages(articles: &[Article], terms: &Terms) -> PassageIndex {
    fn document(article: &Article) -> Document<'_> {
        if !article.is_drawn() {
            return Document::default();
        }
        let sections = article.sections.iter().map(|section| DocumentSection {
            heading: &section.heading,
            text: &section.text,
            symptoms: section.kind == SectionKind::Symptoms,
        });
        let spoken = article.subjects.iter().flat_map(|number| Subjects::builtin().phrases(*number));
        Document { title: &article.title, sections: sections.collect(), spoken: spoken.collect() }
    }
    PassageIndex::build(articles.iter().map(document), terms)
}

/// How all subjects are spoken of, by their number.
pub fn subjects() -> GramIndex {
    GramIndex::build(Subjects::builtin().all().iter().map(|subject| Grams::of(subject.phrases())))
}

/// The texts of an article by what they tell of the issue. Without symptoms, cause and other text stand for them.
/// Codes and tags are matched by other means than words.
fn texts(article: &Article) -> Vec<(ProfileField, &str)> {
    let symptoms = article.section(SectionKind::Symptoms).is_some();
    let mut texts = vec![(ProfileField::Title, article.title.as_str())];
    texts.extend(article.sections.iter().map(|section| {
        let field = match section.kind {
            SectionKind::Symptoms => ProfileField::Symptoms,
            SectionKind::Cause | SectionKind::Verify | SectionKind::Risk | SectionKind::Other if !symptoms => {
                ProfileField::Examples
            }
            _ => ProfileField::Other,
        };
        (field, section.text.as_str())
    }));
    texts.extend(article.matching_examples.iter().map(|example| (ProfileField::Examples, example.as_str())));
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{article, text::relevance::CaseTerms};

    #[test]
    fn relevance_tells_a_retelling_from_an_invoice() {
        let terms = Terms::builtin();
        let articles = article::load_builtin().value;
        let profiles = profiles(&articles, terms);
        let number = articles.iter().position(|one| one.id.0 == "tms-krnlmgr-blocks-services-en").unwrap();
        let score = |text| profiles.score(&profiles.hear(&CaseTerms::of_texts(&[(text, 1.0)], terms)), number);
        let retelling = "The patch never finishes: after the reboot Windows undoes it, and the cbs log says that cpu.inf was \
            refused with access denied. Once we uninstall TMS it goes through; krnlmgr.sys guards the registry.";
        let invoice = "Dear team, attached please find the invoice for the third quarter. 请在月底之前付款，谢谢。";
        assert!(score(retelling) > 0.3, "{}", score(retelling));
        assert!(score(invoice) < 0.1, "{}", score(invoice));
    }
}
