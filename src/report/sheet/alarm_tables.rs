//! The tables of an alarm.

use super::{
    Cell, Kind, Lang, Sheet,
    tables::{count, figure, named, sheet, text},
};
use crate::report::alarm::Alarm;

/// Names of the tables of [`alarm_sheets`].
pub const ALARM_KEYS: [&str; 2] = ["new_signatures", "rising_articles"];

/// The tables of an alarm.
pub fn alarm_sheets(alarm: &Alarm, day: &dyn Fn(i64) -> String, lang: Lang) -> Vec<Sheet> {
    let new = alarm.new_signatures.iter().map(|row| {
        let moment = |at: i64| Cell::Moment(at, day(at));
        vec![named(&row.named), figure(&row.cases), count(row.customers), moment(row.first), moment(row.reached)]
    });
    let rising = alarm.rising_articles.iter().map(|row| {
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
    });
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
        sheet(
            lang,
            ALARM_KEYS[1],
            ("Articles on the rise", "上升的文章"),
            &[
                ("article", "article", "文章", Kind::Text),
                ("ratio", "times as often", "倍数", Kind::Ratio),
                ("cases", "cases", "案例", Kind::Figure),
                ("customers", "customers", "客户", Kind::Number),
                ("expected", "expected", "期望客户", Kind::Number),
                ("before", "cases before", "此前案例", Kind::Figure),
                ("q", "q", "q", Kind::Chance),
            ],
            rising.collect(),
        ),
    ]
}
