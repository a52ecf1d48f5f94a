//! Charts as inline SVG. Their numbers all stand in the tables below them; each says in a title what it shows.

use std::fmt::Write;

use super::escape;
use crate::report::{
    Report,
    section::{known::Group, rising::Trend},
    sheet::{Lang, duration},
};

/// Width of every chart in its own units.
const WIDTH: f64 = 720.0;

/// Bars drawn of a list.
const MOST_BARS: usize = 10;

/// Characters of a name beside a bar.
const MOST_NAME: usize = 34;

/// The chart of a section, if it has one and there is something to draw.
pub(super) fn of(report: &Report, key: &str, lang: Lang) -> Option<String> {
    match key {
        "periods" => periods(report, lang),
        "times" => times(report, lang),
        "known" => known(report, lang),
        "signatures" => signatures(report, lang),
        "rising" => trends(report, lang),
        _ => None,
    }
}

fn svg(height: f64, title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{title}\"><title>{title}</title>{body}</svg>"
    )
}

fn text(x: f64, y: f64, anchor: &str, class: &str, text: &str) -> String {
    format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" class=\"{class}\">{}</text>", escape(text))
}

fn rect(x: f64, y: f64, width: f64, height: f64, class: &str, title: &str) -> String {
    let title = escape(title);
    let (width, height) = (width.max(0.0), height.max(0.0));
    format!(
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" class=\"{class}\"><title>{title}</title></rect>"
    )
}

fn line(x1: f64, y1: f64, x2: f64, y2: f64, class: &str) -> String {
    format!("<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" class=\"{class}\"/>")
}

fn legend(entries: &[(&str, &str)], y: f64) -> String {
    let mut at = 44.0;
    let mut drawn = String::new();
    for (class, name) in entries {
        drawn.push_str(&rect(at, y - 9.0, 11.0, 11.0, class, name));
        drawn.push_str(&text(at + 16.0, y, "start", "", name));
        // A Chinese character is as wide as two letters.
        let width: f64 = name.chars().map(|c| if c.is_ascii() { 6.5 } else { 12.5 }).sum();
        at += width + 34.0;
    }
    drawn
}

/// A round number at least as great, whose quarters are whole numbers: an axis shows them.
fn round_up(value: f64) -> f64 {
    let quarter = (value / 4.0).max(1.0);
    let power = 10f64.powf(quarter.log10().floor());
    let steps = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0].map(|step| step * power);
    steps.into_iter().find(|step| *step >= quarter && step.fract() == 0.0).unwrap_or(quarter) * 4.0
}

fn periods(report: &Report, lang: Lang) -> Option<String> {
    let rows = &report.volume.periods;
    let counts = |row: &crate::report::section::volume::PeriodRow| {
        [row.opened.count() as f64, row.closed.count() as f64, row.backlog.count() as f64]
    };
    let most = rows.iter().flat_map(counts).fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let (left, right, top, bottom) = (44.0, WIDTH - 8.0, 30.0, 210.0);
    let end = round_up(most);
    let y = |value: f64| bottom - value / end * (bottom - top);
    let names = [lang.pick("opened", "新开"), lang.pick("closed", "关闭"), lang.pick("open at the end", "期末未关闭")];
    let mut body = legend(&[("a", names[0]), ("b", names[1]), ("e", names[2])], 14.0);
    for quarter in 0..=4 {
        let value = end * f64::from(quarter) / 4.0;
        body.push_str(&line(left, y(value), right, y(value), "grid"));
        body.push_str(&text(left - 6.0, y(value) + 4.0, "end", "m", &format!("{value:.0}")));
    }
    let step = (right - left) / rows.len() as f64;
    let bar = (step * 0.32).min(40.0);
    let mut points = String::new();
    for (place, row) in rows.iter().enumerate() {
        let middle = left + step * (place as f64 + 0.5);
        let [opened, closed, backlog] = counts(row);
        for (value, x, class, name) in [(opened, middle - bar, "a", names[0]), (closed, middle, "b", names[1])] {
            let title = format!("{} {name}: {value}", row.period);
            body.push_str(&rect(x, y(value), bar, bottom - y(value), class, &title));
        }
        let _ = write!(points, "{middle:.1},{:.1} ", y(backlog));
        let _ = write!(
            body,
            "<circle cx=\"{middle:.1}\" cy=\"{:.1}\" r=\"3\" class=\"e\"><title>{}</title></circle>",
            y(backlog),
            escape(&format!("{} {}: {backlog}", row.period, names[2]))
        );
        // Of days the first, without the year where they are many.
        let label = row.period.split("..").next().unwrap_or_default();
        let label = if label.len() > 7 { label.get(5..).unwrap_or(label) } else { label };
        // Many would run into each other: every second, and the last.
        if rows.len() <= 8 || (rows.len() - place) % 2 == 1 {
            body.push_str(&text(middle, bottom + 17.0, "middle", "m", label));
        }
    }
    let _ = write!(body, "<polyline points=\"{points}\" style=\"fill:none;stroke:var(--e);stroke-width:2\"/>");
    Some(svg(236.0, lang.pick("Cases opened, closed and open by period", "各时段新开、关闭与未关闭的案例"), &body))
}

