use std::sync::LazyLock;

use super::*;
use crate::{
    article::{self, SectionKind},
    signature::{Signature, extract::Extractor},
};

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(Extractor::new);

fn import(path: &str, text: &str, form: Form) -> (Imported, article::Article) {
    let source = document(path, text.as_bytes(), form, &|_| None).unwrap().value;
    let imported = compose(source, &EXTRACTOR).unwrap();
    let article = article::parse(path, &imported.text).unwrap_or_else(|error| panic!("{error}\n{}", imported.text));
    assert!(article.warnings.is_empty(), "{:?}", article.warnings);
    assert_eq!(touched(&imported.text), Touched::No);
    (imported, article.value)
}

fn names(signatures: &[Signature]) -> Vec<String> {
    signatures.iter().map(ToString::to_string).collect()
}

#[test]
fn a_runbook_becomes_an_article() {
    let text = "---\ntitle: \"Pump Alarm\"\nweight: 20\nkeywords: [\"a: b\"]\n---\n\n# PumpPressureHigh\n\n## Meaning\n\n\
        The pump reports 0x80070005.\n\n## Mitigation\n\nRestart it; exit with 0x80240017 is harmless.\n";
    let (imported, article) = import("ops/Pump Alarm.md", text, Form::Markdown);
    assert_eq!((imported.id.as_str(), article.title.as_str()), ("ops-pump-alarm", "PumpPressureHigh"));
    assert_eq!(article.origin.as_deref(), Some("ops/Pump Alarm.md"));
    assert_eq!(names(&article.strong), ["hresult:0x80070005"]);
    assert_eq!(names(&article.weak), ["hresult:0x80240017"]);
    assert!(article.section(SectionKind::Symptoms).is_some(), "{:?}", article.sections);
}

#[test]
fn pages_and_chinese_names_are_taken_too() {
    let page = "<html><head><title>泵故障</title></head><body><h1>泵启动失败</h1><h2>问题现象</h2><p>日志提示拒绝访问 (5)。</p>\
        <h2>解决办法</h2><ol><li>重启</li></ol></body></html>";
    let (imported, article) = import("手册/泵.html", page, Form::Html);
    assert!(imported.id.starts_with("document-"), "{}", imported.id);
    assert_eq!((article.title.as_str(), article.language.as_str()), ("泵启动失败", "zh"));
    assert_eq!(names(&article.strong), ["win32:5"]);
    assert_eq!(article.section(SectionKind::Resolution).map(|section| section.text.as_str()), Some("1. 重启"));
}

#[test]
fn front_matter_may_be_of_any_kind_or_missing() {
    for head in
        ["+++\ntitle = \"Valve\"\n+++\n", "---\ntitle: Valve\nbroken: [\n---\n", "---\ntitle: 'Valve'\n---\n", ""]
    {
        let (_, article) = import("valve.md", &format!("{head}It sticks after a cold night."), Form::Markdown);
        assert_eq!(article.title.to_lowercase(), "valve", "{head}");
    }
    let empty = document("a.md", b"---\ntitle: x\n---\n", Form::Markdown, &|_| None).unwrap().value;
    assert_eq!(compose(empty, &EXTRACTOR), Err(SourceError::Empty));
}

#[test]
fn a_large_page_with_little_text_is_read_and_a_long_text_is_not() {
    let page = format!("<style>{}</style><p>The pump sticks.</p>", "p{}".repeat(1 << 20));
    let (_, article) = import("pump.html", &page, Form::Html);
    assert_eq!(article.sections[0].text, "The pump sticks.");
    let long =
        document("a.md", "The pump sticks. ".repeat(1 << 16).as_bytes(), Form::Markdown, &|_| None).unwrap().value;
    assert!(matches!(compose(long, &EXTRACTOR), Err(SourceError::Long { .. })));
}

/// The texts of an article that customers may read.
fn for_customers(path: &str, bytes: &[u8], form: Form) -> (String, usize) {
    let source = document(path, bytes, form, &|_| None).unwrap();
    let warnings = source.warnings.len();
    let imported = compose(source.value, &EXTRACTOR).unwrap();
    let article = article::parse(path, &imported.text).unwrap().value;
    let open = article.sections.iter().filter(|section| section.audience.is_customer());
    let text = open.map(|section| format!("{}\n{}\n", section.heading, section.text)).collect();
    assert!(imported.text.contains("SECRET"), "{}", imported.text);
    (text, warnings)
}

