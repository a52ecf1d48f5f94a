//! Times to resolution, and where too few cases are left to tell them.

use jiff::tz::TimeZone;

use super::{Row, add, september};
use crate::report::{
    Report, build,
    material::Builder,
    sheet::{Lang, sheets},
};

#[test]
fn where_too_few_are_at_risk_no_time_is_told_and_why() {
    // Six of nine are closed, but the three open ones are younger than the last that were closed.
    let closed = |count: usize| -> Report {
        let mut builder = Builder::default();
        for number in 0..9 {
            let id = format!("C{number}");
            let (opened, end) = if number < 3 { ("2024-09-30", None) } else { ("2024-09-10", Some("2024-10-20")) };
            let row: Row<'_> = (&id, opened, end.filter(|_| number < 3 + count), Some("a"), &["win32:5"]);
            add(&mut builder, &[row], |case| case.closed = case.closed.map(|at| at + 3_600 * number as i64));
        }
        build(&builder.finish(0), &september(&TimeZone::UTC))
    };
    let six = closed(6);
    let median = six.volume.median.unwrap();
    assert_eq!((median.hours, median.too_few), (None, true), "{median:?}");
    assert!(median.low.is_some(), "{median:?}");
    let (en, zh) = (&six.lead[1].en, &six.lead[1].zh);
    assert!(en.starts_with("Of 9 cases opened 6 are closed by now; too few cases are left at risk"), "{en}");
    assert!(en.contains("(95% interval from 40.1 d on)"), "{en}");
    assert!(zh.contains("现已关闭 6 个；仍在险的案例太少"), "{zh}");
    let shown = |report: &Report, lang| {
        let times = sheets(report, lang).into_iter().find(|sheet| sheet.key == "times").unwrap();
        times.rows[0][1].shown(times.columns[1].kind, lang)
    };
    assert_eq!(shown(&six, Lang::En), "too few at risk (40.1 d–?)");
    assert_eq!(shown(&six, Lang::Zh), "在险案例太少 (40.1 天–?)");
    let three = closed(3);
    assert!(three.lead[1].en.starts_with("Fewer than half of the cases opened are closed yet"), "{:?}", three.lead[1]);
    assert!(!three.volume.median.unwrap().too_few && shown(&three, Lang::En).starts_with("not reached"));
}
