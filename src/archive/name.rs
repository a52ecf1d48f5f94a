//! Names of entries made safe for display.

use crate::{logs::encoding, text::unseen::is_unseen};

/// Longest name kept, in bytes: Windows paths have 260 characters.
const LONGEST: usize = 512;

/// Decodes an entry's name and makes it safe to show.
///
/// Names that are not UTF-8 are in the code page of the machine that packed them, for Chinese ones GBK.
/// Back slashes become slashes; drives, roots, `.` and `..` fall away; control characters and those that
/// turn the direction of text become `_`. The result is never empty, and not meant as a path.
pub fn safe_name(raw: &[u8]) -> String {
    let raw = &raw[..raw.len().min(4 * LONGEST)];
    let decoded = match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) if encoding::is_everyday_gbk(raw) => {
            encoding_rs::GB18030.decode_without_bom_handling(raw).0.into_owned()
        }
        Err(_) => encoding::decide(raw, None, true).decode_without_bom_handling(raw).0.into_owned(),
    };
    let mut name = String::new();
    for component in decoded.split(['/', '\\']) {
        let drive = component.len() == 2 && component.ends_with(':');
        let component = component.trim();
        if drive || component.is_empty() || component == "." || component == ".." {
            continue;
        }
        if !name.is_empty() {
            name.push('/');
        }
        name.extend(component.chars().map(|c| if is_unseen(c) { '_' } else { c }));
    }
    if name.len() > LONGEST {
        // The end of a name tells more than its folders.
        name = name[name.ceil_char_boundary(name.len() - LONGEST)..].to_owned();
    }
    if name.is_empty() { "unnamed".to_owned() } else { name }
}
