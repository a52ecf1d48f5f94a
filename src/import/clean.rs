//! Markdown of other systems as plain Markdown: marks that only their generators know are taken out.

use std::sync::LazyLock;

use regex::Regex;

/// What only a generator reads: Microsoft Learn's includes and zones, Hugo's shortcodes, comments, tags of HTML.
static NOISE: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    let rules = [
        (r"(?s)<!--.*?-->", ""),
        (r"(?m)^[ \t]*:::.*$", ""),
        (r"\[!INCLUDE ?\[[^\]\n]*\]\([^)\n]*\)\]", ""),
        (r"(?m)^([ \t]*>[ \t]*)\[!([A-Z]+)\][ \t]*$", "$1**$2**"),
        (r"\{\{[<%][^{}\n]*[%>]\}\}", ""),
        (r"(?i)</?br ?/?>", " "),
        (r"(?i)<summary>([^<\n]*)</summary>", "**$1**"),
        (
            r"(?i)</?(?:details|summary|div|span|p|center|font|a|img|sup|sub|u|b|i|em|strong|kbd|table|thead|tbody|tr|td|th|ul|ol|li)(?: [^<>\n]*)?/?>",
            "",
        ),
        (r"&nbsp;", " "),
    ];
    rules.into_iter().filter_map(|(rule, with)| Regex::new(rule).ok().map(|rule| (rule, with))).collect()
});

/// Takes the marks out. What stands in fenced code stays as it is.
pub(super) fn markdown(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut prose = String::new();
    let mut fence: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let body = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| body.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => {
                flush(&mut prose, &mut cleaned);
                fence = Some(mark);
                cleaned.push_str(line);
            }
            (Some(open), mark) => {
                cleaned.push_str(line);
                if mark == Some(open) {
                    fence = None;
                }
            }
            (None, None) => prose.push_str(line),
        }
    }
    flush(&mut prose, &mut cleaned);
    cleaned
}

fn flush(prose: &mut String, cleaned: &mut String) {
    let mut text = std::mem::take(prose);
    for (rule, with) in NOISE.iter() {
        if let std::borrow::Cow::Owned(changed) = rule.replace_all(&text, *with) {
            text = changed;
        }
    }
    cleaned.push_str(&text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_and_code_stays() {
        let text = "> [!NOTE]\n> Mind the <b>pump</b>.\n\n[!INCLUDE [x](y.md)]\n::: zone\n{{< hint >}}a</br>b\n```xml\n<b>::: {{< x >}}</b>\n```\n";
        let expected = "> **NOTE**\n> Mind the pump.\n\n\n\na b\n```xml\n<b>::: {{< x >}}</b>\n```\n";
        assert_eq!(markdown(text), expected);
    }
}
