use super::*;

#[test]
fn a_vocabulary_rules_out_only_what_stands_nowhere() {
    let terms = Terms::builtin();
    let texts = ["更新在 9% 时回滚", "error 0x80070005 in CBS.log"].map(|text| AnalyzedText::new(text, terms));
    let vocabulary = Vocabulary::of(&texts);
    let holds = |phrase: &str| vocabulary.may_hold(&Phrase::parse(phrase, terms));
    assert!(holds("rollback & 9%") && holds("CBS.log") && holds("printer | 0x80070005"));
    assert!(!holds("printer") && !holds("rollback & printer"));
    assert!(!holds(""));
}

proptest::proptest! {
    /// All phrases are asked for in one row of numbers, and each by itself: both say the same.
    #[test]
    fn a_vocabulary_says_of_phrases_together_what_it_says_of_each(
        said in proptest::collection::vec("(更新|回滚|rolled back|print(er|ing)|CBS\\.log|0x80070005|KB\\d|failed| |。){0,8}", 0..3),
        asked in proptest::collection::vec(
            proptest::collection::vec("(rollback|printer|cbs\\.log|log|失败|0x80070005|KB\\d|access denied|no such word|-){0,2}", 0..3),
            0..4,
        ),
    ) {
        let terms = Terms::builtin();
        let texts: Vec<_> = said.iter().map(|text| AnalyzedText::new(text, terms)).collect();
        let (vocabulary, phrases) = (Vocabulary::of(&texts), Phrases::compile(&asked, terms));
        let any = phrases.phrases().iter().any(|phrase| vocabulary.may_hold(phrase));
        proptest::prop_assert_eq!(vocabulary.may_hold_any(&phrases), any);
    }
}

#[track_caller]
fn find(phrase: &str, text: &str) -> Option<String> {
    let terms = Terms::builtin();
    let found = AnalyzedText::new(text, terms).find_phrase(&Phrase::parse(phrase, terms));
    found.map(|span| text[span].to_string())
}

#[track_caller]
fn yes(phrase: &str, text: &str) {
    assert!(find(phrase, text).is_some(), "`{phrase}` not found in: {text}");
}

#[track_caller]
fn no(phrase: &str, text: &str) {
    assert_eq!(find(phrase, text), None, "`{phrase}` in: {text}");
}

#[test]
fn words_of_one_sentence() {
    yes("registry & modify | 注册表 & 修改", "注册表路径下部分注册表键值无法修改");
    yes("registry & modify", "注册表路径下部分注册表键值无法修改");
    no("registry & modify", "注册表正常。已修改密码");
    no(
        "注册表 & 修改",
        "注册表
修改",
    );
}

#[test]
fn words_meet_over_languages_and_scripts() {
    yes("rollback", "系统重启后回滚了");
    yes("rolled back", "更新被还原更改");
    yes("登录文件 | 注册表", "登錄檔損壞");
    yes("藍屏", "启动时蓝屏");
    yes("更新 & 失败", "update failed");
    yes("update & failed", "更新失败了");
}

#[test]
fn words_of_several_tokens_stand_contiguous() {
    yes("trusted installer", "TrustedInstaller.exe was blocked");
    yes("krnlmgr.sys", r"删除C:\Windows\System32\drivers\krnlmgr.sys驱动");
    no("green light", "green and light");
    yes("0x80070005", "报错：-2147024891");
    yes("KB4474419", "Package_for_KB4474419~31bf3856ad364e35~amd64~~6.1.3.2");
}

#[test]
fn part_of_another_word_is_no_match() {
    no("服务", "服务器正常");
    no("装", "安全装置");
}

