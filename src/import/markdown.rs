//! Markdown written block by block: what pages and office documents have in common, whatever their own markup is.
//!
//! A reader says which block begins and hands over its text; marks that Markdown would read into the text are escaped, code stays
//! as it is. Memory is what the text takes; lists and tables have a greatest depth and width.

/// Lists within lists beyond this depth are written at it.
const DEEPEST_LIST: usize = 8;
/// A table with more columns is a picture or a calendar: its cells are written as text.
const MOST_COLUMNS: usize = 40;

/// What a block of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    Paragraph,
    /// Level 1 to 6.
    Heading(u8),
    /// An item of a list, at its depth from 1; with its number in a numbered one.
    Item {
        depth: usize,
        number: Option<u64>,
    },
    Quote,
}

/// Writes blocks one after the other.
#[derive(Debug, Default)]
pub(super) struct Markdown {
    text: String,
    /// The block that is being written, and its text so far.
    block: Option<Block>,
    line: String,
    /// A blank is due before the next word of the line.
    blank: bool,
    /// The depth of the list in which following paragraphs stand; 0: in none.
    list: usize,
    after_item: bool,
    /// Cells of the open table, row by row; `None`: no table is open.
    rows: Option<Vec<Vec<String>>>,
}

impl Markdown {
    /// Ends the block before it and begins one. Within a table blocks are parted by blanks.
    pub(super) fn begin(&mut self, block: Block) {
        if self.rows.is_some() {
            self.blank = true;
            return;
        }
        self.end();
        self.block = Some(block);
        if let Block::Item { depth, .. } = block {
            self.list = depth.clamp(1, DEEPEST_LIST);
        }
    }

    /// Begins a block like [`Markdown::begin`], but goes on with one in which nothing stands yet: the paragraph of an item is the item.
    pub(super) fn paragraph(&mut self, block: Block) {
        if self.block.is_none() || !self.line.is_empty() || self.rows.is_some() {
            self.begin(block);
        }
    }

    /// In which list the following blocks stand, by its depth; 0: in none. An item sets it itself.
    pub(super) fn in_list(&mut self, depth: usize) {
        self.end();
        self.list = depth.min(DEEPEST_LIST);
    }

    /// Text of the open block, its blanks folded. Without an open block a paragraph begins.
    pub(super) fn text(&mut self, text: &str) {
        let is_blank = |c: char| c.is_whitespace();
        let mut words = text.split(is_blank).peekable();
        while let Some(word) = words.next() {
            if !word.is_empty() {
                self.space();
                escape(word, &mut self.line);
            }
            self.blank |= words.peek().is_some();
        }
    }

    /// Code within a line, as it is.
    pub(super) fn code(&mut self, code: &str) {
        let folded = code.split_whitespace().collect::<Vec<_>>().join(" ");
        if folded.is_empty() {
            self.blank |= !code.is_empty();
            return;
        }
        self.blank |= code.starts_with(char::is_whitespace);
        self.space();
        let fence = "`".repeat(longest_run(&folded, '`') + 1);
        let pad = if folded.starts_with('`') || folded.ends_with('`') { " " } else { "" };
        self.line.extend([fence.as_str(), pad, folded.as_str(), pad, fence.as_str()]);
        self.blank = code.ends_with(char::is_whitespace);
    }

    fn space(&mut self) {
        if std::mem::take(&mut self.blank) && !self.line.is_empty() && !self.line.ends_with('\n') {
            self.line.push(' ');
        }
    }

    /// A line break within a block.
    pub(super) fn break_line(&mut self) {
        self.blank = false;
        match self.block {
            // A heading is one line, and so is the row of a table.
            _ if self.rows.is_some() => self.blank = true,
            Some(Block::Heading(_)) => self.blank = true,
            _ if !self.line.is_empty() && !self.line.ends_with("\n\n") => self.line.push('\n'),
            _ => {}
        }
    }

    /// A block of code.
    pub(super) fn code_block(&mut self, code: &str) {
        let code = code.trim_matches(['\n', '\r']).trim_end();
        if code.trim().is_empty() {
            return;
        }
        if self.rows.is_some() {
            return self.code(code);
        }
        self.end();
        self.part(false);
        let fence = "`".repeat((longest_run(code, '`') + 1).max(3));
        let indent = "    ".repeat(self.list);
        for line in std::iter::once(fence.as_str()).chain(code.lines()).chain([fence.as_str()]) {
            self.text.extend([indent.as_str(), line.trim_end_matches('\r'), "\n"]);
        }
    }

