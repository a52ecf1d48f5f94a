//! The text as the recognizers see it: full-width forms made ASCII, invisible characters dropped.
//!
//! Chinese input methods write `０ｘ８００７０００５` and `错误代码：5`; mail programs put soft hyphens and
//! zero-width spaces into codes. The recognizers know none of that: they read a folded view, and
//! spans are mapped back to the text as it was. Plain ASCII text is borrowed untouched.

use std::{borrow::Cow, ops::Range};

use super::lex;

/// A folded text that remembers where its bytes came from.
pub(in crate::signature) struct View<'a> {
    /// The folded text.
    pub(in crate::signature) text: Cow<'a, str>,
    /// Where runs of the folded text begin in the original; empty when both are the same.
    runs: Vec<Run>,
}

/// A stretch of the folded text that maps to the original in one way.
struct Run {
    folded: usize,
    original: usize,
    /// Original length of a single replaced character; 0 for a stretch copied as it is.
    replaced: usize,
}

impl<'a> View<'a> {
    /// Folds a text. Linear; allocates only when something has to be folded.
    pub(in crate::signature) fn new(text: &'a str) -> Self {
        if text.is_ascii() && memchr::memchr(ESCAPE, text.as_bytes()).is_none() {
            return View { text: Cow::Borrowed(text), runs: Vec::new() };
        }
        let bytes = text.as_bytes();
        let mut folded = String::new();
        let mut runs = Vec::new();
        let mut copied = 0;
        let mut at = 0;
        while at < bytes.len() {
            // Most stretches hold nothing to fold. That much is seen of 32 bytes at once, as `position` cannot: it may end at each
            // byte, so the compiler makes no vectors of it. It looks only where there is something.
            let stretch = &bytes[at..bytes.len().min(at + 32)];
            if stretch.len() == 32 && !stretch.iter().fold(false, |any, &byte| any | leads_foldable(byte)) {
                at += 32;
                continue;
            }
            let Some(next) = stretch.iter().position(|&byte| leads_foldable(byte)) else {
                at += stretch.len();
                continue;
            };
            at += next;
            let Some(character) = text[at..].chars().next() else { break };
            let (width, fold) = match control_sequence(&bytes[at..]) {
                Some(length) => (length, Some(Fold::Drop)),
                // Who writes Cyrillic has its х where the Latin one should be: 0х00000050.
                None if matches!(character, '\u{445}' | '\u{425}') && lex::before(bytes, at) == b'0' => {
                    (character.len_utf8(), Some(Fold::To('x')))
                }
                None => (character.len_utf8(), fold(character)),
            };
            let Some(fold) = fold else {
                at += width;
                continue;
            };
            if folded.capacity() == 0 {
                folded.reserve(text.len());
            }
            if copied < at {
                runs.push(Run { folded: folded.len(), original: copied, replaced: 0 });
                folded.push_str(&text[copied..at]);
            }
            if let Fold::To(replacement) = fold {
                runs.push(Run { folded: folded.len(), original: at, replaced: width });
                folded.push(replacement);
            }
            at += width;
            copied = at;
        }
        if runs.is_empty() && copied == 0 {
            return View { text: Cow::Borrowed(text), runs };
        }
        runs.push(Run { folded: folded.len(), original: copied, replaced: 0 });
        folded.push_str(&text[copied..]);
        View { text: Cow::Owned(folded), runs }
    }

    /// A span of the folded text as a span of the original.
    #[inline]
    pub(super) fn original(&self, span: Range<usize>) -> Range<usize> {
        if self.runs.is_empty() || span.is_empty() {
            return span;
        }
        let start = self.run_at(span.start);
        let end = self.run_at(span.end - 1);
        let end = if end.replaced > 0 { end.original + end.replaced } else { end.original + (span.end - end.folded) };
        start.original + (span.start - start.folded)..end
    }

    fn run_at(&self, folded: usize) -> &Run {
        let next = self.runs.partition_point(|run| run.folded <= folded);
        // Of several runs that begin at one place only the last has bytes there.
        &self.runs[next.saturating_sub(1)]
    }
}

/// ESC, with which the colours of terminals begin.
const ESCAPE: u8 = 0x1B;
/// The same as the console of Windows shows it: `←[31m`.
const SHOWN_ESCAPE: &[u8] = "←[".as_bytes();

/// The length of a control sequence that begins a text (ECMA-48, 5.4): coloured logs have one on either side of a code.
fn control_sequence(bytes: &[u8]) -> Option<usize> {
    /// Parameters of colours are far shorter.
    const LONGEST: usize = 32;
    let parameters = [&[ESCAPE, b'['][..], SHOWN_ESCAPE].into_iter().find(|head| bytes.starts_with(head))?.len();
    let end = bytes.iter().skip(parameters).take(LONGEST).position(|byte| !(0x20..=0x3F).contains(byte))? + parameters;
    (0x40..=0x7E).contains(&bytes[end]).then_some(end + 1)
}

/// What becomes of a character.
enum Fold {
    To(char),
    Drop,
}

/// Whether a UTF-8 lead byte can begin a character that is folded.
fn leads_foldable(byte: u8) -> bool {
    (byte == ESCAPE)
        | (byte == 0xC2)
        | (byte == 0xC3)
        | (byte == 0xD0)
        | (byte == 0xD1)
        | (byte == 0xE2)
        | (byte == 0xE3)
        | (byte == 0xEF)
}

fn fold(character: char) -> Option<Fold> {
    match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(character as u32 - 0xFEE0).map(Fold::To),
        '\u{A0}' | '\u{2002}'..='\u{200A}' | '\u{202F}' | '\u{3000}' => Some(Fold::To(' ')),
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' => Some(Fold::Drop),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some(Fold::To('-')),
        // People write the times sign for the x: 0×80070005.
        '\u{D7}' => Some(Fold::To('x')),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, folded: &str) {
        assert_eq!(View::new(text).text, folded);
    }

    #[test]
    fn ascii_is_borrowed() {
        assert!(matches!(View::new("error 5").text, Cow::Borrowed("error 5")));
    }

    #[test]
    fn chinese_without_foldable_characters_is_borrowed() {
        assert!(matches!(View::new("错误、拒绝访问。").text, Cow::Borrowed(_)));
    }

    #[test]
    fn full_width_forms_become_ascii() {
        check("０ｘ８００７０００５：（拒绝访问）", "0x80070005:(拒绝访问)");
    }

    #[test]
    fn invisible_characters_go() {
        check("0x8007\u{AD}0005 KB\u{200B}4474419", "0x80070005 KB4474419");
    }

    #[test]
    fn spans_lead_back_to_the_original() {
        let text = "码：０ｘ8007\u{AD}0005。";
        let view = View::new(text);
        let at = view.text.find("0x80070005").unwrap();
        assert_eq!(&text[view.original(at..at + 10)], "０ｘ8007\u{AD}0005");
    }

    proptest! {
        #[test]
        fn mapped_spans_are_char_boundaries(text in "[ -~，（）０-９\u{AD}\u{200B}错误é×\u{3000}]{0,40}") {
            let view = View::new(&text);
            let mut last = 0;
            for (at, character) in view.text.char_indices() {
                let span = view.original(at..at + character.len_utf8());
                prop_assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end));
                prop_assert!(span.start >= last && span.start < span.end);
                last = span.end;
            }
        }

        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = View::new(&text).text.into_owned();
            let twice = View::new(&once).text.into_owned();
            prop_assert_eq!(twice, once);
        }
    }
}
