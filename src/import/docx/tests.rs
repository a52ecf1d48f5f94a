use std::io::{Cursor, Write};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

const NAMESPACE: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

/// A document of these files.
fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn document(body: &str) -> String {
    format!("<?xml version=\"1.0\"?><w:document {NAMESPACE}><w:body>{body}</w:body></w:document>")
}

const STYLES: &str = r#"<w:styles xmlns:w="x">
<w:style w:type="paragraph" w:styleId="a0"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="x2"><w:name w:val="标题 2"/></w:style>
<w:style w:type="paragraph" w:styleId="own"><w:name w:val="Our head"/><w:basedOn w:val="1"/></w:style>
<w:style w:type="paragraph" w:styleId="loop"><w:name w:val="Loop"/><w:basedOn w:val="loop"/></w:style>
<w:style w:type="paragraph" w:styleId="c"><w:name w:val="Console"/></w:style>
<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>
</w:styles>"#;

const NUMBERING: &str = r#"<w:numbering xmlns:w="x">
<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>"#;

fn paragraph(properties: &str, text: &str) -> String {
    format!("<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

fn styled(style: &str, text: &str) -> String {
    paragraph(&format!("<w:pStyle w:val=\"{style}\"/>"), text)
}

fn item(level: usize, text: &str) -> String {
    paragraph(&format!("<w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"3\"/></w:numPr>"), text)
}

#[test]
fn what_stands_beside_the_text_may_keep_it_from_customers() {
    let hidden = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>audience: internal</w:t></w:r></w:p>";
    let part = |name: &str, text: &str| {
        let xml = format!("<w:hdr {NAMESPACE}>{}</w:hdr>", paragraph("", text));
        packed(&[("word/document.xml", &document(&(styled("1", "A") + &paragraph("", "x")))), (name, &xml)])
    };
    for bytes in [
        part("word/header1.xml", "Internal"),
        part("word/footer2.xml", "INTERNAL USE ONLY"),
        part("word/comments.xml", "audience: internal"),
        packed(&[("word/document.xml", &document(&(paragraph("", "x") + hidden)))]),
    ] {
        let read = read("a.docx", &bytes).unwrap();
        assert!(read.value.body.starts_with("audience: internal\n"), "{}", read.value.body);
        assert_eq!(read.warnings.len(), 1);
    }
    let open = read("a.docx", &part("word/header1.xml", "Acme, page 1")).unwrap();
    assert!(!open.value.body.contains("audience") && open.warnings.is_empty());
}

#[track_caller]
fn check(body: &str, expected: &str) {
    let bytes = packed(&[
        ("word/document.xml", &document(body)),
        ("word/styles.xml", STYLES),
        ("word/numbering.xml", NUMBERING),
    ]);
    let read = read("a.docx", &bytes).unwrap();
    assert!(read.warnings.is_empty(), "{:?}", read.warnings);
    assert_eq!(read.value.body.trim_end(), expected, "of {body}");
}

#[test]
fn headings_are_known_by_style_and_outline() {
    let body = [
        styled("a0", "Pump &amp; valve"),
        styled("TOC1", "Symptoms 1"),
        styled("1", "Symptoms"),
        styled("loop", "It sticks."),
        styled("x2", "原因"),
        styled("own", "Fix"),
        paragraph("<w:outlineLvl w:val=\"1\"/>", "Steps"),
    ];
    check(&body.concat(), "# Pump & valve\n\n## Symptoms\n\nIt sticks.\n\n### 原因\n\n## Fix\n\n### Steps");
    check(&[styled("x2", "原因"), styled("1", "Fix")].concat(), "## 原因\n\n# Fix");
}

#[test]
fn lists_count_and_nest() {
    let body = [item(0, "a"), item(1, "b"), item(0, "c"), styled("none", "d"), item(0, "e")];
    check(&body.concat(), "1. a\n    - b\n2. c\n\nd\n\n3. e");
}

#[test]
fn code_is_known_by_its_style_or_font() {
    let mono =
        "<w:p><w:r><w:rPr><w:rFonts w:ascii=\"Consolas\"/></w:rPr><w:t>net  stop</w:t><w:br/><w:t>x</w:t></w:r></w:p>";
    check(
        &[&styled("c", "a &lt; b"), "<w:p/>", &styled("c", "  c"), mono].concat(),
        "```\na < b\n\n  c\nnet  stop\nx\n```",
    );
    let mixed = "<w:p><w:r><w:t>Run </w:t></w:r><w:r><w:rPr><w:rFonts w:ascii=\"Courier New\"/></w:rPr><w:t>net stop</w:t></w:r><w:r><w:t> now_</w:t></w:r></w:p>";
    check(mixed, "Run `net stop` now\\_");
}

#[test]
fn tables_are_tables_and_what_is_not_shown_is_no_text() {
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", styled("none", text));
    let table = format!(
        "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>",
        cell("Code"),
        cell("Means"),
        cell("5"),
        cell("denied")
    );
    check(&table, "| Code | Means |\n| --- | --- |\n| 5 | denied |");
    let odd = "<w:p><w:r><w:t>a</w:t></w:r><w:del><w:r><w:delText>b</w:delText><w:t>b</w:t></w:r></w:del><w:r><w:rPr><w:vanish/></w:rPr><w:t>c</w:t></w:r>\
        <w:r><w:instrText>TOC</w:instrText></w:r><mc:AlternateContent><mc:Choice><w:r><w:t>d</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>d</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>";
    check(odd, "ad");
}

#[test]
fn what_a_document_says_of_itself_is_taken() {
    let core = "<cp:coreProperties><dc:title>Pump</dc:title><dcterms:modified>2024-05-06T10:00:00Z</dcterms:modified></cp:coreProperties>";
    let bytes = packed(&[("word/document.xml", &document(&styled("1", "Symptoms"))), ("docProps/core.xml", core)]);
    let read = read("a.docx", &bytes).unwrap().value;
    assert_eq!(
        (read.title.as_deref(), read.updated.map(|day| day.to_string()).as_deref()),
        (Some("Pump"), Some("2024-05-06"))
    );
    assert_eq!(read.body, "Symptoms\n");
}

#[test]
fn hostile_documents_end() {
    assert!(matches!(read("a.docx", b"no zip"), Err(SourceError::Form(_))));
    assert!(matches!(read("a.docx", &packed(&[("x", "y")])), Err(SourceError::Form(_))));
    let deep = document(&"<w:tbl><w:tr><w:tc>".repeat(1_000));
    let read_deep = read("a.docx", &packed(&[("word/document.xml", &deep)])).unwrap();
    assert!(read_deep.warnings[0].message.contains("nested more than"), "{:?}", read_deep.warnings);
    let bomb = "<!DOCTYPE w [<!ENTITY a \"xxxxxxxxxx\"><!ENTITY b \"&a;&a;&a;&a;\">]><w:document><w:body><w:p><w:r><w:t>a&b;&b;&#x62;</w:t></w:r></w:p></w:body></w:document>";
    assert_eq!(read("a.docx", &packed(&[("word/document.xml", bomb)])).unwrap().value.body, "ab\n");
    let torn = &document(&styled("1", "Symptoms"))[..200];
    let torn = read("a.docx", &packed(&[("word/document.xml", torn)])).unwrap();
    assert!(torn.warnings.iter().any(|warning| warning.message.contains("sound")) || !torn.value.body.is_empty());
}
