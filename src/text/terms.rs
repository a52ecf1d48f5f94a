//! Synonyms: concepts of support language with their words in both languages, and where they stand in a text.
//!
//! The built-in list is `kb/terms.toml`; a team adds its own in the same form:
//!
//! ```toml
//! [[term]]
//! id = "rollback"
//! words = ["rollback", "rolled back", "回滚", "还原更改"]
//! ```
//!
//! Words are compared after analysis, so case, width, English endings and Traditional characters need no entry of
//! their own.

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{Arc, LazyLock},
};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Token, TokenKind, pattern::Pattern};

static BUILTIN: LazyLock<Terms> =
    LazyLock::new(|| Terms::from_toml(include_str!("../../kb/terms.toml")).unwrap_or_default());

/// Concepts a list may hold; far more than any team writes.
const MAX_CONCEPTS: usize = 20_000;

/// Characters behind a Chinese word that make it a person or a trade: 服务 is a service, 服务员 a waiter.
const TRADE_ENDINGS: &str = "员商者费业家率";

/// Why a list of terms could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TermsError {
    /// It is not TOML, or not of the expected form.
    #[error("cannot read the terms")]
    Toml(#[from] toml::de::Error),
    /// An id is empty or holds more than lower-case letters, digits and hyphens.
    #[error("`{0}` is no id of a term: lower-case letters, digits and hyphens only")]
    Id(String),
    /// A word is empty after analysis.
    #[error("term `{id}`: the word `{word}` holds no letters or digits")]
    EmptyWord {
        /// The concept.
        id: String,
        /// The word as written.
        word: String,
    },
    /// The list is too long.
    #[error("more than {MAX_CONCEPTS} terms")]
    TooMany,
}

/// A list of concepts, ready for finding them. Cheap to clone, and to be kept: analyzing its words takes most of a search.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    list: Arc<List>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct List {
    ids: Vec<String>,
    /// Patterns by the text of their first token. Every token of every text is looked up, and who writes the list wishes it no
    /// ill: the hash is a quick one.
    by_first: FxHashMap<String, Vec<(Pattern, u32)>>,
}

impl Serialize for Terms {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.list.as_ref().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Terms {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        List::deserialize(deserializer).map(|list| Terms { list: Arc::new(list) })
    }
}

/// A concept found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConceptMatch {
    /// Number of the concept in its [`Terms`]; see [`Terms::id`].
    pub concept: u32,
    /// Bytes of the text.
    pub span: Range<usize>,
    /// First position, as in [`Token::position`].
    pub position: u32,
    /// How many positions it covers.
    pub length: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    term: Vec<Term>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Term {
    id: String,
    words: Vec<String>,
}

