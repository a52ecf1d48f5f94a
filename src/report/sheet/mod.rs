//! The report as plain tables, in English or Chinese: what every format but JSON is made from, so that none can say something else.

mod alarm_tables;
mod csv;
mod definitions;
mod notes;
mod signature_tables;
mod tables;
mod words;

use super::{
    Figure,
    section::{Hours, Named},
};

pub use alarm_tables::{ALARM_KEYS, alarm_sheets};
pub use csv::csv;
pub use notes::{NOTES, notes};
pub use tables::sheets;
pub use words::{filter_words, no_history};

/// Language of labels; names and titles stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

impl Lang {
    /// Its own of two words.
    pub fn pick<'t>(self, en: &'t str, zh: &'t str) -> &'t str {
        match self {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Its name for programs: the file's name as CSV, the anchor on the page.
    pub key: &'static str,
    /// Its title.
    pub title: String,
    /// What is to be said before it.
    pub notes: Vec<String>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each as long as the columns.
    pub rows: Vec<Vec<Cell>>,
    /// What stands in its place when it has no rows.
    pub empty: String,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name for programs.
    pub key: &'static str,
    /// Its title.
    pub title: String,
    /// What its cells are.
    pub kind: Kind,
}

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// A signature.
    Named,
    /// Cases.
    Figure,
    /// A number without unit.
    Number,
    /// How likely something is by chance.
    Chance,
    /// A share, 0 to 1.
    Share,
    /// A difference of shares.
    Change,
    /// Hours with their interval.
    Time,
    /// Hours.
    Hours,
    /// A ratio of rates with its interval.
    Ratio,
    /// A moment.
    Moment,
}

/// A cell; one that does not hold what its column says is empty.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing is known.
    None,
    /// Words.
    Text(String),
    /// A signature.
    Named(Named),
    /// Cases.
    Figure(Figure),
    /// A number, a share, a change, hours.
    Number(f64),
    /// Hours with their interval.
    Time(Hours),
    /// A ratio with its interval.
    Ratio {
        /// `None`: there was none before.
        ratio: Option<f64>,
        /// Lower end.
        low: f64,
        /// Upper end; `None`: without bound.
        high: Option<f64>,
    },
    /// Seconds since 1970, and the day in the report's zone.
    Moment(i64, String),
}

impl Kind {
    /// Whether cells stand to the right, as numbers do.
    pub fn is_number(self) -> bool {
        !matches!(self, Kind::Text | Kind::Named | Kind::Moment)
    }
}

impl Cell {
    /// As people read it.
    pub fn shown(&self, kind: Kind, lang: Lang) -> String {
        match (self, kind) {
            (Cell::None, Kind::Time | Kind::Hours | Kind::Ratio) => "–".into(),
            (Cell::None, _) => String::new(),
            (Cell::Text(text) | Cell::Moment(_, text), _) => text.clone(),
            (Cell::Named(named), _) => match named.symbol.as_ref().or(named.line.as_ref()) {
                Some(told) => format!("{} {told}", named.signature),
                None => named.signature.to_string(),
            },
            (Cell::Figure(figure), _) => figure.count().to_string(),
            (Cell::Number(value), Kind::Share) => percent(*value),
            (Cell::Number(value), Kind::Change) => {
                let sign = if *value > 0.0 { "+" } else { "" };
                format!("{sign}{:.1}", value * 100.0)
            }
            (Cell::Number(value), Kind::Chance) if *value < 0.0001 => "<0.0001".into(),
            (Cell::Number(value), Kind::Hours) => duration(*value, lang),
            (Cell::Number(value), _) => value.to_string(),
            (Cell::Time(time), _) => shown_time(*time, lang),
            (Cell::Ratio { ratio, low, high }, _) => {
                let high = high.map_or_else(|| "∞".to_string(), short);
                let ratio = ratio.map_or_else(|| lang.pick("none before", "此前没有").to_string(), short);
                format!("{ratio} ({}–{high})", short(*low))
            }
        }
    }
}

/// A ratio as people read it.
pub(in crate::report) fn short(value: f64) -> String {
    if value >= 100.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

/// A number with the word for what it counts: `1 case`, `2 cases`.
pub fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A share as per cent.
pub fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

fn shown_time(time: Hours, lang: Lang) -> String {
    let end = |end: Option<f64>| end.map_or_else(|| "?".to_string(), |hours| duration(hours, lang));
    let told = match time.hours {
        Some(hours) => duration(hours, lang),
        None if time.too_few => lang.pick("too few at risk", "在险案例太少").into(),
        None => lang.pick("not reached", "尚未达到").into(),
    };
    if time.hours.is_none() && time.low.is_none() {
        return told;
    }
    format!("{told} ({}–{})", end(time.low), end(time.high))
}

/// Hours as people say them: minutes below an hour, days from two days on.
pub fn duration(hours: f64, lang: Lang) -> String {
    let (value, en, zh) = if hours < 1.0 {
        (format!("{:.0}", hours * 60.0), "min", "分钟")
    } else if hours < 48.0 {
        (format!("{hours:.1}"), "h", "小时")
    } else {
        (format!("{:.1}", hours / 24.0), "d", "天")
    };
    let value = value.strip_suffix(".0").map(str::to_string).unwrap_or(value);
    format!("{value} {}", lang.pick(en, zh))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_plural() {
        let counts = [0, 1, 2].map(|count| plural(count, "case", "cases"));
        assert_eq!(counts, ["0 cases", "1 case", "2 cases"]);
    }

    #[test]
    fn durations_as_people_say_them() {
        let said: Vec<String> = [0.5, 1.0, 22.04, 47.96, 60.0].iter().map(|hours| duration(*hours, Lang::En)).collect();
        assert_eq!(said, ["30 min", "1 h", "22 h", "48 h", "2.5 d"]);
        assert_eq!(duration(60.0, Lang::Zh), "2.5 天");
    }

    #[test]
    fn cells_as_people_read_them() {
        let ratio = |ratio, high| Cell::Ratio { ratio, low: 1.26, high }.shown(Kind::Ratio, Lang::En);
        assert_eq!(ratio(Some(2.04), Some(150.2)), "2.0 (1.3–150)");
        assert_eq!(ratio(None, None), "none before (1.3–∞)");
        assert_eq!(Cell::Number(0.031).shown(Kind::Change, Lang::En), "+3.1");
        assert_eq!(Cell::Number(0.125).shown(Kind::Share, Lang::En), "12.5%");
        assert_eq!(Cell::Number(3.62e-12).shown(Kind::Chance, Lang::En), "<0.0001");
        assert_eq!(Cell::Number(0.00123).shown(Kind::Chance, Lang::En), "0.00123");
        assert_eq!(Cell::None.shown(Kind::Time, Lang::En), "–");
        let open = |low, too_few| Hours { hours: None, low, high: None, too_few };
        let shown = |time| Cell::Time(time).shown(Kind::Time, Lang::En);
        assert_eq!(shown(open(None, false)), "not reached");
        assert_eq!(shown(open(Some(3.0), false)), "not reached (3 h–?)");
        assert_eq!(shown(open(Some(3.0), true)), "too few at risk (3 h–?)");
    }
}
