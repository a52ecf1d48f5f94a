//! Blocks that a tag of Liquid or Hugo begins: boxes, tabs, includes, code.

use super::{
    Cleaner, audience_of, label,
    tag::{self, Engine, Tag},
};

impl Cleaner<'_> {
    /// A line that is one tag of Liquid or Hugo.
    pub(super) fn tag_line(&mut self, line: &str, lines: &[&str]) -> Option<usize> {
        let tag = tag::alone(line)?;
        if tag.closes {
            return Some(1);
        }
        let ending = |line: &&str| {
            tag::alone(line).is_some_and(|other| other.closes && other.engine == tag.engine && other.name == tag.name)
        };
        let key = (tag.engine, tag.name.to_string());
        let unclosed = &mut self.unclosed;
        let mut end = |lines: &[&str]| {
            // What has no end has none further on either.
            let found = if unclosed.contains(&key) {
                None
            } else {
                lines.iter().skip(1).position(|line| ending(&line.trim_end()))
            };
            if found.is_none() {
                unclosed.insert(key.clone());
            }
            found.map(|at| at + 1)
        };
        match tag.name {
            "raw" | "verbatim" => {
                let end = end(lines)?;
                self.literal(&lines[1..end]);
                return Some(end + 1);
            }
            "comment" => {
                let taken = end(lines).map_or(1, |end| end + 1);
                self.prose.push_str(&audience_of(&lines[..taken].concat()));
                return Some(taken);
            }
            "highlight" | "codeblock" | "code" => {
                let end = end(lines)?;
                let language = tag.plain(0).unwrap_or_default();
                self.code_block(line, language, &lines[1..end].concat());
                return Some(end + 1);
            }
            _ => {}
        }
        if let Some(head) = self.tag_head(&tag) {
            self.part();
            self.line(line, &head);
            if !head.contains(":** ") && !head.ends_with(":**") && !head.ends_with("：**") {
                self.prose.push('\n');
            }
        } else if let Some(target) = included(&tag) {
            self.include(line, target);
        } else if let Some(text) = super::inline::said(&tag) {
            self.line(line, &text);
        }
        Some(1)
    }

    /// The head of a box that a tag begins: `{% hint style="warning" %}`, `{{% notice warning "Title" %}}`. One that has its text within
    /// itself is said whole.
    fn tag_head(&self, tag: &Tag<'_>) -> Option<String> {
        let by_name = label::known(tag.name, self.language);
        let from_file = tag.engine == Engine::Liquid && matches!(tag.name, "include" | "include_relative");
        let boxes =
            ["hint", "notice", "alert", "callout", "admonition", "admon", "message", "panel", "box", "blockquote"];
        let is_box = boxes.contains(&tag.name) || by_name.is_some() || from_file;
        let is_tab = matches!(tag.name, "tab" | "tabitem" | "step" | "expand" | "expander" | "accordion");
        if !is_box && !is_tab {
            return None;
        }
        let title = tag
            .value("title")
            .or_else(|| tag.value("label"))
            .or_else(|| tag.value("name"))
            .or_else(|| tag.value("header"));
        if is_tab {
            return label::head("details", title.or_else(|| tag.plain(0)), self.language);
        }
        let given =
            ["type", "style", "color", "class", "level", "status", "kind"].iter().find_map(|key| tag.value(key));
        let content = tag.value("content").or_else(|| tag.value("text"));
        let file = tag.plain(0).filter(|_| from_file);
        let file_kind = file.map(|file| file.rsplit('/').next().unwrap_or(file).split('.').next().unwrap_or(file));
        if from_file && content.is_none() {
            return None;
        }
        let first = tag.plain(0).filter(|_| !from_file);
        let kind = given
            .filter(|given| label::known(given, self.language).is_some())
            .or_else(|| first.filter(|first| label::known(first, self.language).is_some()))
            .or_else(|| by_name.filter(|label| !label.is_empty()).map(|_| tag.name))
            .or_else(|| file_kind.filter(|kind| label::known(kind, self.language).is_some()))
            .unwrap_or("admonition");
        let other = if first.is_some_and(|first| first == kind) { tag.plain(1) } else { first };
        let title = title.or_else(|| other.filter(|other| label::known(other, self.language).is_none()));
        let head = label::head(kind, title, self.language);
        match content {
            Some(content) => Some(head.map_or(content.to_string(), |head| format!("{head} {content}"))),
            None => head,
        }
    }
}

/// The file that a tag takes in.
fn included<'t>(tag: &Tag<'t>) -> Option<&'t str> {
    matches!(
        tag.name,
        "include" | "include_relative" | "includes" | "readfile" | "snippet" | "import" | "content-ref" | "embed"
    )
    .then(|| tag.value("file").or_else(|| tag.value("path")).or_else(|| tag.value("url")).or_else(|| tag.plain(0)))
    .flatten()
}
