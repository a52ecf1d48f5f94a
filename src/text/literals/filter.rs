//! The filter before the search for literals: which places of a text may begin an anchor.
//!
//! How it is done depends on the processor: [`classes`] where 64 bytes can be looked up at once, [`halves`] where it is
//! 16 of them; elsewhere every place is listed, and the tables behind the filter decide alone.

use fearless_simd::{Level, dispatch};

use super::{
    anchor::FOLD,
    classes,
    deal::{self, NoBuckets},
    halves,
    heads::{HEAD, Heads},
};

/// Places that one mask holds.
pub(super) const LANES: usize = 64;

/// Bytes read for one mask: what begins in it reaches beyond.
pub(super) const BLOCK: usize = LANES - 1 + HEAD;

/// The bytes for the mask at `at`, made up with zeros behind the end of the text.
#[inline(always)]
pub(super) fn block<'b>(bytes: &'b [u8], at: usize, padded: &'b mut [u8; BLOCK]) -> &'b [u8; BLOCK] {
    match bytes.get(at..).unwrap_or_default().first_chunk() {
        Some(block) => block,
        None => {
            let rest = bytes.get(at..).unwrap_or_default();
            padded[..rest.len()].copy_from_slice(rest);
            padded
        }
    }
}

/// Places per window at most: enough that its beginning does not count, few enough that what is listed of it stays in
/// the first-level cache.
pub(super) const WINDOW: usize = 2048;

/// What a byte of an anchor may be, folded.
#[derive(Debug, Clone, Copy)]
pub(super) enum Allowed<'a> {
    Only(u8),
    Of(&'a [u8]),
    Any,
}

#[derive(Debug)]
pub(super) enum Filter {
    /// Lists every place.
    Every,
    Halves(Level, Box<halves::Tables>),
    Classes(Level, Box<classes::Tables>),
}

impl Filter {
    /// The fastest filter that the processor can do; where in each literal its anchor begins is chosen with it.
    pub(super) fn new(words: &[Box<str>], behind: &[u8]) -> (Self, Vec<u8>) {
        let level = Level::new();
        // Without optimization the vectors cost more than they spare.
        if cfg!(debug_assertions) || !looks_up_16(level) {
            Self::every(words, behind)
        } else if looks_up_64(level) {
            Self::classes(level, words, behind)
        } else {
            Self::halves(level, words, behind)
        }
    }

    /// Lists every place: slower, but nothing has to be chosen.
    pub(super) fn every(words: &[Box<str>], behind: &[u8]) -> (Self, Vec<u8>) {
        (Filter::Every, deal::choose(words, behind, &mut NoBuckets))
    }

    fn halves(level: Level, words: &[Box<str>], behind: &[u8]) -> (Self, Vec<u8>) {
        let mut buckets = halves::buckets();
        let offsets = deal::choose(words, behind, &mut buckets);
        (Filter::Halves(level, halves::tables(&buckets)), offsets)
    }

    fn classes(level: Level, words: &[Box<str>], behind: &[u8]) -> (Self, Vec<u8>) {
        let mut buckets = classes::buckets();
        let offsets = deal::choose(words, behind, &mut buckets);
        (Filter::Classes(level, classes::tables(&buckets)), offsets)
    }

    /// Every filter that the processor can do, also where it does not pay.
    #[cfg(test)]
    pub(super) fn all(words: &[Box<str>], behind: &[u8]) -> Vec<(Self, Vec<u8>)> {
        let level = Level::new();
        let halves = looks_up_16(level).then(|| Self::halves(level, words, behind));
        // Other processors do it as well, only slowly.
        [Self::every(words, behind), Self::classes(level, words, behind)].into_iter().chain(halves).collect()
    }

    /// Lists places from `from` on that may begin an anchor, as their distances from it, and how many there are. What
    /// stands there is for the caller to look up. Of the last [`LANES`] some may lie behind `count`. `places` has room
    /// for `count` places, made up to whole [`LANES`].
    pub(super) fn list(&self, heads: &Heads, bytes: &[u8], from: usize, count: usize, places: &mut [u16]) -> usize {
        let listed = match self {
            Filter::Every => {
                places.iter_mut().zip(0..count as u16).for_each(|(place, number)| *place = number);
                count.min(places.len())
            }
            // The places that are left are looked up while they are listed.
            Filter::Halves(level, tables) => {
                return dispatch!(*level, simd => halves::list(simd, tables, heads, bytes, from, count, places));
            }
            Filter::Classes(level, tables) => {
                dispatch!(*level, simd => classes::list(simd, tables, bytes, from, count, places))
            }
        };
        heads.keep(bytes, from, &mut places[..listed])
    }
}

/// Whether the processor looks up bytes in a table of 16.
fn looks_up_16(level: Level) -> bool {
    #[cfg(target_arch = "x86_64")]
    let able = level.as_sse4_2().is_some();
    #[cfg(not(target_arch = "x86_64"))]
    let able = !level.is_fallback();
    able
}

/// Whether it does so in a table of 64, and packs bytes.
fn looks_up_64(level: Level) -> bool {
    #[cfg(target_arch = "x86_64")]
    let able = level.as_avx512().is_some();
    #[cfg(not(target_arch = "x86_64"))]
    let able = {
        let _ = level;
        false
    };
    able
}

/// How often a folded byte stands in logs: parts in a thousand, measured over logs of Windows, Linux and Java programs.
pub(super) const fn weight(byte: u8) -> f32 {
    match byte | FOLD {
        b' ' => 117.0,
        b'0' => 58.0,
        b'e' => 57.0,
        b'1' => 39.0,
        b'2' => 32.0,
        b't' | b's' | b'r' | b'a' | b'o' => 35.0,
        b'n' | b'i' | b'-' | b'd' | b'c' | b':' => 27.0,
        b'3'..=b'5' | b'.' | b'l' | b'p' => 20.0,
        b'6'..=b'9' | b'm' | b'u' | b'f' | b'b' => 15.0,
        b'h' | b'v' | b'k' | b'g' | b'*' => 8.0,
        b')' | b',' | b'{' | b'}' | b'x' | b'y' | b'/' | b'w' | b'=' | 0x7F => 5.5,
        b'(' | b'|' => 3.0,
        b'j' | b'"' | b'q' | b'\'' | b'#' | b'z' => 1.0,
        0x80.. => 0.5,
        _ => 0.3,
    }
}

/// The same as shares: asked for with every piece of thousands of literals.
static SHARES: [f32; 256] = {
    let mut shares = [0.0; 256];
    let mut byte = 0;
    while byte < shares.len() {
        shares[byte] = weight(byte as u8) / 1000.0;
        byte += 1;
    }
    shares
};

/// How rare a piece of text is, as if its bytes did not depend on each other.
pub(super) fn share(piece: &[u8]) -> f32 {
    piece.iter().map(|&byte| SHARES[usize::from(byte)]).product()
}
