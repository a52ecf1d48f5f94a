//! Which starter article lists which signature, so that a look-up need not read the articles themselves.
//!
//! Reads no YAML, only the form in which the starter articles write these keys: `id: x`, `title: "x"`, and under
//! `signatures:` the lists `strong` and `weak`, in brackets or one item a line. A test in
//! `src/article/builtin.rs` compares the result with what the real reader finds.

use std::error::Error;

/// The listings of an article as lines `signature, strong or weak, id, title`, parted by tabs.
pub fn of_article(file: &str, text: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let front = text.split("\n---").next().unwrap_or_default();
    let key = |name: &str| {
        let value = front.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        value.map(scalar).ok_or_else(|| format!("{file}: no line `{name}: …` in the front matter"))
    };
    let (id, title) = (key("id")?, key("title")?);
    let mut lines = Vec::new();
    let mut list = None;
    let mut inside = false;
    for line in front.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let indented = line.starts_with([' ', '-']);
        if !indented {
            inside = line.trim_end() == "signatures:";
            list = None;
            continue;
        }
        if !inside {
            continue;
        }
        let mut rest = line.trim();
        for name in ["strong", "weak"] {
            if let Some(value) = rest.strip_prefix(name).and_then(|after| after.strip_prefix(':')) {
                list = Some(name);
                rest = value.trim();
            }
        }
        let Some(list) = list else { continue };
        let rest = rest.strip_prefix("- ").unwrap_or(rest).trim_start_matches('[').trim_end_matches([']', ',']);
        for item in rest.split(", ").map(scalar).filter(|item| !item.is_empty()) {
            lines.push(format!("{item}\t{list}\t{id}\t{title}"));
        }
    }
    Ok(lines)
}

/// A scalar without its quotes.
fn scalar(text: &str) -> String {
    let text = text.trim();
    let quoted = |mark: char| text.strip_prefix(mark)?.strip_suffix(mark);
    match (quoted('"'), quoted('\'')) {
        (Some(inner), _) => inner.replace("\\\"", "\"").replace("\\\\", "\\"),
        (_, Some(inner)) => inner.replace("''", "'"),
        _ => text.to_string(),
    }
}
