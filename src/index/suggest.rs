//! "Did you mean": words that stand in no article, put right by those that do.
//!
//! Words of Latin letters are compared letter by letter with all words of the index; of Chinese text the character that fits
//! neither the one before it nor the one behind it is replaced by one that fits both. Codes, numbers and names are left alone: a
//! code one digit off is another code.

use std::collections::{BTreeMap, HashMap};

use tantivy::SegmentReader;

use super::{ArticleField, ArticleIndex, IndexError};
use crate::text::{Token, TokenKind, analyze};

/// Shortest word of Latin letters that is put right: shorter ones are near to too many.
const SHORTEST: usize = 4;
/// Letters from which two may be wrong.
const LONG: usize = 8;
/// Words of a search that are put right.
const MOST_WORDS: usize = 4;

/// Words, and bytes of Chinese text, that are looked at: each is compared with all words of the index.
const MOST_LOOKED_AT: usize = 32;
const MOST_TEXT: usize = 256;

/// A word of a search, and what stands in articles in its stead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Bytes of the search string.
    pub span: std::ops::Range<usize>,
    /// The normal form of the word that was meant.
    pub term: String,
    /// The number of an article that has it.
    pub article: usize,
}

/// What is known of the words of an index.
struct Dictionary {
    /// In how many fields of articles each word stands.
    words: HashMap<String, u32>,
}

impl ArticleIndex {
    /// For each word of a search that stands in no article, the nearest one that does, in the order of the search.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn suggest(&self, text: &str) -> Result<Vec<Suggestion>, IndexError> {
        let searcher = self.reader.searcher();
        let Some(segment) = searcher.segment_readers().first() else { return Ok(Vec::new()) };
        let tokens = analyze(text);
        let is_word = |token: &&Token| matches!(token.kind, TokenKind::Word | TokenKind::HanPair | TokenKind::Han);
        if !tokens.iter().any(|token| is_word(&token)) {
            return Ok(Vec::new());
        }
        let dictionary = self.dictionary(segment).map_err(IndexError::Search)?;
        let mut put_right: Vec<(std::ops::Range<usize>, String)> = Vec::new();
        let words = tokens.iter().filter(|token| token.kind == TokenKind::Word).take(MOST_LOOKED_AT);
        put_right.extend(
            words.filter_map(|token| Some((token.span.clone(), dictionary.nearest(&token.text)?))).take(MOST_WORDS),
        );
        put_right.extend(dictionary.odd_characters(&text[..text.floor_char_boundary(MOST_TEXT)]));
        put_right.sort_by_key(|(span, _)| span.start);
        put_right.truncate(MOST_WORDS);
        let mut suggestions = Vec::new();
        for (span, term) in put_right {
            if let Some(article) = self.first_with(segment, &term).map_err(IndexError::Search)? {
                suggestions.push(Suggestion { span, term, article });
            }
        }
        Ok(suggestions)
    }

    fn dictionary(&self, segment: &SegmentReader) -> tantivy::Result<Dictionary> {
        let mut words: HashMap<String, u32> = HashMap::new();
        for field in ArticleField::ALL.into_iter().filter(|field| field.is_prose()) {
            let index = segment.inverted_index(self.fields[field as usize])?;
            let mut stream = index.terms().stream()?;
            while stream.advance() {
                // Concepts begin with a mark; codes and numbers have digits.
                if let Ok(word) = std::str::from_utf8(stream.key())
                    && word.chars().all(char::is_alphabetic)
                {
                    *words.entry(word.to_string()).or_default() += stream.value().doc_freq;
                }
            }
        }
        Ok(Dictionary { words })
    }

    /// The number of the first article that has a word in one of the fields.
    fn first_with(&self, segment: &SegmentReader, term: &str) -> tantivy::Result<Option<usize>> {
        for field in ArticleField::ALL.into_iter().filter(|field| field.is_prose()) {
            let field = self.fields[field as usize];
            let index = segment.inverted_index(field)?;
            let wanted = tantivy::Term::from_field_text(field, term);
            if let Some(postings) = index.read_postings(&wanted, tantivy::schema::IndexRecordOption::Basic)? {
                use tantivy::DocSet as _;
                let document = postings.doc() as usize;
                return Ok(self.articles.get(document).map(|(number, _)| *number));
            }
        }
        Ok(None)
    }
}

