//! Five sentences for who leads the team, in English and Chinese.

use serde::Serialize;

use super::{
    Hours,
    known::Group,
    rising::{Trend, Way},
    volume,
};
use crate::report::{
    Report,
    sheet::{Lang, duration, plural, short},
};

/// A sentence; its figures stand in the section that it names, with their cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sentence {
    /// Where its figures stand.
    pub section: &'static str,
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

impl Sentence {
    /// In a language.
    pub fn text(&self, lang: Lang) -> &str {
        lang.pick(&self.en, &self.zh)
    }
}

/// Names told in one sentence.
const MOST_NAMED: usize = 3;

pub(in crate::report) fn sentences(report: &Report) -> Vec<Sentence> {
    let say = |section, (en, zh): (String, String)| Sentence { section, en, zh };
    vec![
        say("volume", volume(report)),
        say("times", times(report)),
        say("known", known(report)),
        say("rising", change(report)),
        say("write", write(report)),
    ]
}

fn cases(count: usize) -> String {
    plural(count as u64, "case", "cases")
}

fn volume(report: &Report) -> (String, String) {
    let found = &report.volume;
    let (opened, closed, open) = (found.opened.count(), found.closed.count(), found.backlog.count());
    if opened == 0 && closed == 0 {
        let en = format!("No case was opened or closed in {}; {} open at its end.", report.span, are(open));
        return (en, format!("{} 没有新开或关闭的案例；期末未关闭 {open} 个。", report.span));
    }
    let so_far = if report.under_way { (" so far", "（进行中）") } else { ("", "") };
    let before = found.backlog_before.count();
    let en = format!(
        "In {}{} {} opened and {closed} closed; {} open at its end{}.",
        report.span,
        so_far.0,
        plural(opened as u64, "case was", "cases were"),
        are(open),
        than(open, before, "at its beginning")
    );
    let moved = match open.cmp(&before) {
        std::cmp::Ordering::Greater => format!("比期初多 {} 个", open - before),
        std::cmp::Ordering::Less => format!("比期初少 {} 个", before - open),
        std::cmp::Ordering::Equal => "与期初相同".into(),
    };
    let zh =
        format!("{}{} 新开案例 {opened} 个，关闭 {closed} 个；期末未关闭 {open} 个，{moved}。", report.span, so_far.1);
    (en, zh)
}

fn are(count: usize) -> String {
    match count {
        0 => "none is".into(),
        1 => "1 is".into(),
        _ => format!("{count} are"),
    }
}

fn than(now: usize, before: usize, when: &str) -> String {
    match now.cmp(&before) {
        std::cmp::Ordering::Greater => format!(", {} more than {when}", now - before),
        std::cmp::Ordering::Less => format!(", {} fewer than {when}", before - now),
        std::cmp::Ordering::Equal if now == 0 => String::new(),
        std::cmp::Ordering::Equal => format!(", as many as {when}"),
    }
}

