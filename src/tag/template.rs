//! Tags with placeholders: `server/{host}`.

use std::collections::BTreeMap;

use super::{LONGEST, is_of_a_tag, parse_tag};

/// A tag as a rule writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    written: String,
    /// Placeholders in order; none: the tag stands as it is.
    names: Vec<String>,
}

impl Template {
    /// Reads a tag; what is wrong, in words.
    pub fn parse(written: &str) -> Result<Self, String> {
        let mut names = Vec::new();
        let mut filled = String::new();
        let mut rest = written.trim();
        while let Some(open) = rest.find('{') {
            let Some(close) = rest[open..].find('}').map(|at| open + at) else {
                return Err(format!("`{written}` has a `{{` that is not closed"));
            };
            let name = &rest[open + 1..close];
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                return Err(format!("`{{{name}}}` is no name of a group"));
            }
            names.push(name.to_string());
            filled.push_str(&rest[..open]);
            filled.push('x');
            rest = &rest[close + 1..];
        }
        filled.push_str(rest);
        let normal = parse_tag(&filled).map_err(|error| error.to_string())?;
        let written = if names.is_empty() { normal } else { written.trim().to_string() };
        let (group, _) = written.split_once('/').unwrap_or_default();
        if group.contains('{') {
            return Err(format!("`{written}`: the group must be written out, only the name may hold placeholders"));
        }
        Ok(Template { written, names })
    }

    /// As the rule writes it.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The names of its placeholders.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The tag with its placeholders filled; `None` where a value is missing or leaves nothing.
    pub fn fill(&self, values: &BTreeMap<String, String>) -> Option<String> {
        let mut tag = self.written.clone();
        for name in &self.names {
            let value = part_of_a_tag(values.get(name)?);
            if value.is_empty() {
                return None;
            }
            tag = tag.replace(&format!("{{{name}}}"), &value);
        }
        parse_tag(&tag).ok()
    }
}

/// A value as it can stand in a tag: lower case, anything else than letters, digits and `.`, `_`, `+` as one hyphen.
fn part_of_a_tag(value: &str) -> String {
    let mut part = String::new();
    for c in value.trim().to_lowercase().chars().take(LONGEST) {
        match is_of_a_tag(c) && c != '-' {
            true => part.push(c),
            false if !part.is_empty() && !part.ends_with('-') => part.push('-'),
            false => {}
        }
    }
    part.trim_matches(|c: char| !c.is_alphanumeric()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, value: &str, expected: Option<&str>) {
        let template = Template::parse(written).unwrap();
        let values = BTreeMap::from([("host".to_string(), value.to_string())]);
        assert_eq!(template.fill(&values).as_deref(), expected, "{written} with {value}");
    }

    #[test]
    fn values_become_parts_of_a_tag() {
        check("server/{host}", "WEB01.example.com", Some("server/web01.example.com"));
        check("server/{host}", " 东区/应用 1 ", Some("server/东区-应用-1"));
        check("server/x-{host}", "a", Some("server/x-a"));
        check("server/{host}", "///", None);
        check("server/{port}", "a", None);
        check("cause/disk-full", "a", Some("cause/disk-full"));
    }

    #[test]
    fn wrong_templates_are_told() {
        for (written, why) in
            [("server", "no tag"), ("server/{host", "not closed"), ("{a}/b", "group"), ("server/{a b}", "no name")]
        {
            let error = Template::parse(written).unwrap_err();
            assert!(error.contains(why), "{written}: {error}");
        }
    }
}
