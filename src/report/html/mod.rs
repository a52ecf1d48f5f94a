//! The report as one page that needs nothing else: no network, no script; light and dark, on paper too.
//!
//! Everything that comes from mails passes [`escape`]; the charts are drawn as SVG in `chart`.

mod chart;
mod style;

use std::fmt::Write;

use super::{
    Report,
    sheet::{Cell, Column, Kind, Lang, Sheet, filter_words, sheets},
};

/// Columns of a heading over figures, two for a Chinese character, that fit on two lines as narrow as the figures.
const LONG_HEADING: usize = 16;

/// Characters of the name of a month.
const MONTH: usize = 7;

/// Columns of a table that fits a phone.
const MOST_NARROW: usize = 4;

/// Columns whose text needs no heading beside it, where rows stand below each other.
const SAYS_ITSELF: [&str; 1] = ["title"];

/// Whether a heading is long; what stands behind the radicals of CJK in Unicode is wide.
fn is_long(heading: &str) -> bool {
    heading.chars().map(|c| if c >= '\u{2E80}' { 2 } else { 1 }).sum::<usize>() > LONG_HEADING
}

/// Text that is safe between tags and within quoted attributes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // Control characters are not allowed in a page; marks that turn the direction of writing could make a line read as
            // another.
            c if c.is_control() && c != '\n' && c != '\t' => escaped.push('\u{FFFD}'),
            '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                escaped.push('\u{FFFD}');
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// The whole page.
pub fn page(report: &Report, lang: Lang) -> String {
    let sheets = sheets(report, lang);
    let title = lang.pick("Support cases", "支持案例报告");
    let mut page = String::new();
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{}</title>\n<style>{}</style>\n</head>\n<body>\n",
        lang.pick("en", "zh-Hans"),
        escape(&format!("{title} {}", report.span)),
        style::CSS
    );
    head(&mut page, report, lang, title);
    lead(&mut page, report, lang);
    contents(&mut page, &sheets, lang);
    for sheet in sheets.iter().filter(|sheet| sheet.key != "lead") {
        section(&mut page, report, sheet, lang);
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn head(page: &mut String, report: &Report, lang: Lang, title: &str) {
    // A month does not break at its hyphen.
    let whole = if report.span.len() <= MONTH { " class=\"d\"" } else { "" };
    let _ = writeln!(page, "<main>\n<header><h1>{} <span{whole}>{}</span></h1>", escape(title), escape(&report.span));
    let time = &report.time;
    let mut facts = vec![
        format!("{} – {}", time.minute(report.from), time.minute(report.until)),
        report.zone.clone(),
        format!("{} {}", lang.pick("made", "生成于"), time.minute(report.made)),
    ];
    facts.extend(filter_words(report, lang));
    let _ = writeln!(page, "<p class=\"muted\">{}</p></header>", escape(&facts.join(" · ")));
}

fn lead(page: &mut String, report: &Report, lang: Lang) {
    page.push_str("<ol class=\"lead\">\n");
    for sentence in &report.lead {
        let _ = writeln!(page, "<li><a href=\"#{}\">{}</a></li>", sentence.section, escape(sentence.text(lang)));
    }
    page.push_str("</ol>\n");
}

fn contents(page: &mut String, sheets: &[Sheet], lang: Lang) {
    let _ = write!(page, "<nav aria-label=\"{}\">", lang.pick("Sections", "章节"));
    for sheet in sheets.iter().filter(|sheet| sheet.key != "lead") {
        let _ = write!(page, "<a href=\"#{}\">{}</a> ", sheet.key, escape(&sheet.title));
    }
    page.push_str("</nav>\n");
}

fn section(page: &mut String, report: &Report, sheet: &Sheet, lang: Lang) {
    let _ = writeln!(page, "<section id=\"{}\"><h2>{}</h2>", sheet.key, escape(&sheet.title));
    for note in &sheet.notes {
        let _ = writeln!(page, "<p class=\"muted\">{}</p>", escape(note));
    }
    if let Some(chart) = chart::of(report, sheet.key, lang) {
        let _ = writeln!(page, "<div class=\"scroll\">{chart}</div>");
        let swipe = lang.pick("← the chart goes on to the side →", "← 图表可左右滑动 →");
        let _ = writeln!(page, "<p class=\"swipe\">{swipe}</p>");
    }
    match (sheet.rows.is_empty(), sheet.key) {
        (true, _) => {
            let _ = writeln!(page, "<p>{}</p>", escape(&sheet.empty));
        }
        // A long list of names is no table.
        (false, "never_matched") => {
            let names: Vec<String> =
                sheet.rows.iter().flatten().map(|cell| shown(cell, &sheet.columns[0], lang)).collect();
            let show = lang.pick("show them", "显示");
            let _ = writeln!(page, "<details><summary>{show}</summary><p>{}</p></details>", names.join(", "));
        }
        (false, _) => table(page, sheet, lang),
    }
    page.push_str("</section>\n");
}

fn table(page: &mut String, sheet: &Sheet, lang: Lang) {
    let wide = sheet.columns.len() > MOST_NARROW;
    let _ = write!(page, "<div class=\"scroll\"><table{}>\n<thead><tr>", if wide { " class=\"wide\"" } else { "" });
    let class = |column: &Column| match column.kind {
        Kind::Named => " class=\"s\"",
        Kind::Moment => " class=\"d\"",
        kind if kind.is_number() => " class=\"n\"",
        _ => "",
    };
    for column in &sheet.columns {
        // On a phone a long heading over narrow figures would stand word below word.
        let long = column.kind.is_number() && is_long(&column.title);
        let class = if long { " class=\"n long\"" } else { class(column) };
        let _ = write!(page, "<th scope=\"col\"{class}>{}</th>", escape(&column.title));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for row in &sheet.rows {
        page.push_str("<tr>");
        for (place, (column, cell)) in sheet.columns.iter().zip(row).enumerate() {
            let _ = write!(page, "<td{}", class(column));
            if wide && place > 0 && !SAYS_ITSELF.contains(&column.key) {
                let _ = write!(page, " data-h=\"{}\"", escape(&column.title));
            }
            let _ = write!(page, ">{}</td>", shown(cell, column, lang));
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody></table></div>\n");
}

/// A cell; a figure opens to the cases that it counts.
fn shown(cell: &Cell, column: &Column, lang: Lang) -> String {
    match cell {
        Cell::Figure(figure) if figure.count() > 0 => {
            let ids: Vec<String> = figure.cases().map(escape).collect();
            format!(
                "<details><summary>{}</summary><span class=\"ids\">{}</span></details>",
                figure.count(),
                ids.join(" ")
            )
        }
        Cell::Named(named) => {
            let mut text = format!("<code>{}</code>", escape(&named.signature.to_string()));
            if let Some(told) = named.told(lang) {
                let _ = write!(text, " <span class=\"muted\">{}</span>", escape(&told));
            }
            if !named.also.is_empty() {
                let also: Vec<String> = named.also.iter().map(|one| escape(&one.to_string())).collect();
                let _ = write!(text, " <span class=\"muted\">= {}</span>", also.join(" = "));
            }
            text
        }
        _ => escape(&cell.shown(column.kind, lang)),
    }
}

#[cfg(test)]
mod tests {
    use super::{escape, is_long};

    #[test]
    fn headings_that_would_stand_word_below_word_get_room() {
        assert_eq!(["time (95% interval)", "占比变化（百分点）"].map(is_long), [true; 2]);
        assert_eq!(["cases", "change, points", "占比", "上一时段", "以其为主"].map(is_long), [false; 5]);
    }

    #[test]
    fn nothing_of_a_mail_is_markup() {
        assert_eq!(escape("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
        assert_eq!(escape("a\u{1b}[31m\u{202E}b\n补丁"), "a\u{FFFD}[31m\u{FFFD}b\n补丁");
    }
}
