//! Includes: text of another file of the same folder that a document takes in.

/// Files within files beyond this depth are left out: a file that takes itself in never ends.
pub(super) const DEEPEST: usize = 8;

/// Bytes that the includes of one document may have in all.
pub(super) const MOST_BYTES: usize = 4 << 20;

/// What the least include takes of that: an empty file is looked for and read as well.
pub(super) const LEAST_BYTES: usize = 1 << 10;

/// The places below the folder that an include may mean, as `/`-parted paths, likeliest first; empty where it would lead out of it.
///
/// `from` is the document's own place. `~/x` and `/x` are told from the top of the folder, everything else from beside the document; some
/// generators look in a folder of their own.
pub(super) fn places(from: &str, target: &str) -> Vec<String> {
    let target = target.trim().trim_matches(['"', '\'', '<', '>']);
    let target = target.split(['#', '?']).next().unwrap_or_default().replace('\\', "/");
    if target.is_empty() || target.contains("://") {
        return Vec::new();
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let rooted = target.strip_prefix("~/").or_else(|| target.strip_prefix('/'));
    let mut bases = Vec::new();
    match rooted {
        Some(path) => bases.push(path.to_string()),
        None => {
            bases.push(format!("{folder}/{target}"));
            bases.extend(["", "_includes", "includes", "snippets", "docs"].map(|own| format!("{own}/{target}")));
        }
    }
    let mut places: Vec<String> = Vec::new();
    for base in bases {
        if let Some(place) = normal(&base)
            && !places.contains(&place)
        {
            let bare = !place.rsplit('/').next().unwrap_or_default().contains('.');
            if bare {
                places.push(format!("{place}.md"));
            } else {
                places.push(place);
            }
        }
    }
    places
}

/// A path without `.` and `..`; `None` where it leads out.
fn normal(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// Whether a file is made to be taken in by others, by the folder that it lies in, or by its name: it is no document of its own.
pub fn is_fragment(place: &str) -> bool {
    const FOLDERS: [&str; 7] = ["includes", "_includes", "_include", "snippets", "_snippets", "_partials", "partials"];
    let mut parts: Vec<&str> = place.split('/').collect();
    let name = parts.pop().unwrap_or_default();
    name.starts_with('_') && !name.starts_with("_index.")
        || parts.iter().any(|part| FOLDERS.iter().any(|folder| part.eq_ignore_ascii_case(folder)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_include_leads_out_of_the_folder() {
        assert_eq!(places("a/b/c.md", "../inc/x.md")[0], "a/inc/x.md");
        assert_eq!(places("a/c.md", "~/inc/x.md"), ["inc/x.md"]);
        assert_eq!(places("c.md", "inc/x")[0], "inc/x.md");
        for out in ["../../../etc/passwd", "https://example.com/x.md", "", "/../x.md", "~/../x.md", "..\\..\\..\\x.md"]
        {
            assert!(places("a/b.md", out).iter().all(|place| !place.contains("..")), "{out}");
            assert!(!out.starts_with("/..") || places("a/b.md", out).is_empty(), "{out}");
        }
    }

    #[test]
    fn fragments_are_told_by_their_place() {
        assert!(is_fragment("includes/note.md") && is_fragment("a/_includes/b/c.md") && is_fragment("_note.md"));
        assert!(!is_fragment("a/b.md") && !is_fragment("_index.md") && !is_fragment("what-it-includes.md"));
    }
}