#[test]
fn what_a_document_keeps_from_customers_is_kept_from_them() {
    for mark in [
        "<!-- audience: internal -->",
        "<!--\nowner: x\naudience: internal\n-->",
        "<!-- internal use only -->",
        "!!! note \"audience: internal\"\n    Mind it.",
        ":::note audience: internal\nMind it.\n:::",
        ":::internal\nMind it.\n:::",
        "> [!NOTE] audience: internal\n> Mind it.",
        "> [!INTERNAL]\n> Mind it.",
        "!!! internal\n    Mind it.",
        "{: .internal }\nMind it.",
        "{% hint style=\"internal\" %}\nMind it.\n{% endhint %}",
        "{% comment %}\naudience: internal\n{% endcomment %}",
        "%% audience: internal %%",
        "<p>audience: internal</p>",
        "**受众：内部**",
        "audience\u{200b}: internal",
    ] {
        let text = format!("# Pump fails\n\n## Resolution\n\nRestart.\n\n## Workaround\n\n{mark}\n\nSECRET\n");
        let (open, _) = for_customers("a.md", text.as_bytes(), Form::Markdown);
        assert!(!open.contains("SECRET") && open.contains("Restart"), "{mark}: {open}");
    }
    // Where it is not said of a section, or not seen of which, all is kept in.
    for text in [
        "---\naudience: internal\n---\n# Pump\n\n## Resolution\nSECRET\n## Cause\nb\n",
        "---\ntitle: x\n受众：内部\n---\n## Resolution\nSECRET\n",
        "---\naudience:\n  - internal\n---\n## Resolution\nSECRET\n",
        "+++\naudience = \"internal\"\n+++\n## Resolution\nSECRET\n",
        "{\"title\": \"x\", \"audience\": \"internal\"}\n\n## Resolution\nSECRET\n",
        "---\naudience: internal\ndescription: SECRET at once\n---\n## Resolution\na\n",
        "# Pump\n\n<!-- audience: internal -->\n\n## Resolution\nSECRET\n",
        "## A\na\n<div class=\"internal\">\n\n## B\nSECRET\n\n## C\nc\n</div>\n",
        "## A\na\n\n{% video audience: internal %}\n\n## B\nSECRET\n",
    ] {
        let (open, _) = for_customers("a.md", text.as_bytes(), Form::Markdown);
        assert_eq!(open, "", "{text}");
    }
    for mark in [
        "<!-- audience: internal -->",
        "<p><b>Audience:</b> <i>internal</i></p>",
        "<table><tr><td>Audience</td><td>Internal</td></tr></table>",
        "<ac:structured-macro ac:name=\"note\"><ac:parameter ac:name=\"title\">Audience: Internal</ac:parameter>\
         <ac:rich-text-body><p>x</p></ac:rich-text-body></ac:structured-macro>",
    ] {
        let page = format!("<h1>Pump</h1><h2>Resolution</h2><p>Restart.</p><h2>Workaround</h2>{mark}<p>SECRET</p>");
        let (open, warnings) = for_customers("a.html", page.as_bytes(), Form::Html);
        assert!(!open.contains("SECRET") && open.contains("Restart"), "{mark}: {open}");
        assert_eq!(warnings, 0, "{mark}");
    }
    let (open, _) =
        for_customers("a.html", b"<h2>A <!-- audience: internal --></h2><p>SECRET</p><h2>B</h2><p>b</p>", Form::Html);
    assert_eq!(open, "B\nb\n");
    for mark in [
        "<meta name=\"audience\" content=\"internal\">",
        "<p style=\"display:none\">audience: internal</p>",
        "<header>Audience: internal</header>",
        "<footer>For internal use only</footer>",
        "<div data-audience=\"internal\">",
        "<div class=\"internal\">",
    ] {
        let page = format!("{mark}<h1>Pump</h1><h2>A</h2><p>SECRET</p><h2>B</h2><p>b</p>");
        let (open, warnings) = for_customers("a.html", page.as_bytes(), Form::Html);
        assert_eq!((open.as_str(), warnings), ("", 1), "{mark}");
    }
    // What a page shows of other things closes nothing.
    let page = "<nav><a class=\"reference internal\">Internal</a></nav><h2>A</h2><p>SECRET is no secret</p><ul><li>internal</li></ul>";
    assert!(for_customers("a.html", page.as_bytes(), Form::Html).0.contains("SECRET"));
}

#[test]
fn days_are_read_as_systems_write_them() {
    for text in ["2024-05-06", "2024-05-06T10:00:00.000+08:00", "2024/05/06 10:00", "1714989600", "1714989600000"] {
        assert_eq!(day(text).map(|day| day.to_string()).as_deref(), Some("2024-05-06"), "{text}");
    }
    for text in ["", "0", "yesterday", "2024-13-01", "2024-05-061", "06.05.2024", "日日日日日日"] {
        assert_eq!(day(text), None, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn anything_is_read_without_panic(text in "\\PC{0,80}|(# |\n|===|<|>|/|li|ol|pre|table|td|tr|h2|ac:parameter|ac:link|`|\\||- |&|;|文| ){0,80}") {
        for form in [Form::Markdown, Form::Html] {
            let Ok(source) = document("a.md", text.as_bytes(), form, &|_| None) else { continue };
            if let Ok(imported) = compose(source.value, &EXTRACTOR) {
                proptest::prop_assert!(article::parse("a.md", &imported.text).is_ok(), "{}", imported.text);
            }
        }
    }
}
