//! How a made-up case ends.

use super::{
    random::Random,
    year::{DemoCase, Plan},
};

/// How a case was closed, and what was said of its match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The article that it was closed with.
    pub article: Option<String>,
    /// What helped, in words, where no article is named.
    pub resolution: Option<String>,
    /// An article that somebody accepted before, or rejected.
    pub judged: Option<(String, bool)>,
}

/// Streams of chance for endings lie behind those for mails.
const STREAMS: u64 = 1 << 32;

/// How a case of a plan's year ends: most that an article explains are closed with it, a few in words because somebody did not
/// believe it.
pub fn ending(plan: Plan, case: &DemoCase) -> Ending {
    let mut random = Random::new(plan.seed, STREAMS + u64::from(case.number));
    let trouble = case.trouble();
    let texts = if case.customer().chinese { &trouble.zh } else { &trouble.en };
    let words = Some(texts.fix.clone());
    match (&trouble.article, random.unit()) {
        (Some(article), share) if share < 0.1 => {
            Ending { article: Some(article.clone()), resolution: None, judged: Some((article.clone(), true)) }
        }
        (Some(article), share) if share < 0.8 => {
            Ending { article: Some(article.clone()), resolution: None, judged: None }
        }
        (Some(article), share) if share < 0.83 => {
            Ending { article: None, resolution: words, judged: Some((article.clone(), false)) }
        }
        _ => Ending { article: None, resolution: words, judged: None },
    }
}
