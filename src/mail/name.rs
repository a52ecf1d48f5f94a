//! Part names: a safe form of the file names that mail brings, unique within a message.

use std::collections::HashSet;

/// Characters of a safe name; file systems allow 255 bytes, and three are the most that most scripts need.
const MAX_CHARS: usize = 80;

/// A form of `name` fit for a part name: no slashes, control characters, dots at the ends or invisible
/// direction marks. Empty when nothing is left.
pub(super) fn safe(name: &str) -> String {
    // Only the last segment: a path tells about the sender's disk, not about the file.
    let last = name.rsplit(['/', '\\']).map(str::trim).find(|piece| !piece.trim_matches('.').is_empty()).unwrap_or("");
    let clean: String = last
        .chars()
        .filter(
            |c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'),
        )
        .map(|c| if c.is_control() || matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|' | '#') { '_' } else { c })
        .collect();
    let clean = clean.trim().trim_end_matches(['.', ' ']).trim_start_matches(' ').replace("..", "_");
    if clean.chars().count() <= MAX_CHARS {
        return clean;
    }
    // The ending is kept: it tells what the file is.
    let ending = clean.rsplit_once('.').map_or("", |(_, ending)| ending);
    let ending =
        if ending.len() <= 10 && ending.bytes().all(|byte| byte.is_ascii_alphanumeric()) { ending } else { "" };
    let stem: String = clean.chars().take(MAX_CHARS - ending.len() - 1).collect();
    let stem = stem.trim_end_matches(['.', ' ']).to_owned();
    if ending.is_empty() { stem } else { format!("{stem}.{ending}") }
}

/// Names given so far within one message.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: HashSet<String>,
    /// Next number by lower-case name: thousands of equal names stay linear.
    next: std::collections::HashMap<String, usize>,
}

impl Names {
    /// `wanted`, with a number before the ending if another part has it: `cbs-2.log`.
    pub fn unique(&mut self, wanted: &str) -> String {
        let key = wanted.to_lowercase();
        if self.taken.insert(key.clone()) {
            return wanted.to_owned();
        }
        let (stem, ending) = match wanted.rsplit_once('.') {
            Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
            _ => (wanted, String::new()),
        };
        let number = self.next.entry(key).or_insert(2);
        loop {
            let name = format!("{stem}-{number}{ending}");
            *number += 1;
            if self.taken.insert(name.to_lowercase()) {
                return name;
            }
        }
    }
}

/// A name for a part that brings none.
pub(super) fn for_type(content_type: &str) -> String {
    let ending = match content_type {
        "text/plain" => "txt",
        "text/html" => "html",
        "text/calendar" => "ics",
        "text/rtf" | "application/rtf" => "rtf",
        "text/csv" => "csv",
        "text/xml" | "application/xml" => "xml",
        "text/rfc822-headers"
        | "message/rfc822-headers"
        | "message/delivery-status"
        | "message/disposition-notification" => "txt",
        "image/jpeg" | "image/jpg" | "image/pjpeg" => "jpg",
        "image/png" | "image/x-png" => "png",
        "image/gif" => "gif",
        "image/bmp" => "bmp",
        "application/pdf" => "pdf",
        "application/zip" | "application/x-zip-compressed" => "zip",
        "application/gzip" | "application/x-gzip" => "gz",
        "application/ms-tnef" => return "winmail.dat".into(),
        "application/pgp-signature" => return "signature.asc".into(),
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => return "smime.p7s".into(),
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => return "smime.p7m".into(),
        "message/rfc822" | "message/global" => return "message.eml".into(),
        _ => "bin",
    };
    format!("part.{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: &str) {
        assert_eq!(safe(name), expected, "of {name:?}");
        assert_eq!(safe(&safe(name)), safe(name), "twice of {name:?}");
    }

    #[test]
    fn safe_names() {
        check("CBS.log", "CBS.log");
        check("日志 1.zip", "日志 1.zip");
        check("../../etc/passwd", "passwd");
        check("C:\\Windows\\Logs\\cbs.log", "cbs.log");
        check("..", "");
        check("a..b", "a_b");
        check("evil\u{202e}gpj.exe", "evilgpj.exe");
        check("a\nb\u{0}.txt", "a_b_.txt");
        check("folder/", "folder");
        check("name. ", "name");
    }

    #[test]
    fn long_names_keep_their_ending() {
        let name = safe(&format!("{}.log", "长".repeat(300)));
        assert!(name.ends_with(".log") && name.chars().count() <= MAX_CHARS, "{name}");
    }

    #[test]
    fn equal_names_are_numbered() {
        let mut names = Names::default();
        let given: Vec<String> = ["a.log", "A.log", "a-2.log", "a.log", "x", "x"].map(|n| names.unique(n)).into();
        assert_eq!(given, ["a.log", "A-2.log", "a-2-2.log", "a-3.log", "x", "x-2"]);
    }
}