#[test]
fn names_are_denied_where_their_sentence_does() {
    let denied = |text: &str, name: &str| {
        let start = text.find(name).unwrap();
        AnalyzedText::new(text, Terms::builtin()).denies(&(start..start + name.len()))
    };
    assert!(denied("we never had krnlmgr.sys here", "krnlmgr.sys"));
    assert!(denied("不是 0x80070005，是别的", "0x80070005"));
    assert!(denied("这次与 intelppm.sys 无关", "intelppm.sys"));
    assert!(denied("it has nothing to do with intelppm.sys", "intelppm.sys"));
    assert!(denied("unrelated to intelppm.sys", "intelppm.sys"));
    for text in [
        "There is neither 0x80070005 nor 0x800f0922 in the log.",
        "We do not see 0x80070005 nor 0x800f0922.",
        "It is not 0x80070005 and not 0x800f0922, the window simply closes.",
        "既没有 0x80070005 也没有 0x800f0922，只是一直停在 0%。",
    ] {
        assert!(denied(text, "0x80070005") && denied(text, "0x800f0922"), "{text}");
    }
    assert!(!denied("cannot load krnlmgr.sys", "krnlmgr.sys"));
    assert!(!denied("krnlmgr.sys blocks it, no change after a restart", "krnlmgr.sys"));
    assert!(!denied("没有权限写 krnlmgr.sys", "krnlmgr.sys"));
}

#[test]
fn denied_words_do_not_count() {
    for text in [
        "没有回滚",
        "这台机器没有发生过自动回滚",
        "未回滚",
        "不是回滚",
        "there was no rollback",
        "It was not rolled back.",
        "it never rolled back",
        "without any rollback",
        "回滚没有发生",
        "the rollback did not occur",
        "The update didn't roll back",
        "系统不出现回滚",
        "KB4474419 was installed without a rollback",
    ] {
        no("rollback", text);
    }
    no("管控软件 & 安装", "这台机器没有安装管控软件");
    no("管控", "没有TMS管控");
}

#[test]
fn denial_ends_with_its_clause() {
    yes("rollback", "没有蓝屏，但是回滚了");
    yes("rollback", "not a crash but a rollback");
    yes("rollback", "不是蓝屏而是回滚");
    yes("rollback", "No, it rolled back.");
    yes("rollback", "磁盘没有问题。重启后回滚");
    yes("安装", "没装TMS的机器可以安装补丁");
    yes("install", "without TMS the patch installs");
    yes("蓝屏", "没有提示直接蓝屏");
}

#[test]
fn inability_is_no_denial() {
    yes("write | modify", "注册表无法修改");
    yes("registry & modify", "没有权限修改注册表");
    yes("install", "could not install the patch");
    yes("boot", "无法启动系统");
    yes("启动", "系统不能启动");
    yes("更新", "不断更新");
}

#[test]
fn questions_are_no_denial() {
    yes("rollback", "请问有没有回滚");
    yes("蓝屏", "是不是蓝屏了");
}

#[test]
fn absence_of_one_thing_is_not_absence_of_the_other() {
    no("TMS & installed", "TMS is not installed");
    yes("TMS", "TMS is not installed");
    no("TMS", "未安装TMS的机器正常");
}

#[test]
fn double_denial_affirms() {
    yes("安装", "不是没有安装");
}

#[test]
fn evidence_is_the_sentence() {
    let text = "您好。安装补丁后重启回滚！谢谢。";
    assert_eq!(find("回滚", text).as_deref(), Some("安装补丁后重启回滚！"));
}

#[test]
fn phrase_without_words_never_matches() {
    no("", "anything");
    no(" & rollback", "rollback");
}

#[test]
fn hostile_input_takes_linear_time() {
    let terms = Terms::builtin();
    let phrase = Phrase::parse("not rollback | 没 & 回滚 | no & a", terms);
    for pattern in ["没", "not ", "回滚", "没回滚", "no a ", ".\n", "roll back "] {
        let text = pattern.repeat(100_000 / pattern.len());
        AnalyzedText::new(&text, terms).find_phrase(&phrase);
    }
}

proptest::proptest! {
    #[test]
    fn spans_fit(text in "[没有不未回滚蓝屏安装 ,。.
A-Ca-c0-9\\/-]{0,60}", phrase in "[回滚蓝屏安装 a-c|&]{0,12}") {
        let terms = Terms::builtin();
        let analyzed = AnalyzedText::new(&text, terms);
        if let Some(span) = analyzed.find_phrase(&Phrase::parse(&phrase, terms)) {
            proptest::prop_assert!(text.get(span).is_some());
        }
    }
}
