//! Finding many literals in one pass, fast: the longest literal at each place, from left to right.
//!
//! An automaton over some 700 literals is bound by the latency of its table (170 MB/s measured on
//! mixed logs). Here each literal is looked for by its rarest four bytes, its *anchor*:
//!
//! 1. [`filter`] marks the places whose next four bytes may be an anchor, 64 places at a time where the
//!    processor can; about one place in eight is marked;
//! 2. a small table says which of these begin an anchor indeed, without a branch;
//! 3. only there are whole literals compared: one place in fifty.
//!
//! ASCII case is ignored.

mod filter;

use std::{cmp::Reverse, collections::HashSet, ops::Range};

use filter::{ByteSet, Filter, LANES, MASKS, WINDOW};

/// Places per window of a line.
const SHORT_WINDOW: usize = 512;
/// Bytes of an anchor.
const ANCHOR: usize = 4;
/// Bits of the hash of three bytes that chooses the literals to compare: its table fits the first-level cache.
const HASH_BITS: u32 = 13;
/// Makes letters lower case and leaves digits; other bytes fall together in pairs, which a filter may do.
const FOLD: u8 = 0x20;
const FOLD_HEAD: u32 = 0x2020_2020;

/// A set of literals, compiled.
#[derive(Debug)]
pub(crate) struct Literals {
    words: Vec<Box<str>>,
    /// Their beginnings, by number.
    starts: Vec<Head>,
    filter: Filter,
    /// Literals of one byte: the byte and its literal.
    singles: Vec<(u8, u16)>,
    /// By the hash of an anchor's first three bytes: bit 0 if there is no fourth, else the class of the fourth.
    heads: Box<[u8; 1 << HASH_BITS]>,
    /// The class that a fourth byte belongs to, and bit 0.
    classes: [u8; 256],
    /// Literals by the hash of their anchor's first three bytes; where each bucket begins.
    entries: Vec<Entry>,
    begins: Vec<u16>,
    /// Longest way from a literal's beginning to its anchor.
    reach: usize,
}

/// A literal with its folded anchor, so that most comparisons end at one word.
#[derive(Debug, Clone, Copy)]
struct Entry {
    anchor: u32,
    /// Which bytes of the anchor count.
    mask: u32,
    place: u16,
    /// Where in the literal the anchor begins.
    offset: u8,
}

/// The first eight bytes of a literal in lower case: most literals are no longer, and one comparison decides.
#[derive(Debug, Clone, Copy)]
struct Head {
    word: u64,
    /// The case of letters, which does not count.
    fold: u64,
    /// Which of the eight bytes the literal has.
    mask: u64,
    length: u32,
}

impl Head {
    fn new(word: &str) -> Self {
        let (mut lower, mut fold, mut mask) = ([0; HEAD], [0; HEAD], [0; HEAD]);
        for (at, byte) in word.bytes().take(HEAD).enumerate() {
            lower[at] = byte.to_ascii_lowercase();
            fold[at] = if byte.is_ascii_alphabetic() { FOLD } else { 0 };
            mask[at] = u8::MAX;
        }
        let [lower, fold, mask] = [lower, fold, mask].map(u64::from_le_bytes);
        Head { word: lower, fold, mask, length: u32::try_from(word.len()).unwrap_or(u32::MAX) }
    }
}

/// Bytes of a [`Head`].
const HEAD: usize = 8;

impl Literals {
    /// Compiles literals. What may stand behind a literal of two bytes is asked of `follows`: such
    /// short ones are met everywhere, and few bytes make sense behind them.
    pub(crate) fn new(words: Vec<Box<str>>, follows: impl Fn(u8) -> bool) -> Self {
        let behind: Vec<u8> = (0..=255).filter(|&byte| follows(byte)).map(|byte| byte | FOLD).collect();
        let anchors = anchors(&words);
        let mut heads = Box::new([0_u8; 1 << HASH_BITS]);
        let mut buckets: Vec<Vec<Entry>> = vec![Vec::new(); 1 << HASH_BITS];
        let mut singles = Vec::new();
        for (place, (offset, anchor)) in anchors.iter().enumerate() {
            let place = u16::try_from(place).unwrap_or(u16::MAX);
            if let [byte] = *words[usize::from(place)].as_bytes() {
                singles.push((byte, place));
                continue;
            }
            let mut bytes = [0; ANCHOR];
            bytes[..anchor.len()].copy_from_slice(anchor);
            let mask = u32::MAX >> (8 * (ANCHOR - anchor.len()));
            let entry = Entry { anchor: u32::from_le_bytes(bytes), mask, place, offset: *offset };
            let mut thirds = anchor.get(2).map_or_else(|| behind.clone(), |&third| vec![third]);
            thirds.sort_unstable();
            thirds.dedup();
            for third in thirds {
                let hash = hash(u32::from_le_bytes([bytes[0], bytes[1], third, 0]));
                heads[hash] |= anchor.get(3).map_or(1, |&fourth| class(fourth));
                buckets[hash].push(entry);
            }
        }
        let mut entries = Vec::with_capacity(words.len());
        let mut begins = vec![0];
        for bucket in buckets {
            entries.extend(bucket);
            begins.push(u16::try_from(entries.len()).unwrap_or(u16::MAX));
        }
        let sets = anchors.iter().filter(|(_, anchor)| anchor.len() > 1).map(|(_, anchor)| {
            std::array::from_fn(|at| match anchor.get(at) {
                Some(&byte) => ByteSet::of([byte]),
                None if at == 2 => ByteSet::of(behind.iter().copied()),
                None => ByteSet::ALL,
            })
        });
        Literals {
            filter: Filter::new(sets.collect()),
            singles,
            heads,
            classes: std::array::from_fn(|byte| class(byte as u8) | 1),
            entries,
            begins,
            reach: anchors.iter().map(|(offset, _)| usize::from(*offset)).max().unwrap_or(0),
            starts: words.iter().map(|word| Head::new(word)).collect(),
            words,
        }
    }

