//! Everything that is not Chinese: words, numbers, codes, and the compounds of them that paths, file names, registry
//! keys, package names and identifiers are.
//!
//! A compound yields a token for the whole, one for each path segment, and one for each part; all in one normal form
//! that does not depend on where the part stood. Bare file endings are not parts.

use compact_str::{CompactString, ToCompactString, format_compact};

use super::{Folded, TokenKind, Writer, code, is_word};

/// Atoms of one compound: hostile input without spaces is cut into compounds of this size.
const MAX_ATOMS: usize = 48;

/// File endings that say nothing by themselves.
const ENDINGS: &[&str] = &[
    "sys", "dll", "exe", "inf", "log", "cab", "msu", "msi", "msp", "mum", "cat", "cpl", "ocx", "drv", "bat", "cmd",
    "ps1", "vbs", "reg", "txt", "xml", "ini", "cfg", "conf", "config", "json", "yaml", "yml", "toml", "csv", "zip",
    "7z", "rar", "gz", "tar", "etl", "evtx", "evt", "dmp", "mdmp", "hdmp", "pdb", "mui", "manifest", "tmp", "bak",
    "dat", "db", "so", "jar", "war", "py", "sh", "rs", "go", "java", "cpp", "cs", "js", "ts", "html", "htm", "php",
    "aspx", "doc", "docx", "xls", "xlsx", "pdf", "png", "jpg", "eml", "msg", "iso", "wim", "vhd", "vhdx", "esd", "com",
    "cn",
];

/// Long hive names, with underscores as joiners, and their short form.
const HIVES: &[(&str, &str)] = &[
    ("hkey_local_machine", "hklm"),
    ("hkey_current_user", "hkcu"),
    ("hkey_classes_root", "hkcr"),
    ("hkey_users", "hku"),
    ("hkey_current_config", "hkcc"),
];

