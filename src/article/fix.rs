//! What contains the fix of an issue: updates, builds, and for which products.
//!
//! An entry of `fixed_in` is words parted by blanks, commas or `+`: `KB4490628 + KB4474419` (both are needed),
//! `KB5058405 10.0.22631.5335` (the update, or any build from that one on), `KB3140245 windows-7` (on this product alone).

use serde::Serialize;

use super::is_slug;

/// One way to have the fix.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Fix {
    /// The updates, all of which are needed.
    pub updates: Vec<String>,
    /// The first build that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<String>,
    /// The products that it is for; none: those of the build, or all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<String>,
}

impl Fix {
    /// Reads an entry of `fixed_in`; what it is not, in words.
    ///
    /// # Errors
    /// With a word that is neither update, build nor product.
    pub fn read(entry: &str) -> Result<Fix, String> {
        let mut fix = Fix::default();
        for word in entry.split([' ', ',', '+', '\t', '　']).filter(|word| !word.is_empty()) {
            if let Some(digits) = word.strip_prefix("KB").filter(|digits| (5..=8).contains(&digits.len()))
                && digits.bytes().all(|byte| byte.is_ascii_digit())
            {
                fix.updates.push(word.to_string());
            } else if word.contains('.') && word.split('.').all(|number| number.parse::<u32>().is_ok()) {
                if fix.build.replace(word.to_string()).is_some() {
                    return Err("it has two builds; write an entry for each".to_string());
                }
            } else if is_slug(word) && word.contains('-') {
                fix.products.push(word.to_string());
            } else {
                return Err(format!("`{word}` is no update `KBnnnnnnn`, no build and no product"));
            }
        }
        if fix.updates.is_empty() && fix.build.is_none() {
            return Err("it names neither update nor build".to_string());
        }
        Ok(fix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read() {
        let fix = Fix::read("KB4490628 + KB4474419").unwrap();
        assert_eq!((fix.updates.len(), fix.build), (2, None));
        let fix = Fix::read("KB5058405 10.0.22631.5335").unwrap();
        assert_eq!(fix.build.as_deref(), Some("10.0.22631.5335"));
        assert_eq!(Fix::read("KB3140245 windows-7, windows-server-2008-r2").unwrap().products.len(), 2);
        assert_eq!(Fix::read("6.1.7601").unwrap().updates.len(), 0);
        for wrong in ["", "windows-7", "KB12", "the May update", "10.0.1 10.0.2", "KB1234567x"] {
            assert!(Fix::read(wrong).is_err(), "{wrong}");
        }
    }
}
