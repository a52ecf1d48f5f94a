//! The extraction as a whole: gold lines, near misses, hostile input, properties.

use std::{sync::LazyLock, time::Duration};

use cpu_time::ThreadTime;
use proptest::prelude::*;
use serde_json::Value;

use super::*;

mod carried;
mod classes;
mod written;

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(Extractor::new);

fn values(text: &str, context: Context) -> Vec<String> {
    EXTRACTOR.extract(text, context).iter().map(|found| found.signature.to_string()).collect()
}

/// The distinct signatures of a text of prose, in order of their first place.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    check_in(text, Context::Prose, expected);
}

#[track_caller]
fn check_in(text: &str, context: Context, expected: &[&str]) {
    let mut found = values(text, context);
    let mut seen = std::collections::HashSet::new();
    found.retain(|value| seen.insert(value.clone()));
    assert_eq!(found, expected, "in: {text}");
}

#[test]
fn code_in_chinese_text() {
    check("安装失败，错误0x80070005。", &["hresult:0x80070005"]);
}

#[test]
fn stack_address_is_not_a_code() {
    check("stack @0xf2a4c1d8", &[]);
}

#[test]
fn one_number_is_one_thing() {
    check("Failure Code: 0x18 for Kerberos", &["kerberos:0x18"]);
    check("蓝屏错误代码(如0x0000007B)", &["bugcheck:0x7B"]);
    check("error 2003 (HY000)", &["mysql:2003", "sqlstate:HY000"]);
}

#[test]
fn spans_are_in_the_text_as_it_was() {
    let text = "错误：０ｘ8007\u{AD}0005，和KB 4474419";
    let found = EXTRACTOR.extract(text, Context::Prose);
    let taken: Vec<&str> = found.iter().map(|found| &text[found.span.clone()]).collect();
    assert_eq!(taken, ["０ｘ8007\u{AD}0005", "KB 4474419"]);
}

#[test]
fn a_code_broken_over_a_line_end_counts_in_prose_only() {
    check("code 0x8007\r\n> 0005 again", &["hresult:0x80070005"]);
    check_in("at 0x8007\n2024-01-02 10:11:12", Context::Log(LogFormat::Plain), &[]);
    check("at 0x8007\n2024-01-02 10:11:12", &[]);
}

/// Each way to write a code, in a sentence of either language.
#[test]
fn codes_as_people_write_them() {
    const ACCESS: &str = "hresult:0x80070005";
    const DENIED: &str = "win32:5";
    const FORMS: &[(&str, &str)] = &[
        ("0x80070005", ACCESS),
        ("0X80070005", ACCESS),
        ("80070005", ACCESS),
        ("0*80070005", ACCESS),
        ("-2147024891", ACCESS),
        ("2147942405", ACCESS),
        ("０ｘ８００７０００５", ACCESS),
        ("0x8007\u{AD}0005", ACCESS),
        ("0x8007\n0005", ACCESS),
        ("hr = 0x80070005", ACCESS),
        ("E_ACCESSDENIED", ACCESS),
        ("HRESULT_FROM_WIN32(5)", ACCESS),
        ("error 5", DENIED),
        ("错误代码：5", DENIED),
        ("拒绝访问 (5)", DENIED),
        ("code=0x5", DENIED),
        ("Win32 error 5", DENIED),
        ("0x00000005(拒绝访问)", DENIED),
        ("ERROR_ACCESS_DENIED", DENIED),
        ("KB 4474419", "kb:KB4474419"),
        ("kb-4474419", "kb:KB4474419"),
    ];
    for (form, expected) in FORMS {
        check(&format!("The installation failed: {form}."), &[expected]);
        check(&format!("安装失败，提示{form}。"), &[expected]);
    }
}

