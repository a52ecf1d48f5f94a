//! Paths that a pack may name: plain ones, on every system.

/// Longest path, in bytes.
const LONGEST: usize = 200;

/// Names that one system takes for devices, whatever follows the first dot.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul"];

/// Whether a path is a plain one below its folder: names parted by `/`, of letters of any script, digits, `-`, `_`, `.`, `+`
/// and blanks, none of them hidden, and each one that every system can write.
pub fn is_safe(path: &str) -> bool {
    path.len() <= LONGEST && path.split('/').all(is_safe_name)
}

fn is_safe_name(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_device = DEVICES.contains(&stem.as_str())
        || stem.len() == 4
            && (stem.starts_with("com") || stem.starts_with("lpt"))
            && stem.ends_with(|c: char| c.is_ascii_digit());
    !name.starts_with(['.', ' '])
        && !name.ends_with(['.', ' '])
        && !name.is_empty()
        && !is_device
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | ' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_paths_and_others() {
        for path in ["a.md", "articles/泵-1.md", "a b/c+d_e.toml", "console.md"] {
            assert!(is_safe(path), "{path}");
        }
        for path in [
            "", "/a", "a/", "a//b", ".", "..", "a/..", ".a", "a.", "a ", "a\\b", "a:b", "a\0", "a\nb", "con",
            "COM1.md", "aux.md",
        ] {
            assert!(!is_safe(path), "{path}");
        }
    }
}
