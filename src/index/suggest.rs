//! What is meant by words that stand in no article, and by beginnings of words.
//!
//! A word of letters that no article has is taken for the nearest one that some has, letter by letter, also in its first one, or for two
//! that were written as one; at the end of a search, first for the beginning of a word. In Chinese text the character that fits neither
//! the one before it nor the one behind it is replaced by one that fits both. Codes, numbers and names are left alone: a code one digit off
//! is another code.

use std::{cmp::Reverse, collections::BTreeMap, ops::Range, sync::Arc};

use tantivy::{InvertedIndexReader, SegmentReader};

use super::{
    ArticleField, ArticleIndex, IndexError, Query,
    near::{Near, letters_apart},
    query::{Clause, Open},
};
use crate::text::{ends_alike, fold_text, is_han, is_pair};

/// Shortest word of letters that is put right: shorter ones are near to too many.
const SHORTEST: usize = 4;
/// Letters from which two may be wrong.
const LONG: usize = 8;
/// Shortest part of two words that were written as one.
const SHORTEST_PART: usize = 3;
/// Words of a search that are put right.
const MOST_WORDS: usize = 8;
/// Words, and bytes of Chinese text, that are looked at.
const MOST_LOOKED_AT: usize = 32;
const MOST_TEXT: usize = 256;
/// Words as near as the nearest that are looked for too.
const MOST_NEAR: usize = 3;
/// Words that a beginning stands for, and how many entries of articles are read for them all: a beginning of two letters stands for
/// thousands.
const MOST_BEGUN: usize = 64;
const MOST_READ: u64 = 150_000;
/// Words of the dictionary that are looked at for a beginning, in each field.
const MOST_STREAMED: usize = 20_000;
/// What a word that was put right is worth of one that stands so, and what the others are worth that are as near.
const PUT_RIGHT: f32 = 0.8;
const AS_NEAR: f32 = 0.4;

/// A word of a search, and what stands in articles in its stead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Bytes of the search string.
    pub span: Range<usize>,
    /// The normal form of what was meant; two words with a blank between them.
    pub term: String,
    /// The number of an article that has it.
    pub article: Option<usize>,
}

/// The words of an index.
struct Vocabulary {
    fields: Vec<(ArticleField, Arc<InvertedIndexReader>)>,
}

impl ArticleIndex {
    /// Reads a search string, with what must stand in single fields: words in any language, codes in any spelling, names and paths or parts
    /// of them, phrases in quotes, beginnings of words as `roll*`. Wrong spelling is forgiven in words, see [`Query::put_right`].
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn query(&self, text: &str, fields: &[(ArticleField, String)]) -> Result<Query, IndexError> {
        let mut query = Query::parse(text, &self.terms);
        fields.iter().for_each(|(field, value)| query.add_field(*field, value));
        self.settle(&mut query, text).map_err(IndexError::search)?;
        Ok(query)
    }

    /// Settles what only the words of the index can.
    fn settle(&self, query: &mut Query, text: &str) -> tantivy::Result<()> {
        let searcher = self.reader.searcher();
        let Some(segment) = searcher.segment_readers().first() else { return Ok(()) };
        let may_be_odd = text.chars().filter(|c| is_han(*c)).nth(2).is_some();
        let open = std::mem::take(&mut query.open);
        if open.is_empty() && !may_be_odd {
            return Ok(());
        }
        let words = self.vocabulary(segment)?;
        let mut slips = Vec::new();
        for open in open.into_iter().take(MOST_LOOKED_AT) {
            match open {
                Open::Beginning { text, field } => {
                    let begun = words.beginning(&text, field)?;
                    let clause = Clause::any_of(begun, format!("{text}*"));
                    query.clauses.push(Clause { field, required: field.is_some(), ..clause });
                }
                Open::Word { text, span, last } => {
                    if words.count(&text)? > 0 {
                        continue;
                    }
                    let long_enough = text.chars().count() >= SHORTEST_PART;
                    let begun = if last && long_enough { words.beginning(&text, None)? } else { Vec::new() };
                    if !begun.is_empty() {
                        query.clauses.push(Clause::any_of(begun, format!("{text}*")));
                    } else if let Some((term, others)) = self.nearest(&words, &text)? {
                        if !others.is_empty() {
                            let clause = Clause::any_of(others, format!("{text}~"));
                            query.clauses.push(Clause { weight: AS_NEAR, ..clause });
                        }
                        slips.push((span, term));
                    }
                }
            }
        }
        if may_be_odd {
            slips.extend(words.odd_characters(&text[..text.floor_char_boundary(MOST_TEXT)])?);
        }
        slips.sort_by_key(|(span, _)| span.start);
        slips.truncate(MOST_WORDS);
        for (span, term) in slips {
            let article = words.first_with(term.split(' ').next().unwrap_or(&term))?;
            let article = article.and_then(|document| self.articles.get(document)).map(|(number, _)| *number);
            query.put_right.push(Suggestion { span, term, article });
        }
        if let Some(right) = right(text, &query.put_right) {
            // A normal form stays what it is when it is read again.
            let reading = Query::parse(&right, &self.terms);
            query.add_reading(reading, PUT_RIGHT);
        }
        Ok(())
    }

