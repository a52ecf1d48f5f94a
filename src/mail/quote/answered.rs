//! A line or two behind `>` that no attribution announces: what the text around them says of them.
//!
//! They are quoted if they read as what somebody wrote, and the sender answers them: a question with text below it, or words such
//! as `You asked:` above, or `my answers are below` anywhere. Commands, prompts and comparisons read otherwise.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::look;

/// Words in a line of prose at least, and Chinese characters where there are no blanks between words.
const FEWEST_WORDS: usize = 3;
const FEWEST_HAN: usize = 5;

/// The line above says whose words follow.
static SAID: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)\b(?:you|she|he|they)\s(?:wrote|asked|said|write|ask|say)\b|\byour\s(?:question|mail|e-?mail|message)\b
        |[您你](?:们)?(?:问|問|说|說|写|寫|提)(?:道|到|了)?|[您你]的(?:问题|問題|邮件|郵件|来信)",
    )
    .expect("a fixed pattern, compiled by the tests")
});

/// The sender says that the answers stand between what is answered.
static INLINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)\b(?:answers?|repl(?:y|ies)|comments?|responses?)\b.{0,30}\b(?:inline|in-line|below|between)\b
        |\b(?:answer|reply|comment)\w*\sinline\b|(?:回复|答复|回答|解答|回覆)(?:内容)?(?:如下|见下|在下)|逐条(?:回复|答复)",
    )
    .expect("a fixed pattern, compiled by the tests")
});

/// Whether the sender's own lines say that answers follow what they answer.
pub(super) fn says_so(lines: &[&str], marked: &[bool]) -> bool {
    lines.iter().zip(marked).any(|(line, marked)| !marked && INLINE.is_match(look(line)))
}

/// Whether a short run of marked lines is quoted. `inline`: what [`says_so`] said.
pub(super) fn is_quote(lines: &[&str], run: Range<usize>, marked: &[bool], inline: bool) -> bool {
    let texts = lines[run.clone()].iter().map(|line| look(line).trim_start_matches([' ', '\u{a0}', '>']).trim());
    let text = texts.collect::<Vec<_>>().join(" ");
    let below = (run.end..lines.len()).find(|at| !lines[*at].trim().is_empty());
    // Nothing below answers it.
    if !is_prose(&text) || below.is_none_or(|below| marked[below]) {
        return false;
    }
    let above = lines[..run.start].iter().rev().find(|line| !line.trim().is_empty()).map_or("", |line| look(line));
    let announces = above.trim_end().ends_with([':', '：']);
    if announces {
        // A list of what a machine printed has such a line above it too.
        return SAID.is_match(above);
    }
    inline || text.ends_with(['?', '？'])
}

/// Whether a text reads as a sentence of a person's, and not as a command, a prompt or a comparison (`> 90 %`).
fn is_prose(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '"' | '“' | '¿' | '¡'));
    let ends = text.ends_with(['.', '?', '!', '。', '？', '！']) && !text.ends_with("..");
    // `[Y/n]`, `(yes/no)?`: a program asks.
    let lower = text.to_lowercase();
    let asks = ["y/n", "yes/no", "/cancel", "ctrl"].iter().any(|prompt| lower.contains(prompt));
    let of_a_shell = text.contains(['\\', '|', ';', '$', '=', '{', '<', '>', '`'])
        || text.split_whitespace().skip(1).any(|word| word.starts_with(['-', '/', '%']) && word.len() > 1);
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
    let han = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    begins && ends && !asks && !of_a_shell && (words >= FEWEST_WORDS || han >= FEWEST_HAN)
}