/// A maximal run of letters and digits.
struct Atom {
    /// Its characters, as indices of the folded text.
    from: usize,
    to: usize,
    /// What joins it to the one before.
    joiner: Joiner,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Joiner {
    /// Nothing: the first.
    None,
    /// A path separator.
    Path,
    /// A full stop.
    Dot,
    /// A hyphen.
    Hyphen,
    /// An underscore, tilde or other sign inside of a name.
    Name,
    /// An apostrophe.
    Apostrophe,
}

/// Reads what begins at `at`, writes its tokens, and says how many characters it took; `None` if nothing begins there.
pub(super) fn read(folded: &[Folded], at: usize, writer: &mut Writer) -> Option<usize> {
    let first = folded.get(at)?.c;
    let before = at.checked_sub(1).and_then(|i| folded.get(i)).map(|f| f.c);
    let next = folded.get(at + 1).map(|f| f.c);
    if first == '-' && next.is_some_and(|c| c.is_ascii_digit()) && !before.is_some_and(is_word) {
        let to = at + 1 + digits(&folded[at + 1..]);
        let text = spell(&folded[at + 1..to]);
        let (text, kind) = code::normal_form(&text, true);
        if kind == TokenKind::Code && !folded.get(to).is_some_and(|f| is_word(f.c)) {
            writer.push(text, &folded[at..to], 0, 1, kind);
            writer.position += 1;
            return Some(to - at);
        }
        return None;
    }
    if first == '.' && !before.is_some_and(is_word) && starts_with(folded, at, ".net") && !word_at(folded, at + 4) {
        writer.push(".net".into(), &folded[at..at + 4], 0, 1, TokenKind::Name);
        writer.position += 1;
        return Some(4);
    }
    if !is_word(first) {
        return None;
    }
    if let Some(to) = spaced_update(folded, at) {
        update(folded, at, to, writer);
        return Some(to - at);
    }
    if let Some(to) = lone(folded, at) {
        write_lone(folded, at, to, writer);
        return Some(to - at);
    }
    let atoms = atoms(folded, at);
    let to = atoms.last().map_or(at + 1, |atom| atom.to);
    write(folded, &atoms, writer);
    Some(to - at)
}

fn digits(folded: &[Folded]) -> usize {
    folded.iter().take_while(|f| f.c.is_ascii_digit()).count()
}

fn spell(folded: &[Folded]) -> CompactString {
    folded.iter().map(|f| f.c).collect()
}

fn starts_with(folded: &[Folded], at: usize, text: &str) -> bool {
    text.chars().enumerate().all(|(i, c)| folded.get(at + i).is_some_and(|f| f.c == c))
}

fn word_at(folded: &[Folded], at: usize) -> bool {
    folded.get(at).is_some_and(|f| is_word(f.c))
}

/// `KB 4474419`, `KB-4474419`, `KB:4474419`: the end of the number.
fn spaced_update(folded: &[Folded], at: usize) -> Option<usize> {
    if !starts_with(folded, at, "kb") {
        return None;
    }
    let gap = folded[at + 2..].iter().take(2).take_while(|f| matches!(f.c, ' ' | '-' | '#' | ':' | '_')).count();
    let from = at + 2 + gap;
    let count = digits(folded.get(from..)?);
    let to = from + count;
    // Without a gap, or within a longer name, it is an atom like others.
    let alone = gap > 0 && !word_at(folded, to) && joined(folded, from, to).is_none();
    ((5..=8).contains(&count) && alone).then_some(to)
}

fn update(folded: &[Folded], from: usize, to: usize, writer: &mut Writer) {
    let number: CompactString = folded[from..to].iter().map(|f| f.c).filter(char::is_ascii_digit).collect();
    let first_digit = to - number.len();
    writer.push(format_compact!("kb{number}"), &folded[from..to], 0, 1, TokenKind::Code);
    let (text, _) = code::normal_form(&number, false);
    writer.push(text, &folded[first_digit..to], 0, 1, TokenKind::Part);
    writer.position += 1;
}

/// The end of a word that no sign joins to anything: nearly every word of prose, which needs no list of atoms.
fn lone(folded: &[Folded], at: usize) -> Option<usize> {
    let to = at + folded[at..].iter().take_while(|f| is_word(f.c)).count();
    let may_have_sign = to == at + 1 && matches!(folded[at].c, 'c' | 'f');
    (!may_have_sign && joined(folded, at, to).is_none()).then_some(to)
}

/// What [`write`] does with a single atom.
fn write_lone(folded: &[Folded], from: usize, to: usize, writer: &mut Writer) {
    let is_hive = starts_with(folded, from, "hk") && is_short_hive(&spell(&folded[from..to]));
    if is_hive {
        writer.push(spell(&folded[from..to]), &folded[from..to], 0, 1, TokenKind::Name);
        writer.position += 1;
        return;
    }
    let mut pieces = std::mem::take(&mut writer.pieces);
    let length = atom_tokens(folded, &Atom { from, to, joiner: Joiner::None }, 0, false, true, &mut pieces);
    for (text, from, to, offset, length, kind) in pieces.drain(..) {
        writer.push(text, &folded[from..to], offset, length, kind);
    }
    writer.pieces = pieces;
    writer.position += length.max(1);
}

fn is_short_hive(text: &str) -> bool {
    HIVES.iter().any(|(_, short)| *short == text)
}

fn atoms(folded: &[Folded], at: usize) -> Vec<Atom> {
    let mut atoms: Vec<Atom> = Vec::new();
    let (mut from, mut joiner) = (at, Joiner::None);
    loop {
        let mut to = from + folded[from..].iter().take_while(|f| is_word(f.c)).count();
        // C++, C#, F#.
        if to == from + 1 && joiner == Joiner::None {
            if folded[from].c == 'c' && starts_with(folded, to, "++") && !word_at(folded, to + 2) {
                to += 2;
            } else if matches!(folded[from].c, 'c' | 'f') && starts_with(folded, to, "#") && !word_at(folded, to + 1) {
                to += 1;
            }
        }
        atoms.push(Atom { from, to, joiner });
        if atoms.len() >= MAX_ATOMS {
            return atoms;
        }
        match joined(folded, from, to) {
            // An apostrophe joins two atoms and no more: doesn't, user's.
            Some((_, kind)) if kind == Joiner::Apostrophe && atoms.len() > 1 => return atoms,
            Some(_) if joiner == Joiner::Apostrophe => return atoms,
            Some((next, kind)) => (from, joiner) = (next, kind),
            None => return atoms,
        }
    }
}

/// Where the next atom begins if signs join it to the one from `from` to `to`.
fn joined(folded: &[Folded], from: usize, to: usize) -> Option<(usize, Joiner)> {
    let signs = folded.get(to..)?.iter().take(4).take_while(|f| r"\/.-_~@'&$:%".contains(f.c)).count();
    let next = to + signs;
    if signs == 0 || !word_at(folded, next) {
        return None;
    }
    let text = spell(&folded[to..next]);
    let path = text.contains(['\\', '/']);
    let kind = match text.as_str() {
        "." => Joiner::Dot,
        "-" => Joiner::Hyphen,
        "'" => Joiner::Apostrophe,
        "::" => Joiner::Path,
        "_" | "~" | "~~" | "__" | "&" | "$" | "@" | "_-" | "-_" => Joiner::Name,
        "://" => Joiner::Path,
        // A drive letter; else a colon ends a word: `error:0x5`.
        _ if text.starts_with(':') => (to == from + 1 && path).then_some(Joiner::Path)?,
        _ if path && !text.contains(['\'', '@', '&', ':']) => Joiner::Path,
        _ => return None,
    };
    Some((next, kind))
}

/// Writes whole, segments and parts.
fn write(folded: &[Folded], atoms: &[Atom], writer: &mut Writer) {
    let (Some(first), Some(last)) = (atoms.first(), atoms.last()) else { return };
    if let Some(word) = contraction(folded, atoms) {
        writer.push(word, &folded[first.from..last.to], 0, 1, TokenKind::Word);
        writer.position += 1;
        return;
    }
    let paths = atoms.iter().filter(|atom| atom.joiner == Joiner::Path).count();
    let letters = atoms.iter().all(|atom| folded[atom.from..atom.to].iter().all(|f| f.c.is_alphabetic()));
    // and/or, read/write/execute: words, unless it begins like a path.
    let rooted = first.from.checked_sub(1).is_some_and(|i| matches!(folded[i].c, '/' | '\\'));
    let slashes = folded[first.from..last.to].iter().all(|f| f.c == '/' || is_word(f.c));
    let alternatives = paths > 0 && paths < 3 && paths + 1 == atoms.len() && letters && slashes && !rooted;
    let mut total = 0;
    let mut pieces = Vec::new();
    for segment in segments(atoms) {
        let length = segment_tokens(folded, segment, total, atoms.len() > 1, &mut pieces);
        total += length;
    }
    if paths > 0 && !alternatives {
        writer.push(whole(folded, atoms), &folded[first.from..last.to], 0, total.max(1), TokenKind::Name);
    }
    for (text, from, to, offset, length, kind) in pieces {
        writer.push(text, &folded[from..to], offset, length, kind);
    }
    writer.position += total.max(1);
}

/// doesn't -> doesnt, user's -> user; `None` for everything else.
fn contraction(folded: &[Folded], atoms: &[Atom]) -> Option<CompactString> {
    let [first, second] = atoms else { return None };
    if second.joiner != Joiner::Apostrophe {
        return None;
    }
    let (head, tail) = (spell(&folded[first.from..first.to]), spell(&folded[second.from..second.to]));
    Some(match tail.as_str() {
        "s" | "re" | "ve" | "ll" | "d" | "m" => code::normal_form(&head, false).0,
        _ => code::normal_form(&(head + &tail), false).0,
    })
}

/// The atoms between path separators.
fn segments(atoms: &[Atom]) -> impl Iterator<Item = &[Atom]> {
    atoms.chunk_by(|_, next| next.joiner != Joiner::Path)
}

/// A token to be: its text, where it begins and ends, its offset, its length and what it is.
pub(super) type Piece = (CompactString, usize, usize, u32, u32, TokenKind);

/// The whole compound: lower case, one backslash for every separator, short hive name. (A slash could be read as
/// and/or.)
fn whole(folded: &[Folded], atoms: &[Atom]) -> CompactString {
    let mut text = CompactString::default();
    for segment in segments(atoms) {
        if !text.is_empty() {
            text.push('\\');
        }
        text.push_str(&segment_text(folded, segment));
    }
    text
}

fn segment_text(folded: &[Folded], segment: &[Atom]) -> CompactString {
    let (Some(first), Some(last)) = (segment.first(), segment.last()) else { return CompactString::default() };
    let text = spell(&folded[first.from..last.to]);
    if segment.len() == 2 && is_spaced_update(&text) {
        return text.chars().filter(|c| !matches!(c, '-' | '_')).collect();
    }
    match HIVES.iter().find(|(long, _)| *long == text) {
        Some((_, short)) => short.to_compact_string(),
        None => text,
    }
}

/// `kb-4474419` as the whole of a segment.
fn is_spaced_update(text: &str) -> bool {
    text.strip_prefix("kb")
        .and_then(|rest| rest.strip_prefix(['-', '_']))
        .is_some_and(|number| code::is_update(&format!("kb{number}")))
}

/// Tokens of one segment; returns how many positions it covers.
fn segment_tokens(folded: &[Folded], segment: &[Atom], offset: u32, part: bool, pieces: &mut Vec<Piece>) -> u32 {
    let (Some(first), Some(last)) = (segment.first(), segment.last()) else { return 0 };
    let start = pieces.len();
    let text = segment_text(folded, segment);
    if is_short_hive(&text) {
        pieces.push((text, first.from, last.to, offset, 1, TokenKind::Name));
        return 1;
    }
    let mut length = 0;
    let mut rest = segment;
    while let Some(atom) = rest.first() {
        // A version or address stays whole: its numbers alone say nothing.
        let version = version_length(folded, rest);
        if version > 1 {
            let end = rest[version - 1].to;
            // The whole segment says it already if there is nothing else in it.
            if version < segment.len() {
                pieces.push((spell(&folded[atom.from..end]), atom.from, end, offset + length, 1, TokenKind::Name));
            }
            length += 1;
            rest = &rest[version..];
            continue;
        }
        length +=
            atom_tokens(folded, atom, offset + length, part || segment.len() > 1, std::ptr::eq(atom, last), pieces);
        rest = &rest[1..];
    }
    let length = length.max(1);
    if segment.len() > 1 {
        pieces.insert(start, (text, first.from, last.to, offset, length, TokenKind::Name));
    }
    length
}

/// How many atoms from the first on are numbers joined by dots.
fn version_length(folded: &[Folded], atoms: &[Atom]) -> usize {
    let number = |atom: &Atom| folded[atom.from..atom.to].iter().all(|f| f.c.is_ascii_digit());
    atoms.iter().enumerate().take_while(|(i, atom)| number(atom) && (*i == 0 || atom.joiner == Joiner::Dot)).count()
}

/// Tokens of one atom: its normal form, the number of an update, the words of a name in camel case.
fn atom_tokens(folded: &[Folded], atom: &Atom, offset: u32, part: bool, last: bool, pieces: &mut Vec<Piece>) -> u32 {
    let text = spell(&folded[atom.from..atom.to]);
    if last && atom.joiner == Joiner::Dot && ENDINGS.contains(&text.as_str()) {
        return 0;
    }
    let (normal, kind) = code::normal_form(&text, atom.joiner == Joiner::Hyphen && text.len() == 10);
    let kind = if part && matches!(kind, TokenKind::Word | TokenKind::Number | TokenKind::Name) {
        TokenKind::Part
    } else {
        kind
    };
    let words = camel_words(folded, atom);
    let length = words.len().max(1) as u32;
    let update = code::is_update(&normal);
    pieces.push((normal, atom.from, atom.to, offset, length, kind));
    if update {
        let (number, _) = code::normal_form(&text[2..], false);
        pieces.push((number, atom.from + 2, atom.to, offset, 1, TokenKind::Part));
    }
    for (index, (from, to)) in words.into_iter().enumerate() {
        let (word, _) = code::normal_form(&spell(&folded[from..to]), false);
        pieces.push((word, from, to, offset + index as u32, 1, TokenKind::Part));
    }
    length
}

/// TrustedInstaller -> Trusted, Installer; HTTPServer -> HTTP, Server. Empty if there are not at least two words of
/// at least two letters.
fn camel_words(folded: &[Folded], atom: &Atom) -> Vec<(usize, usize)> {
    let chars = &folded[atom.from..atom.to];
    // Twice as many: more than any identifier has; beyond it is encoded data.
    if chars.len() > 2 * MAX_ATOMS || !chars.iter().all(|f| f.c.is_ascii_alphabetic()) {
        return Vec::new();
    }
    let mut words = Vec::new();
    let mut from = 0;
    for at in 1..chars.len() {
        let after_lower = chars[at].upper && !chars[at - 1].upper;
        let last_upper = chars[at].upper && chars[at - 1].upper && chars.get(at + 1).is_some_and(|f| !f.upper);
        if after_lower || last_upper {
            words.push((atom.from + from, atom.from + at));
            from = at;
        }
    }
    words.push((atom.from + from, atom.to));
    if words.len() < 2 || words.iter().any(|(from, to)| to - from < 2) {
        return Vec::new();
    }
    words
}