    /// The literals in a part of a text: number and place of each, the longest at each place, from left
    /// to right, none overlapping another.
    pub(crate) fn find_iter<'a>(&'a self, bytes: &'a [u8], part: Range<usize>) -> Hits<'a> {
        let part = part.start..part.end.min(bytes.len());
        Hits { literals: self, bytes, window: part.start, part, found: Vec::new(), next: 0 }
    }

    /// Appends the literals whose anchors begin in the window of a part, in no order.
    fn search(&self, bytes: &[u8], part: &Range<usize>, window: usize, found: &mut Vec<Hit>) {
        // The room that a window takes is cleared: a line pays for no more than it needs.
        if part.end.saturating_sub(window) <= SHORT_WINDOW {
            self.search_window::<SHORT_WINDOW>(bytes, part, window, &mut [0; SHORT_WINDOW + ANCHOR - 1], found);
        } else {
            self.search_window::<WINDOW>(bytes, part, window, &mut [0; WINDOW + ANCHOR - 1], found);
        }
    }

    /// The same for a window of `N` places; `padded` has room for its bytes and those of the last anchor.
    fn search_window<const N: usize>(
        &self,
        bytes: &[u8],
        part: &Range<usize>,
        window: usize,
        padded: &mut [u8],
        found: &mut Vec<Hit>,
    ) {
        let mut masks = [0; MASKS];
        let masks = &mut masks[..part.end.saturating_sub(window).min(N).div_ceil(LANES)];
        self.filter.mark(bytes, window, masks);
        let mut places = [0; N];
        let marked = list(masks, &mut places);
        let text = bytes.get(window..window + N + ANCHOR - 1).unwrap_or_else(|| {
            let rest = bytes.get(window..).unwrap_or_default();
            padded[..rest.len()].copy_from_slice(rest);
            padded
        });
        let sure = self.narrow(text, &mut places, marked);
        for &(byte, place) in &self.singles {
            let end = part.end.min(window + N);
            let starts = memchr::memchr_iter(byte, bytes.get(window..end).unwrap_or_default()).map(|at| window + at);
            found.extend(starts.map(|start| Hit { start, end: start + 1, place }));
        }
        for &place in &places[..sure] {
            self.compare(bytes, part, window + usize::from(place), found);
        }
    }

    /// Keeps those of the first `marked` places of a text where an anchor may begin by its hash; how many.
    fn narrow<const N: usize>(&self, text: &[u8], places: &mut [u16; N], marked: usize) -> usize {
        let text = &text[..N + ANCHOR - 1];
        let heads: &[u8; 1 << HASH_BITS] = &self.heads;
        let mut sure = 0;
        for index in 0..marked.min(N) {
            let place = usize::from(places[index]) % N;
            let head = u32::from_le_bytes([text[place], text[place + 1], text[place + 2], text[place + 3]]) | FOLD_HEAD;
            // Written in any case and counted if it is one: a branch would be mispredicted half of the time.
            places[sure % N] = place as u16;
            sure += usize::from(heads[hash(head)] & self.classes[(head >> 24) as usize] != 0);
        }
        sure
    }

