//! Places in a text that have a shape.

use std::ops::Range;

use regex::Regex;

/// A pattern that stands in the program: what uses it is tested, so it is one.
pub(crate) fn fixed_pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is fixed and covered by tests")
}

/// The same, in which `\b` and `\w` are those of ASCII: with Unicode's, a text with one Chinese character in it is searched a
/// hundred times slower, since no automaton can tell where such words end.
pub(crate) fn ascii_words_pattern(pattern: &str) -> Regex {
    fixed_pattern(&pattern.replace(r"\b", r"(?-u:\b)").replace(r"\w", "[0-9A-Z_a-z]"))
}

/// Where a shape stands: its group `it`, or the whole match where it has none. A pattern that looks at the character on either
/// side finds neighbors too: the search goes on behind the group, not behind what was only looked at.
pub(crate) fn places(pattern: &Regex, text: &str) -> Vec<Range<usize>> {
    let (mut places, mut from) = (Vec::new(), 0);
    while let Some(found) = pattern.captures_at(text, from) {
        let Some(place) = found.name("it").or(found.get(0)) else { break };
        places.push(place.range());
        from = text.ceil_char_boundary(place.end().max(from + 1));
        if from > text.len() || place.end() >= text.len() {
            break;
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbors_are_found_each() {
        let address = Regex::new(r"(?:^|[^\w.])(?P<it>\d{1,3}(?:\.\d{1,3}){3})(?:$|[^\w.])").unwrap();
        let found = |text: &str| places(&address, text).len();
        assert_eq!(found("10.3.0.7 10.3.0.8, 10.3.0.9,10.3.0.10"), 4);
        assert_eq!((found("1.10.3.0.7"), found(""), found("错10.3.0.7")), (0, 0, 0));
        assert_eq!(places(&Regex::new("x*").unwrap(), "错x").last(), Some(&(3..4)));
    }
}
