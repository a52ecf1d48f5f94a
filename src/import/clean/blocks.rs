//! What begins a block in the marks of some generator: boxes, tabs, includes, lists of contents.

use std::sync::LazyLock;

use regex::Regex;

use super::{Cleaner, Fence, label, tag};

/// A pattern of this module. One that does not compile never matches; the tests hold each to a text.
macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new($text).ok());
    };
}

// `!!! warning "Title"`, `??? note`, `???+ tip inline end`.
pattern!(BOX, r#"^[ \t]*(?:!!!|\?\?\?\+?)[ \t]+([A-Za-z][\w-]*)(?:[ \t]+[a-z][\w-]*)*(?:[ \t]+"([^"\n]*)")?[ \t]*$"#);
// `=== "Windows"`.
pattern!(TAB, r#"^[ \t]*===[+!]?[ \t]+"([^"\n]+)"[ \t]*$"#);
// `.. note:: text`.
pattern!(DIRECTIVE, r"^[ \t]*\.\. ([A-Za-z][\w-]*(?::[a-z-]+)?)::(?:[ \t]+(.*?))?[ \t]*$");
// `> [!NOTE] text`, `> [!tip]- Title`.
pattern!(ALERT, r"^([ \t]*(?:>[> \t]*)?)\[!([A-Za-z][A-Za-z_-]*)[^\]\n]*\][-+]?(?:[ \t]+(\S.*?))?[ \t]*$");
// `[!INCLUDE [title](path)]`, alone in its line.
pattern!(INCLUDE, r"^[ \t>]*\[!(?i:include)[ \t]*\[[^\]\n]*\][ \t]*\(([^)\n]+)\)\][ \t]*$");
// `--8<-- "path"`.
pattern!(SNIPPET, r#"^[ \t]*-+8<-+[ \t]+["']([^"'\n]+)["'][ \t]*$"#);
// `# [Windows](#tab/windows)`.
pattern!(TAB_HEADING, r"^[ \t]*#{1,6}[ \t]+\[([^\]\n]+)\]\(#tabs?/[^)\n]*\)[ \t]*$");
// `{: .note }`.
pattern!(ATTRIBUTES, r"^[ \t]*\{:[ \t]*([^{}\n]*)\}[ \t]*$");
// `![[page]]`.
pattern!(EMBED, r"^[ \t]*!\[\[([^\[\]\n|]+)(?:\|[^\[\]\n]*)?\]\][ \t]*$");
// `(target)=`.
pattern!(TARGET, r"^\([A-Za-z][\w:.-]*\)=[ \t]*$");
// `import Tabs from '@theme/Tabs';`.
pattern!(SCRIPT, r#"^(?:import\s[^"'\n]+\sfrom\s+["'][^"'\n]+["'];?|export\s+(?:const|default)\s.*)\s*$"#);
// `key="value"` of `:::image`.
pattern!(OPTION, r"^[ \t]*:[a-zA-Z][\w-]*:(?:[ \t].*)?$");

/// The groups of a pattern in a line, whole match first.
fn groups<'l, const N: usize>(pattern: &LazyLock<Option<Regex>>, line: &'l str) -> Option<[&'l str; N]> {
    let found = pattern.as_ref()?.captures(line)?;
    Some(std::array::from_fn(|at| found.get(at).map_or("", |group| group.as_str())))
}

/// Lists of contents that a generator makes.
const CONTENTS: [&str; 9] =
    ["[toc]", "[[toc]]", "[[_toc_]]", "[[_tosp_]]", "{:toc}", "@[toc]", "${toc}", "{{toc}}", "[[toc levels=2-3]]"];

/// Directives whose text is code.
const CODE: [&str; 7] = ["code", "code-block", "code-cell", "sourcecode", "prompt", "literalinclude", "parsed-literal"];
/// Directives that say nothing to a reader.
const CONTROL: [&str; 8] =
    ["contents", "toctree", "index", "meta", "raw", "tableofcontents", "highlight", "currentmodule"];

impl Cleaner<'_> {
    /// Takes a block in a generator's marks; the number of its lines, `None` where none begins.
    pub(super) fn block(&mut self, lines: &[&str]) -> Option<usize> {
        let line = lines.first()?.trim_end_matches(['\n', '\r']);
        let body = line.trim_start_matches([' ', '\t']);
        // Most lines of prose begin with a letter.
        if body.starts_with(|c: char| c.is_alphabetic()) {
            return SCRIPT.as_ref().is_some_and(|script| script.is_match(line)).then_some(1);
        }
        if CONTENTS.iter().any(|mark| body.trim_end().eq_ignore_ascii_case(mark)) {
            return Some(self.contents(body));
        }
        let first = body.chars().next()?;
        match first {
            '!' | '?' | '=' => self.indented_box(line, lines).or_else(|| self.embed(line)),
            ':' if body.starts_with(":::") => Some(self.colons(body, line, lines)),
            '.' => self.directive(line, lines),
            '>' | '[' => self.alert(line, lines),
            '#' => {
                let [_, title] = groups(&TAB_HEADING, line)?;
                self.in_tabs = true;
                self.line(line, &format!("**{title}**"));
                Some(1)
            }
            '-' | '*' | '_' if self.in_tabs && is_rule(body) => {
                self.in_tabs = false;
                Some(1)
            }
            '-' => {
                let [_, path] = groups(&SNIPPET, line)?;
                self.include(line, path);
                Some(1)
            }
            '(' => TARGET.as_ref()?.is_match(line).then_some(1),
            '{' => self.attributes(line, lines).or_else(|| self.tag_line(line, lines)),
            _ => None,
        }
    }

    /// A list of contents; of `* TOC` before `{:toc}` nothing stays.
    fn contents(&mut self, mark: &str) -> usize {
        if mark.starts_with("{:")
            && let Some(start) = self.prose.trim_end().rfind('\n').map(|at| at + 1).or(Some(0))
            && self.prose[start..].trim().trim_start_matches(['*', '-', '1', '.', ' ']).eq_ignore_ascii_case("toc")
        {
            self.prose.truncate(start);
        }
        1
    }

    /// `!!! warning "Title"` and `=== "Tab"` with what is indented below.
    fn indented_box(&mut self, line: &str, lines: &[&str]) -> Option<usize> {
        let (text, taken) = below(line, lines);
        let head = if let Some([_, title]) = groups(&TAB, line) {
            Some(format!("**{title}**"))
        } else {
            let [_, kind, title] = groups(&BOX, line)?;
            // `!!! device failed` is a line of a log.
            let is_box =
                taken > 0 || line.trim().split(' ').count() == 2 && label::known(kind, self.language).is_some();
            is_box.then(|| label::head(kind, Some(title), self.language))?
        };
        self.boxed(line, head, "", &text);
        Some(1 + taken)
    }

    /// `.. note:: text` with what is indented below.
    fn directive(&mut self, line: &str, lines: &[&str]) -> Option<usize> {
        let [_, name, argument] = groups(&DIRECTIVE, line)?;
        let (text, taken) = below(line, lines);
        self.directive_of(line, name, argument, &text);
        Some(1 + taken)
    }

    /// A directive by its name, in any notation.
    fn directive_of(&mut self, line: &str, name: &str, argument: &str, text: &str) {
        let name = name.to_lowercase();
        let is_option = |line: &&str| OPTION.as_ref().is_some_and(|option| option.is_match(line));
        let options: Vec<&str> = text.lines().take_while(is_option).collect();
        let text: String = text.split_inclusive('\n').skip(options.len()).collect();
        let option = |wanted: &str| {
            let mut pairs = options.iter().filter_map(|line| line.trim().strip_prefix(':')?.split_once(':'));
            pairs.find(|(key, _)| *key == wanted).map(|(_, value)| value.trim())
        };
        match name.as_str() {
            "include" => self.include(line, argument),
            "literalinclude" => self.include_code(line, option("language").unwrap_or_default(), argument),
            "image" | "figure" => {
                let alt = option("alt").unwrap_or_default();
                self.line(line, &format!("![{alt}]({argument})"));
                self.boxed(line, None, "", &text);
            }
            name if CONTROL.contains(&name) => {}
            name if CODE.contains(&name) => {
                let language = argument.trim_matches(['{', '}']);
                self.code_block(line, language, &text);
            }
            // `admonition:: Title` has a title, `note:: text` begins at once.
            "admonition" | "dropdown" | "topic" | "sidebar" | "rubric" | "tab" | "tab-item" | "card"
            | "grid-item-card" => {
                let head = label::head("admonition", Some(argument), self.language);
                self.boxed(line, head, "", &text);
            }
            name if label::known(name, self.language).is_some() => {
                let head = label::head(name, None, self.language);
                self.boxed(line, head, argument, &text);
            }
            _ => self.boxed(line, None, argument, &text),
        }
    }

    /// A box: its head, what begins in the line of its head, its text.
    fn boxed(&mut self, line: &str, head: Option<String>, first: &str, text: &str) {
        let text = text.trim_end();
        if let Some(head) = head {
            // Behind a bare label the text goes on in its paragraph; a title is one of its own.
            let goes_on = head.ends_with(":**") || head.ends_with("：**");
            self.part();
            match first {
                "" => self.line(line, &head),
                first => self.line(line, &format!("{head} {first}")),
            }
            if !goes_on || text.trim_start().starts_with(['`', '|', '~', '<', '-', '*', '1']) {
                self.prose.push('\n');
            }
        } else if !first.is_empty() {
            self.line(line, first);
        }
        if !text.is_empty() {
            self.text(text.trim_start_matches('\n'));
            self.part();
        }
    }

    /// Parts what comes from the paragraph before it.
    pub(super) fn part(&mut self) {
        let so_far = if self.prose.is_empty() { &self.cleaned.text } else { &self.prose };
        let due = match so_far {
            text if text.is_empty() || text.ends_with("\n\n") => "",
            text if text.ends_with('\n') => "\n",
            _ => "\n\n",
        };
        self.prose.push_str(due);
    }

    /// `> [!NOTE]`, `[!INCLUDE [x](y)]` alone in a line, and other marks in brackets.
    fn alert(&mut self, line: &str, lines: &[&str]) -> Option<usize> {
        if let Some([_, path]) = groups(&INCLUDE, line) {
            self.include(line, path);
            return Some(1);
        }
        let [_, before, kind, rest] = groups(&ALERT, line)?;
        if before.trim().is_empty() && label::known(kind, self.language).is_none() {
            return None;
        }
        if kind
            .split([' ', '-'])
            .next()
            .is_some_and(|word| ["div", "video", "code", "include"].contains(&word.to_lowercase().as_str()))
        {
            return Some(1);
        }
        // Behind a mark stands a title, or the text begins at once.
        let is_title = !rest.is_empty()
            && rest.chars().count() <= 80
            && !rest.ends_with(['.', '。', '!', '！', ':', '：', ';', '；', ',']);
        let head = label::head(kind, is_title.then_some(rest), self.language);
        let text = if is_title { "" } else { rest };
        let head = head.unwrap_or_default();
        self.prose.extend([before, &head, if text.is_empty() || head.is_empty() { "" } else { " " }, text, "\n"]);
        let next = lines.get(1).map(|next| next.trim_start_matches([' ', '\t', '>'])).unwrap_or_default();
        if is_title || next.starts_with('|') {
            self.prose.extend([before.trim_end(), "\n"]);
        }
        Some(1)
    }

    fn embed(&mut self, line: &str) -> Option<usize> {
        let [_, target] = groups(&EMBED, line)?;
        let name = target.rsplit('/').next().unwrap_or(target);
        match name.rsplit_once('.') {
            Some((_, "md")) | None => self.include(line, target),
            Some(_) => self.line(line, &format!("![]({target})")),
        }
        Some(1)
    }

    /// `:::note Title`, its end, and Microsoft Learn's marks.
    fn colons(&mut self, body: &str, line: &str, lines: &[&str]) -> usize {
        let inner = body.trim_end().trim_matches(':').trim();
        let at = inner.find(|c: char| c.is_whitespace() || matches!(c, '[' | '{')).unwrap_or(inner.len());
        let (name, rest) = inner.split_at(at);
        let name_of = name.to_lowercase();
        match name_of.as_str() {
            "" if rest.starts_with('{') => return self.braces(rest, line, lines),
            "" => {}
            "image" => {
                let values = tag::values(rest);
                let value = |key| values.iter().find(|(own, _)| *own == Some(key)).map_or("", |(_, value)| *value);
                // A picture without words says nothing where it is not.
                if !value("source").is_empty() && !value("alt-text").is_empty() {
                    self.line(line, &format!("![{}]({})", value("alt-text").replace(['[', ']'], ""), value("source")));
                }
            }
            "code" => {
                let values = tag::values(rest);
                let value = |key| values.iter().find(|(own, _)| *own == Some(key)).map_or("", |(_, value)| *value);
                self.include_code(line, value("language"), value("source"));
            }
            "zone" | "zone-end" | "moniker" | "moniker-end" | "row" | "row-end" | "column" | "column-end"
            | "no-loc" | "form" | "video" => {}
            // Azure DevOps draws it; its text stays code.
            "mermaid" => {
                let end = lines.iter().skip(1).position(|line| line.trim().starts_with(":::"));
                let Some(end) = end.map(|at| at + 1) else { return 1 };
                self.code_block(line, "mermaid", &lines[1..end].concat());
                return end + 1;
            }
            _ => {
                let rest = rest.split_once('{').map_or(rest, |(rest, _)| rest);
                let title = rest.trim().trim_matches(['[', ']']);
                let known = label::known(&name_of, self.language).is_some();
                let head = match title {
                    _ if known => label::head(&name_of, Some(title), self.language),
                    "" => None,
                    title => Some(format!("**{title}**")),
                };
                if let Some(head) = head {
                    let parted = !(head.ends_with(":**") || head.ends_with("：**"));
                    self.part();
                    self.line(line, &head);
                    if parted
                        || lines.get(1).is_some_and(|next| next.trim_start().starts_with(['-', '*', '|', '`', '1']))
                    {
                        self.prose.push('\n');
                    }
                }
            }
        }
        1
    }

    /// `:::{note} Title` of MyST, `::: {.warning}` of Pandoc: the head and its options; the text follows as it comes.
    fn braces(&mut self, rest: &str, line: &str, lines: &[&str]) -> usize {
        let (kind, title) = rest.trim_start_matches('{').split_once('}').unwrap_or((rest, ""));
        let kind = kind.trim().trim_start_matches('.').split(' ').next().unwrap_or_default();
        let is_option = |line: &&&str| OPTION.as_ref().is_some_and(|option| option.is_match(line.trim_end()));
        let options = lines.iter().skip(1).take_while(is_option).count();
        if label::known(kind, self.language).is_some()
            && let Some(head) = label::head(kind, Some(title), self.language)
        {
            self.part();
            self.line(line, &head);
            if !head.ends_with(":**") && !head.ends_with("：**") {
                self.prose.push('\n');
            }
        } else if !title.trim().is_empty() {
            self.line(line, &format!("**{}**", title.trim()));
        }
        1 + options
    }

    /// A directive of MyST that stands in a fence; `None`: it is code.
    pub(super) fn directive_fence(&mut self, fence: &Fence<'_>, lines: &[&str]) -> Option<usize> {
        let (name, argument) = fence.info.strip_prefix('{')?.split_once('}')?;
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':'));
        if !is_name {
            return None;
        }
        let end = fence.end(lines);
        let inner = &lines[1..end.lines - usize::from(end.closed && end.lines > 1)];
        let line = lines[0].trim_end();
        self.directive_of(line, name, argument.trim(), &inner.concat());
        Some(end.lines)
    }

    /// `{: .note }` marks the paragraph that follows, or the one before.
    fn attributes(&mut self, line: &str, lines: &[&str]) -> Option<usize> {
        let [_, values] = groups(&ATTRIBUTES, line)?;
        let label = label::among(values, self.language).filter(|label| !label.is_empty() && values.contains('.'));
        let Some(label) = label else { return Some(1) };
        let colon = if self.language == label::Language::Chinese { "：" } else { ":" };
        let head = format!("**{label}{colon}**");
        if lines.get(1).is_some_and(|next| !next.trim().is_empty()) {
            let quote = if lines[1].trim_start().starts_with('>') { "> " } else { "" };
            self.prose.extend([quote, &head, "\n"]);
        } else {
            let start = self.prose.trim_end().rfind("\n\n").map_or(0, |at| at + 2);
            let at = start + self.prose[start..].len() - self.prose[start..].trim_start_matches(['>', ' ']).len();
            self.prose.insert_str(at, &format!("{head} "));
        }
        Some(1)
    }

    /// A file of code.
    fn include_code(&mut self, line: &str, language: &str, target: &str) {
        if let Some((text, _)) = self.included(target) {
            self.code_block(line, language, &text);
        }
    }
}