    /// Appends the literals whose anchor stands at `at`.
    fn compare(&self, bytes: &[u8], part: &Range<usize>, at: usize, found: &mut Vec<Hit>) {
        let head = match bytes.get(at..at + ANCHOR) {
            Some(head) => u32::from_le_bytes([head[0], head[1], head[2], head[3]]),
            None => {
                let mut head = [0; ANCHOR];
                let rest = bytes.get(at..).unwrap_or_default();
                head[..rest.len()].copy_from_slice(rest);
                u32::from_le_bytes(head)
            }
        } | FOLD_HEAD;
        let bucket = hash(head);
        let entries = &self.entries[usize::from(self.begins[bucket])..usize::from(self.begins[bucket + 1])];
        for entry in entries.iter().filter(|entry| (entry.anchor ^ head) & entry.mask == 0) {
            let literal = &self.starts[usize::from(entry.place)];
            let Some(start) = at.checked_sub(usize::from(entry.offset)) else { continue };
            let end = start + literal.length as usize;
            if start < part.start || end > part.end {
                continue;
            }
            if let Some(text) = bytes.get(start..start + HEAD).and_then(|text| text.try_into().ok())
                && (u64::from_le_bytes(text) | literal.fold) & literal.mask != literal.word
            {
                continue;
            }
            let short = end - start <= HEAD && start + HEAD <= bytes.len();
            if short || bytes[start..end].eq_ignore_ascii_case(self.words[usize::from(entry.place)].as_bytes()) {
                found.push(Hit { start, end, place: entry.place });
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Hit {
    start: usize,
    end: usize,
    place: u16,
}

/// The literals of a text, one after the other: number and place.
pub(crate) struct Hits<'a> {
    literals: &'a Literals,
    bytes: &'a [u8],
    part: Range<usize>,
    /// Up to here anchors were looked for.
    window: usize,
    /// What was found, by beginning and the longest first; `..next` was handed out.
    found: Vec<Hit>,
    next: usize,
}

impl Hits<'_> {
    /// Goes on with what begins at or after `from`, also inside the literal handed out last.
    pub(crate) fn go_on(&mut self, from: usize) {
        self.part.start = from;
    }
}

impl Iterator for Hits<'_> {
    type Item = (usize, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let end = self.window >= self.part.end;
            // An anchor further on may belong to a literal that begins up to `reach` before it.
            let settled = if end { usize::MAX } else { self.window.saturating_sub(self.literals.reach) };
            match self.found.get(self.next) {
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
                    self.found.drain(..self.next);
                    self.next = 0;
                    self.literals.search(self.bytes, &self.part, self.window, &mut self.found);
                    self.found.sort_unstable_by_key(|hit| (hit.start, Reverse(hit.end)));
                    self.window += WINDOW;
                }
            }
        }
    }
}

/// Lists the places marked in masks; how many.
fn list<const N: usize>(masks: &[u64], places: &mut [u16; N]) -> usize {
    let mut marked = 0;
    for (block, &mask) in masks.iter().enumerate() {
        let (mut mask, count) = (mask, mask.count_ones() as usize);
        // Four at a time, some of them in vain and written over: the end of a loop costs more than they.
        for begin in (marked..marked + count).step_by(4) {
            for place in begin..begin + 4 {
                if let Some(place) = places.get_mut(place) {
                    *place = (block * LANES) as u16 + mask.trailing_zeros() as u16;
                }
                mask &= mask.wrapping_sub(1);
            }
        }
        marked += count;
    }
    marked
}

/// Multiplicative hash (Knuth) of the three low bytes: the upper bits of the product depend on all of them.
fn hash(head: u32) -> usize {
    ((head & 0x00FF_FFFF).wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)) as usize
}

/// One of seven classes of fourth bytes, as a bit.
fn class(fourth: u8) -> u8 {
    2 << ((fourth | FOLD) % 7)
}

/// Words that logs are full of: a piece of one of them is not rare, however rare its letters are.
const COMMON: &str = "service services server installation installed installing installer system started starting \
    status state http https value values found user users windows current with without successfully errors \
    application applications default path engine result context link command performance external internal integer \
    validated exit access string during existing process processing request response session package packages update \
    updates driver drivers device devices files component components version operation manager download client \
    connection timeout messages register registry thread handler object memory kernel network interface address \
    number level debug warning information trace java nginx curl post complete completed configuration control policy \
    queue transaction initialized retries retrieve available agent search install error example host";

