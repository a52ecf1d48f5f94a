//! What the tables say in words, in both languages.

use super::{Lang, plural};
use crate::report::{
    Report,
    section::known::Group,
    stats::dispersion::SWITCH,
    table::{BASELINE, FALSE_SHARE, LEAST_HISTORY, LEAST_SEEN},
};

pub(super) fn group(group: Group, lang: Lang) -> &'static str {
    match group {
        Group::Linked => lang.pick("explained and linked", "已解释并关联文章"),
        Group::Explained => lang.pick("explained, not linked", "已解释，未关联"),
        Group::Possible => lang.pick("possibly explained", "可能已解释"),
        Group::New => lang.pick("new", "新问题"),
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
        return vec![match (&report.filter.customer, lang) {
            (Some(_), Lang::En) => {
                "Nothing is tested: what is counted are distinct customers, and these are cases of one.".into()
            }
            (Some(_), Lang::Zh) => "不作检验：检验的是不同客户数，而这里只有一个客户的案例。".into(),
            (None, Lang::En) => format!(
                "Nothing is tested: no signature was seen at {LEAST_SEEN} customers in this span and the {history} before it."
            ),
            (None, Lang::Zh) => {
                format!("不作检验：本时段与此前 {history} 个时段合计，没有签名达到 {LEAST_SEEN} 个客户。")
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
    vec![what, quasi, years]
}

/// Terms with what they mean here; the same as in `docs/report.md`.
pub(super) fn definitions(lang: Lang) -> Vec<(&'static str, String)> {
    let rows: [(&str, &str, String, String); 13] = [
        (
            "case opened",
            "新开案例",
            "its first message was sent in the span; without a date, when it was taken in".into(),
            "首封邮件在本时段内发出；无日期者按入库时间".into(),
        ),
        (
            "case closed",
            "关闭案例",
            "its last close lies in the span, whenever it was opened; a case that was opened again is open".into(),
            "最后一次关闭在本时段内，不论何时新开；重新打开的案例视为未关闭".into(),
        ),
        (
            "backlog",
            "未关闭",
            "opened before the end of the span and not closed then".into(),
            "在期末之前新开且当时尚未关闭".into(),
        ),
        (
            "time to resolution",
            "处理时长",
            "from opening to the last close, over the cases opened in the span, by Kaplan and Meier: open cases count for as long as they were watched; intervals of 95%; none for fewer than 5 cases".into(),
            "从新开到最后一次关闭，针对本时段新开的案例，用 Kaplan–Meier 法：未关闭的案例按已观察时长计；95% 区间；少于 5 个案例不给出".into(),
        ),
        (
            "signature of a case",
            "案例的签名",
            "it fails in the case, or the case is about it; what is only quoted, listed or denied never counts; once per case; forms that mean the same are one".into(),
            "在案例中失败，或案例就是关于它；仅被引用、列出或否定的不计；每案例计一次；同义形式合并".into(),
        ),
        (
            "customer",
            "客户",
            "the case's customer; where none is named, the one that other cases of that mail domain name; else the domain of who opened it, or the address where anybody may have one; all others together are one".into(),
            "案例的客户；未注明时，取同一邮件域名的其他案例所注明的客户；否则取首封邮件的域名，公共邮箱则取地址；其余合计为一个".into(),
        ),
        (
            "not counted",
            "未计入",
            "newsletters and automatic mail that no person answered, no ticket system numbered and nobody judged: no support cases".into(),
            "无人回复、无工单编号、也无人评判的群发或自动邮件：不是支持案例".into(),
        ),
        (
            "rising, fading",
            "上升、下降",
            format!("distinct customers per period, tested by the conditional binomial test against up to {BASELINE} periods before, with the volume of each as offset; only totals of at least {LEAST_SEEN}; Benjamini and Hochberg at {}%", FALSE_SHARE * 100.0),
            format!("每时段的不同客户数，以各时段总量为基准，用条件二项检验与此前至多 {BASELINE} 个时段比较；合计不足 {LEAST_SEEN} 不检验；Benjamini–Hochberg {}%", FALSE_SHARE * 100.0),
        ),
        (
            "watch list",
            "观察名单",
            "too small to test; what came beyond twice its level added up (CUSUM) to 3 customers; it claims nothing".into(),
            "数量太小无法检验；超出其水平两倍的部分累计（CUSUM）达到 3 个客户；不作判断".into(),
        ),
        (
            "new signature",
            "新签名",
            "seen in no earlier case of the store, whatever the filter; expected by Good and Turing from those seen once".into(),
            "库中此前任何案例都未出现，不论筛选条件；期望数按 Good–Turing 由只出现一次者估计".into(),
        ),
        ("returned", "重现", "seen again after 90 days without a case".into(), "90 天没有案例之后再次出现".into()),
        (
            "explained",
            "已解释",
            "an article explains the case (verdict known); linked: a person closed it with an article or accepted one".into(),
            "有文章能解释案例（判定为 known）；关联：有人以文章关闭案例或接受了文章".into(),
        ),
        (
            "write next",
            "下一篇文章",
            "signatures that cases are about and that no article explains, ordered by cases times median hours, where open cases count until now".into(),
            "案例所涉及且没有文章能解释的签名，按案例数乘以中位时长排序，未关闭的案例计至现在".into(),
        ),
    ];
    rows.into_iter()
        .map(|(en, zh, told_en, told_zh)| match lang {
            Lang::En => (en, told_en),
            Lang::Zh => (zh, told_zh),
        })
        .collect()
}