/// The case that casebook grew from, told in three ways.
#[test]
fn the_first_case_in_three_tongues() {
    const EXPECTED: &[&str] = &[
        "kb:KB4474419",
        "hresult:0x80070005",
        "win32:5",
        "inf:cpu.inf",
        "file:krnlmgr.sys",
        "file:amdk8.sys",
        "file:trustedinstaller.exe",
        r"regkey:HKLM\SYSTEM\CurrentControlSet\Services\AmdK8",
        r"regkey:HKLM\SYSTEM\CurrentControlSet\Services\ViaC7",
        "service:AmdK8",
        "service:ViaC7",
    ];
    let simplified = "补丁KB4474419装不上，报错为：0x80070005。CBS日志里是cpu.inf更新失败，添加AmdK8服务时出现0x00000005（拒绝访问）错误。\
        删掉C:\\windows\\system32\\drivers\\krnlmgr.sys后正常，amdk8.sys也能复制。请允许C:\\Windows\\servicing\\TrustedInstaller.exe写入\
        HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\AmdK8和HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\ViaC7。";
    let traditional = "更新KB4474419無法安裝，錯誤碼：0x80070005。CBS記錄檔顯示cpu.inf更新失敗，新增 AmdK8 服務時發生0x00000005（存取被拒）錯誤。\
        移除krnlmgr.sys後恢復，amdk8.sys可以複製。請允許TrustedInstaller.exe修改HKLM\\SYSTEM\\CurrentControlSet\\Services\\AmdK8與\
        HKLM\\SYSTEM\\CurrentControlSet\\Services\\ViaC7機碼。";
    let english = "KB4474419 does not go in, the code is 0x80070005. CBS.log blames cpu.inf: Add Service: AmdK8 ended with error 0x00000005 \
        (Access is denied). Without krnlmgr.sys all is well and amdk8.sys is copied. Allow C:\\Windows\\servicing\\TrustedInstaller.exe to \
        write HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\AmdK8 and HKLM\\SYSTEM\\ControlSet001\\Services\\ViaC7.";
    for text in [simplified, traditional, english] {
        let found = values(text, Context::Prose);
        for expected in EXPECTED {
            assert!(found.iter().any(|value| value == expected), "{expected} is missing in: {text}\nfound: {found:?}");
        }
    }
}

/// The gold files: one by whoever adds a field of kinds.
const GOLD: &[&str] = &[
    include_str!("../../../tests/data/signatures/mixed.jsonl"),
    include_str!("../../../tests/data/signatures/own.jsonl"),
    include_str!("../../../tests/data/signatures/spoken.jsonl"),
    include_str!("../../../tests/data/signatures/unix.jsonl"),
    include_str!("../../../tests/data/signatures/vendor.jsonl"),
    include_str!("../../../tests/data/signatures/windows.jsonl"),
];