/// `---`, `* * *`.
fn is_rule(text: &str) -> bool {
    let marks: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    marks.len() >= 3 && marks.chars().all(|c| marks.starts_with(c))
}

/// The lines below that are indented deeper, at the indentation of the first; with how many they are.
fn below(line: &str, lines: &[&str]) -> (String, usize) {
    let width = |line: &str| {
        line.chars().take_while(|c| matches!(c, ' ' | '\t')).map(|c| if c == '\t' { 4 } else { 1 }).sum::<usize>()
    };
    let own = width(line);
    let is_blank = |line: &&str| line.trim().is_empty();
    let Some(first) =
        lines.iter().skip(1).find(|line| !is_blank(line)).map(|line| width(line)).filter(|first| *first > own)
    else {
        return (String::new(), 0);
    };
    let inside = lines.iter().skip(1).take_while(|line| is_blank(line) || width(line) >= first.min(own + 4)).count();
    // Blank lines behind belong to what follows.
    let taken = lines[1..=inside].iter().rposition(|line| !is_blank(line)).map_or(0, |at| at + 1);
    let cut = first - own;
    let mut text = String::new();
    for line in &lines[1..=taken] {
        let mut left = cut;
        let rest = line.trim_start_matches(|c| {
            let wide = match c {
                ' ' => 1,
                '\t' => 4,
                _ => return false,
            };
            let fits = left > 0;
            left = left.saturating_sub(wide);
            fits
        });
        text.push_str(if is_blank(line) { "\n" } else { rest });
    }
    (text, taken)
}