/// Hours between the marks of an axis that ends there: a time that people count in.
fn tick(end: f64) -> f64 {
    let steps = [0.25, 0.5, 1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 48.0, 96.0, 168.0, 336.0, 720.0, 1440.0, 2880.0, 8760.0];
    steps.into_iter().find(|step| end / step <= 6.0).unwrap_or(end / 4.0)
}

fn times(report: &Report, lang: Lang) -> Option<String> {
    let curve = &report.volume.curve;
    // To where the intervals still say something: the 90th percentile, or the last case closed.
    let last = curve.last()?.hours;
    let end = report
        .volume
        .p90
        .and_then(|p90| p90.high.or(p90.hours))
        .map_or(last, |hours| (hours * 1.15).min(last))
        .max(1e-6);
    let (left, right, top, bottom) = (52.0, WIDTH - 24.0, 12.0, 200.0);
    let x = |hours: f64| left + (hours / end).min(1.0) * (right - left);
    let y = |share: f64| bottom - share * (bottom - top);
    let mut body = String::new();
    for quarter in 0..=4 {
        let share = f64::from(quarter) / 4.0;
        body.push_str(&line(left, y(share), right, y(share), "grid"));
        body.push_str(&text(left - 6.0, y(share) + 4.0, "end", "m", &format!("{:.0}%", share * 100.0)));
    }
    let step = tick(end);
    for nth in 0..=(end / step) as u32 {
        let hours = step * f64::from(nth);
        let label = if nth == 0 { "0".to_string() } else { duration(hours, lang) };
        body.push_str(&text(x(hours), bottom + 17.0, "middle", "m", &label));
        body.push_str(&line(x(hours), bottom, x(hours), bottom + 4.0, "grid"));
    }
    let (mut path, mut upper, mut lower) = (format!("M{left:.1},{:.1}", y(1.0)), Vec::new(), Vec::new());
    let mut before = (1.0, 1.0, 1.0);
    for point in curve.iter().take_while(|point| point.hours <= end) {
        let at = x(point.hours);
        let _ = write!(path, "H{at:.1}V{:.1}", y(point.open));
        for (ends, was, is) in [(&mut upper, before.1, point.high), (&mut lower, before.2, point.low)] {
            ends.push(format!("{at:.1},{:.1}", y(was)));
            ends.push(format!("{at:.1},{:.1}", y(is)));
        }
        before = (point.open, point.high, point.low);
    }
    let _ = write!(path, "H{right:.1}");
    upper.insert(0, format!("{left:.1},{:.1}", y(1.0)));
    upper.push(format!("{right:.1},{:.1}", y(before.1)));
    lower.push(format!("{right:.1},{:.1}", y(before.2)));
    lower.reverse();
    let _ = write!(body, "<polygon class=\"band\" points=\"{} {}\"/>", upper.join(" "), lower.join(" "));
    let _ = write!(body, "<path class=\"curve\" d=\"{path}\"/>");
    let title = lang.pick(
        "Share of the cases opened that is still open after some time, with its 95% interval",
        "新开案例经过一段时间后仍未关闭的比例及其 95% 区间",
    );
    Some(svg(226.0, title, &body))
}

fn known(report: &Report, lang: Lang) -> Option<String> {
    let all: usize = report.known.iter().map(|row| row.cases.count()).sum();
    if all == 0 {
        return None;
    }
    let class = |group: Group| match group {
        Group::Linked => "a",
        Group::Explained => "c",
        Group::Possible => "d",
        Group::New => "b",
        Group::Silenced => "f",
        Group::Unmatched => "e",
    };
    let name = |group: Group| match group {
        Group::Linked => lang.pick("linked", "已关联"),
        Group::Explained => lang.pick("explained, not linked", "已解释，未关联"),
        Group::Possible => lang.pick("possibly", "可能"),
        Group::New => lang.pick("new", "新问题"),
        Group::Silenced => lang.pick("silenced", "已静音"),
        Group::Unmatched => lang.pick("not matched", "未匹配"),
    };
    let hours: f64 = report.known.iter().map(|row| row.hours).sum();
    let names: Vec<(&str, &str)> = report.known.iter().map(|row| (class(row.group), name(row.group))).collect();
    let mut body = legend(&names, 14.0);
    let (left, right) = (80.0, WIDTH - 8.0);
    let bars = [(lang.pick("cases", "案例"), 30.0, all as f64), (lang.pick("hours", "时长"), 66.0, hours)];
    for (place, (label, y, whole)) in bars.into_iter().enumerate() {
        body.push_str(&text(left - 8.0, y + 18.0, "end", "m", label));
        let mut at = left;
        for row in &report.known {
            let value = if place == 0 { row.cases.count() as f64 } else { row.hours };
            let share = if whole > 0.0 { value / whole } else { 0.0 };
            let width = share * (right - left);
            let title = format!("{}: {:.1}%", name(row.group), share * 100.0);
            body.push_str(&rect(at, y, (width - 1.0).max(0.0), 26.0, class(row.group), &title));
            at += width;
        }
    }
    Some(svg(100.0, lang.pick("Known and new cases, by number and by hours", "已知与新问题：按数量与时长"), &body))
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= MOST_NAME {
        return name.to_string();
    }
    name.chars().take(MOST_NAME - 1).chain(['…']).collect()
}