/// Own lines with what must and must not be found, in the form of the file's first line.
#[test]
fn gold_lines() {
    let lines = GOLD.iter().flat_map(|file| file.lines());
    let mut count = 0;
    let mut faults = Vec::new();
    for line in lines {
        let row: Value = serde_json::from_str(line).expect("the gold file is JSON");
        let list = |name: &str| -> Vec<String> {
            row[name].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let text = row["text"].as_str().expect("every row has a text");
        let context = if row["context"] == "log" { Context::Log(LogFormat::Plain) } else { Context::Prose };
        let found: Vec<String> =
            EXTRACTOR.extract(text, context).iter().map(|found| found.signature.to_string()).collect();
        let (expect, ok) = (list("expect"), list("ok"));
        faults.extend(
            expect.iter().filter(|value| !found.contains(value)).map(|value| format!("{}: missed {value}", row["id"])),
        );
        let surplus = found.iter().filter(|value| !expect.contains(value) && !ok.contains(value));
        faults.extend(surplus.map(|value| format!("{}: took {value}", row["id"])));
        for refused in list("must_not") {
            let value = refused.strip_prefix("*:").unwrap_or(&refused);
            let taken = found.iter().any(|found| {
                found == &refused
                    || found.split_once(':').is_some_and(|(_, found)| found == value && refused.starts_with("*:"))
            });
            if taken {
                faults.push(format!("{}: must not take {refused}", row["id"]));
            }
        }
        count += 1;
    }
    assert!(count >= 1600, "only {count} gold lines were read");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every kind is found somewhere in the gold lines, and its documented example is found in a plain sentence.
#[test]
fn every_kind_is_documented_and_tried() {
    let lines = GOLD.concat();
    let docs = include_str!("../../../docs/signatures.md");
    for kind in SignatureKind::ALL {
        // Only the template of a line, which is made from many lines of a log, is not found in one text.
        let in_one_text = *kind != SignatureKind::Template;
        assert!(!in_one_text || lines.contains(&format!("\"{}:", kind.name())), "no gold line has a {kind}");
        assert!(docs.contains(&format!("\n## {}\n", kind.name())), "docs/signatures.md has no section on {kind}");
        assert!(docs.contains(&format!("`{}`", kind.example())), "docs/signatures.md does not show {}", kind.example());
    }
}

/// Repeats of what makes recognizers look far, in one line and in many: twice the text, about twice the time.
#[test]
fn hostile_input_takes_linear_time() {
    let pieces = [
        "error ",
        "0x",
        "KB",
        "HKLM\\",
        "HKLM\\A B C D E F ",
        "a.",
        ".sys",
        "aException",
        "event id ",
        "错误",
        "(",
        "STATUS_",
        "x_error",
        "%%",
        "5.7.",
        "msg 1,",
        "sqlstate",
        "服务",
        "事件ID",
        "stop ",
        "GET /",
        "access is denied",
        "0x8007\n",
        "a_e_",
        "Services\\{",
        "\u{FF10}",
        "error: error: error: ",
        "HKLM\\SYSTEM\\CurrentControlSet\\Services\\",
        "~31bf3856ad364e35~",
        ", version 31bf3856ad364e35",
        "faulting module name: a.dll ",
        "p4: a.dll ",
        "<Data>c0000005</Data>",
        "failure_bucket_id _c0000005_",
        "problematic frame: [",
        "ldap_bind (",
        "ldap: error code 49 ",
        "acceptsecuritycontext error",
        "nlset ",
        "lookup : no such host",
        "0x1c010003 ",
        "fatal alert handshake ",
        "clsid {",
        "mailbox full smtp ",
        "smtp: 550 a",
        "0xC1900101 ",
        "bsod a b c d e f ",
        "1068 error ",
        "signal 9 ",
        "x.service: ",
        "BUG: unable to handle kernel\n",
        "segfault at ",
        "a.BException: c\n",
        "a.BException\n\tat a.b(C.java:1)\n",
        "a.BException\\n",
        " ---> a.BException: ",
        "Caused by: a.BException\n",
        "Traceback (most recent call last)\n",
        "panic: \n",
        "goroutine 1 [running]:\npanic: ",
        "thread 'a' panicked at ",
        "Active: failed\n",
        "\tat a.b(C.java:1)\n",
        "sqlcode -1 ",
        ": Permission denied",
        "bsod memory management ",
        "problem signature:\nP1: c0000005\n",
        "cannot : access is denied\n",
        "error 5 code 740, code ",
        "SetupDi: ",
        "os { code: 5, ",
        "1044 (42000)",
    ];
    for piece in pieces {
        let text = piece.repeat(200_000 / piece.len());
        let begun = ThreadTime::now();
        let _ = EXTRACTOR.extract(&text, Context::Prose);
        // Processor time of an unoptimized build: quadratic work would take minutes.
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(10), "{piece:?} took {took:?}");
    }
}

/// Pieces of which texts are made that come close to signatures.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,6}",
        prop::sample::select(vec![
            "0x8007",
            "0005",
            "error ",
            "错误：",
            "KB",
            "4474419",
            "HKLM\\",
            "SYSTEM\\",
            "Services\\",
            " ",
            "\n",
            "\r\n",
            "-",
            "(",
            ")",
            "，",
            "０ｘ",
            "\u{AD}",
            "STOP ",
            "0x0000007B",
            ".sys",
            "amdk8",
            "event id ",
            "7000",
            "、",
            "5.7.1",
            "550 ",
            "Exception",
            "java.",
            "ORA-",
            "CVE-2020-",
            "SQLSTATE",
            "[",
            "]",
            "%%",
            "-2147024891",
            "STATUS_ACCESS_DENIED",
            "服务",
            "添加",
            "HTTP/1.1\" ",
            "503",
        ])
        .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn spans_fit_and_are_in_order(pieces in prop::collection::vec(piece(), 0..24)) {
        let text = pieces.concat();
        for context in [Context::Prose, Context::Log(LogFormat::Cbs)] {
            let mut last = 0;
            for found in EXTRACTOR.extract(&text, context) {
                prop_assert!(found.span.start < found.span.end && found.span.end <= text.len());
                prop_assert!(text.is_char_boundary(found.span.start) && text.is_char_boundary(found.span.end));
                prop_assert!(found.span.start >= last);
                prop_assert!(!found.signature.value.is_empty());
                last = found.span.start;
            }
        }
    }

    #[test]
    fn the_line_end_does_not_matter(pieces in prop::collection::vec(piece(), 0..16)) {
        let unix = pieces.concat().replace('\r', "");
        let dos = unix.replace('\n', "\r\n");
        let context = Context::Log(LogFormat::Plain);
        prop_assert_eq!(values(&unix, context), values(&dos, context));
    }
}

/// What the documentation calls another spelling of a kind is read as that kind. `…` stands for any text there.
#[test]
fn documented_spellings_are_read() {
    let docs = include_str!("../../../docs/signatures.md");
    let (mut tried, mut missed) = (0, Vec::new());
    for section in docs.split("\n## ").skip(1) {
        let (title, body) = section.split_once('\n').unwrap();
        let Some(kind) = SignatureKind::ALL.iter().find(|kind| kind.name() == title) else { continue };
        for paragraph in body.split("\n\n").filter(|paragraph| paragraph.starts_with("Also written")) {
            for spelling in paragraph.split('`').skip(1).step_by(2) {
                let text = spelling.replace('\n', " ").replace('…', "x");
                let read = [Context::Prose, Context::Log(LogFormat::Plain)]
                    .into_iter()
                    .any(|context| EXTRACTOR.extract(&text, context).iter().any(|found| found.signature.kind == *kind));
                if !read {
                    missed.push(format!("{title}: {spelling}"));
                }
                tried += 1;
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
    assert!(tried > 100, "{tried}");
}
