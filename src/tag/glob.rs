//! Patterns with `*` and `?` over short texts: names of files, values, ids.

/// A pattern; `*` stands for any text, `?` for one character. Compared without case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    pattern: Vec<char>,
    written: String,
}

impl Glob {
    /// A pattern as written.
    pub fn new(written: &str) -> Self {
        Glob { pattern: written.trim().to_lowercase().chars().collect(), written: written.trim().to_string() }
    }

    /// As written.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Whether the whole text fits. Linear but for the product of lengths at worst: patterns and texts are short.
    pub fn fits(&self, text: &str) -> bool {
        let text: Vec<char> = text.to_lowercase().chars().collect();
        let (mut at, mut place) = (0, 0);
        // Where to go on when what follows the last star does not fit.
        let mut star: Option<(usize, usize)> = None;
        while at < text.len() {
            match self.pattern.get(place) {
                Some('*') => {
                    star = Some((place + 1, at));
                    place += 1;
                }
                Some(c) if *c == '?' || *c == text[at] => {
                    at += 1;
                    place += 1;
                }
                _ => match star {
                    Some((behind, from)) => {
                        star = Some((behind, from + 1));
                        (place, at) = (behind, from + 1);
                    }
                    None => return false,
                },
            }
        }
        self.pattern[place..].iter().all(|c| *c == '*')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, fits: &[&str], fits_not: &[&str]) {
        let glob = Glob::new(pattern);
        fits.iter().for_each(|text| assert!(glob.fits(text), "{pattern} on {text}"));
        fits_not.iter().for_each(|text| assert!(!glob.fits(text), "{pattern} on {text}"));
    }

    #[test]
    fn stars_and_question_marks() {
        check("*.dmp", &["MEMORY.DMP", ".dmp"], &["a.dmp.txt", "dmp"]);
        check("cbs*.log", &["CBS.log", "cbs_2024.log"], &["CBS.log.1", "xcbs.log"]);
        check("a*b*c", &["abc", "a-b-b-c", "aXbYcc"], &["acb", "ab"]);
        check("windows-1?", &["windows-10", "windows-11"], &["windows-1", "windows-100"]);
        check("*", &["", "海棠证券"], &[]);
        check("海棠*", &["海棠证券"], &["东岚银行"]);
        check("", &[""], &["a"]);
    }
}
