//! The tables of an alarm.

use super::{
    Cell, Kind, Lang, Sheet,
    tables::{Columns, count, figure, named, sheet, text},
};
use crate::report::alarm::{Alarm, RisingArticle};

/// Names of the tables of [`alarm_sheets`].
pub const ALARM_KEYS: [&str; 3] = ["new_signatures", "rising_articles", "seasonal_articles"];

/// The columns of articles.
const ARTICLES: Columns<'static> = &[
    ("article", "article", "文章", Kind::Text),
    ("ratio", "times as often", "倍数", Kind::Ratio),
    ("cases", "cases", "案例", Kind::Figure),
    ("customers", "customers", "客户", Kind::Number),
    ("expected", "expected", "期望客户", Kind::Number),
    ("before", "cases before", "此前案例", Kind::Figure),
    ("q", "q", "q", Kind::Chance),
];

/// The tables of an alarm.
pub fn alarm_sheets(alarm: &Alarm, day: &dyn Fn(i64) -> String, lang: Lang) -> Vec<Sheet> {
    let new = alarm.new_signatures.iter().map(|row| {
        let moment = |at: i64| Cell::Moment(at, day(at));
        vec![named(&row.named), figure(&row.cases), count(row.customers), moment(row.first), moment(row.reached)]
    });
    let row = |row: &RisingArticle| {
        let ratio = Cell::Ratio { ratio: row.change.ratio, low: row.change.low, high: row.change.high };
        let (cases, before) = (figure(&row.change.cases), figure(&row.change.before));
        vec![
            text(&row.article),
            ratio,
            cases,
            count(row.change.customers),
            Cell::Number(row.change.expected),
            before,
            Cell::Number(row.change.q),
        ]
    };
    let articles =
        |key, title, rows: &[RisingArticle]| sheet(lang, key, title, ARTICLES, rows.iter().map(row).collect());
    vec![
        sheet(
            lang,
            ALARM_KEYS[0],
            ("New signatures at two customers", "波及两个客户的新签名"),
            &[
                ("signature", "signature", "签名", Kind::Named),
                ("cases", "cases", "案例", Kind::Figure),
                ("customers", "customers", "客户", Kind::Number),
                ("first", "first seen", "首次出现", Kind::Moment),
                ("reached", "at the second", "波及第二个", Kind::Moment),
            ],
            new.collect(),
        ),
        articles(ALARM_KEYS[1], ("Articles on the rise", "上升的文章"), &alarm.rising_articles),
        articles(
            ALARM_KEYS[2],
            ("Articles whose rise the season explains: no alarm", "上升由季节解释的文章：不报警"),
            &alarm.seasonal_articles,
        ),
    ]
}