    /// Begins a table, or ends the one that is open.
    pub(super) fn table(&mut self, open: bool) {
        if open {
            self.end();
            self.rows = Some(Vec::new());
        } else {
            self.end_table();
        }
    }

    /// Begins a row of the open table.
    pub(super) fn row(&mut self) {
        self.cell_ends();
        if let Some(rows) = &mut self.rows {
            rows.push(Vec::new());
        }
    }

    /// Begins a cell of the open row.
    pub(super) fn cell(&mut self) {
        self.cell_ends();
        if let Some(row) = self.rows.as_mut().and_then(|rows| rows.last_mut()) {
            row.push(String::new());
        }
    }

    fn cell_ends(&mut self) {
        let text = std::mem::take(&mut self.line);
        self.blank = false;
        let Some(rows) = &mut self.rows else {
            self.line = text;
            return;
        };
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if rows.is_empty() {
            rows.push(Vec::new());
        }
        let Some(row) = rows.last_mut() else { return };
        match row.last_mut() {
            Some(cell) => {
                if !cell.is_empty() {
                    cell.push(' ');
                }
                cell.push_str(text);
            }
            None => row.push(text.to_string()),
        }
    }

    /// Gives up the open table: it lays out a page. What stands in it becomes paragraphs.
    pub(super) fn end_table(&mut self) {
        self.cell_ends();
        let Some(rows) = self.rows.take() else { return };
        let rows: Vec<_> = rows.into_iter().filter(|row| row.iter().any(|cell| !cell.is_empty())).collect();
        let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
        if !(2..=MOST_COLUMNS).contains(&columns) || rows.len() < 2 {
            for row in rows {
                self.block = Some(Block::Paragraph);
                self.line = row.join(" ").trim().to_string();
                self.end();
            }
            return;
        }
        self.part(false);
        for (index, row) in rows.iter().enumerate() {
            self.text.push('|');
            for column in 0..columns {
                let cell = row.get(column).map_or("", String::as_str);
                self.text.extend([" ", &cell.replace('|', "\\|").replace('\n', " "), " |"]);
            }
            self.text.push('\n');
            if index == 0 {
                self.text.push('|');
                self.text.push_str(&" --- |".repeat(columns));
                self.text.push('\n');
            }
        }
    }

    /// Whether a table is open.
    pub(super) fn is_table(&self) -> bool {
        self.rows.is_some()
    }

    /// Ends the open block.
    pub(super) fn end(&mut self) {
        if self.rows.is_some() {
            self.blank = true;
            return;
        }
        self.blank = false;
        let block = self.block.take().unwrap_or(Block::Paragraph);
        let line = std::mem::take(&mut self.line);
        let line = line.trim();
        if line.is_empty() {
            return;
        }
        self.part(matches!(block, Block::Item { .. }));
        let indent = "    ".repeat(self.list);
        let (first, rest) = match block {
            Block::Heading(level) => ("#".repeat(level.clamp(1, 6).into()) + " ", String::new()),
            Block::Paragraph => (indent.clone(), indent),
            Block::Quote => (format!("{indent}> "), format!("{indent}> ")),
            Block::Item { depth, number } => {
                let depth = depth.clamp(1, DEEPEST_LIST);
                let mark = number.map_or("- ".to_string(), |number| format!("{number}. "));
                ("    ".repeat(depth - 1) + &mark, "    ".repeat(depth))
            }
        };
        for (index, line) in line.lines().enumerate() {
            // Two blanks at the end of a line keep what follows on one of its own.
            if index > 0 {
                self.text.push_str("  \n");
                self.text.push_str(&rest);
            } else {
                self.text.push_str(&first);
            }
            if !matches!(block, Block::Heading(_)) && needs_escape(line) {
                self.text.push('\\');
            }
            self.text.push_str(line.trim());
        }
        self.text.push('\n');
    }

