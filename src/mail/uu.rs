//! Files uuencoded into the text of a message, as old programs attach them.

use super::{mime::Leaf, transfer};

/// Files taken out of one text.
const MAX_FILES: usize = 100;

/// Moves `begin … end` blocks out of a text into `leaves`. Their lines become blank, so that lines keep their numbers.
///
/// A block counts only if all its lines have the length that they claim: `begin 644 …` may be mere text.
pub(super) fn take_out(text: String, leaves: &mut Vec<Leaf>) -> String {
    if !text.contains("begin ") {
        return text;
    }
    let lines: Vec<&str> = text.split('\n').collect();
    let mut kept: Vec<&str> = lines.clone();
    let (mut at, mut files) = (0, 0);
    while at < lines.len() && files < MAX_FILES {
        let Some(name) = begin(lines[at]) else {
            at += 1;
            continue;
        };
        let data = lines[at + 1..].iter().take_while(|line| is_data(line)).count();
        let mut end = at + 1 + data;
        let closed = lines.get(end).is_some_and(|line| line.trim_end() == "end");
        // Cut mail lacks the end: what is there is kept if there is some.
        if data == 0 || !(closed || (end == lines.len() && data > 3)) {
            at = end;
            continue;
        }
        let mut bytes = Vec::new();
        for line in &lines[at + 1..end] {
            transfer::uu_line(line.as_bytes(), &mut bytes);
        }
        end += usize::from(closed);
        kept[at..end].fill("");
        leaves.push(Leaf {
            name: Some(name.to_owned()).filter(|name| !name.is_empty()),
            content_type: "application/octet-stream".into(),
            bytes,
        });
        files += 1;
        at = end;
    }
    if files == 0 { text } else { kept.join("\n") }
}

/// The name in `begin 644 name`.
fn begin(line: &str) -> Option<&str> {
    let (mode, name) = line.strip_prefix("begin ")?.split_once(' ')?;
    let octal = (3..=4).contains(&mode.len()) && mode.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    Some(name.trim()).filter(|name| octal && name.len() < 256)
}

/// Whether a line holds as many characters as its first one says; trailing blanks may be lost.
fn is_data(line: &str) -> bool {
    let Some((first, rest)) = line.as_bytes().split_first() else { return false };
    if !line.bytes().all(|byte| (b' '..=b'`').contains(&byte)) {
        return false;
    }
    let wanted = usize::from(first.wrapping_sub(32) & 0x3f).div_ceil(3) * 4;
    // Some programs leave the last fill characters out, others add a check sum of one; trailing blanks, which are
    // zeros, get lost on the way.
    rest.len() <= wanted + 1 && rest.len() + 8 >= wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, kept: &str, files: &[(&str, &str)]) {
        let mut leaves = Vec::new();
        assert_eq!(take_out(text.to_owned(), &mut leaves), kept, "of {text:?}");
        let found: Vec<(&str, &str)> =
            leaves.iter().map(|leaf| (leaf.name.as_deref().unwrap(), str::from_utf8(&leaf.bytes).unwrap())).collect();
        assert_eq!(found, files, "of {text:?}");
    }

    #[test]
    fn files_are_taken_out() {
        check("a\nbegin 644 cat.txt\n#0V%T\n`\nend\nb", "a\n\n\n\n\nb", &[("cat.txt", "Cat")]);
    }

    #[test]
    fn text_is_left_alone() {
        check("begin 644 cat.txt\nsome words\nend", "begin 644 cat.txt\nsome words\nend", &[]);
        check("begin 644\nbegin with it", "begin 644\nbegin with it", &[]);
    }
}