    /// What is meant by a word that no article has, and what is as near: words of articles, or those that the list of terms knows.
    fn nearest(&self, words: &Vocabulary, word: &str) -> tantivy::Result<Option<(String, Vec<String>)>> {
        let length = word.chars().count();
        if length < SHORTEST {
            return Ok(None);
        }
        let most = if length >= LONG { 2 } else { 1 };
        let mut near = words.near(word, most)?;
        for term in self.terms.first_words() {
            if let Some(apart) = letters_apart(word, term, most.into())
                && !near.iter().any(|(.., known)| known == term)
            {
                near.push((apart, Reverse(0), term.to_string()));
            }
        }
        near.sort_unstable();
        let least = near.first().map(|(apart, ..)| *apart);
        // Two words that were written as one differ by their blank alone.
        if least.is_none_or(|least| least > 1)
            && let Some(two) = words.two_words(word)?
        {
            return Ok(Some((two, Vec::new())));
        }
        let mut near = near.into_iter().filter(|(apart, ..)| Some(*apart) == least).map(|(.., word)| word);
        Ok(near.next().map(|first| (first, near.take(MOST_NEAR - 1).collect())))
    }

    fn vocabulary(&self, segment: &SegmentReader) -> tantivy::Result<Vocabulary> {
        // A language is asked by its name alone.
        let fields = ArticleField::ALL.into_iter().filter(|field| *field != ArticleField::Language);
        let fields = fields.map(|field| Ok((field, segment.inverted_index(self.fields[field as usize])?)));
        Ok(Vocabulary { fields: fields.collect::<tantivy::Result<_>>()? })
    }
}

/// A search string with its words put right.
fn right(text: &str, put_right: &[Suggestion]) -> Option<String> {
    let mut right = String::new();
    let mut done = 0;
    for one in put_right {
        right.push_str(text.get(done..one.span.start)?);
        right.push_str(&one.term);
        done = one.span.end;
    }
    if done == 0 {
        return None;
    }
    right.push_str(text.get(done..)?);
    Some(right)
}

impl Vocabulary {
    /// In how many fields of articles a word stands.
    fn count(&self, word: &str) -> tantivy::Result<u32> {
        let mut count = 0;
        for (_, index) in &self.fields {
            count += index.terms().get(word.as_bytes())?.map_or(0, |info| info.doc_freq);
        }
        Ok(count)
    }

    /// A document that has a word in text that people wrote.
    fn first_with(&self, word: &str) -> tantivy::Result<Option<usize>> {
        use tantivy::DocSet as _;
        for (_, index) in self.fields.iter().filter(|(field, _)| field.is_prose()) {
            if let Some(info) = index.terms().get(word.as_bytes())? {
                let postings = index.read_postings_from_terminfo(&info, tantivy::schema::IndexRecordOption::Basic)?;
                return Ok(Some(postings.doc() as usize));
            }
        }
        Ok(None)
    }

    /// Words that begin so, the shortest first: those closest to what is written. Of a word that is longer than its normal form, that.
    fn beginning(&self, text: &str, field: Option<ArticleField>) -> tantivy::Result<Vec<String>> {
        let mut found: BTreeMap<String, u64> = BTreeMap::new();
        let end = beyond(text);
        for (_, index) in self.fields.iter().filter(|(own, _)| field.is_none_or(|field| field == *own)) {
            let mut range = index.terms().range().ge(text.as_bytes());
            if let Some(end) = &end {
                range = range.lt(end);
            }
            let mut stream = range.into_stream()?;
            let mut left = MOST_STREAMED;
            while left > 0 && stream.advance() {
                left -= 1;
                if let Ok(word) = std::str::from_utf8(stream.key()) {
                    *found.entry(word.to_string()).or_default() += u64::from(stream.value().doc_freq);
                }
            }
            for word in ends_alike(text) {
                if let Some(info) = index.terms().get(word.as_bytes())? {
                    *found.entry(word).or_default() += u64::from(info.doc_freq);
                }
            }
        }
        let mut found: Vec<(usize, String, u64)> =
            found.into_iter().map(|(word, read)| (word.chars().count(), word, read)).collect();
        found.sort_unstable();
        let mut read = 0;
        let fits = found.into_iter().take(MOST_BEGUN).take_while(|(.., count)| {
            let first = read == 0;
            read += count;
            first || read <= MOST_READ
        });
        Ok(fits.map(|(_, word, _)| word).collect())
    }

