//! Finding many literals in one pass, fast: the longest literal at each place, from left to right.
//!
//! An automaton over hundreds of literals is bound by the latency of its table (170 MB/s measured with 700 of them on
//! mixed logs). Here each literal is looked for by four bytes of it, its [`anchor`]; which four, [`deal`] chooses:
//!
//! 1. [`filter`] marks the places whose next four bytes may be an anchor, 64 places at a time where the
//!    processor can: one place in five of mixed logs with tables of 16 bytes;
//! 2. [`heads`] keeps those where more bytes are as behind an anchor, and the [`sieve`] those where what is around an
//!    anchor stands, both without a branch;
//! 3. only there are whole literals compared: one place in seventy.
//!
//! ASCII case is ignored.

mod anchor;
mod classes;
mod deal;
mod filter;
mod halves;
mod head;
mod heads;
mod sieve;

use std::{
    cmp::Reverse,
    ops::Range,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use anchor::FOLD;
use filter::{Filter, LANES, WINDOW};
pub(crate) use head::Head;
use sieve::{Anchored, Sieve, Sure};

/// Bytes of text from which a filter pays: to choose one takes as long as half a megabyte takes longer without.
const WORTH_A_FILTER: usize = 512 << 10;

/// Bytes up to which a text is compared with each literal at each place, as long as no more was searched: what a person types is
/// so short, and to prepare any search takes as long as that a hundred times.
const TYPED: usize = 96;

/// A set of literals.
#[derive(Debug)]
pub(crate) struct Literals {
    words: Vec<Box<str>>,
    /// Their beginnings, by number.
    starts: Vec<Head>,
    /// Literals of one byte: the byte and its literal.
    singles: Vec<(u8, u16)>,
    /// What may stand behind a literal of two bytes, folded and in order.
    behind: Vec<u8>,
    /// For the first texts: a search string or a short mail is read before a filter would be chosen.
    plain: OnceLock<Search>,
    /// For all that come after.
    filtered: OnceLock<Search>,
    /// Bytes that were searched without a filter.
    searched: AtomicUsize,
}

/// One way to find the anchors of a set of literals.
#[derive(Debug)]
struct Search {
    filter: Filter,
    sieve: Sieve,
    /// Longest way from a literal's beginning to its anchor.
    reach: usize,
}

impl Search {
    /// By a filter with the place of each literal's anchor in it.
    fn new(words: &[Box<str>], behind: &[u8], (filter, offsets): (Filter, Vec<u8>)) -> Self {
        let numbered = (0..u16::MAX).zip(words);
        let anchored = numbered.zip(&offsets).map(|((number, word), &offset)| (number, Anchored { word, offset }));
        let reach = offsets.iter().copied().max().unwrap_or(0).into();
        Search { filter, sieve: Sieve::new(anchored, behind), reach }
    }
}

impl Literals {
    /// Takes literals. What may stand behind a literal of two bytes is asked of `follows`: such
    /// short ones are met everywhere, and few bytes make sense behind them.
    pub(crate) fn new(words: Vec<Box<str>>, follows: impl Fn(u8) -> bool) -> Self {
        let mut behind: Vec<u8> = (0..=255).filter(|&byte| follows(byte)).map(|byte| byte | FOLD).collect();
        behind.sort_unstable();
        behind.dedup();
        let singles = (0..u16::MAX).zip(&words).filter_map(|(number, word)| match *word.as_bytes() {
            [byte] => Some((byte, number)),
            _ => None,
        });
        Literals {
            singles: singles.collect(),
            starts: words.iter().map(|word| Head::new(word)).collect(),
            words,
            behind,
            plain: OnceLock::new(),
            filtered: OnceLock::new(),
            searched: AtomicUsize::new(0),
        }
    }

    /// How to search the next text, of so many bytes; `None`: each literal at each place.
    fn way(&self, bytes: usize) -> Option<&Search> {
        if let Some(filtered) = self.filtered.get() {
            return Some(filtered);
        }
        let (words, behind) = (&self.words, &self.behind);
        let searched = self.searched.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        if searched <= TYPED {
            None
        } else if searched < WORTH_A_FILTER {
            Some(self.plain.get_or_init(|| Search::new(words, behind, Filter::every(words, behind))))
        } else {
            Some(self.filtered.get_or_init(|| Search::new(words, behind, Filter::new(words, behind))))
        }
    }

    /// The literals in a part of a text: number and place of each, the longest at each place, from left
    /// to right, none overlapping another.
    pub(crate) fn find_iter<'a>(&'a self, bytes: &'a [u8], part: Range<usize>) -> Hits<'a> {
        self.find_iter_with(bytes, part, HitBuffer::default())
    }

    /// The same with memory that was used before; see [`Hits::into_buffer`].
    pub(crate) fn find_iter_with<'a>(&'a self, bytes: &'a [u8], part: Range<usize>, buffer: HitBuffer) -> Hits<'a> {
        let part = part.start..part.end.min(bytes.len());
        let memory = buffer.0.unwrap_or_default();
        Hits { literals: self, way: self.way(part.len()), bytes, window: part.start, part, memory, next: 0 }
    }

    /// The literals that stand in a line, also those that overlap: number and place of each, by where they end.
    pub(crate) fn find_overlapping(&self, line: &[u8]) -> Vec<(usize, Range<usize>)> {
        let (part, Memory { mut found, mut room }) = (0..line.len(), Memory::default());
        let way = self.way(line.len());
        for window in part.clone().step_by(WINDOW) {
            self.search(way, line, &part, window, &mut room, &mut found);
        }
        found.sort_unstable_by_key(|hit| (hit.end, hit.start, hit.place));
        found.into_iter().map(|hit| (usize::from(hit.place), hit.start..hit.end)).collect()
    }

    /// Appends the literals whose anchors begin in the window of a part, in no order.
    fn search(
        &self,
        way: Option<&Search>,
        bytes: &[u8],
        part: &Range<usize>,
        window: usize,
        room: &mut Room,
        found: &mut Vec<Hit>,
    ) {
        let end = part.end.min(window + WINDOW);
        for &(byte, place) in &self.singles {
            let starts = memchr::memchr_iter(byte, bytes.get(window..end).unwrap_or_default()).map(|at| window + at);
            found.extend(starts.map(|start| Hit { start, end: start + 1, place }));
        }
        let Some(way) = way else { return self.compare_all(bytes, part, window..end, found) };
        let count = end.saturating_sub(window);
        let places = room.places(count);
        let listed = way.filter.list(way.sieve.heads(), bytes, window, count, places);
        let Room { places, sure } = room;
        let sifted = way.sieve.sift(bytes, window, &places[..listed], sure);
        for sure in &sure[..sifted] {
            self.compare(way, bytes, part, window, *sure, found);
        }
    }

    /// Appends the literals of several bytes that begin at these places.
    fn compare_all(&self, bytes: &[u8], part: &Range<usize>, starts: Range<usize>, found: &mut Vec<Hit>) {
        for start in starts {
            for (place, word) in (0..u16::MAX).zip(&self.words).filter(|(_, word)| word.len() > 1) {
                let end = start + word.len();
                let stands = end <= part.end
                    && word.as_bytes().first().is_some_and(|first| first.eq_ignore_ascii_case(&bytes[start]))
                    && bytes[start..end].eq_ignore_ascii_case(word.as_bytes());
                let goes_on = || self.behind.binary_search(&(bytes.get(end).copied().unwrap_or(0) | FOLD)).is_ok();
                if stands && (word.len() != 2 || goes_on()) {
                    found.push(Hit { start, end, place });
                }
            }
        }
    }

    /// Appends the literals whose anchor stands at a place.
    #[inline]
    fn compare(
        &self,
        way: &Search,
        bytes: &[u8],
        part: &Range<usize>,
        window: usize,
        sure: Sure,
        found: &mut Vec<Hit>,
    ) {
        let at = window + usize::from(sure.place);
        way.sieve.each_at(bytes, at, sure, |entry| {
            let Some(start) = at.checked_sub(usize::from(entry.offset)) else { return };
            let literal = &self.starts[usize::from(entry.place)];
            let end = start + literal.length();
            if start < part.start || end > part.end {
                return;
            }
            let stands = match literal.stands_at(bytes, start) {
                Some(stands) if !stands || literal.is_whole() => stands,
                _ => bytes[start..end].eq_ignore_ascii_case(self.words[usize::from(entry.place)].as_bytes()),
            };
            if stands {
                found.push(Hit { start, end, place: entry.place });
            }
        });
    }
}

/// Room for the places of a window, kept from one to the next: clearing it takes longer than searching a line.
#[derive(Debug, Default)]
struct Room {
    places: Vec<u16>,
    sure: Vec<Sure>,
}

impl Room {
    /// Room for so many places, whatever was there before.
    fn places(&mut self, count: usize) -> &mut [u16] {
        let needed = count.next_multiple_of(LANES);
        if self.places.len() < needed {
            self.places.resize(needed, 0);
        }
        &mut self.places[..needed]
    }
}

#[derive(Debug, Clone, Copy)]
struct Hit {
    start: usize,
    end: usize,
    place: u16,
}

/// Memory for what is found in a line, to be used for the next. It goes from hand to hand at every line.
#[derive(Debug, Default)]
pub(crate) struct HitBuffer(Option<Box<Memory>>);

#[derive(Debug, Default)]
struct Memory {
    /// What was found, by beginning and the longest first.
    found: Vec<Hit>,
    room: Room,
}

/// The literals of a text, one after the other: number and place.
pub(crate) struct Hits<'a> {
    literals: &'a Literals,
    way: Option<&'a Search>,
    bytes: &'a [u8],
    part: Range<usize>,
    /// Up to here anchors were looked for.
    window: usize,
    memory: Box<Memory>,
    /// Of what was found so many were handed out.
    next: usize,
}

