//! What of a text nobody met: commands and scripts that were pasted or proposed, and articles.
//!
//! Who pastes the output of a command shows what happened; the command itself names what somebody wanted. A script names every
//! code that it can handle, an article every code that it is about. To take a report for one of these is worse than the reverse:
//! a line is a report unless it has the form of a command, or stands below the headings of a published article.
//!
//! ```
//! use casebook::{case::pasted::pasted, signature::Whose};
//! let text = "It fails:\n```\nC:\\>sc start wuauserv\n[SC] StartService FAILED 1058:\n```\n";
//! let found = pasted(text);
//! assert_eq!((&text[found[0].span.clone()], found[0].whose), ("C:\\>sc start wuauserv\n", Whose::Command));
//! assert_eq!(found.len(), 1);
//! ```

mod article;
mod command;
mod fence;
mod programs;
mod script;

use std::{borrow::Cow, ops::Range};

use crate::signature::Whose;

/// Bytes of a text that are looked at: nobody writes more.
const LOOKED_AT: usize = 256 << 10;

/// A stretch of a text that was pasted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pasted {
    /// Where, in bytes of the text.
    pub span: Range<usize>,
    /// [`Whose::Command`], [`Whose::Script`] or [`Whose::Article`].
    pub whose: Whose,
    /// Whether its words are the sender's all the same: which command somebody typed tells what it is about.
    pub told: bool,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// A command by itself.
    Command,
    /// A line of a script.
    Script,
    /// A line of an article.
    Article,
}

impl Mark {
    fn at(self, span: Range<usize>) -> Pasted {
        let whose = match self {
            Mark::Command => Whose::Command,
            Mark::Script => Whose::Script,
            Mark::Article => Whose::Article,
        };
        Pasted { span, whose, told: self == Mark::Command }
    }
}

/// A line of the text.
#[derive(Debug, Clone, Copy)]
struct Line<'t> {
    /// Where it begins.
    start: usize,
    /// Without its end.
    text: &'t str,
    /// Where the next one begins.
    end: usize,
}

/// Whether a word names a program that support works with, in lower case.
pub(crate) fn is_program(word: &str) -> bool {
    programs::PROGRAMS.iter().any(|(name, _)| *name == word)
}

/// Finds what was pasted, in order; stretches do not overlap.
pub fn pasted(text: &str) -> Vec<Pasted> {
    let lines = lines(&text[..text.floor_char_boundary(LOOKED_AT)]);
    let mut marks: Vec<Option<Mark>> = vec![None; lines.len()];
    let fenced = fence::mark(&lines, &mut marks);
    script::mark(&lines, &fenced, &mut marks);
    article::mark(&lines, &fenced, &mut marks);
    let mut found: Vec<Pasted> = Vec::new();
    for (line, mark) in lines.iter().zip(marks) {
        let Some(mark) = mark else {
            found.extend(inline(line).map(|span| Mark::Command.at(span)));
            continue;
        };
        let next = mark.at(line.start..line.end);
        match found.last_mut() {
            Some(last) if (last.whose, last.told, last.span.end) == (next.whose, next.told, next.span.start) => {
                last.span.end = next.span.end;
            }
            _ => found.push(next),
        }
    }
    found
}

/// The text with blanks in place of scripts and articles, whose words are nobody's: lines and places stay as they are.
pub fn without<'t>(text: &'t str, pasted: &[Pasted]) -> Cow<'t, str> {
    if pasted.iter().all(|one| one.told) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    for Pasted { span, .. } in pasted.iter().filter(|one| !one.told) {
        kept.push_str(&text[at..span.start]);
        // A blank for every byte: offsets stay.
        kept.extend(text[span.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        at = span.end;
    }
    kept.push_str(&text[at..]);
    Cow::Owned(kept)
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut end = 0;
    let line = |whole| {
        let start = end;
        end += str::len(whole);
        Line { start, text: whole.trim_end_matches(['\n', '\r']), end }
    };
    text.split_inclusive('\n').map(line).collect()
}

/// Commands between backticks in a line.
fn inline<'l>(line: &'l Line<'_>) -> impl Iterator<Item = Range<usize>> + 'l {
    let mut at = 0;
    let pieces = line.text.split('`').map(move |piece| {
        let start = at;
        at += piece.len() + 1;
        (start, piece)
    });
    // What stands between the first and the second one, the third and the fourth.
    let count = line.text.bytes().filter(|byte| *byte == b'`').count();
    let between = pieces.enumerate().filter(move |(number, _)| number % 2 == 1 && *number < count);
    let commands = between.filter(|(_, (_, piece))| command::is_command(piece) || script::is_cmdlet(piece));
    commands.map(move |(_, (start, piece))| line.start + start..line.start + start + piece.len())
}

#[cfg(test)]
mod tests;
