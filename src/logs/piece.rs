//! Where a text that is too long is cut: between words, so that no half of a code or a number is taken for another one.

/// How far back a place between two words is looked for, in bytes: longer than any path or address.
const BACK: usize = 4096;

/// Where the first piece of a text ends, which has at most `most` bytes.
///
/// ```
/// use casebook::logs::piece;
/// assert_eq!(piece::end("failed. KB4474419", 12), "failed. ".len());
/// assert_eq!(piece::end("failed", 12), "failed".len());
/// ```
pub fn end(text: &str, most: usize) -> usize {
    let most = text.floor_char_boundary(most);
    if most == text.len() {
        return most;
    }
    // A piece is never cut to less than half.
    let from = text.ceil_char_boundary(most.saturating_sub(BACK).max(most / 2));
    // Within one word, so long that neither half of it is anything.
    let mut best = (Place::Word, text.floor_char_boundary(from + (most - from) / 2).max(1));
    let mut before = text[..from].chars().next_back();
    let mut chars = text[from..].char_indices();
    while let Some((at, c)) = chars.next()
        && from + at < most
    {
        let behind = from + at + c.len_utf8();
        let place = Place::behind(before, c, chars.as_str().chars().next());
        if place > Place::Word {
            best = best.max((place, behind));
        }
        before = Some(c);
    }
    best.1
}

/// How good a place is to cut at; the better the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Word,
    /// Behind a mark that may stand within a path, a name or a code.
    Mark,
    /// Beside a character beyond ASCII: Chinese has no blanks.
    Wide,
    /// Behind a mark that ends all those.
    Separator,
    Blank,
    /// Behind a blank between two words: a number belongs to the word before it.
    Words,
    Sentence,
}

impl Place {
    /// The place behind `c`.
    fn behind(before: Option<char>, c: char, next: Option<char>) -> Place {
        let ends = |c: char| matches!(c, '.' | ';' | ',' | '!' | '?' | '}');
        if c == '\n' || matches!(c, '。' | '；' | '，' | '！' | '？') || c.is_whitespace() && before.is_some_and(ends)
        {
            return Place::Sentence;
        }
        if c.is_whitespace() {
            let between = before.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphabetic);
            return if between { Place::Words } else { Place::Blank };
        }
        match c {
            '"' | '\'' | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | ',' | ';' | '|' | '=' | '&' => {
                Place::Separator
            }
            c if !c.is_ascii() || next.is_some_and(|next| !next.is_ascii()) => Place::Wide,
            c if !c.is_ascii_alphanumeric() && c != '_' => Place::Mark,
            _ => Place::Word,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(first: &str, rest: &str, most: usize) {
        let text = format!("{first}{rest}");
        assert_eq!(&text[..end(&text, most)], first);
    }

    #[test]
    fn no_word_is_torn() {
        check("one two ", "KB4474419", 12);
        check("{\"a\":\"b\",\"code\":\"", "0x80070005\"}", 22);
        check("无法安装", "更新KB4474419。", 13);
        check("C:\\abc\\", "file.sys", 10);
        check("one two", "", 7);
    }

    #[test]
    fn a_number_stays_with_its_word() {
        check("the next ", "error 1612 came", 17);
        check("it failed. ", "Then error 1612", 16);
    }

    #[test]
    fn a_word_without_end_is_cut_far_from_its_ends() {
        let text = format!("{} KB4474419{}", "x".repeat(20_000), "y".repeat(20_000));
        assert_eq!(end(&text, 10_000), 10_000 - BACK / 2);
        assert_eq!(end("ab", 1), 1);
        assert_eq!(end("前后", 3), 3);
    }
}
