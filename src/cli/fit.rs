//! Tables made for the width that they get: codes and numbers stay whole, text breaks, and what says least is left out.

use comfy_table::{CellAlignment, ContentArrangement, Table};
use textwrap::core::display_width;

use super::output;

/// Blanks before each column.
const GAP: usize = 2;

/// Lines that a heading takes at most, where its words allow it.
const HEAD_LINES: usize = 2;

/// Columns of a heading that is not broken: two short words.
const SHORT_HEAD: usize = 8;

/// The same of one in Chinese: five characters.
const SHORT_ZH_HEAD: usize = 10;

/// Columns that what stands below a cell has at least: less would say nothing.
const LEAST_BELOW: usize = 30;

/// How a column is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shape {
    /// Whether its cells stand to the right, as numbers do.
    pub right: bool,
    /// To how few columns its text may be broken; `None`: its cells stay whole.
    pub least: Option<usize>,
    /// 0: it is never left out. Of the others the one with the greatest goes first.
    pub rank: u8,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Piece {
    /// What it says, free of what a terminal could act on.
    pub text: String,
    /// Lines that stand below it, shortened to the width that there is.
    pub below: Vec<String>,
}

impl From<String> for Piece {
    fn from(text: String) -> Self {
        Piece { text, below: Vec::new() }
    }
}

/// A table that is being made.
#[derive(Debug, Clone, Default)]
pub struct Fitted {
    head: Vec<String>,
    shapes: Vec<Shape>,
    rows: Vec<Vec<Piece>>,
}

impl Fitted {
    /// With these headings.
    pub fn new(columns: impl IntoIterator<Item = (String, Shape)>) -> Self {
        let (head, shapes) = columns.into_iter().unzip();
        Fitted { head, shapes, rows: Vec::new() }
    }

    /// Adds a row, a cell for each column.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Piece>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The table in the output's width, and whether columns are left out.
    pub fn render(&self) -> (String, bool) {
        self.render_in(usize::from(output::width()))
    }

