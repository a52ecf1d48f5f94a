//! Encoded words (RFC 2047) of header values.
//!
//! mail-parser decodes each word by itself, so that a character cut by two words is lost, and believes the character set
//! that it names. So adjacent words of one set are joined before it reads them, and what is not plain UTF-8 is decoded
//! again from the bytes.

use std::sync::LazyLock;

use mail_parser::parsers::MessageStream;
use regex::Regex;

use super::{charset, transfer};

/// Bytes of one encoded word: the rule says 75, some programs put a whole subject into one.
const MAX_WORD: usize = 8 * 1024;

/// An encoded word. A question mark may stand raw in a Q word, the end is `?=`; a word cut off by its line has none.
static WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?s)=\?(?<set>[^?=\s]{1,64})\?(?:(?<b>[bB])\?(?<base>[^?]*)|(?<q>[qQ])\?(?<quoted>.*?))(?:\?=|$)")
        .expect("a fixed pattern, compiled by the tests")
});

/// Adjacent words of one character set and one form.
struct Word<'a> {
    charset: &'a str,
    form: &'a str,
    content: String,
}

impl Word<'_> {
    fn joins(&self, charset: &str, form: &str) -> bool {
        self.charset.eq_ignore_ascii_case(charset) && self.form.eq_ignore_ascii_case(form)
    }

    fn text(&self) -> String {
        let utf8 = self.charset.eq_ignore_ascii_case("utf-8");
        if utf8 {
            let source = format!("?{}?{}?{}?=", self.charset, self.form, self.content);
            let read = MessageStream::new(source.as_bytes()).decode_rfc2047();
            if let Some(text) = read.filter(|text| !text.contains(char::REPLACEMENT_CHARACTER)) {
                return text;
            }
        }
        let bytes = if self.form.eq_ignore_ascii_case("b") {
            transfer::base64(self.content.as_bytes()).bytes
        } else {
            transfer::quoted_printable(self.content.replace('_', "=20").as_bytes()).bytes
        };
        charset::decode(&bytes, Some(self.charset)).text
    }
}

/// A piece of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text as it stands, with the blanks around.
    Plain(&'a str),
    /// What encoded words say.
    Decoded(&'a str),
}

/// Hands the pieces of a value to `take`, in order; blanks between encoded words are none.
pub(super) fn pieces(value: &str, mut take: impl FnMut(Piece<'_>)) {
    let mut end = 0;
    let mut pending: Option<Word<'_>> = None;
    let mut flush = |pending: &mut Option<Word<'_>>, plain: &str| {
        if let Some(word) = pending.take() {
            let text: String = word.text().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            take(Piece::Decoded(&text));
        }
        if !plain.is_empty() {
            take(Piece::Plain(plain));
        }
    };
    for found in WORD.captures_iter(value) {
        let form = found.name("b").or_else(|| found.name("q"));
        let content = found.name("base").or_else(|| found.name("quoted"));
        let (Some(whole), Some(set), Some(form), Some(content)) = (found.get(0), found.name("set"), form, content)
        else {
            continue;
        };
        let (charset, form, content) = (set.as_str(), form.as_str(), content.as_str());
        let open = !whole.as_str().ends_with("?=");
        if content.len() > MAX_WORD || (open && content.contains("=?")) {
            continue;
        }
        let plain = &value[end..whole.start()];
        end = whole.end();
        match &mut pending {
            Some(word) if plain.trim().is_empty() && word.joins(charset, form) => word.content.push_str(content),
            _ => {
                let between = if pending.is_some() && plain.trim().is_empty() { "" } else { plain };
                flush(&mut pending, between);
                pending = Some(Word { charset, form, content: content.to_owned() });
            }
        }
    }
    flush(&mut pending, &value[end..]);
}

/// Decodes the encoded words in a value; the rest stays, with runs of white space made one blank.
pub(super) fn decode(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    pieces(value, |piece| match piece {
        Piece::Decoded(text) => out.push_str(text),
        Piece::Plain(text) => {
            if text.starts_with(char::is_whitespace) {
                out.push(' ');
            }
            for (at, word) in text.split_whitespace().enumerate() {
                if at > 0 {
                    out.push(' ');
                }
                out.push_str(word);
            }
            if text.ends_with(char::is_whitespace) && !out.ends_with(' ') {
                out.push(' ');
            }
        }
    });
    out.retain(|c| !c.is_control());
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: &str) {
        assert_eq!(decode(value), expected, "in {value:?}");
    }

    #[test]
    fn encoded_words() {
        check("=?utf-8?B?6KGl5LiB?=", "补丁");
        check("=?UTF-8?Q?Caf=C3=A9_bar?= end", "Café bar end");
        check("plain =?gb2312?B?suG5pA==?= text", "plain 册工 text");
        check("a  b\tc", "a b c");
    }

    #[test]
    fn words_cut_inside_a_character_are_joined() {
        check("=?utf-8?B?6KGl?= =?utf-8?B?5A==?= =?utf-8?B?uIE=?=", "补丁");
        check("=?utf-8?b? =?utf-8?B?6KGl?=", "=?utf-8?b? 补");
        check("=?utf-8?Q?=E8=A1?=\r\n =?utf-8?Q?=A5?=", "补");
    }

    #[test]
    fn words_without_blanks_between() {
        check("=?utf-8?Q?a?==?utf-8?Q?b?=", "ab");
        check("x=?utf-8?Q?a?=y", "xay");
    }

    #[test]
    fn what_is_no_word_stays() {
        check("what is =?this", "what is =?this");
        check("a =? b ?= c", "a =? b ?= c");
        check("=?utf-8?X?abc?=", "=?utf-8?X?abc?=");
    }

    proptest::proptest! {
        #[test]
        fn anything_is_read_without_panic(value in "\\PC{0,60}|(=\\?|utf-8|\\?[bq]\\?|\\?=|[a-z]| |\\*0\\*=|;|\"){0,30}") {
            decode(&value);
        }
    }
}
