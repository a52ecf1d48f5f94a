//! The tables of a report whose rows are signatures.

use super::{
    Cell, Kind, Lang, Sheet, plural,
    tables::{Columns, Maker, count, figure, named, text},
    words,
};
use crate::report::section::{
    fresh,
    fresh::NewRow,
    known::Group,
    rising,
    rising::{Trend, Way},
    signatures, write,
};

/// The columns of risers and faders.
const TREND: Columns<'static> = &[
    ("signature", "signature", "签名", Kind::Named),
    ("ratio", "times as often", "倍数", Kind::Ratio),
    ("cases", "cases", "案例", Kind::Figure),
    ("customers", "customers", "客户", Kind::Number),
    ("expected", "expected", "期望客户", Kind::Number),
    ("before", "cases before", "此前案例", Kind::Figure),
    ("customers_before", "customers before", "此前客户", Kind::Number),
    ("season", "season", "季节", Kind::Number),
    ("p", "p", "p", Kind::Chance),
    ("q", "q", "q", Kind::Chance),
];

impl Maker<'_> {
    pub(super) fn signatures(&self) -> Sheet {
        let found = &self.report.signatures;
        let row = |row: &signatures::SignatureRow| {
            vec![
                named(&row.named),
                figure(&row.cases),
                count(row.customers),
                Cell::Number(row.share),
                figure(&row.before),
                row.change.map_or(Cell::None, Cell::Number),
                figure(&row.primary),
            ]
        };
        let columns: Columns<'_> = &[
            ("signature", "signature", "签名", Kind::Named),
            ("cases", "cases", "案例", Kind::Figure),
            ("customers", "customers", "客户", Kind::Number),
            ("share", "share", "占比", Kind::Share),
            ("before", "before", "上一时段", Kind::Figure),
            ("change", "change in points", "占比变化（百分点）", Kind::Change),
            ("primary", "about it", "以其为主", Kind::Figure),
        ];
        let rows = found.rows.iter().map(row).collect();
        let mut sheet = self.sheet("signatures", ("Top signatures", "主要签名"), columns, rows);
        let (cases, different) = (found.cases.count(), found.different);
        sheet.notes.push(match self.lang {
            Lang::En => format!(
                "{} in {}.",
                plural(different as u64, "signature", "different signatures"),
                plural(cases as u64, "case", "cases")
            ),
            Lang::Zh => format!("{cases} 个案例中有 {different} 个不同签名。"),
        });
        self.left_out(sheet, found.left_out)
    }

    pub(super) fn trends(&self, key: &'static str, title: (&str, &str), trends: &[Trend]) -> Sheet {
        let row = |row: &Trend| {
            vec![
                named(&row.named),
                Cell::Ratio { ratio: row.change.ratio, low: row.change.low, high: row.change.high },
                figure(&row.change.cases),
                count(row.change.customers),
                Cell::Number(row.change.expected),
                figure(&row.change.before),
                count(row.change.customers_before),
                Cell::Number(row.season),
                Cell::Number(row.p),
                Cell::Number(row.change.q),
            ]
        };
        let mut sheet = self.sheet(key, title, TREND, trends.iter().map(row).collect());
        sheet.notes = if key == "rising" {
            words::method(self.report, self.lang)
        } else {
            let none = words::no_history(self.report, self.lang);
            none.into_iter().chain(words::by_season(self.report, Way::Down, self.lang)).collect()
        };
        sheet
    }

    pub(super) fn seasonal(&self) -> Sheet {
        let way = |way: Way| match way {
            Way::Up => self.lang.pick("rise", "上升"),
            Way::Down => self.lang.pick("fall", "下降"),
        };
        let row = |row: &rising::Seasonal| {
            let change = &row.trend.change;
            vec![
                named(&row.trend.named),
                text(way(row.way)),
                row.ratio_without.map_or(Cell::None, Cell::Number),
                Cell::Ratio { ratio: change.ratio, low: change.low, high: change.high },
                figure(&change.cases),
                count(change.customers),
                Cell::Number(change.expected),
                figure(&change.before),
                count(change.customers_before),
                Cell::Number(row.trend.season),
                Cell::Number(row.q_without),
                Cell::Number(change.q),
            ]
        };
        let columns: Columns<'_> = &[
            ("signature", "signature", "签名", Kind::Named),
            ("way", "way", "方向", Kind::Text),
            ("ratio_without", "without the season", "不计季节的倍数", Kind::Number),
            ("ratio", "times as often", "倍数", Kind::Ratio),
            ("cases", "cases", "案例", Kind::Figure),
            ("customers", "customers", "客户", Kind::Number),
            ("expected", "expected", "期望客户", Kind::Number),
            ("before", "cases before", "此前案例", Kind::Figure),
            ("customers_before", "customers before", "此前客户", Kind::Number),
            ("season", "season", "季节", Kind::Number),
            ("q_without", "q without", "不计季节的 q", Kind::Chance),
            ("q", "q", "q", Kind::Chance),
        ];
        let rows = self.report.rising.seasonal.iter().map(row).collect();
        let mut sheet = self.sheet("seasonal", ("Explained by the season", "由季节解释"), columns, rows);
        if self.report.rising.years == 0 {
            let none = self.lang.pick(
                "none: no season is taken out, as the store does not go back a year",
                "无：库中历史不足一年，未计季节因素",
            );
            sheet.empty = none.to_string();
        }
        sheet
    }

    pub(super) fn watch(&self) -> Sheet {
        let row = |row: &rising::Watched| {
            let (cases, before) = (figure(&row.cases), figure(&row.before));
            vec![
                named(&row.named),
                cases,
                count(row.customers),
                before,
                count(row.customers_before),
                Cell::Number(row.sum),
            ]
        };
        let columns: Columns<'_> = &[
            ("signature", "signature", "签名", Kind::Named),
            ("cases", "cases", "案例", Kind::Figure),
            ("customers", "customers", "客户", Kind::Number),
            ("before", "cases before", "此前案例", Kind::Figure),
            ("customers_before", "customers before", "此前客户", Kind::Number),
            ("sum", "sum", "累计", Kind::Number),
        ];
        let rows = self.report.rising.watch.iter().map(row).collect();
        let mut sheet = self.sheet("watch", ("Watch list", "观察名单"), columns, rows);
        sheet
            .notes
            .push(self.lang.pick("Too small to test: nothing is claimed.", "数量太小无法检验：不作判断。").into());
        self.left_out(sheet, self.report.rising.watch_left_out)
    }

    pub(super) fn fresh(&self, key: &'static str, title: (&str, &str), rows: &[NewRow]) -> Sheet {
        let row = |row: &NewRow| {
            vec![
                named(&row.named),
                figure(&row.cases),
                count(row.customers),
                figure(&row.severe),
                self.moment(row.first),
                row.reached.map_or(Cell::None, |at| self.moment(at)),
            ]
        };
        let columns: Columns<'_> = &[
            ("signature", "signature", "签名", Kind::Named),
            ("cases", "cases", "案例", Kind::Figure),
            ("customers", "customers", "客户", Kind::Number),
            ("severe", "P1 cases", "P1 案例", Kind::Figure),
            ("first", "first seen", "首次出现", Kind::Moment),
            ("reached", "reached", "波及日期", Kind::Moment),
        ];
        // At one customer they reached nobody else.
        let (columns, kept) = if key == "new" { (columns, 6) } else { (&columns[..5], 5) };
        let rows = rows.iter().map(row).map(|mut row| {
            row.truncate(kept);
            row
        });
        let mut sheet = self.sheet(key, title, columns, rows.collect());
        let fresh = &self.report.fresh;
        if key == "new" {
            sheet.notes.push(self.reached_first());
            sheet.notes.push(self.found_by_chance());
            sheet.notes.extend(self.about_new());
            return self.left_out(sheet, fresh.new_left_out);
        }
        let (alone, found) = (fresh.singletons.len() + fresh.singletons_left_out, fresh.found);
        sheet.notes.push(match self.lang {
            Lang::En if found == 0 => "No signature was first seen in this span.".into(),
            Lang::Zh if found == 0 => "本时段没有首次出现的签名。".into(),
            Lang::En => format!(
                "Of {} first seen in this span {alone} stayed at one customer and out of P1 cases.",
                plural(found as u64, "signature", "signatures")
            ),
            Lang::Zh => format!("本时段首次出现的 {found} 个签名中，仅在一个客户且不在 P1 案例中的有 {alone} 个。"),
        });
        self.left_out(sheet, fresh.singletons_left_out)
    }

    /// What the table of new signatures counts.
    fn reached_first(&self) -> String {
        let fresh = &self.report.fresh;
        let reached = fresh.new.len() + fresh.new_left_out;
        match self.lang {
            Lang::En => format!(
                "{} a second customer, or a P1 case, in this span for the first time, whenever first seen.",
                plural(reached as u64, "signature reached", "signatures reached")
            ),
            Lang::Zh => {
                format!("本时段内首次波及第二个客户或首次出现在 P1 案例中的签名 {reached} 个，不论何时首次出现。")
            }
        }
    }

    /// How many were first seen in the span, another count than that of the table, and how many chance alone brings.
    fn found_by_chance(&self) -> String {
        let found = self.report.fresh.found;
        match (self.report.fresh.expected, self.lang) {
            (Some(chance), Lang::En) => format!(
                "First seen in this span, at however many customers: {found}; by Good and Turing chance alone brings {} ({} to {}).",
                chance.count, chance.low, chance.high
            ),
            (Some(chance), Lang::Zh) => format!(
                "本时段首次出现的签名（不论客户数）{found} 个；按 Good–Turing 估计，偶然即可出现 {} 个（{} 至 {}）。",
                chance.count, chance.low, chance.high
            ),
            (None, Lang::En) => format!(
                "First seen in this span, at however many customers: {found}; nothing is to be expected, as no earlier case has a signature that counts."
            ),
            (None, Lang::Zh) => {
                format!("本时段首次出现的签名（不论客户数）{found} 个；此前没有带计入签名的案例，无从期望。")
            }
        }
    }

    /// What is to be said of new signatures beside their number.
    fn about_new(&self) -> Vec<String> {
        let fresh = &self.report.fresh;
        let (silenced, cases) = (fresh.silenced as u64, fresh.silenced_cases.count() as u64);
        let mut notes = Vec::new();
        if silenced > 0 {
            notes.push(match self.lang {
                Lang::En => format!(
                    "Silenced, and therefore not among them: {} never seen before, in {}.",
                    plural(silenced, "signature", "signatures"),
                    plural(cases, "case", "cases")
                ),
                Lang::Zh => format!("已静音而未列入：此前从未出现的签名 {silenced} 个，涉及 {cases} 个案例。"),
            });
        }
        if self.report.filter.words().next().is_some() {
            let whole = self.lang.pick(
                "Whether a signature is new is judged over the whole store; the cases are those of the filter.",
                "是否为新签名按整个库判断；案例为筛选所得。",
            );
            notes.push(whole.to_string());
        }
        notes
    }

    pub(super) fn returned(&self) -> Sheet {
        let row = |row: &fresh::ReturnedRow| {
            let (cases, last) = (figure(&row.cases), self.moment(row.last));
            vec![named(&row.named), cases, count(row.customers), last, Cell::Number(row.silent_days as f64)]
        };
        let columns: Columns<'_> = &[
            ("signature", "signature", "签名", Kind::Named),
            ("cases", "cases", "案例", Kind::Figure),
            ("customers", "customers", "客户", Kind::Number),
            ("last", "last seen before", "上次出现", Kind::Moment),
            ("silent_days", "days between", "间隔天数", Kind::Number),
        ];
        let rows = self.report.fresh.returned.iter().map(row).collect();
        let sheet = self.sheet("returned", ("Returned after 90 days", "90 天后重现"), columns, rows);
        self.left_out(sheet, self.report.fresh.returned_left_out)
    }

    pub(super) fn write(&self) -> Sheet {
        let found = &self.report.write;
        let row = |row: &write::WriteRow| {
            vec![
                named(&row.named),
                figure(&row.cases),
                count(row.customers),
                row.hours.map_or(Cell::None, Cell::Number),
                Cell::Number(row.weight.round()),
                text(&row.named_by.join(", ")),
            ]
        };
        let columns: Columns<'_> = &[
            ("signature", "signature", "签名", Kind::Named),
            ("cases", "cases", "案例", Kind::Figure),
            ("customers", "customers", "客户", Kind::Number),
            ("hours", "median time", "中位时长", Kind::Hours),
            ("weight", "cases × hours", "案例×小时", Kind::Number),
            ("named_by", "named by", "提及它的文章", Kind::Text),
        ];
        let rows = found.rows.iter().map(row).collect();
        let mut sheet = self.sheet("write", ("What to write next", "下一步该写什么"), columns, rows);
        let (cases, without) = (found.cases.count(), found.without_signature.count());
        let of = |group: Group| self.report.known.iter().filter(move |row| row.group == group);
        let possible: usize = of(Group::Possible).map(|row| row.cases.count()).sum();
        sheet.notes.push(match self.lang {
            Lang::En if cases == 0 => "No case is without an article that explains it.".into(),
            Lang::Zh if cases == 0 => "没有缺少文章的案例。".into(),
            Lang::En => format!(
                "{} that no article explains, {possible} of them possibly explained, {without} without a signature.",
                plural(cases as u64, "case", "cases")
            ),
            Lang::Zh => format!("{cases} 个案例没有文章能解释，其中 {possible} 个可能已解释，{without} 个没有签名。"),
        });
        self.left_out(sheet, found.left_out)
    }

    pub(super) fn silenced(&self) -> Sheet {
        let rows =
            self.report.signatures.silenced.iter().map(|row| vec![named(&row.named), figure(&row.cases)]).collect();
        let columns: Columns<'_> =
            &[("signature", "signature", "签名", Kind::Named), ("cases", "cases", "案例", Kind::Figure)];
        let sheet = self.sheet("silenced", ("Silenced signatures", "已静音的签名"), columns, rows);
        self.left_out(sheet, self.report.signatures.silenced_left_out)
    }
}