impl Hits<'_> {
    /// Goes on with what begins at or after `from`, also inside the literal handed out last.
    pub(crate) fn go_on(&mut self, from: usize) {
        self.part.start = from;
    }

    /// The memory used, for the next line.
    pub(crate) fn into_buffer(mut self) -> HitBuffer {
        self.memory.found.clear();
        HitBuffer(Some(self.memory))
    }
}

impl Iterator for Hits<'_> {
    type Item = (usize, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let end = self.window >= self.part.end;
            // An anchor further on may belong to a literal that begins up to `reach` before it.
            let settled =
                if end { usize::MAX } else { self.window.saturating_sub(self.way.map_or(0, |way| way.reach)) };
            match self.memory.found.get(self.next) {
                Some(hit) if hit.start < settled => {
                    self.next += 1;
                    // What begins before the end of the last hit overlaps it.
                    if hit.start >= self.part.start {
                        self.part.start = hit.end;
                        return Some((usize::from(hit.place), hit.start..hit.end));
                    }
                }
                _ if end => return None,
                _ => {
                    let Memory { found, room } = &mut *self.memory;
                    found.drain(..self.next);
                    self.next = 0;
                    self.literals.search(self.way, self.bytes, &self.part, self.window, room, found);
                    found.sort_unstable_by_key(|hit| (hit.start, Reverse(hit.end), hit.place));
                    self.window += WINDOW;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