/// Where the anchor of each literal begins, and its bytes, folded: the rarest four of it, or all of a shorter one.
fn anchors(words: &[Box<str>]) -> Vec<(u8, Vec<u8>)> {
    let common: HashSet<&[u8]> = COMMON.split(' ').flat_map(|word| word.as_bytes().windows(ANCHOR)).collect();
    let mut chosen: HashSet<Vec<u8>> = HashSet::new();
    let mut anchor = |word: &str| {
        let folded: Vec<u8> = word.bytes().map(|byte| byte | FOLD).collect();
        let cost = |piece: &[u8]| {
            let common = if common.contains(piece) { 100.0 } else { 1.0 };
            // One anchor for two literals marks fewer places than two.
            let shared = if chosen.contains(piece) { 0.3 } else { 1.0 };
            filter::share(piece) * common * shared
        };
        let pieces = (0_u8..64).zip(folded.windows(ANCHOR));
        let rarest = pieces.min_by(|(_, a), (_, b)| cost(a).total_cmp(&cost(b)));
        let (offset, piece) = rarest.map_or((0, folded.clone()), |(offset, piece)| (offset, piece.to_vec()));
        chosen.insert(piece.clone());
        (offset, piece)
    };
    words.iter().map(|word| anchor(word)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WORDS: &[&str] = &["0x", "err", "error", "error code", "EIO", "错误", "错误代码", "kb", "%%", "b_c"];

    fn all(text: &str) -> Vec<(usize, &str)> {
        let literals = Literals::new(WORDS.iter().map(|&word| word.into()).collect(), |_| true);
        literals.find_iter(text.as_bytes(), 0..text.len()).map(|(place, range)| (place, &text[range])).collect()
    }

    #[test]
    fn the_longest_wins_and_case_does_not_matter() {
        assert_eq!(all("An ERROR Code, eio"), [(3, "ERROR Code"), (4, "eio")]);
        assert_eq!(all("错误代码：0X5"), [(6, "错误代码"), (0, "0X")]);
    }

    #[test]
    fn the_last_bytes_count() {
        assert_eq!(all("kb"), [(7, "kb")]);
        assert_eq!(all("xEIO"), [(4, "EIO")]);
        assert_eq!(all(""), []);
    }

    #[test]
    fn bytes_that_fold_alike_are_told_apart() {
        assert_eq!(all("B\u{7F}C"), []);
    }

    /// The literals in a part of a text, without and with vectors.
    fn both_ways(words: &[&str], bytes: &[u8], part: Range<usize>) -> [Vec<(usize, Range<usize>)>; 2] {
        let mut literals = Literals::new(words.iter().map(|&word| word.into()).collect(), |_| true);
        let plain = literals.find_iter(bytes, part.clone()).collect();
        if !literals.filter.use_vectors() {
            return [plain, literals.find_iter(bytes, part).collect()];
        }
        let marked = {
            let mut masks = [0; MASKS];
            literals.filter.mark(&[b'~'; WINDOW + ANCHOR], 0, &mut masks);
            masks
        };
        // Or nothing would be tried here.
        assert_eq!(marked, [0; MASKS], "nothing begins with a tilde");
        [plain, literals.find_iter(bytes, part).collect()]
    }

    #[test]
    fn vectors_find_what_stands_over_the_edges_of_masks_and_windows() {
        for at in [0, 60, 63, 64, 509, 512, WINDOW - 6, WINDOW - 1, WINDOW, 2 * WINDOW - 3] {
            for behind in [0, 1, 5, 70, 600, WINDOW] {
                let text = [".".repeat(at), "error code".into(), "-".repeat(behind)].concat();
                let [plain, vectors] = both_ways(WORDS, text.as_bytes(), 0..text.len());
                assert_eq!(plain, [(3, at..at + 10)]);
                assert_eq!(vectors, plain, "{behind} bytes behind {at}");
            }
        }
    }

    proptest! {
        #[test]
        fn it_finds_what_an_automaton_finds(text in "[eErRoO cdKkbB0xX%_错误代码]{0,40}") {
            let automaton = aho_corasick::AhoCorasick::builder()
                .match_kind(aho_corasick::MatchKind::LeftmostLongest)
                .ascii_case_insensitive(true)
                .build(WORDS)
                .expect("few words");
            let expected: Vec<(usize, &str)> =
                automaton.find_iter(&text).map(|hit| (hit.pattern().as_usize(), &text[hit.range()])).collect();
            prop_assert_eq!(all(&text), expected);
        }

        #[test]
        fn vectors_find_the_same(
            pieces in proptest::collection::vec("[ -~错误代码\u{0}-\u{1f}]{0,40}|error( code)?|EIO|0x|b_c|kb", 0..160),
            words in proptest::collection::vec("[a-z0-9 :_.%]{1,12}|错误|出错", 1..60),
            from in 0usize..300,
            cut in 0usize..300,
        ) {
            let text = pieces.concat();
            let words: Vec<&str> =
                words.iter().map(String::as_str).chain(WORDS.iter().copied()).collect();
            let part = from.min(text.len())..text.len().saturating_sub(cut).max(from.min(text.len()));
            let [plain, vectors] = both_ways(&words, text.as_bytes(), part);
            prop_assert_eq!(vectors, plain);
        }
    }
}
