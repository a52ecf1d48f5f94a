use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};
use proptest::prelude::*;

use super::decode::{TextReader, decode};
use super::setupapi::{Exit, Sections};
use super::*;

fn utf16(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

#[track_caller]
fn check_decode(bytes: &[u8], encoding: &str, text: &str) {
    let mut reader = TextReader::new(bytes);
    let mut found = String::new();
    while reader.read_into(&mut found).unwrap() {}
    assert_eq!(found, text);
    assert_eq!(reader.encoding(), encoding);
    assert_eq!(reader.warnings("x"), [], "no warnings for sound text");
    assert_eq!(content(&bytes[..bytes.len().min(encoding::HEAD)]), Content::Text);
}

const CHINESE: &str =
    "2024-01-02 10:11:12 错误 无法安装更新：拒绝访问 (0x80070005)\r\n操作失败，请与系统管理员联系。\r\n";

#[test]
fn unicode_with_and_without_mark() {
    check_decode(CHINESE.as_bytes(), "UTF-8", CHINESE);
    check_decode(format!("\u{feff}{CHINESE}").as_bytes(), "UTF-8", CHINESE);
    for (little, name) in [(true, "UTF-16LE"), (false, "UTF-16BE")] {
        check_decode(&utf16(CHINESE, little), name, CHINESE);
        check_decode(&utf16(&format!("\u{feff}{CHINESE}"), little), name, CHINESE);
        check_decode(&utf16("plain ASCII\r\nlines\r\n", little), name, "plain ASCII\r\nlines\r\n");
        check_decode(&utf16("系统错误\n", little), name, "系统错误\n");
    }
    check_decode(b"", "UTF-8", "");
    check_decode(b"only ASCII\n", "UTF-8", "only ASCII\n");
}

#[test]
fn code_pages() {
    #[track_caller]
    fn check(encoding: &'static Encoding, text: &str) {
        check_decode(&encoding.encode(text).0, encoding.name(), text);
    }
    check(GB18030, CHINESE);
    check(GB18030, "Error 5: 拒绝访问。\r\n");
    check(GB18030, "系统找不到指定的文件。\n");
    check(GB18030, "CBS Failed 错误\n");
    check(GB18030, "您好：\r\n");
    check(BIG5, "錯誤：存取被拒。系統找不到指定的檔案，請聯絡系統管理員。\n");
    check(SHIFT_JIS, "エラー: アクセスが拒否されました。ファイルが見つかりません。\n");
    check(EUC_KR, "오류: 액세스가 거부되었습니다. 지정된 파일을 찾을 수 없습니다.\n");
    check(WINDOWS_1251, "Ошибка: отказано в доступе. Не удается найти указанный файл.\n");
    check(WINDOWS_1252, "Fehler: Zugriff verweigert für Schlüssel, größer als möglich. Gerät ausgefallen.\n");
}

#[test]
fn declared_encoding_counts_if_the_bytes_agree() {
    let xml = "<?xml version=\"1.0\" encoding=\"big5\"?>\n<a>錯誤</a>\n";
    check_decode(&BIG5.encode(xml).0, "Big5", xml);
    for text in [
        "<?xml version=\"1.0\" encoding=\"utf-16\"?>\n<a>plain</a>\n",
        "<?xml encoding=\"utf-16\"?>\n<a>错误：拒绝访问</a>\n",
    ] {
        check_decode(text.as_bytes(), "UTF-8", text);
        check_decode(&utf16(text, true), "UTF-16LE", text);
    }
    let text = "<?xml encoding=\"utf-16\"?>\n<a>错误：拒绝访问</a>\n";
    check_decode(&GB18030.encode(text).0, "gb18030", text);
    let lie = "<?xml version=\"1.0\" encoding=\"big5\"?>\n<a>错误：拒绝访问</a>\n";
    check_decode(lie.as_bytes(), "UTF-8", lie);
}

#[test]
fn text_that_turns_chinese_late_is_read_right() {
    let ascii = "2016-09-28 04:30:31, Info                  CBS    Session initialized\r\n".repeat(45_000);
    assert!(ascii.len() > 3_000_000);
    let text = format!("{ascii}{CHINESE}{ascii}");
    check_decode(text.as_bytes(), "UTF-8", &text);
    check_decode(&GB18030.encode(&text).0, "gb18030", &text);
}

#[test]
fn lines_of_the_other_encoding_are_read_in_it() {
    let gbk = GB18030.encode("操作失败，拒绝访问\n").0.into_owned();
    let mixed = ["第一行：系统信息，开始\n".as_bytes(), &gbk, "第三行\n".as_bytes()].concat();
    let decoded = decode(&mixed);
    assert_eq!(decoded.value, "第一行：系统信息，开始\n操作失败，拒绝访问\n第三行\n");
    assert!(decoded.warnings[0].message.contains("1 lines are in gb18030"), "{:?}", decoded.warnings);
    let mixed = [&gbk[..], &gbk, &gbk, "第四行是信息\n".as_bytes(), &gbk].concat();
    let decoded = decode(&mixed);
    assert!(decoded.value.contains("第四行是信息") && !decoded.value.contains('\u{fffd}'), "{}", decoded.value);
}

#[test]
fn broken_sequences_are_marked_and_counted() {
    let decoded = decode("错误 one \u{0} end\n".replace("one", "o").as_bytes());
    assert_eq!(decoded.value, "错误 o  end\n");
    let mut bytes = "错误 信息 警告 one".as_bytes().to_vec();
    bytes.push(0xff);
    bytes.extend_from_slice(" two\n".as_bytes());
    let decoded = decode(&bytes);
    assert_eq!(decoded.value, "错误 信息 警告 one\u{fffd} two\n");
    assert_eq!(decoded.warnings[0].message, "1 byte sequences are broken in UTF-8");
}

#[test]
fn gap_of_nul_after_a_crash_hides_nothing() {
    let mut bytes = b"first line\n".to_vec();
    bytes.extend(std::iter::repeat_n(0, 300_000));
    bytes.extend_from_slice(b"2024-01-02 10:11:12, Info                  CBS    back\n");
    let decoded = decode(&bytes);
    assert_eq!(decoded.value, "first line\n2024-01-02 10:11:12, Info                  CBS    back\n");
    assert_eq!(decoded.warnings.len(), 1);
}

/// A text to which another program appended in another encoding.
#[track_caller]
fn check_changed(parts: &[(&str, &str)], from: &str, to: &str) {
    let encode = |encoding: &str, text: &str| match encoding {
        "UTF-16LE" => utf16(text, true),
        "UTF-16BE" => utf16(text, false),
        "gb18030" => GB18030.encode(text).0.into_owned(),
        _ => text.as_bytes().to_vec(),
    };
    let bytes = parts.iter().map(|(encoding, text)| encode(encoding, text)).collect::<Vec<_>>().concat();
    let decoded = decode(&bytes);
    let text: String = parts.iter().map(|(_, text)| text.trim_start_matches('\u{feff}')).collect();
    let differs = decoded.value.chars().zip(text.chars()).position(|(found, wanted)| found != wanted);
    assert!(decoded.value == text, "{from} to {to}, {} bytes, differs at {differs:?}", bytes.len());
    assert_eq!(decoded.warnings.len(), 1, "{:?}", decoded.warnings);
    assert_eq!(decoded.warnings[0].message, format!("the text changes from {from} to {to}"));
    assert_eq!(content(&bytes[..bytes.len().min(encoding::HEAD)]), Content::Text, "{from} to {to}, {}", bytes.len());
}

#[test]
fn what_was_appended_in_another_encoding_is_read_in_it() {
    let ascii = "2024-09-10 10:00:02 ERROR KB4474419 failed: 0x800f0922\r\n";
    let chinese_first = "错误 安装失败 0x80070005 拒绝访问\r\n上次 ok\r\n";
    for count in [1, 3, 50, 500, 2_300, 5_000] {
        let (plain, chinese) = (ascii.repeat(count), CHINESE.repeat(count));
        for appended in [&plain, &chinese, &chinese_first.repeat(count), &format!("\u{feff}{plain}")] {
            for wide in ["UTF-16LE", "UTF-16BE"] {
                check_changed(&[("UTF-8", &plain), (wide, appended)], "UTF-8", wide);
                check_changed(&[("UTF-8", &chinese), (wide, appended)], "UTF-8", wide);
            }
            check_changed(&[("gb18030", &chinese), ("UTF-16LE", appended)], "gb18030", "UTF-16LE");
            check_changed(&[("UTF-16LE", &format!("\u{feff}{chinese}")), ("UTF-8", appended)], "UTF-16LE", "UTF-8");
            check_changed(&[("UTF-16LE", &plain), ("UTF-8", appended)], "UTF-16LE", "UTF-8");
        }
    }
    // The last line was not ended.
    check_changed(&[("UTF-8", "2024-09-10 10:00:02 stopped"), ("UTF-16LE", &ascii.repeat(9))], "UTF-8", "UTF-16LE");
}

#[test]
fn words_between_nuls_are_not_utf16() {
    let decoded = decode(&b"env: foo\0bar\0baz qux\0a\0b\0c d\0PATH=/usr/bin:/bin\0\n".repeat(40));
    assert!(decoded.value.starts_with("env: foo bar baz qux a b c d PATH=/usr/bin:/bin "), "{}", decoded.value);
    assert!(decoded.warnings.iter().all(|warning| warning.message.contains("NUL")), "{:?}", decoded.warnings);
}

#[test]
fn utf32_with_a_mark_is_read() {
    let text = CHINESE.repeat(4_000);
    for (little, name) in [(true, "UTF-32LE"), (false, "UTF-32BE")] {
        let unit = |c: char| if little { u32::from(c).to_le_bytes() } else { u32::from(c).to_be_bytes() };
        let bytes: Vec<u8> = "\u{feff}".chars().chain(text.chars()).flat_map(unit).collect();
        check_decode(&bytes, name, &text);
        assert_eq!(decode(&bytes[..bytes.len() - 2]).warnings.len(), 1);
    }
}

#[test]
fn binary_is_told_from_text() {
    let noise: Vec<u8> = (0..8000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for binary in [&noise[..], b"PK\x03\x04rest", b"MZ\x90\0\x03", b"\x7fELF\x02", b"\0\0\0\0\0\0", b"ElfFile\0"] {
        assert_eq!(content(binary), Content::Binary, "{:?}", &binary[..5]);
    }
    for text in [&b""[..], b"MZ is a word", b"\x1b[31mred\x1b[0m\n", "错误".as_bytes(), b"\xb4\xed\xce\xf3\n"] {
        assert_eq!(content(text), Content::Text, "{text:?}");
    }
}

#[test]
fn text_behind_a_gap_is_read_in_its_encoding() {
    let line = "2024-01-02 10:11:12, Info                  CBS    拒绝访问\r\n";
    let utf16 = |bytes: fn(u16) -> [u8; 2]| line.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let encodings = [line.as_bytes().to_vec(), utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)];
    for text in encodings {
        for gap in [16, 40_000, 131_072, 300_000] {
            let mut bytes = vec![0; gap];
            bytes.extend_from_slice(&text);
            let decoded = decode(&bytes);
            assert_eq!(decoded.value, line, "behind {gap}");
            assert_eq!(decoded.warnings.len(), 1);
            assert!(decoded.warnings[0].message.ends_with("NUL characters were left out"));
        }
    }
    assert_eq!(decode(&[0; 300_000]).value, "");
}

#[test]
fn lines_with_other_bytes_between_them_are_torn_text() {
    let lines = "2024-01-02 10:11:12, Info                  CBS    Session opened\n".repeat(20).into_bytes();
    let noise: Vec<u8> = (0..1000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    assert_eq!(content(&[&lines[..], &noise, &lines].concat()), Content::Torn);
    assert_eq!(content(&[&noise[..], &lines].concat()), Content::Torn);
    assert_eq!(content(&[&noise.repeat(8)[..], &lines].concat()), Content::Binary);
    // A program's own strings are no lines.
    assert_eq!(content(&b"\x01\x02\0\x03a string of a program\0\x05\x06\n".repeat(50)), Content::Binary);
}

#[track_caller]
fn check_record(format: LogFormat, line: &str, time: &str, level: Level, component: &str, message: &str) {
    let record = read_record(format, line);
    let found = (record.time.unwrap_or("-"), record.level, record.component.unwrap_or("-"), record.message);
    assert_eq!(found, (time, level, component, message), "in: {line}");
}

#[test]
fn servicing_lines() {
    use LogFormat::{Cbs, Dism};
    let time = "2016-09-28 04:30:31";
    check_record(
        Cbs,
        "2016-09-28 04:30:31, Info                  CBS    Session opened",
        time,
        Level::Info,
        "CBS",
        "Session opened",
    );
    check_record(
        Cbs,
        "2016-09-28 04:30:31, Error                 CSI    000001 (F) Failed",
        time,
        Level::Error,
        "CSI",
        "000001 (F) Failed",
    );
    check_record(Cbs, "Info                  CBS    Session opened", "-", Level::Info, "CBS", "Session opened");
    check_record(Cbs, ", Error                 CBS    Failed", "-", Level::Error, "CBS", "Failed");
    check_record(Cbs, "  (p)\tCBS Catalog Missing", "-", Level::Unknown, "-", "  (p)\tCBS Catalog Missing");
    check_record(
        Cbs,
        "Error in the middle of a sentence",
        "-",
        Level::Unknown,
        "-",
        "Error in the middle of a sentence",
    );
    check_record(
        Dism,
        "2024-01-02 10:11:12, Error                 DISM   DISM Package Manager: PID=1620 TID=2944 Failed finalizing - CPackage::Do(hr:0x800f081f)",
        "2024-01-02 10:11:12",
        Level::Error,
        "DISM Package Manager",
        "Failed finalizing - CPackage::Do(hr:0x800f081f)",
    );
    check_record(
        Dism,
        "2024-01-02 10:11:12, Warning               DISM   DISM.EXE: no log",
        "2024-01-02 10:11:12",
        Level::Warning,
        "DISM.EXE",
        "no log",
    );
}

#[test]
fn setupapi_lines() {
    use LogFormat::SetupApi;
    check_record(
        SetupApi,
        "!!!  dvi:           Device install failed",
        "-",
        Level::Error,
        "dvi",
        "Device install failed",
    );
    check_record(SetupApi, "!    sto:      Signature is old", "-", Level::Warning, "sto", "Signature is old");
    check_record(SetupApi, "     inf:      Opened", "-", Level::Info, "inf", "Opened");
    check_record(
        SetupApi,
        ">>>  Section start 2024/09/10 14:32:53.379",
        "2024/09/10 14:32:53.379",
        Level::Info,
        "-",
        "Section start 2024/09/10 14:32:53.379",
    );
    check_record(
        SetupApi,
        "<<<  [Exit status: FAILURE(0x00000005)]",
        "-",
        Level::Error,
        "-",
        "[Exit status: FAILURE(0x00000005)]",
    );
    check_record(SetupApi, "", "-", Level::Unknown, "-", "");
}

#[test]
fn update_lines() {
    use LogFormat::WindowsUpdate;
    check_record(
        WindowsUpdate,
        "2018-10-04\t16:10:28:661\t 121\t2a2b2\tPT\tWARNING: Cached cookie has expired",
        "2018-10-04\t16:10:28:661",
        Level::Warning,
        "PT",
        "WARNING: Cached cookie has expired",
    );
    check_record(
        WindowsUpdate,
        "2018-10-04 16:10:28:661 121 2a2b2 Agent FATAL: failed",
        "2018-10-04 16:10:28:661",
        Level::Error,
        "Agent",
        "FATAL: failed",
    );
    check_record(
        WindowsUpdate,
        "2024/01/02 10:11:12.1234567 1234  5678  Agent           *FAILED* [80240022] Method failed",
        "2024/01/02 10:11:12.1234567",
        Level::Error,
        "Agent",
        "*FAILED* [80240022] Method failed",
    );
    check_record(
        WindowsUpdate,
        "2024/01/02 10:11:12.1234567 1234  5678  ComApi          * START * Search",
        "2024/01/02 10:11:12.1234567",
        Level::Info,
        "ComApi",
        "* START * Search",
    );
}

#[test]
fn syslog_lines() {
    use LogFormat::Syslog;
    check_record(
        Syslog,
        "Jul  1 09:19:03 host kernel[0]: disk gone",
        "Jul  1 09:19:03",
        Level::Unknown,
        "kernel",
        "disk gone",
    );
    check_record(
        Syslog,
        "Jul  1 09:19:03 host sshd[12]: error: no key",
        "Jul  1 09:19:03",
        Level::Error,
        "sshd",
        "error: no key",
    );
    check_record(
        Syslog,
        "<34>1 2024-01-02T10:11:12.003Z host su - ID47 [a@1 b=\"]\"] failed",
        "2024-01-02T10:11:12.003Z",
        Level::Error,
        "su",
        "failed",
    );
    check_record(Syslog, "<13>Jul  1 09:19:03 host app: hello", "Jul  1 09:19:03", Level::Info, "app", "hello");
    check_record(
        Syslog,
        "2024-01-02T10:11:12+0800 host systemd[1]: Started x",
        "2024-01-02T10:11:12+0800",
        Level::Unknown,
        "systemd",
        "Started x",
    );
    check_record(
        Syslog,
        "7月 01 09:19:03 host systemd[1]: 已启动",
        "7月 01 09:19:03",
        Level::Unknown,
        "systemd",
        "已启动",
    );
}

#[track_caller]
fn check_level(line: &str, level: Level) {
    assert_eq!(read_record(LogFormat::Plain, line).level, level, "in: {line}");
}

#[test]
fn levels_at_the_head_of_plain_lines() {
    check_level("2024-01-02 10:11:12,123 ERROR [main] org.example.Main - it broke", Level::Error);
    check_level("2024-01-02 10:11:12.123  WARN 1234 --- [main] o.e.Main : careful", Level::Warning);
    check_level("2024-01-02 10:11:12,123 - root - ERROR - it broke", Level::Error);
    check_level("2024-01-02 10:11:12 [main] INFO org.example.Main - up", Level::Info);
    check_level("E0102 10:11:12.123456   12345 controller.go:42] it broke", Level::Error);
    check_level("W0102 10:11:12.123456   12345 controller.go:42] careful", Level::Warning);
    check_level("[Sun Dec 04 04:47:44 2005] [error] mod_jk child", Level::Error);
    check_level("[2024/01/02 10:11:12.123 +08:00] [WARN] [file.go:12] [\"slow\"]", Level::Warning);
    check_level("2024/01/02 10:11:12 [error] 1#1: *1 open() failed", Level::Error);
    check_level("level=error ts=2024-01-02T10:11:12Z msg=\"no\"", Level::Error);
    check_level("{\"level\":\"warn\",\"ts\":1,\"msg\":\"x\"}", Level::Warning);
    check_level("app.log:2024-01-02 10:11:12.008 25746 ERROR nova.compute [-] broke", Level::Error);
    check_level("nova-api.log.1 2024-01-02 10:11:12.008 25746 INFO nova.osapi [req-1] GET", Level::Info);
    check_level("ERROR: it broke", Level::Error);
    check_level("Error: it broke", Level::Error);
    check_level("[ERROR] it broke", Level::Error);
    check_level("2024-01-02 10:11:12 UTC [123] ERROR:  relation missing", Level::Error);
    check_level("错误\t2024/1/2 10:11:12\tService Control Manager\t7000\t无", Level::Error);
    check_level("警告,2024/1/2 10:11:12,Disk,51,无", Level::Warning);
    check_level("信息\t2024/1/2 10:11:12\tKernel-General\t12\t(1)", Level::Info);
    check_level("错误：拒绝访问", Level::Error);
    check_level("2024-01-02 10:11:12 错误 无法安装", Level::Error);
    check_level("Error\t1/2/2024 10:11:12 AM\tDisk\t7\tNone", Level::Error);
    check_level("  级别: 错误", Level::Error);
    check_level("  Level: Warning", Level::Warning);
    check_level("03-17 16:13:38.811  1702  2395 D WindowManager: printFreezing", Level::Debug);
    check_level("081109 203615 148 INFO dfs.DataNode: done", Level::Info);
    check_level("2024-01-02 10:11:12, Error                 MIG    Failed", Level::Error);
}

#[test]
fn error_in_a_sentence_is_no_level() {
    check_level("There was an error in the file", Level::Unknown);
    check_level("no errors: 0", Level::Unknown);
    check_level("Error reporting is on", Level::Unknown);
    check_level("2024-01-02 10:11:12 the service has logged an error today", Level::Unknown);
    check_level("信息安全部门的同事说有错误", Level::Unknown);
    check_level("", Level::Unknown);
}

#[track_caller]
fn check_format(head: &str, format: LogFormat) {
    assert_eq!(detect(head), format, "in: {head}");
    assert_eq!(detect(&head.replace('\n', "\r\n")), format, "with CRLF");
}

#[test]
fn formats_by_content() {
    check_format(
        "2016-09-28 04:30:31, Info                  CBS    Loaded\n2016-09-28 04:30:31, Info                  CSI    00000001 x\n",
        LogFormat::Cbs,
    );
    check_format(
        "2024-01-02 10:11:12, Info                  DISM   PID=1 TID=2 x\n2024-01-02 10:11:12, Info                  CBS    x\n2024-01-02 10:11:12, Info                  DISM   x\n",
        LogFormat::Dism,
    );
    check_format(
        "[Device Install Log]\n     OS Version = 10.0.17763\n     Service Pack = 0.0\n\n[BeginLog]\n\n>>>  [Setup Import Driver Package - C:\\a.inf]\n>>>  Section start 2024/09/10 14:32:53.379\n      cmd: x\n     sto: {Import} 14:32:53.410\n!!!  sto: no\n<<<  Section end 2024/09/10 14:32:54.100\n<<<  [Exit status: FAILURE(0x00000005)]\n",
        LogFormat::SetupApi,
    );
    check_format(
        "2018-10-04\t16:10:28:661\t 121\t2a2b2\tAgent\t*************\n2018-10-04\t16:10:28:661\t 121\t2a2b2\tAgent\t** START **\n",
        LogFormat::WindowsUpdate,
    );
    check_format("2024/01/02 10:11:12.1234567 1234  5678  Agent           * START *\n", LogFormat::WindowsUpdate);
    check_format("Jul  1 09:19:03 host kernel[0]: x\nJul  1 09:19:04 host sshd[1]: y\n", LogFormat::Syslog);
    check_format(
        "2024-01-02 10:11:12,123 ERROR [main] org.example.Main - it broke\n\tat org.example.Main\n",
        LogFormat::Plain,
    );
    check_format(
        "Dear all,\nthe update fails.\nJul  1 09:19:03 host kernel[0]: x\nThanks\nDana\nexample\nmore\n",
        LogFormat::Plain,
    );
    check_format("081109 203615 148 INFO dfs.DataNode: done\n", LogFormat::Plain);
    check_format("", LogFormat::Plain);
}

#[test]
fn setupapi_sections() {
    let log = ">>>  [Device Install (DiInstallDriver) - C:\\drivers\\cpu.inf]\n>>>  Section start 2024/09/10 14:32:53.379\n!!!  dvi: no\n<<<  Section end 2024/09/10 14:32:54.100\n<<<  [Exit status: FAILURE(0x00000005)]\n\n\n>>>  [Delete Device - X]\n     dvi: gone\n<<<  [Exit status: SUCCESS]\n>>>  [Lost]\n>>>  [Open]\n     dvi: goes on\n";
    let mut sections = Sections::default();
    let mut line = 1;
    // In chunks of any size, as a reader gives them.
    for chunk in log.split_inclusive('\n').collect::<Vec<_>>().chunks(3) {
        sections.feed(line, &chunk.concat());
        line += chunk.len() as u64;
    }
    let at = |line| sections.at(line).map(|section| (section.name.as_str(), section.exit));
    let install = "Device Install (DiInstallDriver) - C:\\drivers\\cpu.inf";
    assert_eq!(at(3), Some((install, Some(Exit::Failure(Some(5))))));
    assert_eq!(at(5), Some((install, Some(Exit::Failure(Some(5))))));
    assert_eq!(at(6), None);
    assert_eq!(at(9), Some(("Delete Device - X", Some(Exit::Success))));
    assert_eq!(at(11), Some(("Lost", None)));
    assert_eq!(at(13), Some(("Open", None)));
    assert_eq!(sections.open().map(|section| section.first_line), Some(12));
    assert_eq!(sections.ended().count(), 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn decoding_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
        decode(&bytes);
        content(&bytes);
    }

    #[test]
    fn decoded_text_decodes_to_itself(text in "[ -~错误拒绝访问é\n]{0,300}") {
        let once = decode(text.as_bytes()).value;
        prop_assert_eq!(&decode(once.as_bytes()).value, &text);
    }

    #[test]
    fn records_never_panic_and_point_into_the_line(line in "(2024-01-02[ T]10:11:12|, |Info|   |CBS|<34>1 |!!!  |\\[|\\]|[ -~错误：月]){0,40}") {
        let range = line.as_bytes().as_ptr_range();
        for format in [LogFormat::Cbs, LogFormat::Dism, LogFormat::SetupApi, LogFormat::WindowsUpdate, LogFormat::Syslog, LogFormat::Plain] {
            let record = read_record(format, &line);
            for slice in [record.time, record.component, Some(record.message)].into_iter().flatten() {
                let part = slice.as_bytes().as_ptr_range();
                prop_assert!(range.start <= part.start && part.end <= range.end);
            }
        }
        detect(&line);
        Sections::default().feed(1, &line);
    }
}

#[test]
fn shape_ignores_digits_and_blanks() {
    assert_eq!(shape("12:00 failed 5"), shape("12:01  failed 6"));
    assert_ne!(shape("failed"), shape("worked"));
}