impl Terms {
    /// The built-in list. Read once, on first use (about 3 ms).
    pub fn builtin() -> &'static Terms {
        &BUILTIN
    }

    /// These terms with the built-in glossary, `kb/glossary.toml`: wider words, for articles that state no conditions.
    #[must_use]
    pub fn with_glossary(&self) -> Terms {
        let mut wide = self.clone();
        // The built-in file is read by a test; what a team adds may leave no room for it.
        if let Err(TermsError::TooMany) = wide.add_toml(include_str!("../../kb/glossary.toml")) {
            return self.clone();
        }
        wide
    }

    /// Reads a list.
    ///
    /// # Errors
    /// If it is not TOML of the form above, an id has other characters than lower-case letters, digits and hyphens,
    /// or a word is empty.
    pub fn from_toml(text: &str) -> Result<Terms, TermsError> {
        let mut terms = Terms::default();
        terms.add_toml(text)?;
        Ok(terms)
    }

    /// Adds a list to this one; words of a known id are added to that concept. Unchanged if it fails.
    ///
    /// # Errors
    /// As [`Terms::from_toml`].
    pub fn add_toml(&mut self, text: &str) -> Result<(), TermsError> {
        let file: File = toml::from_str(text)?;
        if self.list.ids.len() + file.term.len() > MAX_CONCEPTS {
            return Err(TermsError::TooMany);
        }
        let mut ids = self.list.ids.clone();
        let mut by_id: BTreeMap<String, u32> = (0..).zip(&ids).map(|(number, id)| (id.clone(), number)).collect();
        let mut patterns = Vec::new();
        for term in file.term {
            if term.id.is_empty() || !term.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            {
                return Err(TermsError::Id(term.id));
            }
            let concept = *by_id.entry(term.id.clone()).or_insert_with(|| {
                ids.push(term.id.clone());
                ids.len() as u32 - 1
            });
            for word in term.words {
                let found = Pattern::compile(&word);
                if found.is_empty() {
                    return Err(TermsError::EmptyWord { id: term.id, word });
                }
                patterns.extend(found.into_iter().map(|pattern| (pattern, concept)));
            }
        }
        let own = Arc::make_mut(&mut self.list);
        own.ids = ids;
        for (pattern, concept) in patterns {
            let list = own.by_first.entry(pattern.first().to_string()).or_default();
            if !list.contains(&(pattern.clone(), concept)) {
                list.push((pattern, concept));
            }
        }
        Ok(())
    }

    /// Whether this is the same list, not only an equal one.
    pub fn is_same(&self, other: &Terms) -> bool {
        Arc::ptr_eq(&self.list, &other.list)
    }

    /// How many concepts there are.
    pub fn len(&self) -> usize {
        self.list.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.ids.is_empty()
    }

    /// The id of a concept.
    pub fn id(&self, concept: u32) -> &str {
        self.list.ids.get(concept as usize).map_or("", String::as_str)
    }

    /// The words of letters with which its words and phrases begin, in normal form, in no order.
    pub fn first_words(&self) -> impl Iterator<Item = &str> {
        self.list
            .by_first
            .keys()
            .map(String::as_str)
            .filter(|word| word.chars().all(|c| c.is_alphabetic() && !super::is_han(c)))
    }

    /// The concepts in analyzed text, in order of position, longer ones first. A word within a longer one counts
    /// only if it is a word by itself: 更新 and 失败 in 更新失败, not 服务 in 服务器.
    pub fn find_concepts(&self, tokens: &[Token]) -> Vec<ConceptMatch> {
        let mut found = Vec::new();
        let inside = inside_of_words(tokens);
        // End of the longest match so far: what ends before it lies within it.
        let mut covered = 0;
        let mut here = Vec::new();
        for (index, token) in tokens.iter().enumerate() {
            if index > 0 && tokens[index - 1].position == token.position {
                continue;
            }
            self.matches_at(tokens, index, &mut here);
            let mut longest = None;
            for (length, concept, span) in here.drain(..) {
                let end = token.position + length;
                let whole = !is_inside(&inside, token.position) && !is_inside(&inside, end);
                let outermost = *longest.get_or_insert(length) == length && end > covered;
                if whole || outermost {
                    found.push(ConceptMatch { concept, span, position: token.position, length });
                }
            }
            covered = covered.max(token.position + longest.unwrap_or(0));
        }
        found
    }

    /// All matches at the position of a token, longest first: length, concept, bytes.
    fn matches_at(&self, tokens: &[Token], index: usize, found: &mut Vec<(u32, u32, Range<usize>)>) {
        for first in tokens[index..].iter().take_while(|token| token.position == tokens[index].position) {
            let Some(patterns) = self.list.by_first.get(first.text.as_str()) else { continue };
            for (pattern, concept) in patterns {
                if let Some(span) = pattern.match_at(tokens, index)
                    && !becomes_a_trade(tokens, index, pattern.length())
                {
                    found.push((pattern.length(), *concept, span));
                }
            }
        }
        found.sort_by_key(|(length, concept, span)| (std::cmp::Reverse(*length), *concept, span.end));
        found.dedup_by_key(|(length, concept, _)| (*length, *concept));
    }
}

/// Positions within a Chinese word of the list, sorted: what begins or ends there cuts a word in two.
pub(crate) fn inside_of_words(tokens: &[Token]) -> Vec<u32> {
    let mut inside = Vec::new();
    for here in tokens.chunk_by(|a, b| a.position == b.position) {
        // Where a character is a word by itself, the pair that begins there is a guess.
        if here.iter().any(|token| token.kind == TokenKind::HanChar) {
            continue;
        }
        for token in here.iter().filter(|token| token.kind == TokenKind::Han) {
            inside.extend(token.position + 1..token.position + token.length);
        }
    }
    inside.sort_unstable();
    inside.dedup();
    inside
}

pub(crate) fn is_inside(inside: &[u32], position: u32) -> bool {
    inside.binary_search(&position).is_ok()
}

