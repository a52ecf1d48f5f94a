//! Folding: width, case, compatibility forms, accents and Traditional characters, one character at a time, each
//! with its place in the input.
//!
//! Order: what is invisible is dropped, width and compatibility forms first (lossless for meaning), then accents
//! and case, at last Traditional to Simplified by a one-to-one table. Folding twice changes nothing.

use std::sync::LazyLock;

use unicode_normalization::char::{decompose_canonical, decompose_compatible};

/// Traditional and Simplified character of the same record, records sorted; from OpenCC (see `data/README.md`).
static SIMPLIFIED: &str = include_str!("data/simplified.txt");

/// The Chinese characters that may be Traditional ones: extension A and the basic block.
const FIRST_HAN: u32 = 0x3400;
const LAST_HAN: u32 = 0x9FFF;

/// The Simplified character for each of them, 0 where it is itself. Half of a Chinese text is looked up here: one read for a
/// character, where a search in the list takes a dozen.
static SIMPLE: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut simple = vec![0; (LAST_HAN - FIRST_HAN + 1) as usize];
    for line in SIMPLIFIED.lines() {
        let mut chars = line.chars();
        let (Some(from), Some(to)) = (chars.next(), chars.next()) else { continue };
        if let Some(place) = place_of(from).and_then(|place| simple.get_mut(place)) {
            *place = u16::try_from(u32::from(to)).unwrap_or(0);
        }
    }
    simple
});

/// Where a character stands in [`SIMPLE`].
fn place_of(c: char) -> Option<usize> {
    u32::from(c).checked_sub(FIRST_HAN).map(|place| place as usize)
}

/// A folded character and the bytes of the input that it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Folded {
    pub c: char,
    /// First byte of the source character.
    pub start: usize,
    /// End of the source character.
    pub end: usize,
    /// The source was an upper-case letter; lets names in camel case be taken apart.
    pub upper: bool,
}

/// Folds a text.
pub(crate) fn fold(text: &str) -> Vec<Folded> {
    let mut folded = Vec::with_capacity(text.len());
    for (start, source) in text.char_indices() {
        let upper = !is_basic_han(source) && source.is_uppercase();
        let end = start + source.len_utf8();
        fold_char(source, &mut |c| folded.push(Folded { c, start, end, upper }));
    }
    folded
}

/// Whether a character is Chinese: written without spaces between words.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{3FFFF}' | '々' | '〇')
}

/// Whether a character is one of the block that nearly all Chinese is written in.
fn is_basic_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}')
}

/// Whether a character belongs to a word of a script with letters, or is a digit.
pub(crate) fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    // Circled and other numbers that mark list entries part words like punctuation.
    let marker = matches!(c, '²' | '³' | '¹' | '¼'..='¾' | '\u{2150}'..='\u{218F}' | '\u{2460}'..='\u{24FF}')
        || matches!(c, '\u{2776}'..='\u{2793}' | '\u{3220}'..='\u{32FF}');
    c.is_alphanumeric() && !marker && !is_han(c)
}

fn fold_char(c: char, push: &mut impl FnMut(char)) {
    match c {
        '\0'..='\x7F' => push(c.to_ascii_lowercase()),
        c if is_basic_han(c) => push(simplify(c)),
        // Invisible: soft hyphen, zero-width characters, direction marks, variation selectors, combining accents.
        '\u{AD}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{300}'..='\u{36F}' => {}
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{3000}' => push(' '),
        '‘' | '’' | '‛' | 'ʼ' => push('\''),
        '‐' | '‑' | '−' => push('-'),
        '\u{FF01}'..='\u{FF5E}' => {
            push(char::from_u32(c as u32 - 0xFEE0).unwrap_or(c).to_ascii_lowercase());
        }
        // Compatibility ideographs, radicals, ligatures, half-width kana.
        '\u{F900}'..='\u{FAFF}' | '\u{2F00}'..='\u{2FDF}' | '\u{FB00}'..='\u{FB06}' | '\u{FF65}'..='\u{FF9F}' => {
            decompose_compatible(c, |c| push_lower(simplify(c), push));
        }
        // Latin letters with accents: their base.
        '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => {
            push_lower(base(c), push);
        }
        c if is_han(c) => push(simplify(c)),
        // A few signs are upper-case letters of the ranges above: Å (Angstrom), K (Kelvin).
        _ => push_lower(c, &mut |lower| match lower {
            '\u{C0}'..='\u{24F}' if lower != c => push(base(lower)),
            _ => push(lower),
        }),
    }
}

/// A letter without its accents.
fn base(letter: char) -> char {
    let mut base = None;
    decompose_canonical(letter, |c| {
        base.get_or_insert(c);
    });
    base.unwrap_or(letter)
}

fn push_lower(c: char, push: &mut impl FnMut(char)) {
    for c in c.to_lowercase().filter(|c| !matches!(c, '\u{300}'..='\u{36F}')) {
        push(c);
    }
}

/// The Simplified character for a Traditional one, others as they are.
fn simplify(c: char) -> char {
    match place_of(c).and_then(|place| SIMPLE.get(place)) {
        None | Some(0) => c,
        Some(simple) => char::from_u32(u32::from(*simple)).unwrap_or(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let folded: String = fold(text).iter().map(|f| f.c).collect();
        assert_eq!(folded, expected, "in: {text}");
        let again: String = fold(&folded).iter().map(|f| f.c).collect();
        assert_eq!(again, folded, "folded twice: {text}");
    }

    #[test]
    fn width_and_case() {
        check("０ｘ８００７０００５，ＫＢ", "0x80070005,kb");
        check("Ａ　b", "a b");
        check("Straße CAFÉ", "straße cafe");
        check("İ", "i");
    }

    #[test]
    fn traditional_becomes_simplified() {
        check("登錄檔 驅動程式 藍屏 裡 臺", "登录档 驱动程式 蓝屏 里 台");
        check("回滚补丁", "回滚补丁");
    }

    #[test]
    fn invisible_characters_are_dropped() {
        check("0x8007\u{200B}0005 e\u{301}\u{AD}x", "0x80070005 ex");
    }

    #[test]
    fn table_is_sorted() {
        let from: Vec<char> = SIMPLIFIED.lines().filter_map(|line| line.chars().next()).collect();
        assert!(from.len() > 2000 && from.is_sorted());
        // All of it can be looked up.
        assert!(from.iter().all(|c| (FIRST_HAN..=LAST_HAN).contains(&u32::from(*c)) && simplify(*c) != *c));
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for c in '\0'..=char::MAX {
            let mut once = String::new();
            fold_char(c, &mut |c| once.push(c));
            let mut twice = String::new();
            once.chars().for_each(|c| fold_char(c, &mut |c| twice.push(c)));
            assert_eq!(once, twice, "{c:?} ({:x})", c as u32);
        }
    }
}
