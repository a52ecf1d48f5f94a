use super::*;

fn ask(text: &str) -> Asked {
    Asked::parse(text).unwrap()
}

#[test]
fn conditions_are_taken_out_of_the_words() {
    let asked = ask("printer status:open customer:\"Blue Fjord Bank\" \"access is denied\" tag:product/x 拒绝访问");
    assert_eq!(asked.words, "printer \"access is denied\" 拒绝访问");
    assert_eq!(asked.case.customer.as_deref(), Some("Blue Fjord Bank"));
    assert_eq!((asked.case.status, asked.case.tag.as_deref()), (Some(CaseStatus::Open), Some("product/x")));
    assert_eq!(asked.only_cases.as_deref(), Some("status:"));
}

#[test]
fn signatures_may_be_met_by_what_means_the_same() {
    let asked = ask("hresult:0x80070005");
    let terms: Vec<&str> = asked.message.all[0].any.iter().map(|clause| clause.parts[0].1.as_str()).collect();
    assert!(terms.contains(&"hresult:0x80070005") && terms.contains(&"win32:5"), "{terms:?}");
    assert_eq!((asked.only_cases, asked.only_articles), (None, None));
}

#[test]
fn halves_of_a_code_are_one_word() {
    assert_eq!(ask("0x8007 3712").words, "0x80073712");
    assert_eq!(ask("error 8007 0005 today").words, "error 0x80070005 today");
    for text in ["0x8007 of 3712", "8007 files", "\"0x8007 3712\"", "0x80073712 2024"] {
        assert_eq!(ask(text).words, text);
    }
}

#[test]
fn dates_are_days() {
    let asked = ask("after:2024-09-01 before:2024-10-01");
    assert_eq!((asked.message.since, asked.message.until), (Some(1_725_148_800), Some(1_727_740_800)));
    assert_eq!(ask("after:2024-09").message.since, Some(1_725_148_800));
    assert_eq!(ask("after:2024").article.since, Some("2024-01-01".parse().unwrap()));
    for wrong in [
        "after:yesterday",
        "status:lost",
        "has:fun",
        "lang:klingon",
        "kind:fish",
        "severity:P9",
        "严重程度:高",
        "before:2024-13",
    ] {
        assert!(Asked::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_mistyped_condition_is_told() {
    let error = Asked::parse("bogus:thing").unwrap_err().to_string();
    for known in ["`bogus:`", "status:", "customer:", "lang:", "title:", "hresult:"] {
        assert!(error.contains(known), "{error}");
    }
    assert!(!error.contains("did you mean"), "{error}");
    for (wrong, right) in [("stauts:validated", "status"), ("langage:zh", "lang"), ("afetr:2024-09-01", "after")] {
        let error = Asked::parse(wrong).unwrap_err().to_string();
        assert!(error.contains(&format!("did you mean `{right}")), "{error}");
    }
    for text in ["error:0x80070005", "\"bogus:thing\"", "std::io", "a.dll:b", "错误：0x80070005"] {
        assert_eq!(ask(text).words, text);
    }
}

#[test]
fn a_search_for_nothing_is_told() {
    for text in ["", " ", "*", "(", "\u{200b}", "\"", "\"\"", "%", "_", ".", "……"] {
        assert!(matches!(ask(text).check(Place::All), Err(AskError::Nothing(_))), "{text}");
    }
    for text in ["a", "的", "5", "-5", "kind:case", "kind:article", "status:open", "has:attachment", "hresult:0x5"] {
        assert_eq!(ask(text).check(Place::All), Ok(()), "{text}");
    }
}

#[test]
fn what_only_looks_like_a_condition_is_words() {
    for text in ["http://example.org/a", "C:\\Windows", "Error:", "roll* back"] {
        assert_eq!(ask(text).words, text);
    }
}

#[test]
fn conditions_of_articles_are_read_in_both_languages() {
    let asked = ask("title:\"trust relationship\" lang:zh kind:generic status:validated component:cbs");
    assert_eq!(asked.fields, [(ArticleField::Title, "trust relationship".to_string())]);
    let article = &asked.article;
    assert_eq!((article.language.as_deref(), article.kind), (Some("zh"), Some(ArticleKind::Generic)));
    assert_eq!((article.status, article.component.as_deref()), (Some(ArticleStatus::Validated), Some("cbs")));
    assert_eq!((asked.words.as_str(), asked.only_articles.as_deref()), ("", Some("title:")));
    let chinese = ask("语言：中文 标签:cause/x 回滚");
    assert_eq!((chinese.article.language.as_deref(), chinese.words.as_str()), (Some("zh"), "回滚"));
    assert_eq!(chinese.article.tag.as_deref(), Some("cause/x"));
}

#[test]
fn conditions_tell_where_they_can_be_met() {
    let places = |text: &str| (ask(text).in_articles(Place::All), ask(text).in_cases(Place::All));
    assert_eq!(places("product:x after:2024 kind:hresult tag:a/b"), (true, true));
    assert_eq!(places("status:open"), (false, true));
    assert_eq!(places("status:wip"), (true, false));
    assert_eq!((places("kind:case"), places("kind:article")), ((false, true), (true, false)));
    assert!(matches!(Asked::parse("lang:zh customer:x"), Err(AskError::Apart { .. })));
    assert!(matches!(ask("lang:zh").check(Place::Cases), Err(AskError::ArticlesOnly(_))));
    assert!(matches!(ask("from:x").check(Place::Articles), Err(AskError::CasesOnly(_))));
    assert_eq!(ask("from:x").check(Place::All), Ok(()));
}