/// Whether a longer word of the list begins here that ends in a character for people and trades.
pub(crate) fn becomes_a_trade(tokens: &[Token], index: usize, length: u32) -> bool {
    tokens[index..].iter().take_while(|token| token.position == tokens[index].position).any(|token| {
        token.kind == TokenKind::Han
            && token.length == length + 1
            && token.text.ends_with(|c| TRADE_ENDINGS.contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::analyze;

    fn concepts(text: &str) -> Vec<String> {
        let terms = Terms::builtin();
        terms.find_concepts(&analyze(text)).iter().map(|found| terms.id(found.concept).to_string()).collect()
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(concepts(text), expected, "in: {text}");
    }

    #[test]
    fn builtin_list_is_read_whole() {
        let terms = Terms::from_toml(include_str!("../../kb/terms.toml")).unwrap();
        assert!(terms.len() >= 250, "{}", terms.len());
        assert_eq!(Terms::builtin().len(), terms.len());
    }

    #[test]
    fn both_languages_meet() {
        for text in ["rolled back", "rollback", "roll-back", "Undoing changes", "回滚", "回滾", "正在還原變更"]
        {
            assert!(concepts(text).contains(&"rollback".to_string()), "{text}: {:?}", concepts(text));
        }
        check("access is denied", &["access-denied"]);
        check("拒绝访问", &["access-denied"]);
        check("登錄檔", &["registry"]);
        check("登入", &["login"]);
        check("Blue screens", &["bluescreen"]);
        check("BSOD", &["bluescreen"]);
    }

    #[test]
    fn longer_word_hides_the_shorter() {
        check("域控制器", &["domain-controller"]);
        check("服务器", &["server"]);
    }

    #[test]
    fn words_of_a_longer_phrase_count_too() {
        check("更新失败", &["update-failed", "update", "failed"]);
        check("update failed", &["update-failed", "update", "failed"]);
        check("密码过期", &["password-expired", "password"]);
    }

    #[test]
    fn the_glossary_goes_beside_the_terms() {
        let wide = Terms::builtin().with_glossary();
        assert!(wide.len() > Terms::builtin().len() + 500);
        let named = |text: &str| -> Vec<String> {
            wide.find_concepts(&analyze(text)).iter().map(|found| wide.id(found.concept).to_string()).collect()
        };
        assert_eq!(named("clean install"), named("全新安装"));
        assert!(named("全新安装").contains(&"clean-install".to_string()));
    }

    #[test]
    fn near_misses() {
        check("服务员", &[]);
        check("screen is blue", &[]);
        check("blue, screen", &[]);
        check("安全装置", &[]);
    }

    #[test]
    fn spans_point_into_the_text() {
        let text = "重启后：系统 rolled  back。";
        let terms = Terms::builtin();
        let found = terms.find_concepts(&analyze(text));
        let spans: Vec<&str> = found.iter().map(|found| &text[found.span.clone()]).collect();
        assert_eq!(spans, ["重启", "rolled  back"]);
    }

    #[test]
    fn own_terms_are_added_to_known_concepts() {
        let mut terms = Terms::builtin().clone();
        let before = terms.len();
        terms
            .add_toml("[[term]]\nid = \"rollback\"\nwords = [\"翻车\"]\n[[term]]\nid = \"own\"\nwords = [\"widget\"]")
            .unwrap();
        assert_eq!(terms.len(), before + 1);
        let found = terms.find_concepts(&analyze("翻车 widgets"));
        let ids: Vec<&str> = found.iter().map(|found| terms.id(found.concept)).collect();
        assert_eq!(ids, ["rollback", "own"]);
    }

    #[test]
    fn a_list_that_was_kept_is_the_same() {
        let kept: Terms = postcard::from_bytes(&postcard::to_stdvec(Terms::builtin()).unwrap()).unwrap();
        assert_eq!(kept.list.ids, Terms::builtin().list.ids);
        assert_eq!(kept.list.by_first, Terms::builtin().list.by_first);
    }

    #[test]
    fn faulty_lists_are_refused() {
        assert!(matches!(Terms::from_toml("term = 1"), Err(TermsError::Toml(_))));
        assert!(matches!(Terms::from_toml("[[term]]\nid = \"A b\"\nwords = []"), Err(TermsError::Id(_))));
        assert!(matches!(Terms::from_toml("[[term]]\nid = \"a\"\nwords = [\"!\"]"), Err(TermsError::EmptyWord { .. })));
    }
}
