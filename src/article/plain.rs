//! An article's Markdown as plain text, for a mail.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// Markdown without its marks: lists keep numbers and dashes, code blocks are indented, links name their address. Lines are
/// not broken: mail programs do that.
pub fn plain_text(markdown: &str) -> String {
    let mut writer = Writer::default();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        writer.take(event);
    }
    writer.text.trim().to_string()
}

#[derive(Default)]
struct Writer {
    text: String,
    /// The number of the next item of each list around, `None` for a list without numbers.
    lists: Vec<Option<u64>>,
    code: bool,
    links: Vec<String>,
}

impl Writer {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.code => {
                for line in text.lines() {
                    let indent = self.indent();
                    self.text.push_str(&format!("{indent}    {line}\n"));
                }
            }
            Event::Text(text) | Event::Code(text) => {
                // Within a list what follows code or a break stands below its item.
                if self.text.ends_with('\n') {
                    self.text.push_str(&self.indent());
                }
                self.text.push_str(&text);
            }
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak => self.line(),
            Event::Rule => self.paragraph(),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::List(first) => {
                if !self.lists.is_empty() {
                    self.line();
                }
                self.lists.push(first);
            }
            Tag::Item => {
                self.line();
                let depth = self.lists.len().saturating_sub(1);
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_string(),
                };
                self.text.push_str(&"   ".repeat(depth));
                self.text.push_str(&mark);
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => {
                self.line();
                self.code = true;
            }
            Tag::Link { dest_url, .. } => self.links.push(dest_url.to_string()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Table | TagEnd::BlockQuote(_) => self.paragraph(),
            TagEnd::List(_) => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.paragraph();
                }
            }
            TagEnd::Item | TagEnd::TableRow | TagEnd::TableHead => self.line(),
            TagEnd::TableCell => self.text.push_str("  "),
            TagEnd::CodeBlock => self.code = false,
            TagEnd::Link => {
                if let Some(address) = self.links.pop()
                    && !self.text.ends_with(&address)
                {
                    self.text.push_str(&format!(" ({address})"));
                }
            }
            _ => {}
        }
    }

    fn indent(&self) -> String {
        "   ".repeat(self.lists.len())
    }

    /// Ends a line that has begun.
    fn line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// Ends a paragraph; within a list the next item follows at once.
    fn paragraph(&mut self) {
        self.line();
        if self.lists.is_empty() && !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(markdown: &str, expected: &str) {
        assert_eq!(plain_text(markdown), expected, "{markdown}");
    }

    #[test]
    fn marks_are_gone_and_structure_stays() {
        check(
            "Run **as administrator**:\n\n1. Open `cmd`.\n2. Type\n   ```\n   sfc /scannow\n   ```\n3. Restart.\n",
            "Run as administrator:\n\n1. Open cmd.\n2. Type\n       sfc /scannow\n3. Restart.",
        );
        check(
            "1. Run\n\n   ```\n   sc qc x\n   ```\n\n   and **write** it down.  \n   Watch\n\n   for hours.\n2. Done\n   - 写入\n     ```\n     a\n     ```\n     观察几小时。\n",
            "1. Run\n       sc qc x\n   and write it down.\n   Watch\n   for hours.\n2. Done\n   - 写入\n          a\n      观察几小时。",
        );
        check("- 打开设置\n  - 更新\n- 重启\n\n完成。", "- 打开设置\n   - 更新\n- 重启\n\n完成。");
        check(
            "See [the note](https://example.com/n) or <https://example.com/m>.",
            "See the note (https://example.com/n) or https://example.com/m.",
        );
        check("", "");
    }
}