    /// Words at most so far away, each with how far, and in how many fields of articles it stands.
    fn near(&self, word: &str, most: u8) -> tantivy::Result<Vec<(usize, Reverse<u32>, String)>> {
        let mut found: BTreeMap<String, u32> = BTreeMap::new();
        for (_, index) in self.fields.iter().filter(|(field, _)| field.is_prose()) {
            let Some(automaton) = Near::new(word, most) else { continue };
            let mut stream = index.terms().search(automaton).into_stream()?;
            while stream.advance() {
                // Concepts begin with a mark; codes and numbers have digits.
                if let Ok(other) = std::str::from_utf8(stream.key())
                    && other.chars().all(char::is_alphabetic)
                    && other.chars().count() + 1 >= SHORTEST
                {
                    *found.entry(other.to_string()).or_default() += stream.value().doc_freq;
                }
            }
        }
        let apart = |other: &str| letters_apart(word, other, most.into());
        Ok(found.into_iter().filter_map(|(other, count)| Some((apart(&other)?, Reverse(count), other))).collect())
    }

    /// Two words that were written as one: of those that articles have, the commoner pair.
    fn two_words(&self, word: &str) -> tantivy::Result<Option<String>> {
        let mut best: Option<(u32, String)> = None;
        for (at, _) in word.char_indices().skip(SHORTEST_PART) {
            let (first, second) = word.split_at(at);
            if second.chars().count() < SHORTEST_PART {
                break;
            }
            // The second one is in its normal form already, the first may have an ending that was no end.
            let count = self.count(first)?.min(self.count(second)?);
            if count > 0 && best.as_ref().is_none_or(|(most, _)| count > *most) {
                best = Some((count, format!("{first} {second}")));
            }
        }
        Ok(best.map(|(_, two)| two))
    }

    /// In runs of Chinese characters those that make a pair with neither neighbour, and the character that makes one with both, as
    /// the span of the character and the one that is right.
    fn odd_characters(&self, text: &str) -> tantivy::Result<Vec<(Range<usize>, String)>> {
        let letters: Vec<(usize, char)> = text.char_indices().collect();
        let mut found = Vec::new();
        for run in letters.chunk_by(|a, b| is_han(a.1) && is_han(b.1)).filter(|run| run.len() >= 3) {
            let mut index = 1;
            while index + 1 < run.len() {
                let [(_, before), (at, odd), (_, behind)] = [run[index - 1], run[index], run[index + 1]];
                if self.pair(before, odd)? > 0 || self.pair(odd, behind)? > 0 {
                    index += 1;
                    continue;
                }
                if let Some(right) = self.between(before, behind)? {
                    found.push((at..at + odd.len_utf8(), right.to_string()));
                    index += 2;
                }
                index += 1;
            }
        }
        Ok(found)
    }

    /// In how many fields of articles two Chinese characters stand side by side.
    fn pair(&self, one: char, other: char) -> tantivy::Result<u32> {
        // Articles are indexed in the letters that all text is folded to.
        self.count(&fold_text(&String::from_iter([one, other])))
    }

    /// The characters that stand behind one, with in how many fields of articles they do.
    fn pairs_from(&self, first: char) -> tantivy::Result<BTreeMap<char, u32>> {
        let mut found: BTreeMap<char, u32> = BTreeMap::new();
        let first = fold_text(&first.to_string());
        for (_, index) in &self.fields {
            let mut range = index.terms().range().ge(first.as_bytes());
            if let Some(end) = beyond(&first) {
                range = range.lt(end);
            }
            let mut stream = range.into_stream()?;
            while stream.advance() {
                let mut letters = std::str::from_utf8(stream.key()).unwrap_or_default().chars().skip(1);
                if let (Some(letter), None) = (letters.next(), letters.next()) {
                    *found.entry(letter).or_default() += stream.value().doc_freq;
                }
            }
        }
        Ok(found)
    }

    /// The character that makes a pair with both of its neighbours: one that makes a word of three with them before others, then the
    /// commonest.
    fn between(&self, before: char, behind: char) -> tantivy::Result<Option<char>> {
        let mut best: Option<((bool, bool, u32), char)> = None;
        for (letter, count) in self.pairs_from(before)? {
            let count = count.min(self.pair(letter, behind)?);
            // A word of the list with one of them before what only stands beside both, as `的` does.
            let is_word = [[before, letter], [letter, behind]].iter().any(|pair| !is_pair(&String::from_iter(pair)));
            if count == 0 || best.is_some_and(|(most, _)| most > (true, is_word, count)) {
                continue;
            }
            // Words of the list stand whole in the index beside their pairs: 打印机, not 打开机.
            let is_whole = self.count(&fold_text(&String::from_iter([before, letter, behind])))? > 0;
            if best.is_none_or(|(most, _)| (is_whole, is_word, count) > most) {
                best = Some(((is_whole, is_word, count), letter));
            }
        }
        Ok(best.map(|(_, letter)| letter))
    }
}

/// The first text behind all that begin so.
fn beyond(text: &str) -> Option<Vec<u8>> {
    let mut bytes = text.as_bytes().to_vec();
    while let Some(last) = bytes.pop() {
        if last < u8::MAX {
            bytes.push(last + 1);
            return Some(bytes);
        }
    }
    None
}
