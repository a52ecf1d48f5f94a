use proptest::prelude::*;

use super::*;

fn texts(text: &str) -> Vec<CompactString> {
    analyze(text).into_iter().map(|token| token.text).collect()
}

#[track_caller]
fn has(text: &str, expected: &[&str]) {
    let found = texts(text);
    for word in expected {
        assert!(found.iter().any(|token| token == word), "no `{word}` in {found:?}");
    }
}

#[track_caller]
fn lacks(text: &str, unexpected: &[&str]) {
    let found = texts(text);
    for word in unexpected {
        assert!(!found.iter().any(|token| token == word), "`{word}` in {found:?}");
    }
}

#[track_caller]
fn all(text: &str, expected: &[&str]) {
    assert_eq!(texts(text), expected, "in: {text}");
}

#[test]
fn english_words_are_stemmed() {
    all("Updates were installed.", &["updat", "were", "install"]);
    all("The user's PC doesn't boot", &["the", "user", "pc", "doesnt", "boot"]);
}

#[test]
fn chinese_words_and_pairs() {
    has("安装补丁后回滚并蓝屏", &["安装", "补丁", "回滚", "蓝屏"]);
    has("系統藍屏", &["系统", "蓝屏"]);
    lacks("补丁，安装", &["丁安"]);
}

#[test]
fn code_spellings_meet() {
    for text in [
        "0x80070005",
        "80070005",
        "-2147024891",
        "2147942405",
        "０ｘ８００７０００５",
        "0X80070005",
        "0xFFFFFFFF80070005",
    ] {
        all(text, &["0x80070005"]);
    }
    has("错误-2147024891。", &["0x80070005"]);
    has("失败，错误0x80070005。", &["0x80070005"]);
    all("0x00000005", &["0x5"]);
    has("error:c0000135", &["0xc0000135"]);
}

#[test]
fn numbers_that_are_no_codes_stay() {
    all("20240910", &["20240910"]);
    all("1603", &["1603"]);
    all("13800138000", &["13800138000"]);
    has("-5 ms", &["5"]);
}

#[test]
fn update_numbers_in_every_spelling() {
    for text in ["KB4474419", "kb 4474419", "KB-4474419", "ＫＢ４４７４４１９", "KB: 4474419"] {
        all(text, &["kb4474419", "4474419"]);
    }
    has("补丁KB4474419失败", &["补丁", "kb4474419", "失败"]);
    has("Package_for_KB4474419~31bf3856ad364e35~amd64~~6.1.3.2", &["kb4474419", "6.1.3.2", "packag", "amd64"]);
}

#[test]
fn file_names_and_paths_whole_and_in_parts() {
    all("krnlmgr.sys", &["krnlmgr.sys", "krnlmgr"]);
    all(r"C:\Windows\System32\drivers", &[r"c\windows\system32\drivers", "c", "windows", "system32", "driver"]);
    has(
        r"在C:\Windows\System32\drivers\krnlmgr.sys中",
        &["krnlmgr.sys", "krnlmgr", r"c\windows\system32\drivers\krnlmgr.sys"],
    );
    has("/etc/resolv.conf", &[r"etc\resolv.conf", "resolv.conf", "resolv"]);
}

#[test]
fn registry_keys_with_long_and_short_hive() {
    let short = texts(r"HKLM\SYSTEM\CurrentControlSet\Services\AmdK8");
    assert_eq!(texts(r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\AmdK8\"), short);
    assert!(short.iter().any(|text| text == "amdk8"), "{short:?}");
}

#[test]
fn identifiers_in_parts() {
    has("TrustedInstaller", &["trustedinstaller", "trust", "installer"]);
    has("java.net.ConnectException", &["java.net.connectexception", "connectexception", "connect", "exception"]);
    has("std::bad_alloc", &[r"std\bad_alloc", "bad", "alloc"]);
    has("E_ACCESSDENIED", &["e_accessdenied", "accessdeny"]);
    has("ORA-12514", &["ora-12514", "12514"]);
    has("C++ and C# on .NET", &["c++", "c#", ".net"]);
}

#[test]
fn alternatives_are_words() {
    all("read/write", &["read", "writ"]);
    lacks("and/or", &["and/or"]);
}

#[test]
fn positions_count_words_and_gaps() {
    let tokens = analyze("roll-back, 回滚 x");
    let at = |text: &str| tokens.iter().find(|token| token.text == text).map(|token| token.position);
    assert_eq!((at("roll"), at("back"), at("回滚"), at("x")), (Some(0), Some(1), Some(3), Some(5)));
}

#[test]
fn hostile_input_takes_linear_time() {
    for pattern in ["a.", "\\", "-1", "0x", "kb ", "蓝", "A", "a'", "::a", "C:\\"] {
        let text = pattern.repeat(200_000 / pattern.len());
        let tokens = analyze(&text);
        assert!(tokens.len() <= text.len(), "{pattern}");
    }
}

fn technical_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zA-Z0-9]{1,10}",
        "[安装补丁失败蓝屏回滚系统驱動程式登錄檔]{1,6}",
        "[\\\\/._~:@'&$%+#-]{1,3}",
        Just("KB4474419".to_string()),
        Just("0x80070005".to_string()),
        Just("HKEY_LOCAL_MACHINE\\".to_string()),
        Just("-2147024891".to_string()),
        "\\PC{0,4}",
        "[ ,.;\n]",
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn spans_fit_and_positions_rise(text in technical_text()) {
        let tokens = analyze(&text);
        for token in &tokens {
            prop_assert!(text.get(token.span.clone()).is_some_and(|s| !s.is_empty()), "{token:?} in {text:?}");
            prop_assert!(!token.text.is_empty() && token.text.len() <= MAX_TOKEN_BYTES && token.length >= 1);
        }
        prop_assert!(tokens.is_sorted_by_key(|token| token.position), "{tokens:?}");
    }

    #[test]
    fn normal_form_is_stable(text in technical_text()) {
        for token in analyze(&text) {
            let again = texts(&token.text);
            prop_assert!(again.contains(&token.text), "{token:?} became {again:?} in {text:?}");
        }
    }
}
