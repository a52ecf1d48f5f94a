use std::io::Cursor;

use super::*;

/// What an export gives: bodies with their paths, how many are left out, and what is wrong with the rest.
#[derive(Debug, Default)]
struct Result {
    sources: Vec<Source>,
    left_out: usize,
    problems: Vec<String>,
    broken: Option<String>,
}

fn go(mapping: &Mapping, name: &str, files: &[(&str, &str)]) -> Result {
    let mut result = Result::default();
    let open = |beside: Option<&str>| -> io::Result<Box<dyn Read>> {
        let wanted = beside.unwrap_or(name);
        let found = files.iter().find(|(name, _)| *name == wanted).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(found.1.as_bytes().to_vec())))
    };
    let read = read(mapping, name, &open, &mut |given| match given {
        Given::Source(source, ..) => result.sources.push(*source),
        Given::LeftOut => result.left_out += 1,
        Given::Problem(problem) => result.problems.push(format!("{:?} {problem}", problem.line)),
    });
    result.broken = read.err().map(|error| error.to_string());
    result
}

fn paths(result: &Result) -> Vec<(&str, &str)> {
    result.sources.iter().map(|source| (source.path.as_str(), source.body.trim())).collect()
}

fn own(text: &str) -> Mapping {
    Mapping::parse("own.toml", text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_table_is_read_row_by_row_and_bad_rows_are_told() {
    let csv = "\u{feff}faq_id,category_id,ispublished,question,answer,keywords,notes,created,updated\n\
        1,1,1,Pump &amp; valve,\"<p>It sticks with 0x80070005.</p>\n<ol><li>Warm it</li></ol>\",\"pump, cold start\",NULL,2024-01-01,2024-05-06 10:00:00\n\
        2,1,0,Draft,<p>x</p>,,,,\n\
        3,1,1,,<p>No title.</p>,,,,\n\
        4,1,2,Short\n\
        5,1,1,Long,<p>a</p>,,,,,,,\n\
        ,1,1,No id,<p>b</p>,,,,\n\
        6,1,1,泵,<p>无法启动</p>,,,,\n";
    let result = go(&Mapping::builtin("osticket").unwrap(), "faq.csv", &[("faq.csv", csv)]);
    let first = "It sticks with 0x80070005.\n\n1. Warm it";
    assert_eq!(paths(&result), [("osticket/1", first), ("osticket/6", "无法启动")]);
    let source = &result.sources[0];
    assert_eq!(
        (source.title.as_deref(), &source.tags),
        (Some("Pump & valve"), &vec!["pump".to_string(), "cold start".into()])
    );
    assert_eq!(source.updated.map(|day| day.to_string()).as_deref(), Some("2024-05-06"));
    assert_eq!(result.left_out, 1);
    let expected = [
        "Some(5) record 3: (id 3) has no title",
        "Some(6) record 4: (id 4) has no text",
        "Some(7) record 5: has 12 fields, and the first line names 9",
        "Some(8) record 6: has no id",
    ];
    assert_eq!(
        (result.problems.iter().map(String::as_str).collect::<Vec<_>>(), result.broken),
        (expected.to_vec(), None)
    );
}

#[test]
fn a_list_of_json_and_what_a_database_tool_writes_give_the_same() {
    let record = "{\"faq_id\":\"1\",\"ispublished\":\"1\",\"question\":\"Pump\",\"answer\":\"<p>It sticks.</p>\",\"keywords\":null,\"updated\":\"2024-05-06\"}";
    let plain = format!("[{record}]");
    let tool = format!(
        "[{{\"type\":\"header\",\"version\":\"5\"}},{{\"type\":\"table\",\"name\":\"ost_faq\",\"data\":[{record},{record}]}}]"
    );
    let one = go(&Mapping::builtin("osticket").unwrap(), "faq.json", &[("faq.json", &plain)]);
    let two = go(&Mapping::builtin("osticket-phpmyadmin").unwrap(), "x.json", &[("x.json", &tool)]);
    assert_eq!(paths(&one), [("osticket/1", "It sticks.")]);
    assert_eq!((two.sources.len(), &two.sources[0]), (2, &one.sources[0]));
    let lines = format!("{record}\n\nnot json\n{record}\n");
    let lines = go(&Mapping::builtin("osticket").unwrap(), "faq.jsonl", &[("faq.jsonl", &lines)]);
    assert_eq!((lines.sources.len(), lines.problems.len()), (2, 1), "{lines:?}");
    assert!(lines.problems[0].starts_with("Some(3) record 2: is no JSON"), "{lines:?}");
}

#[test]
fn answers_are_joined_with_their_texts_and_languages() {
    let bundle = r#"{
        "KnowledgeBaseLocale": {"1": {"id": 1, "system_locale_id": 31}},
        "Locale": {"31": {"id": 31, "locale": "zh-cn"}},
        "KnowledgeBaseAnswer": {"7": {"id": 7, "published_at": "2024-01-01", "archived_at": null, "tags": ["pump", "VPN"]},
                                 "8": {"id": 8, "published_at": null, "archived_at": null}},
        "KnowledgeBaseAnswerTranslation": {
            "42": {"id": 42, "title": "Pump", "answer_id": 7, "content_id": 9, "kb_locale_id": 1, "updated_at": "2024-05-06T01:02:03.000Z"},
            "43": {"id": 43, "title": "Draft", "answer_id": 8, "content_id": 10},
            "44": {"id": 44, "title": "No text", "answer_id": 7, "content_id": 11}},
        "KnowledgeBaseAnswerTranslationContent": {"9": {"id": 9, "body": "<p>It sticks.</p>"}, "10": {"id": 10, "body": "x"}}}"#;
    let mapping = Mapping::builtin("zammad").unwrap();
    for text in [bundle.to_string(), format!("{{\"id\": 7, \"assets\": {bundle}}}")] {
        let result = go(&mapping, "kb.json", &[("kb.json", &text)]);
        assert_eq!(paths(&result), [("zammad/42", "It sticks.")], "{result:?}");
        assert_eq!((result.sources[0].language, result.sources[0].tags.len(), result.left_out), (Some("zh"), 2, 1));
        assert_eq!(result.problems, ["None record 3: (id 44) has no text"]);
    }
}

#[test]
fn pages_of_the_interface_of_a_wiki_are_read() {
    let page = |id: u32, status: &str| {
        format!(
            "{{\"id\":\"{id}\",\"type\":\"page\",\"status\":\"{status}\",\"title\":\"Pump\",\"body\":{{\"storage\":{{\"value\":\"<ac:structured-macro \
             ac:name=\\\"info\\\"><ac:rich-text-body><p>Hot</p></ac:rich-text-body></ac:structured-macro>\"}}}},\"version\":{{\"when\":\
             \"2024-05-06T00:00:00.000Z\"}},\"metadata\":{{\"labels\":{{\"results\":[{{\"name\":\"pump\"}}]}}}}}}"
        )
    };
    let list = format!("{{\"results\":[{},{}],\"size\":2}}", page(1, "current"), page(2, "trashed"));
    let result = go(&Mapping::builtin("confluence").unwrap(), "p.json", &[("p.json", &list)]);
    assert_eq!((paths(&result), result.left_out), (vec![("confluence/1", "Info\n\nHot")], 1));
    assert_eq!(result.sources[0].tags, ["pump"]);
    let one = go(&Mapping::builtin("confluence-page").unwrap(), "p.json", &[("p.json", &page(1, "current"))]);
    assert_eq!(one.sources, result.sources);
}

#[test]
fn own_mappings_join_files_and_keep_parts_apart() {
    let mapping = own(
        "records = \"/x\"\nid = \"n\"\ntitle = \"t\"\nsymptoms = \"s\"\nresolution = { join = \"answers\", field = \"a\" }\nbody_format = \"text\"\n\
         url = \"u\"\n[[filter]]\nfield = \"state\"\nis = \"Published\"\n[[join]]\nname = \"answers\"\nfile = \"answers.csv\"\nkey = \"q\"\non = \"n\"\n\
         [[join.filter]]\nfield = \"ok\"\nnot = [\"no\"]\n",
    );
    let questions = r#"{"x": [{"n": 1, "t": "Pump", "s": "It sticks\n\n# hard", "state": "published", "u": "https://example.com/1"}, {"n": 2, "state": "new"}, 5]}"#;
    let answers = "q,a,ok\n1,Warm it.,yes\n1,Kick it.,no\n1,Wait.,yes\n";
    let files = [("q.json", questions), ("answers.csv", answers)];
    let result = go(&mapping, "q.json", &files);
    let text = "## Symptoms\n\nIt sticks\n\n\\# hard\n\n## Resolution\n\nWarm it.\n\nWait.";
    assert_eq!(paths(&result), [("q/1", text)], "{result:?}");
    assert_eq!((result.left_out, &result.problems), (1, &vec!["None record 3: is no object".to_string()]));
    assert_eq!(result.sources[0].url.as_deref(), Some("https://example.com/1"));
    assert!(go(&mapping, "q.json", &files[..1]).broken.is_some(), "a file that is joined is not there");
}

#[test]
fn what_is_no_export_is_said() {
    let osticket = Mapping::builtin("osticket").unwrap();
    let broken = |name: &str, text: &str| go(&osticket, name, &[(name, text)]).broken.unwrap_or_default();
    assert!(broken("a.csv", "id,title\n1,x\n").contains("has no column `faq_id`; there are `id`, `title`"));
    assert!(broken("a.json", "[{\"faq_id\": 1,").contains("no sound JSON"));
    assert!(broken("a.json", "[]").contains("has no records at `/`"));
    assert!(broken("a.json", &"[".repeat(10_000)).contains("recursion limit"));
    assert!(broken("a.txt", "x").contains("no ending by which its form is known"));
}

#[test]
fn one_broken_record_loses_no_other() {
    let mapping = own("prefix = \"p\"\nid = \"n\"\ntitle = \"t\"\nbody = \"b\"\nbody_format = \"markdown\"\n");
    let record = |id: &str, body: &str| format!("{{\"n\": {id}, \"t\": \"T\", \"b\": \"{body}\"}}");
    let large = "x".repeat(17 << 20);
    let records = [
        record("1", "one"),
        record("2", "cut \\ud83d"),
        record("3", "C:\\Work"),
        record("1e400", "far"),
        record("5", &large),
        record("6", "six"),
    ];
    let expected = [("p/1", "one"), ("p/2", "cut \u{fffd}"), ("p/3", "C:\\Work"), ("p/1e400", "far"), ("p/6", "six")];
    let list = go(&mapping, "a.json", &[("a.json", &format!("[{}]", records.join(",\n")))]);
    assert_eq!((paths(&list), &list.broken), (expected.to_vec(), &None));
    assert_eq!(list.problems, ["None record 5: is larger than 16777216 bytes"]);
    let lines = go(&mapping, "a.jsonl", &[("a.jsonl", &records.join("\n"))]);
    assert_eq!((paths(&lines), &lines.broken), (expected.to_vec(), &None));
    assert_eq!(lines.problems, ["Some(5) record 5: is larger than 16777216 bytes"]);
    let rows = format!("n,t,b\n1,T,one\n2,T,\"open\n3,T,{large}\n4,T,\"four\"\n5,\"T,five\n");
    let rows = go(&mapping, "a.csv", &[("a.csv", &rows)]);
    assert_eq!((paths(&rows), &rows.broken), (vec![("p/1", "one"), ("p/4", "four")], &None));
    let told = [
        "Some(3) record 2: is larger than 16777216 bytes, or its quote, opened in line 3, is never closed",
        "Some(4) record 3: is larger than 16777216 bytes",
        "Some(6) record 5: has a quote, opened in line 6, that is never closed",
    ];
    assert_eq!(rows.problems, told);
    let broken = go(&mapping, "a.json", &[("a.json", "[{\"n\": 1, \"t\": \"a\nb\", \"b\": \"x\"},\n5 5]")]);
    assert_eq!(paths(&broken).len(), 1);
    assert!(broken.broken.as_ref().is_some_and(|message| message.starts_with("line 3: ")), "{broken:?}");
}

#[test]
fn what_is_no_record_takes_no_memory() {
    let mapping = own(
        "format = \"json\"\nrecords = \"/x/*\"\nid = \"n\"\ntitle = \"t\"\nbody = \"b\"\nbody_format = \"markdown\"\n",
    );
    let text = format!(
        "{{\"files\": \"{}\", \"x\": {{\"a\": {{\"n\": 1, \"t\": \"Pump\", \"b\": \"*It* sticks.\"}}}}}}",
        "x".repeat(17 << 20)
    );
    assert_eq!(paths(&go(&mapping, "a.json", &[("a.json", &text)])), [("a/1", "*It* sticks.")]);
}
