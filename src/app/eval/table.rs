//! Tables of labelled cases.

use crate::{parsed::Warning, utf8};

/// A labelled case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// Name, and folder or file below the table's.
    pub case: String,
    /// The articles that resolve it, by id or source; none where none applies.
    pub articles: Vec<String>,
    /// Language of its mails.
    pub lang: String,
    /// What sort of case it is.
    pub style: String,
    /// Its table, as the user named it, and its line there, from 1.
    pub place: (String, u64),
}

impl Labelled {
    /// Whether an article, by its id and its source, resolves it.
    pub fn is_right(&self, id: &str, source: &str) -> bool {
        self.articles.iter().any(|one| one == id || one == source)
    }

    /// A warning about its row.
    pub fn warning(&self, message: impl Into<String>) -> Warning {
        let (table, line) = self.place.clone();
        Warning { part: table, line: Some(line), message: message.into() }
    }

    /// That there is no such case.
    pub fn unread(&self) -> Warning {
        self.warning(format!("`{}`: there is nothing to read", self.case))
    }
}

/// Why a table cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// A column is missing.
    #[error("line 1: there is no column `{0}`; needed are case and articles, known are lang and style")]
    Column(&'static str),
    /// A row has too few cells.
    #[error("line {0}: a cell is missing")]
    Cell(usize),
    /// It is no text.
    #[error("line {line}: {error}", line = .0.line, error = .0)]
    NotText(#[from] utf8::NotText),
    /// There are no rows.
    #[error("there are no cases")]
    Empty,
}

/// Reads a table, which warnings call `name`, of tab-separated values with a head: `case`, `articles` (parted by commas, `-` for none), and where there are
/// such `lang` and `style`.
///
/// # Errors
/// When it is no text, a column or cell is missing, or there is no row.
pub fn read_table(name: &str, bytes: Vec<u8>) -> Result<Vec<Labelled>, TableError> {
    let text = utf8::text(bytes)?;
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (_, head) = lines.next().ok_or(TableError::Empty)?;
    let head: Vec<&str> = head.split('\t').map(str::trim).collect();
    let column = |name: &'static str| head.iter().position(|one| one.eq_ignore_ascii_case(name));
    let case = column("case").ok_or(TableError::Column("case"))?;
    let articles = column("articles").ok_or(TableError::Column("articles"))?;
    let (lang, style) = (column("lang"), column("style"));
    let mut cases = Vec::new();
    for (number, line) in lines {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let cell =
            |at: usize| cells.get(at).copied().filter(|cell| !cell.is_empty()).ok_or(TableError::Cell(number + 1));
        let named = cell(articles)?;
        let optional = |at: Option<usize>| at.and_then(|at| cells.get(at)).map_or(String::new(), ToString::to_string);
        cases.push(Labelled {
            case: cell(case)?.to_string(),
            articles: if named == "-" {
                Vec::new()
            } else {
                named.split(',').map(|one| one.trim().to_string()).filter(|one| !one.is_empty()).collect()
            },
            lang: optional(lang),
            style: optional(style),
            place: (name.to_string(), number as u64 + 1),
        });
    }
    if cases.is_empty() { Err(TableError::Empty) } else { Ok(cases) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_and_complaints_name_the_line() {
        let read_table = |text: &str| read_table("t.tsv", text.as_bytes().to_vec());
        let cases = read_table("case\tarticles\tlang\tstyle\na/1\tx.md, y.md\ten\tcodes\nb\t-\t\t\n").unwrap();
        assert_eq!(cases[0].articles, ["x.md", "y.md"]);
        assert!(cases[1].articles.is_empty() && cases[1].lang.is_empty());
        assert_eq!((cases[0].place.1, cases[1].place.1), (2, 3));
        assert_eq!(
            cases[1].unread(),
            Warning { part: "t.tsv".into(), line: Some(3), message: "`b`: there is nothing to read".into() }
        );
        assert_eq!(read_table("case\tlang\n"), Err(TableError::Column("articles")));
        assert_eq!(read_table("case\tarticles\nx\n"), Err(TableError::Cell(2)));
        assert_eq!(read_table("case\tarticles\n"), Err(TableError::Empty));
        let torn = super::read_table("t.tsv", b"case\tarticles\nx\t\xff\n".to_vec()).unwrap_err();
        assert_eq!(torn.to_string(), "line 2: is no UTF-8 text");
    }
}
