//! Tables of labelled cases.

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
}

impl Labelled {
    /// Whether an article, by its id and its source, resolves it.
    pub fn is_right(&self, id: &str, source: &str) -> bool {
        self.articles.iter().any(|one| one == id || one == source)
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
    /// There are no rows.
    #[error("there are no cases")]
    Empty,
}

/// Reads a table of tab-separated values with a head: `case`, `articles` (parted by commas, `-` for none), and where there are
/// such `lang` and `style`.
///
/// # Errors
/// When a column or cell is missing, or there is no row.
pub fn read_table(text: &str) -> Result<Vec<Labelled>, TableError> {
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
        });
    }
    if cases.is_empty() { Err(TableError::Empty) } else { Ok(cases) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_and_complaints_name_the_line() {
        let cases = read_table("case\tarticles\tlang\tstyle\na/1\tx.md, y.md\ten\tcodes\nb\t-\t\t\n").unwrap();
        assert_eq!(cases[0].articles, ["x.md", "y.md"]);
        assert!(cases[1].articles.is_empty() && cases[1].lang.is_empty());
        assert_eq!(read_table("case\tlang\n"), Err(TableError::Column("articles")));
        assert_eq!(read_table("case\tarticles\nx\n"), Err(TableError::Cell(2)));
        assert_eq!(read_table("case\tarticles\n"), Err(TableError::Empty));
    }
}