fn signatures(report: &Report, lang: Lang) -> Option<String> {
    let rows = &report.signatures.rows;
    let most = rows.first()?.cases.count().max(rows.iter().map(|row| row.before.count()).max()?) as f64;
    let (left, right) = (250.0, WIDTH - 40.0);
    let mut body = legend(&[("a", lang.pick("cases", "案例")), ("e", lang.pick("period before", "上一时段"))], 14.0);
    let mut y = 28.0;
    for row in rows.iter().take(MOST_BARS) {
        let name = row.named.signature.to_string();
        body.push_str(&text(left - 8.0, y + 12.0, "end", "", &shortened(&name)));
        let bars = [(row.cases.count(), "a", y, 11.0), (row.before.count(), "e", y + 12.0, 5.0)];
        for (count, class, y, height) in bars {
            let width = count as f64 / most.max(1.0) * (right - left);
            body.push_str(&rect(left, y, width, height, class, &format!("{name}: {count}")));
        }
        let width = row.cases.count() as f64 / most.max(1.0) * (right - left);
        body.push_str(&text(left + width + 5.0, y + 10.0, "start", "m", &row.cases.count().to_string()));
        y += 24.0;
    }
    Some(svg(y + 4.0, lang.pick("Cases of the top signatures", "主要签名的案例数"), &body))
}

fn trends(report: &Report, lang: Lang) -> Option<String> {
    let of = |trends: &[Trend], class: &'static str| -> Vec<(Trend, &'static str)> {
        trends.iter().take(MOST_BARS).map(|trend| (trend.clone(), class)).collect()
    };
    let mut rows = of(&report.rising.risers, "up");
    rows.extend(of(&report.rising.faders, "down"));
    if rows.is_empty() {
        return None;
    }
    // A scale of doublings, from an eighth to sixteen times.
    let (left, right, least, most) = (250.0, WIDTH - 20.0, -3.0, 4.0);
    let x = |ratio: f64| left + (ratio.max(1e-9).log2().clamp(least, most) - least) / (most - least) * (right - left);
    let height = 24.0 * rows.len() as f64 + 36.0;
    let mut body = String::new();
    for (ratio, name) in
        [(0.125, "≤1/8"), (0.25, "1/4"), (0.5, "1/2"), (1.0, "1"), (2.0, "2"), (4.0, "4"), (8.0, "8"), (16.0, "≥16")]
    {
        body.push_str(&line(x(ratio), 8.0, x(ratio), height - 24.0, "grid"));
        body.push_str(&text(x(ratio), height - 8.0, "middle", "m", name));
    }
    body.push_str(&line(x(1.0), 8.0, x(1.0), height - 24.0, "line"));
    for (place, (trend, class)) in rows.iter().enumerate() {
        let y = 22.0 + 24.0 * place as f64;
        let name = trend.named.signature.to_string();
        body.push_str(&text(left - 8.0, y + 4.0, "end", "", &shortened(&name)));
        let high = trend.change.high.unwrap_or(f64::MAX);
        let _ = write!(
            body,
            "<line x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\" class=\"{class}\" style=\"stroke-width:2\"/>",
            x(trend.change.low),
            x(high)
        );
        let _ = write!(
            body,
            "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"5\" class=\"{class}\"><title>{}</title></circle>",
            x(trend.change.ratio.unwrap_or(f64::MAX)),
            escape(&name)
        );
    }
    let title = lang.pick(
        "Rate now by rate before, with its 95% interval, of what rises and fades",
        "上升与下降签名的现速率与此前速率之比及其 95% 区间",
    );
    Some(svg(height, title, &body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_numbers() {
        assert_eq!([0.0, 3.0, 5.0, 40.0, 41.0, 99.0, 812.0].map(round_up), [4.0, 4.0, 8.0, 40.0, 48.0, 100.0, 1000.0]);
    }

    #[test]
    fn times_are_marked_in_steps_that_people_count_in() {
        assert_eq!([0.01, 5.0, 50.0, 60.0, 400.0, 1e6].map(tick), [0.25, 1.0, 12.0, 12.0, 96.0, 250_000.0]);
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(shortened(&"补".repeat(40)).chars().count(), MOST_NAME);
        assert_eq!(shortened("win32:5"), "win32:5");
    }
}