fn times(report: &Report) -> (String, String) {
    if let Some((en, zh)) = volume::no_time(report.volume.opened.count()) {
        return (format!("{}.", capital(&en)), format!("{zh}。"));
    }
    let within = |found: Option<Hours>| found.and_then(|found| Some((found.hours?, found)));
    let too_few = |found: Option<Hours>| found.is_some_and(|found| found.too_few);
    let time = |hours: f64, lang| duration(hours, lang);
    let Some((median, ends)) = within(report.volume.median) else {
        let (en, zh) = if too_few(report.volume.median) {
            let (opened, closed) =
                (report.volume.opened.count(), report.known.iter().map(|row| row.closed.count()).sum::<usize>());
            (
                format!(
                    "Of {opened} cases opened {} closed by now; too few cases are left at risk to tell a median time to resolution",
                    are(closed)
                ),
                format!("新开的 {opened} 个案例中现已关闭 {closed} 个；仍在险的案例太少，无法给出处理时长中位数"),
            )
        } else {
            (
                "Fewer than half of the cases opened are closed yet, so that there is no median time to resolution"
                    .into(),
                "新开案例中关闭的不到一半，尚无处理时长中位数".into(),
            )
        };
        let low = report.volume.median.and_then(|found| found.low);
        let low = |words: (&str, &str), lang| low.map(|low| format!("{}{}{}", words.0, time(low, lang), words.1));
        let low_en = low((" (95% interval from ", " on)"), Lang::En).unwrap_or_default();
        let low_zh = low(("（95% 区间下限 ", "）"), Lang::Zh).unwrap_or_default();
        return (format!("{en}{low_en}."), format!("{zh}{low_zh}。"));
    };
    let span = |lang: Lang| match (ends.low, ends.high) {
        (Some(low), Some(high)) => match lang {
            Lang::En => format!(" (95% interval {} to {})", time(low, lang), time(high, lang)),
            Lang::Zh => format!("（95% 区间 {}至 {}）", time(low, lang), time(high, lang)),
        },
        _ => String::new(),
    };
    let p90 = within(report.volume.p90).map(|(hours, _)| hours);
    let en = match p90 {
        Some(hours) => format!("nine in ten within {}", time(hours, Lang::En)),
        None if too_few(report.volume.p90) => "for nine in ten too few cases are left at risk to tell".into(),
        None => "fewer than nine in ten are closed yet".into(),
    };
    let zh = match p90 {
        Some(hours) => format!("九成在 {}内关闭", time(hours, Lang::Zh)),
        None if too_few(report.volume.p90) => "仍在险的案例太少，无法给出九成的时长".into(),
        None => "关闭的尚不到九成".into(),
    };
    (
        format!("Half of the cases opened were closed within {}{}, {en}.", time(median, Lang::En), span(Lang::En)),
        format!("新开案例半数在 {}内关闭{}，{zh}。", time(median, Lang::Zh), span(Lang::Zh)),
    )
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn known(report: &Report) -> (String, String) {
    let opened = report.volume.opened.count();
    if opened == 0 {
        return ("There is nothing to explain: no case was opened.".into(), "没有新开案例，无需解释。".into());
    }
    let of = |group: Group| report.known.iter().filter(move |row| row.group == group);
    let count = |group| of(group).map(|row| row.cases.count()).sum::<usize>();
    let hours = |group| of(group).map(|row| row.hours).sum::<f64>();
    let (linked, explained, new) = (count(Group::Linked), count(Group::Explained), count(Group::New));
    let all: f64 = report.known.iter().map(|row| row.hours).sum();
    let cost = if all > 0.0 { (hours(Group::New) / all * 100.0).round() } else { 0.0 };
    let share = ((linked + explained) as f64 / opened as f64 * 100.0).round();
    let all = linked + explained;
    let unlinked = match (explained, all) {
        (0, _) => String::new(),
        (1, 1) => ", not linked to it".into(),
        _ => format!(", {explained} of them not linked to it"),
    };
    let en = match all {
        0 => "No article explains a case".to_string(),
        _ => format!("An article explains {} ({share}%){unlinked}", cases(all)),
    };
    let mut parts = vec![match new {
        0 => "none is new".to_string(),
        _ => format!("{} new and took {cost}% of all hours", plural(new as u64, "is", "are")),
    }];
    let unlinked = if explained > 0 { format!("，其中 {explained} 个尚未关联") } else { String::new() };
    let zh = match all {
        0 => "没有案例能由文章解释".to_string(),
        _ => format!("文章能解释 {all} 个案例（{share}%）{unlinked}"),
    };
    let mut parts_zh = vec![match new {
        0 => "没有新问题".to_string(),
        _ => format!("{new} 个为新问题，占全部时长的 {cost}%"),
    }];
    // Each case stands in one group: the numbers add up to those opened.
    let others = [
        (Group::Possible, "possibly explained", "个可能已解释"),
        (Group::Silenced, "silenced", "个已静音"),
        (Group::Unmatched, "not matched yet", "个尚未匹配"),
    ];
    for (group, en, zh) in others {
        let number = count(group);
        if number > 0 {
            parts.push(format!("{} {en}", plural(number as u64, "is", "are")));
            parts_zh.push(format!("{number} {zh}"));
        }
    }
    (format!("{en}; {}.", parts.join(", ")), format!("{zh}；{}。", parts_zh.join("，")))
}

fn change(report: &Report) -> (String, String) {
    let rising = &report.rising;
    let names = |trends: &[Trend], lang: Lang| -> String {
        let one = |trend: &Trend| {
            let times = trend.change.ratio.map(short).map(|ratio| match lang {
                Lang::En => format!(" {ratio} times as often"),
                Lang::Zh => format!("{ratio} 倍"),
            });
            format!("{}{}", trend.named.called(lang), times.unwrap_or_default())
        };
        let mut named: Vec<String> = trends.iter().take(MOST_NAMED).map(one).collect();
        if trends.len() > MOST_NAMED {
            let more = trends.len() - MOST_NAMED;
            named.push(lang.pick(&format!("{more} more"), &format!("另 {more} 个")).to_string());
        }
        named.join(lang.pick(", ", "、"))
    };
    let new = report.fresh.new.len() + report.fresh.new_left_out;
    let fresh_en = match new {
        0 => "no new signature reached two customers".to_string(),
        1 => format!(
            "1 new signature reached two customers or a P1 case: {}",
            report.fresh.new[0].named.called(Lang::En)
        ),
        _ => format!("{new} new signatures reached two customers or a P1 case"),
    };
    let fresh_zh = match new {
        0 => "没有新签名波及两个客户".to_string(),
        1 => format!("1 个新签名波及两个客户或出现在 P1 案例中：{}", report.fresh.new[0].named.called(Lang::Zh)),
        _ => format!("{new} 个新签名波及两个客户或出现在 P1 案例中"),
    };
    let seasonal = rising.seasonal.iter().filter(|one| one.way == Way::Up).count();
    let season = match seasonal {
        0 => (String::new(), String::new()),
        _ => (
            format!(" (the season explains {})", plural(seasonal as u64, "rise", "rises")),
            format!("（{seasonal} 个上升由季节解释）"),
        ),
    };
    let (en, zh) = if rising.history < super::super::table::LEAST_HISTORY {
        ("There is too little history to test what is rising".to_string(), "历史不足，无法检验上升趋势".to_string())
    } else if rising.risers.is_empty() {
        match rising.tested {
            0 => (
                "No signature is common enough to test whether it is rising".to_string(),
                "没有足够常见的签名可供检验上升趋势".to_string(),
            ),
            1 => (
                "The one signature tested comes no more often than chance would bring".to_string(),
                "检验的 1 个签名未超出偶然波动".to_string(),
            ),
            tested => (
                format!("None of {tested} signatures tested comes more often than chance would bring"),
                format!("检验的 {tested} 个签名均未超出偶然波动"),
            ),
        }
    } else {
        (format!("Rising: {}", names(&rising.risers, Lang::En)), format!("上升：{}", names(&rising.risers, Lang::Zh)))
    };
    (format!("{en}{}; {fresh_en}.", season.0), format!("{zh}{}；{fresh_zh}。", season.1))
}

fn write(report: &Report) -> (String, String) {
    if report.volume.opened.count() == 0 {
        return ("There is nothing to write: no case was opened.".into(), "没有新开案例，无需新文章。".into());
    }
    let Some(first) = report.write.rows.first() else {
        return ("No signature is without an article that explains its cases.".into(), "没有缺少文章的签名。".into());
    };
    let count = first.cases.count();
    let median = |words: &str, lang| first.hours.map(|hours| format!("{words}{}", duration(hours, lang)));
    (
        format!(
            "Write next about {}: {} that no article explains{}.",
            first.named.called(Lang::En),
            cases(count),
            median(", with a median of ", Lang::En).unwrap_or_default()
        ),
        format!(
            "下一篇文章建议写 {}：{count} 个案例没有文章能解释{}。",
            first.named.called(Lang::Zh),
            median("，中位时长 ", Lang::Zh).unwrap_or_default()
        ),
    )
}
