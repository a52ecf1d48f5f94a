//! Which tables a report has, and what stands in them; those of signatures: [`super::signature_tables`].

use super::{Cell, Column, Kind, Lang, Sheet, definitions::definitions, plural, words};
use crate::report::{
    By, Figure, Report,
    section::{
        Hours, Named,
        groups::{Breakdown, GroupRow},
        volume,
    },
};

pub(super) type Columns<'c> = &'c [(&'static str, &'static str, &'static str, Kind)];

/// Builds the tables in a language.
pub(super) struct Maker<'r> {
    pub(super) report: &'r Report,
    pub(super) lang: Lang,
}

pub(super) fn sheet(
    lang: Lang,
    key: &'static str,
    title: (&str, &str),
    columns: Columns<'_>,
    rows: Vec<Vec<Cell>>,
) -> Sheet {
    let column = |(key, en, zh, kind): &(&'static str, &str, &str, Kind)| Column {
        key,
        title: lang.pick(en, zh).to_string(),
        kind: *kind,
    };
    Sheet {
        key,
        title: lang.pick(title.0, title.1).to_string(),
        notes: Vec::new(),
        columns: columns.iter().map(column).collect(),
        rows,
        empty: lang.pick("none", "无").to_string(),
    }
}

pub(super) fn figure(figure: &Figure) -> Cell {
    Cell::Figure(figure.clone())
}

pub(super) fn named(named: &Named) -> Cell {
    Cell::Named(named.clone())
}

pub(super) fn count(count: usize) -> Cell {
    Cell::Number(count as f64)
}

fn time(time: Option<Hours>) -> Cell {
    time.map_or(Cell::None, Cell::Time)
}

pub(super) fn text(text: &str) -> Cell {
    Cell::Text(text.to_string())
}

/// Every table of a report, in its order.
pub fn sheets(report: &Report, lang: Lang) -> Vec<Sheet> {
    let maker = Maker { report, lang };
    let mut all = vec![
        maker.lead(),
        maker.volume(),
        maker.times(),
        maker.periods(),
        maker.known(),
        maker.signatures(),
        maker.trends("rising", ("Rising", "上升"), &report.rising.risers),
        maker.trends("fading", ("Fading", "下降"), &report.rising.faders),
        maker.seasonal(),
        maker.watch(),
        maker.fresh("new", ("New signatures", "新签名"), &report.fresh.new),
        maker.fresh("singletons", ("New at one customer only", "仅一个客户的新签名"), &report.fresh.singletons),
        maker.returned(),
        maker.write(),
        maker.articles(),
        maker.never_matched(),
    ];
    all.extend(report.by.as_ref().map(|by| maker.breakdown(by)));
    all.push(maker.groups("tags", ("Tags", "标签"), &report.tags, report.tags_left_out));
    all.push(maker.groups("products", ("Products", "产品"), &report.products, report.products_left_out));
    all.push(maker.silenced());
    all.push(maker.quality());
    all.push(maker.definitions());
    all
}

impl Maker<'_> {
    pub(super) fn sheet(
        &self,
        key: &'static str,
        title: (&str, &str),
        columns: Columns<'_>,
        rows: Vec<Vec<Cell>>,
    ) -> Sheet {
        sheet(self.lang, key, title, columns, rows)
    }

    fn say(&self, en: &str, zh: &str) -> Cell {
        text(self.lang.pick(en, zh))
    }

    pub(super) fn left_out(&self, mut sheet: Sheet, count: usize) -> Sheet {
        if count > 0 {
            sheet.notes.push(match self.lang {
                Lang::En => format!("{} not listed (--rows).", plural(count as u64, "more is", "more are")),
                Lang::Zh => format!("另有 {count} 行未列出（--rows）。"),
            });
        }
        sheet
    }

    pub(super) fn moment(&self, at: i64) -> Cell {
        Cell::Moment(at, self.report.time.day(at))
    }

    fn lead(&self) -> Sheet {
        let rows = self.report.lead.iter().map(|one| vec![text(one.section), text(one.text(self.lang))]).collect();
        let columns: Columns<'_> =
            &[("section", "section", "章节", Kind::Text), ("sentence", "sentence", "要点", Kind::Text)];
        self.sheet("lead", ("In five sentences", "五句话"), columns, rows)
    }

    fn volume(&self) -> Sheet {
        let volume = &self.report.volume;
        let rows = [
            ("opened", "新开", &volume.opened),
            ("closed", "关闭", &volume.closed),
            ("open at the end", "期末未关闭", &volume.backlog),
            ("open at the beginning", "期初未关闭", &volume.backlog_before),
            ("opened in the period before", "上一时段新开", &volume.opened_before),
        ];
        let rows = rows.into_iter().map(|(en, zh, cases)| vec![self.say(en, zh), figure(cases)]).collect();
        let columns: Columns<'_> = &[("what", "cases", "案例", Kind::Text), ("cases", "number", "数量", Kind::Figure)];
        let mut sheet = self.sheet("volume", ("Volume", "数量"), columns, rows);
        if volume.opened.count() > 0 {
            sheet.notes.push(match self.lang {
                Lang::En => format!("{} opened cases.", plural(volume.customers as u64, "customer", "customers")),
                Lang::Zh => format!("新开案例的客户 {} 个。", volume.customers),
            });
        } else {
            sheet.notes.push(self.why_nothing());
        }
        let left_out = self.report.quality.by_machines.count();
        if left_out > 0 {
            sheet.notes.push(match self.lang {
                Lang::En => {
                    let threads =
                        plural(left_out as u64, "newsletter or automatic mail", "newsletters and automatic mails");
                    format!("{threads} that no person answered: not counted.")
                }
                Lang::Zh => format!("另有 {left_out} 个无人回复的群发或自动邮件未计入。"),
            });
        }
        if self.report.under_way {
            let minute = self.report.time.minute(self.report.until);
            sheet.notes.push(match self.lang {
                Lang::En => format!("The span is under way: counted until {minute}."),
                Lang::Zh => format!("本时段仍在进行：统计至 {minute}。"),
            });
        }
        sheet
    }

    /// Where the cases are, of a span that has none.
    fn why_nothing(&self) -> String {
        let (time, quality) = (&self.report.time, &self.report.quality);
        match (quality.first_case.zip(quality.last_case), self.report.none_fits, self.lang) {
            (None, _, Lang::En) => "The store has no case up to the end of this span.".into(),
            (None, _, Lang::Zh) => "库中截至本时段末没有任何案例。".into(),
            (Some(_), true, Lang::En) => {
                "No case of the store fits the filter: names are those of case list, in any case of letters.".into()
            }
            (Some(_), true, Lang::Zh) => "库中没有符合筛选条件的案例：名称以 case list 所列为准，不分大小写。".into(),
            (Some((first, last)), false, Lang::En) => {
                format!("The cases of the store up to then are of {} to {}.", time.day(first), time.day(last))
            }
            (Some((first, last)), false, Lang::Zh) => {
                format!("库中截至期末的案例为 {} 至 {}。", time.day(first), time.day(last))
            }
        }
    }

    fn times(&self) -> Sheet {
        let volume = &self.report.volume;
        let rows = [("median", "中位数", volume.median), ("90th percentile", "第 90 百分位", volume.p90)];
        let rows = rows
            .into_iter()
            .filter(|(.., found)| found.is_some())
            .map(|(en, zh, found)| vec![self.say(en, zh), time(found), figure(&volume.opened)])
            .collect();
        let columns: Columns<'_> = &[
            ("what", "time to resolution", "处理时长", Kind::Text),
            ("hours", "time (95% interval)", "时长（95% 区间）", Kind::Time),
            ("cases", "cases", "案例", Kind::Figure),
        ];
        let mut sheet = self.sheet("times", ("Time to resolution", "处理时长"), columns, rows);
        if let Some((en, zh)) = volume::no_time(volume.opened.count()) {
            sheet.empty = self.lang.pick(&en, &zh).to_string();
        }
        sheet
    }

    fn periods(&self) -> Sheet {
        let row = |row: &volume::PeriodRow| {
            vec![text(&row.period), figure(&row.opened), figure(&row.closed), figure(&row.backlog)]
        };
        let columns: Columns<'_> = &[
            ("period", "period", "时段", Kind::Text),
            ("opened", "opened", "新开", Kind::Figure),
            ("closed", "closed", "关闭", Kind::Figure),
            ("backlog", "open at its end", "期末未关闭", Kind::Figure),
        ];
        let rows: Vec<_> = self.report.volume.periods.iter().map(row).collect();
        let first = rows.len() <= 1;
        let mut sheet = self.sheet("periods", ("Period by period", "逐期"), columns, rows);
        if first {
            sheet
                .notes
                .push(self.lang.pick("The store has no case before this span.", "库中没有早于本时段的案例。").into());
        }
        sheet
    }

    fn known(&self) -> Sheet {
        let row = |row: &crate::report::section::known::KnownRow| {
            vec![
                text(words::group(row.group, self.lang)),
                figure(&row.cases),
                Cell::Number(row.share),
                figure(&row.closed),
                Cell::Number(row.hours),
                time(row.median),
            ]
        };
        let columns: Columns<'_> = &[
            ("group", "cases opened", "新开案例", Kind::Text),
            ("cases", "number", "数量", Kind::Figure),
            ("share", "share", "占比", Kind::Share),
            ("closed", "closed by now", "现已关闭", Kind::Figure),
            ("hours", "hours in all", "总时长", Kind::Hours),
            ("median", "median time", "中位时长", Kind::Time),
        ];
        let rows = self.report.known.iter().map(row).collect();
        let mut sheet = self.sheet("known", ("Known and new", "已知与新问题"), columns, rows);
        if self.report.volume.opened.count() > 0 {
            sheet.notes.push(words::most_hours(self.report, self.lang));
        }
        sheet
    }

    fn articles(&self) -> Sheet {
        let found = &self.report.articles;
        let row = |row: &crate::report::section::articles::ArticleRow| {
            let title = match (&row.title_zh, self.lang) {
                (Some(title), Lang::Zh) => title,
                _ if row.title.is_empty() => self.lang.pick("(not in use)", "（未启用）"),
                _ => &row.title,
            };
            let figures = [&row.resolved, &row.explained, &row.possible, &row.accepted, &row.rejected];
            [text(&row.article), text(title)].into_iter().chain(figures.map(figure)).collect()
        };
        let columns: Columns<'_> = &[
            ("article", "article", "文章", Kind::Text),
            ("title", "title", "标题", Kind::Text),
            ("resolved", "resolved", "已解决", Kind::Figure),
            ("explained", "explains", "能解释", Kind::Figure),
            ("possible", "may explain", "可能解释", Kind::Figure),
            ("accepted", "accepted", "接受", Kind::Figure),
            ("rejected", "rejected", "拒绝", Kind::Figure),
        ];
        let rows = found.rows.iter().map(row).collect();
        let sheet = self.sheet("articles", ("Articles", "文章"), columns, rows);
        self.left_out(sheet, found.left_out)
    }

    fn never_matched(&self) -> Sheet {
        let found = &self.report.articles;
        let columns: Columns<'_> = &[("article", "article", "文章", Kind::Text)];
        let rows = found.never_matched.iter().map(|id| vec![text(id)]).collect();
        let mut sheet = self.sheet("never_matched", ("Articles that never matched", "从未匹配的文章"), columns, rows);
        let (never, in_use) = (found.never_matched.len(), found.in_use);
        sheet.notes.push(match self.lang {
            Lang::En => {
                let verb = if never == 1 { "matches" } else { "match" };
                format!("Of {} in use {never} {verb} no stored case.", plural(in_use as u64, "article", "articles"))
            }
            Lang::Zh => format!("启用的 {in_use} 篇文章中有 {never} 篇与库中任何案例都不匹配。"),
        });
        sheet
    }

    fn breakdown(&self, found: &Breakdown) -> Sheet {
        let row = |row: &crate::report::section::groups::BreakdownRow| {
            let top = row.top.as_ref();
            vec![
                text(&row.name),
                figure(&row.opened),
                figure(&row.closed),
                figure(&row.backlog),
                figure(&row.explained),
                time(row.median),
                top.map_or(Cell::None, |top| named(&top.named)),
                top.map_or(Cell::None, |top| figure(&top.cases)),
            ]
        };
        let (en, zh) = match found.by {
            By::Product => ("product", "产品"),
            By::Customer => ("customer", "客户"),
            By::Component => ("component", "组件"),
            By::Severity => ("severity", "严重级别"),
        };
        let columns: Columns<'_> = &[
            ("name", en, zh, Kind::Text),
            ("opened", "opened", "新开", Kind::Figure),
            ("closed", "closed", "关闭", Kind::Figure),
            ("backlog", "open at the end", "期末未关闭", Kind::Figure),
            ("explained", "explained", "已解释", Kind::Figure),
            ("median", "median time", "中位时长", Kind::Time),
            ("top", "top signature", "主要签名", Kind::Named),
            ("top_cases", "its cases", "其案例", Kind::Figure),
        ];
        let rows = found.rows.iter().map(row).collect();
        let mut sheet = self.sheet("by", (&format!("By {en}"), &format!("按{zh}")), columns, rows);
        let without = found.without.count();
        if without > 0 {
            sheet.notes.push(match self.lang {
                Lang::En => {
                    format!("Of {} opened the {en} is not known.", plural(without as u64, "case", "cases"))
                }
                Lang::Zh => format!("{without} 个新开案例的{zh}未知。"),
            });
        }
        self.left_out(sheet, found.left_out)
    }

    fn groups(&self, key: &'static str, title: (&str, &str), rows: &[GroupRow], left_out: usize) -> Sheet {
        let row =
            |row: &GroupRow| vec![text(&row.name), figure(&row.cases), Cell::Number(row.share), figure(&row.before)];
        let columns: Columns<'_> = &[
            ("name", "name", "名称", Kind::Text),
            ("cases", "cases", "案例", Kind::Figure),
            ("share", "share", "占比", Kind::Share),
            ("before", "before", "上一时段", Kind::Figure),
        ];
        let sheet = self.sheet(key, title, columns, rows.iter().map(row).collect());
        self.left_out(sheet, left_out)
    }

    fn quality(&self) -> Sheet {
        let found = &self.report.quality;
        let rows = [
            ("not counted: newsletters and automatic mail", "未计入：群发或自动邮件", &found.by_machines),
            ("cases with an undated message", "含无日期邮件的案例", &found.undated),
            ("cases without a customer", "没有客户的案例", &found.no_customer),
            ("cases without a signature that counts", "没有计入签名的案例", &found.no_signature),
            ("cases not matched yet", "尚未匹配的案例", &found.unmatched),
            ("cases matched with other rules or articles", "以其他规则或文章匹配的案例", &found.behind),
        ];
        let mut rows: Vec<Vec<Cell>> =
            rows.into_iter().map(|(en, zh, cases)| vec![self.say(en, zh), figure(cases), Cell::None]).collect();
        let told = |en: &str, zh: &str, what: String| vec![self.say(en, zh), Cell::None, Cell::Text(what)];
        rows.push(told("set aside because it could not be read", "因无法读取而搁置", found.set_aside.to_string()));
        let parsers: Vec<String> = found.parsers.iter().map(u32::to_string).collect();
        rows.push(told("versions of the reader", "读取程序版本", parsers.join(", ")));
        rows.push(told("time zone", "时区", self.report.zone.clone()));
        let time = &self.report.time;
        rows.push(told("made", "生成时间", time.minute(self.report.made)));
        rows.extend(found.first_case.map(|at| told("first case of the store", "库中首个案例", time.day(at))));
        rows.extend(
            found
                .last_case
                .map(|at| told("its last case up to the end of the span", "库中截至期末的最后案例", time.day(at))),
        );
        let columns: Columns<'_> = &[
            ("what", "what", "项目", Kind::Text),
            ("cases", "cases", "案例", Kind::Figure),
            ("value", "value", "值", Kind::Text),
        ];
        self.sheet("quality", ("What the figures rest on", "数据质量"), columns, rows)
    }

    fn definitions(&self) -> Sheet {
        let rows = definitions(self.lang).into_iter().map(|(term, told)| vec![Cell::Text(term), Cell::Text(told)]);
        let columns: Columns<'_> =
            &[("term", "term", "术语", Kind::Text), ("definition", "definition", "定义", Kind::Text)];
        self.sheet("definitions", ("Definitions", "定义"), columns, rows.collect())
    }
}