impl Dictionary {
    /// The word nearest to one that is in no article; of those as near the one that most articles have.
    fn nearest(&self, word: &str) -> Option<String> {
        let letters: Vec<char> = word.chars().collect();
        if letters.len() < SHORTEST || self.words.contains_key(word) {
            return None;
        }
        let most = if letters.len() >= LONG { 2 } else { 1 };
        let near = self.words.iter().filter_map(|(other, count)| {
            let others: Vec<char> = other.chars().collect();
            if others.len().abs_diff(letters.len()) > most || others.len() < SHORTEST - 1 {
                return None;
            }
            let distance = distance(&letters, &others, most)?;
            Some((distance, std::cmp::Reverse(*count), other))
        });
        near.min().map(|(_, _, other)| other.clone())
    }

    /// In runs of Chinese characters those that make a pair with neither neighbour, and the character that makes one with both, as
    /// the span of three and the pair that is right.
    fn odd_characters(&self, text: &str) -> Vec<(std::ops::Range<usize>, String)> {
        let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        let letters: Vec<(usize, char)> = text.char_indices().collect();
        let mut found = Vec::new();
        for run in letters.chunk_by(|a, b| is_han(a.1) && is_han(b.1)).filter(|run| run.len() >= 3) {
            let known = |a: char, b: char| self.words.contains_key([a, b].iter().collect::<String>().as_str());
            let mut index = 1;
            while index + 1 < run.len() {
                let [(_, before), (at, odd), (_, behind)] = [run[index - 1], run[index], run[index + 1]];
                if known(before, odd) || known(odd, behind) {
                    index += 1;
                    continue;
                }
                if let Some(right) = self.between(before, behind) {
                    found.push((at..at + odd.len_utf8(), [before, right].iter().collect()));
                    index += 2;
                }
                index += 1;
            }
        }
        found
    }

    /// The character that makes a pair with both of its neighbours, the commonest of them.
    fn between(&self, before: char, behind: char) -> Option<char> {
        let mut fits: BTreeMap<char, [u32; 2]> = BTreeMap::new();
        for (word, count) in &self.words {
            let mut letters = word.chars();
            if let (Some(a), Some(b), None) = (letters.next(), letters.next(), letters.next()) {
                if a == before {
                    fits.entry(b).or_default()[0] = *count;
                }
                if b == behind {
                    fits.entry(a).or_default()[1] = *count;
                }
            }
        }
        let both = fits.into_iter().filter(|(_, counts)| counts[0] > 0 && counts[1] > 0);
        both.max_by_key(|(_, [a, b])| *a.min(b)).map(|(letter, _)| letter)
    }
}

/// How many letters differ: one more, one less, another one, or two that changed places; `None`: more than `most`.
fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    let mut rows = [vec![0; b.len() + 1], (0..=b.len()).collect(), vec![0; b.len() + 1]];
    for (i, left) in a.iter().enumerate() {
        let [older, old, new] = &mut rows;
        new[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let mut least = (old[j] + usize::from(left != right)).min(old[j + 1] + 1).min(new[j] + 1);
            if i > 0 && j > 0 && *left == b[j - 1] && a[i - 1] == *right {
                least = least.min(older[j - 1] + 1);
            }
            new[j + 1] = least;
        }
        if new.iter().all(|cell| *cell > most) {
            return None;
        }
        rows.rotate_left(1);
    }
    let last = rows[1][b.len()];
    (last <= most).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_differ_are_counted() {
        let of = |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>(), 2);
        assert_eq!(of("spooler", "spooler"), Some(0));
        assert_eq!(of("spoler", "spooler"), Some(1));
        assert_eq!(of("spoolre", "spooler"), Some(1));
        assert_eq!(of("spolre", "spooler"), Some(2));
        assert_eq!(of("spool", "printer"), None);
        assert_eq!(of("", "ab"), Some(2));
    }

    #[test]
    fn the_nearest_and_commonest_word_is_taken() {
        let words = [
            ("spooler", 3),
            ("spoiler", 1),
            ("denied", 9),
            ("打印", 5),
            ("印后", 2),
            ("后台", 4),
            ("台处", 3),
            ("处理", 7),
        ];
        let dictionary = Dictionary { words: words.iter().map(|(word, count)| (word.to_string(), *count)).collect() };
        assert_eq!(dictionary.nearest("spoler").as_deref(), Some("spooler"));
        assert_eq!(dictionary.nearest("denied"), None);
        assert_eq!(dictionary.nearest("den"), None);
        assert_eq!(dictionary.nearest("zebra"), None);
        let text = "打印后太处理";
        assert_eq!(dictionary.odd_characters(text), [(9..12, "后台".to_string())]);
        assert_eq!(dictionary.odd_characters("打印后台处理"), []);
    }
}