    /// Parts a block from the one before: items of a list stand close.
    fn part(&mut self, is_item: bool) {
        let is_close = is_item && self.after_item;
        if !self.text.is_empty() && !is_close {
            self.text.push('\n');
        }
        self.after_item = is_item;
    }

    /// How much is written.
    pub(super) fn len(&self) -> usize {
        self.text.len() + self.line.len()
    }

    /// The whole text.
    pub(super) fn finish(mut self) -> String {
        self.end_table();
        self.end();
        self.text
    }
}

/// Text that is no Markdown as such: lines stay lines, blank lines part paragraphs, nothing of it is a mark.
pub(super) fn of_plain_text(text: &str) -> String {
    let mut out = Markdown::default();
    for paragraph in text.split("\n\n") {
        out.begin(Block::Paragraph);
        for line in paragraph.lines() {
            out.text(line);
            out.break_line();
        }
    }
    out.finish()
}

/// Writes a word so that Markdown reads it as it is: tags, emphasis, code and links of its own are none, and back slashes stay.
fn escape(word: &str, out: &mut String) {
    let (link, entity) = (word.contains("]("), word.contains(';'));
    let mut before = None;
    let mut letters = word.chars().peekable();
    while let Some(c) = letters.next() {
        let next = letters.peek().copied();
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let escaped = match c {
            '\\' => next.is_some_and(|next| next.is_ascii_punctuation()),
            '<' => next.is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?')),
            '`' => true,
            // Within a word an underscore is a letter.
            '_' => !(is_word(before) && is_word(next)),
            '*' => is_word(before) || is_word(next),
            '[' => link,
            '&' => next.is_some_and(|next| next.is_ascii_alphabetic() || next == '#') && entity,
            _ => false,
        };
        if escaped {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
}

/// Whether a line of text would begin another block.
fn needs_escape(line: &str) -> bool {
    let line = line.trim_start();
    let rest = line.trim_end();
    let ruled = ['-', '=', '*', '_'].into_iter().any(|mark| !rest.is_empty() && rest.chars().all(|c| c == mark));
    ruled || ["#", ">", "~~~", "- ", "+ ", "* ", "|"].iter().any(|mark| line.starts_with(mark))
}

/// The longest run of a character.
fn longest_run(text: &str, wanted: char) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::plain_text;

    #[test]
    fn what_is_written_is_read_again() {
        for text in [
            r"\\server\share is a \_path_ & <b>not</b> a *tag* of __init__ [x](y) &lt; a_b_c `d`",
            "# no heading",
            "> no quote",
            "- no item",
            "=====",
            "日志 C:\\Windows\\Temp\\_x.log 拒绝访问",
        ] {
            assert_eq!(plain_text(&of_plain_text(text)), text, "{}", of_plain_text(text));
        }
    }

    #[test]
    fn blocks_are_parted_and_items_are_not() {
        let mut out = Markdown::default();
        out.begin(Block::Heading(2));
        out.text("Steps ");
        out.text("to take");
        for number in 1..=2 {
            out.begin(Block::Item { depth: 1, number: Some(number) });
            out.text("Run ");
            out.code("a `b`");
            out.break_line();
            out.text("again");
        }
        out.code_block("\nx  y\n  z\n");
        out.in_list(0);
        out.begin(Block::Paragraph);
        out.text("Done.");
        let expected = "## Steps to take\n\n1. Run `` a `b` ``  \n    again\n2. Run `` a `b` ``  \n    again\n\n    ```\n    x  y\n      z\n    ```\n\nDone.\n";
        assert_eq!(out.finish(), expected);
    }

    #[test]
    fn tables_of_one_column_lay_out_and_others_tell() {
        let table = |rows: &[&[&str]]| {
            let mut out = Markdown::default();
            out.table(true);
            for row in rows {
                out.row();
                for cell in *row {
                    out.cell();
                    out.begin(Block::Paragraph);
                    out.text(cell);
                }
            }
            out.table(false);
            out.finish()
        };
        assert_eq!(table(&[&["Code", "Means"], &["5", "a|b"]]), "| Code | Means |\n| --- | --- |\n| 5 | a\\|b |\n");
        assert_eq!(table(&[&["one"], &["two"]]), "one\n\ntwo\n");
        assert_eq!(table(&[]), "");
    }
}