    fn render_in(&self, width: usize) -> (String, bool) {
        let widths = self.widths(width);
        let kept: Vec<(usize, usize)> =
            widths.iter().enumerate().filter_map(|(at, width)| Some((at, (*width)?))).collect();
        let head: Vec<String> = kept.iter().map(|(at, width)| wrapped(&self.head[*at], *width)).collect();
        let mut table: Table = output::table(&head.iter().map(String::as_str).collect::<Vec<_>>());
        // All is broken as it is to be.
        table.set_content_arrangement(ContentArrangement::Disabled);
        for row in &self.rows {
            table.add_row(
                kept.iter().map(|(at, width)| row.get(*at).map_or_else(String::new, |cell| cell.lines(*width))),
            );
        }
        for (place, (at, _)) in kept.iter().enumerate() {
            let Some(column) = table.column_mut(place) else { continue };
            column.set_padding((1, 0));
            if self.shapes[*at].right {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        (table.trim_fmt(), kept.len() < widths.len())
    }

    /// How wide each column is; `None`: it is left out.
    fn widths(&self, width: usize) -> Vec<Option<usize>> {
        let wanted: Vec<(usize, usize)> = (0..self.head.len()).map(|at| self.wanted(at)).collect();
        let mut kept: Vec<usize> = (0..self.head.len()).collect();
        let needed = |kept: &[usize]| 1 + kept.iter().map(|at| wanted[*at].0 + GAP).sum::<usize>();
        while needed(&kept) > width {
            let last = kept
                .iter()
                .copied()
                .filter(|at| self.shapes[*at].rank > 0)
                .max_by_key(|at| (self.shapes[*at].rank, *at));
            let Some(last) = last else { break };
            kept.retain(|at| *at != last);
        }
        let mut widths: Vec<Option<usize>> = vec![None; self.head.len()];
        kept.iter().for_each(|at| widths[*at] = Some(wanted[*at].0));
        // What is left over goes to those that want more, to each the same.
        let mut free = width.saturating_sub(needed(&kept));
        while free > 0 {
            let mut given = false;
            for (at, width) in widths.iter_mut().enumerate() {
                let Some(width) = width.as_mut().filter(|width| free > 0 && **width < wanted[at].1) else { continue };
                *width += 1;
                free -= 1;
                given = true;
            }
            if !given {
                break;
            }
        }
        widths
    }

    /// The least and the best width of a column.
    fn wanted(&self, at: usize) -> (usize, usize) {
        let cells = || self.rows.iter().filter_map(|row| row.get(at));
        let text = cells().flat_map(|cell| cell.text.lines()).map(display_width).max().unwrap_or(0);
        let below = cells().flat_map(|cell| &cell.below).map(|below| display_width(below) + 2).max().unwrap_or(0);
        let least = self.shapes[at].least.map_or(text, |least| least.min(text));
        let least = least.max(head_width(&self.head[at])).max(below.min(LEAST_BELOW));
        (least, text.max(below).max(least))
    }
}

impl Piece {
    /// The lines of the cell in a width.
    fn lines(&self, width: usize) -> String {
        let mut text = wrapped(&self.text, width);
        for below in &self.below {
            text.push_str("\n  ");
            text.push_str(&clipped(below, width.saturating_sub(2)));
        }
        text
    }
}

/// Breaks text between its words, and where a word is longer, within it.
fn wrapped(text: &str, width: usize) -> String {
    textwrap::fill(text, width.max(1))
}

/// The least width in which a heading takes few lines and no word of it breaks.
fn head_width(head: &str) -> usize {
    let whole = display_width(head);
    let fits = |width: &usize| {
        let lines = textwrap::wrap(head, textwrap::Options::new(*width).break_words(false));
        lines.len() <= HEAD_LINES && lines.iter().all(|line| display_width(line) <= *width)
    };
    let short = if head.is_ascii() { SHORT_HEAD } else { SHORT_ZH_HEAD };
    (short.min(whole)..whole).find(fits).unwrap_or(whole)
}

/// Shortens text to a width in columns, of which a Chinese character takes two, with a mark where something is left out.
pub fn clipped(text: &str, width: usize) -> String {
    if display_width(text) <= width {
        return text.to_string();
    }
    let (mut short, mut taken) = (String::new(), 1);
    for c in text.chars() {
        taken += display_width(c.encode_utf8(&mut [0; 4]));
        if taken > width {
            break;
        }
        short.push(c);
    }
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> Fitted {
        let shape = |right, least, rank| Shape { right, least, rank };
        let columns = [
            ("signature", shape(false, None, 0)),
            ("cases about it", shape(true, None, 2)),
            ("cases", shape(true, None, 0)),
            ("title", shape(false, Some(10), 1)),
        ];
        let mut table = Fitted::new(columns.map(|(head, shape)| (head.to_string(), shape)));
        let signature =
            Piece { text: "hresult:0x80070005".into(), below: vec!["E_ACCESSDENIED, and why that is so".into()] };
        table.row([
            signature,
            "12".to_string().into(),
            "345".to_string().into(),
            "拒绝访问：没有权限写入注册表".to_string().into(),
        ]);
        table
    }

    #[test]
    fn columns_are_broken_and_left_out_by_their_rank() {
        let mut told = String::new();
        for width in [90, 70, 50, 40] {
            let (text, left_out) = made().render_in(width);
            assert!(text.lines().all(|line| display_width(line) <= width), "{width}: {text}");
            told.push_str(&format!("{width}, columns left out: {left_out}\n{text}\n\n"));
        }
        insta::assert_snapshot!("fitted", told);
    }

    #[test]
    fn headings_take_two_lines_at_most() {
        let heads =
            ["cases", "about it", "closed by now", "change, points", "占比", "期末未关闭", "占比变化（百分点）"];
        assert_eq!(heads.map(head_width), [5, 8, 8, 8, 4, 10, 10]);
    }

    #[test]
    fn text_is_clipped_by_columns() {
        assert_eq!(clipped("拒绝访问", 8), "拒绝访问");
        assert_eq!(clipped("拒绝访问", 7), "拒绝访…");
        assert_eq!(clipped("拒绝访问", 6), "拒绝…");
        assert_eq!(clipped("denied", 4), "den…");
    }
}
