//! What the tables say in words, in both languages.

use super::{Lang, duration, plural};
use crate::report::{
    Most, Report,
    section::{
        known::Group,
        rising::{Seasonal, Way},
    },
    stats::dispersion::SWITCH,
    table::{FALSE_SHARE, LEAST_HISTORY, LEAST_SEEN},
};

pub(super) fn group(group: Group, lang: Lang) -> &'static str {
    match group {
        Group::Linked => lang.pick("explained and linked", "已解释并关联文章"),
        Group::Explained => lang.pick("explained, not linked", "已解释，未关联"),
        Group::Possible => lang.pick("possibly explained", "可能已解释"),
        Group::New => lang.pick("new", "新问题"),
        Group::Silenced => lang.pick("silenced", "已静音"),
        Group::Unmatched => lang.pick("not matched yet", "尚未匹配"),
    }
}

/// That nothing was tested, and why; `None`: it was.
pub fn no_history(report: &Report, lang: Lang) -> Option<String> {
    let history = report.rising.history;
    (history < LEAST_HISTORY).then(|| match lang {
        Lang::En => format!(
            "Counts only: the store holds {} before this one, and a test needs {LEAST_HISTORY}.",
            plural(history as u64, "period", "periods")
        ),
        Lang::Zh => format!("仅给出计数：库中此前只有 {history} 个时段，检验至少需要 {LEAST_HISTORY} 个。"),
    })
}

/// Which cases a report is about, part by part; nothing for all.
pub fn filter_words(report: &Report, lang: Lang) -> Vec<String> {
    let zh = |name: &str| match name {
        "customer" => "客户",
        "product" => "产品",
        "component" => "组件",
        "severity" => "严重级别",
        "tag" => "标签",
        _ => "签名",
    };
    let one = |(name, value): (&str, String)| match lang {
        Lang::En => format!("{name}: {value}"),
        Lang::Zh => format!("{}：{value}", zh(name)),
    };
    report.filter.words().map(one).collect()
}

/// How the tests were made.
pub(super) fn method(report: &Report, lang: Lang) -> Vec<String> {
    if let Some(none) = no_history(report, lang) {
        return vec![none];
    }
    let rising = &report.rising;
    let (tested, history) = (rising.tested, rising.history);
    if tested == 0 {
        let one = report.filter.customer.as_ref().filter(|_| report.volume.customers <= 1);
        return vec![match (one, lang) {
            (Some(_), Lang::En) => {
                "Nothing is tested: what is counted are distinct customers, and these are cases of one.".into()
            }
            (Some(_), Lang::Zh) => "不作检验：检验的是不同客户数，而这里只有一个客户的案例。".into(),
            (None, Lang::En) => format!(
                "Nothing is tested: no signature has {LEAST_SEEN} sightings in this span and the {history} before it together, where a customer counts once in each."
            ),
            (None, Lang::Zh) => {
                format!(
                    "不作检验：本时段与此前 {history} 个时段合计，没有签名达到 {LEAST_SEEN} 次出现（每个客户在每个时段计一次）。"
                )
            }
        }];
    }
    let dispersion = rising.dispersion.unwrap_or_default();
    let quasi = match (rising.quasi, lang) {
        (_, Lang::En) if rising.dispersion.is_none() => {
            "Too few signatures to tell how far counts scatter: a Poisson law.".to_string()
        }
        (_, Lang::Zh) if rising.dispersion.is_none() => "签名太少，无法估计离散度：按泊松分布。".to_string(),
        (true, Lang::En) => format!("Dispersion {dispersion}, above {SWITCH}: the tests take it in (quasi-Poisson)."),
        (false, Lang::En) => format!("Dispersion {dispersion}, not above {SWITCH}: a Poisson law."),
        (true, Lang::Zh) => format!("离散度 {dispersion}，高于 {SWITCH}：检验已计入（准泊松）。"),
        (false, Lang::Zh) => format!("离散度 {dispersion}，未超过 {SWITCH}：按泊松分布。"),
    };
    let years = match (rising.years, lang) {
        (0, Lang::En) => "No season is taken out: the store does not go back a year.".to_string(),
        (1, Lang::En) => "The season is taken from the same time a year ago.".to_string(),
        (years, Lang::En) => format!("The season is taken from the same time of {years} earlier years."),
        (0, Lang::Zh) => "未计季节因素：库中历史不足一年。".to_string(),
        (years, Lang::Zh) => format!("季节因素取自此前 {years} 年的同期。"),
    };
    let what = match lang {
        Lang::En => format!(
            "Distinct customers in this span against the {history} before it: {} tested, at most {}% of those called are false.",
            plural(tested as u64, "signature", "signatures"),
            FALSE_SHARE * 100.0
        ),
        Lang::Zh => format!(
            "本时段的不同客户数与此前 {history} 个时段相比：检验了 {tested} 个签名，判定结果中误报至多 {}%。",
            FALSE_SHARE * 100.0
        ),
    };
    let mut notes = vec![what, quasi, years];
    notes.extend(by_season(report, Way::Up, lang));
    notes
}

/// That the season kept something from being called; `None`: it did not.
pub(super) fn by_season(report: &Report, way: Way, lang: Lang) -> Option<String> {
    let found: Vec<&Seasonal> = report.rising.seasonal.iter().filter(|one| one.way == way).collect();
    let names: Vec<String> = found.iter().map(|one| one.trend.named.signature.to_string()).collect();
    let (one, many) = if way == Way::Up { ("rise", "rises") } else { ("fall", "falls") };
    (!found.is_empty()).then(|| match lang {
        Lang::En => format!(
            "The season explains {}, which would be called without it: {}.",
            plural(found.len() as u64, one, many),
            names.join(", ")
        ),
        Lang::Zh => format!(
            "季节解释了 {} 个{}，不计季节则会判定：{}。",
            found.len(),
            if way == Way::Up { "上升" } else { "下降" },
            names.join("、")
        ),
    })
}

/// What an open case costs at most, where hours are added up.
pub(super) fn most_hours(report: &Report, lang: Lang) -> String {
    let why = match report.most {
        Some(Most::Told) => (
            "the longest time that the curve of the store's cases tells of, which ends before nine in ten are closed",
            "这是库中案例的曲线所能给出的最长时长，曲线在九成案例关闭之前即终止",
        ),
        Some(Most::Longest) => (
            "the longest that a closed case of the store took, too few to tell by when nine in ten are closed",
            "这是库中已关闭案例的最长时长，案例太少，无法得知九成案例何时关闭",
        ),
        Some(Most::NineInTen) | None => ("nine in ten of the store's cases take no longer", "库中九成案例不超过此时长"),
    };
    match (report.most_hours, lang) {
        (Some(hours), Lang::En) => format!(
            "Hours: a closed case counts what it took, an open one until now, but {} at most: {}.",
            duration(hours, lang),
            why.0
        ),
        (Some(hours), Lang::Zh) => {
            format!("时长：已关闭的案例按实际时长计，未关闭的计至现在，但最多计 {}：{}。", duration(hours, lang), why.1)
        }
        (None, Lang::En) => "Hours: no case of the store is closed, so that each counts until now.".into(),
        (None, Lang::Zh) => "时长：库中尚无已关闭的案例，每个案例均计至现在。".into(),
    }
}
