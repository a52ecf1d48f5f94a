//! Numbers of the Windows Installer: what an installation ended with, and the messages that it shows.

use crate::signature::SignatureKind as Kind;

use super::{
    Scan, codes,
    flags::Flags,
    label::{self, Label},
    lex, many,
    number::counted,
};

/// `fails to install with 3010`: a well-known result of an installation that stands at `start..end`, where one is spoken of.
pub(super) fn bare_installer_result(scan: &mut Scan<'_>, start: usize, end: usize) {
    let line = lex::line_start(scan.bytes, start, 160)..lex::line_end(scan.bytes, end, 160);
    if scan.is_prose()
        && lex::ends_word(scan.bytes, end)
        && !counted(scan.bytes, end)
        && lex::find_any(scan.bytes, line, &["install", "setup", "msi", "安装", "安裝", "卸载"]).is_some()
    {
        scan.push(Kind::Msi, &scan.text[start..end], start..end);
    }
}

/// Words just before a number that say that something ended with it: `ended, errorlevel 1603`, `came back with 1603`.
const LEADS: &[&str] = &[
    "with",
    "gives",
    "gave",
    "got",
    "get",
    "status",
    "errorlevel",
    "errorlevel%",
    "returns",
    "returned",
    "rc",
    "code",
    "result",
    "error",
    "exit",
    "失败",
    "报",
    "返回",
    "错误",
    "提示",
    "状态",
    "代码",
    "码",
    "值",
];

/// `Got 1603 from msiexec`, `MSI 安装失败，1603`: a result of an installation without its own word, at `start..end`, where one is
/// spoken of and fails.
pub(super) fn lone_installer_result(scan: &mut Scan<'_>, start: usize, end: usize) {
    const FAR: usize = 100;
    let bytes = scan.bytes;
    let apart = lex::starts_word(bytes, start)
        && lex::ends_word(bytes, end)
        && !matches!(lex::before(bytes, start), b'.' | b'-' | b'/' | b'#' | b'$' | b'+' | b'@')
        && lex::decimal(bytes, start).is_some_and(|(_, stop)| stop == end)
        // `1,603` and `16:1603`
        && !(matches!(lex::before(bytes, start), b',' | b':') && start > 1 && bytes[start - 2].is_ascii_digit());
    if !scan.is_prose() || !apart || counted(bytes, end) || label::before(bytes, start) == Label::Other {
        return;
    }
    let line = lex::line_start(bytes, start, FAR)..lex::line_end(bytes, end, FAR);
    let spoken_of = ["install", "setup", "msi", "安装", "安裝", "卸载"];
    let ends =
        many::ends_there(bytes, end) || lex::skip_any(bytes, end, &[" 报错", "报错", " 错误", " error"]).is_some();
    let lead = lex::back_while(bytes, start, 3, |byte| matches!(byte, b' ' | b':' | b'=' | b'(' | b',' | b'"' | b'\''));
    let led = lex::before(bytes, start) == b'=' || LEADS.iter().any(|word| lex::has_before(bytes, lead, word));
    if ends && lex::find_any(bytes, line, &spoken_of).is_some() && (led || scan.line_flags(start).any(Flags::FAILING)) {
        scan.push(Kind::Msi, &scan.text[start..end], start..end);
    }
}

/// Internal errors of the Windows Installer that people are shown (Windows Installer Error Messages); as Win32 errors these
/// numbers are rare.
const INTERNAL: &[u32] = &[
    2203, 2318, 2324, 2330, 2336, 2349, 2350, 2351, 2352, 2355, 2502, 2503, 2602, 2709, 2711, 2715, 2717, 2727, 2738,
    2739, 2753, 2755, 2761, 2762, 2765, 2769, 2810, 2826, 2835, 2854, 2867, 2869, 2878, 2885, 2898, 2908, 2911, 2920,
    2932,
];

/// Messages that the installer shows to people, by numbers that are no common Win32 errors (same source).
const SHOWN: &[u32] = &[
    1303, 1304, 1305, 1306, 1308, 1309, 1310, 1316, 1324, 1325, 1328, 1330, 1334, 1335, 1401, 1402, 1403, 1404, 1406,
    1706, 1713, 1714, 1719, 1720, 1721, 1723, 1901, 1903, 1904, 1905, 1911, 1913, 1918, 1919, 1920, 1921, 1922, 1923,
    1925, 1926, 1931, 1933, 1934, 1935, 1937,
];

/// Whether a number is one that the installer shows, and hardly anybody else.
pub(super) fn is_own_number(value: u32) -> bool {
    INTERNAL.contains(&value) || SHOWN.contains(&value)
}

/// Beginnings of messages, in lower case, by their numbers: they tell a message of the installer where nothing else does.
/// (Windows Installer Error Messages, in English and in Chinese.)
const MESSAGES: &[(u32, &[&str])] = &[
    (1301, &["cannot create the file"]),
    (1303, &["the installer has insufficient privileges", "安装程序没有足够的权限"]),
    (1304, &["error writing to file", "写入文件"]),
    (1305, &["error reading from file", "读取文件"]),
    (1306, &["another application has exclusive access", "另一个应用程序"]),
    (1307, &["there is not enough disk space", "没有足够的磁盘空间"]),
    (1308, &["source file not found", "找不到源文件"]),
    (1309, &["error reading from file", "error attempting to open"]),
    (1310, &["error writing to file", "error attempting to create", "写入文件"]),
    (1311, &["source file not found", "could not locate source file", "cannot locate source file"]),
    (1312, &["cannot create the directory"]),
    (1313, &["the volume", "驱动器"]),
    (1316, &["the specified account already exists", "a network error occurred", "指定的帐户已存在"]),
    (1317, &["an error occurred while attempting to create the directory"]),
    (1318, &["a network error occurred"]),
    (1320, &["the specified path is too long", "指定的路径太长"]),
    (1321, &["the installer has insufficient privileges"]),
    (1324, &["the folder path", "the path", "文件夹路径", "路径"]),
    (1325, &["is not a valid short file name"]),
    (1327, &["invalid drive", "无效驱动器", "驱动器无效", "无效的驱动器"]),
    (1328, &["error applying patch"]),
    (1330, &["a file that is required cannot be installed"]),
    (1334, &["the file"]),
    (1335, &["the cabinet file", "cab 文件"]),
    (1401, &["could not create key", "无法创建键"]),
    (1402, &["could not open key", "setup cannot open the registry key", "无法打开键", "无法打开注册表项"]),
    (1403, &["could not delete value", "无法删除值"]),
    (1404, &["could not delete key", "无法删除键"]),
    (1405, &["could not read value", "无法读取值"]),
    (1406, &["could not write value", "setup cannot write the value", "无法将数值", "无法写入值", "无法将值"]),
    (1407, &["could not get value names"]),
    (1409, &["could not read security information"]),
    (1500, &["another installation is in progress", "另一个安装正在进行"]),
    (1606, &["could not access network location", "无法访问网络位置"]),
    (1607, &["the following applications", "unable to install installshield"]),
    (1628, &["failed to complete installation", "failed to complete script based install"]),
    (1704, &["an installation for", "an install for"]),
    (1706, &["no valid source could be found", "setup cannot find the required files", "找不到有效的源"]),
    (1714, &["the older version of", "无法删除旧版本", "无法删除"]),
    (
        1719,
        &[
            "the windows installer service could not be accessed",
            "windows installer service could not be",
            "无法访问 windows installer",
        ],
    ),
    (1720, &["there is a problem with this windows installer package", "此 windows installer 程序包有问题"]),
    (1721, &["there is a problem with this windows installer package", "此 windows installer 程序包有问题"]),
    (1722, &["there is a problem with this windows installer package", "此 windows installer 程序包有问题"]),
    (1723, &["there is a problem with this windows installer package", "此 windows installer 程序包有问题"]),
    (1904, &["module", "模块"]),
    (1905, &["module", "模块"]),
    (1907, &["could not register font"]),
    (1909, &["could not create shortcut"]),
    (1913, &["could not update the ini file"]),
    (1918, &["error installing odbc driver"]),
    (1920, &["service", "服务"]),
    (1921, &["service", "服务"]),
    (1922, &["service", "服务"]),
    (1923, &["service", "服务"]),
    (1925, &["you do not have sufficient privileges", "您没有足够的权限"]),
    (1926, &["could not set file security"]),
    (1931, &["the windows installer service cannot update"]),
    (1933, &["the windows installer service cannot update"]),
    (1935, &["an error occurred during the installation of assembly", "安装程序集组件"]),
    (1937, &["an error occurred during the installation of assembly"]),
    (2203, &["database: "]),
    (2502, &["the installer has encountered an unexpected error", "called installfinalize"]),
    (2503, &["the installer has encountered an unexpected error", "called runscript"]),
    (2755, &["server returned unexpected error"]),
];

/// `Error 1327. Invalid Drive: H:\`: whether the installer's own message begins behind a number that ends at `end`.
pub(super) fn is_message_of(text: &str, value: u32, end: usize) -> bool {
    let bytes = text.as_bytes();
    let Ok(place) = MESSAGES.binary_search_by_key(&value, |&(number, _)| number) else { return false };
    let stop = lex::skip_any(bytes, end, &[".", "。", ":", "：", " -", " |"]).unwrap_or(end);
    let start = lex::skip_while(bytes, stop, 4, |byte| matches!(byte, b' ' | b'\r' | b'\n' | b'\t'));
    start > end && lex::skip_any(bytes, start, MESSAGES[place].1).is_some()
}

/// `2502 Called InstallFinalize when no install in progress.`: the number before a message of the installer, which begins at `at`.
pub(super) fn before_message(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let end = lex::back_while(bytes, at, 6, |byte| matches!(byte, b' ' | b'\t' | b':' | b'.' | b'-' | b'|'));
    let start = lex::back_while(bytes, end, 5, |byte| byte.is_ascii_digit());
    let apart =
        lex::starts_word(bytes, start) && !matches!(lex::before(bytes, start), b'.' | b'-' | b'/' | b'$' | b',');
    if let Ok(value) = scan.text[start..end].parse::<u32>()
        && end < at
        && apart
        && is_message_of(scan.text, value, end)
    {
        scan.push(Kind::Msi, value.to_string(), start..end);
    }
}

/// Whether the installer's own words follow a number.
pub(super) fn installer_follows(bytes: &[u8], end: usize) -> bool {
    const FAR: usize = 160;
    lex::find_any(bytes, end..end + FAR, &["mainenginethread", "windows installer package", "assembly component"])
        .is_some()
}

/// Whether a number behind `error` is such an error: an installation is spoken of near it.
pub(super) fn is_internal_installer_error(scan: &Scan<'_>, value: u32, at: usize) -> bool {
    const FAR: usize = 240;
    let digits = lex::skip_digits(scan.bytes, at);
    // `Internal Error 2755`, `DEBUG: Error 2826`: what the installer calls its own.
    let word = lex::back_while(scan.bytes, at, 2, |byte| byte == b' ');
    let own = INTERNAL.contains(&value)
        && ["internal error", "debug: error", "内部错误", "內部錯誤"]
            .iter()
            .any(|lead| lex::has_before(scan.bytes, word, lead));
    own || is_message_of(scan.text, value, digits)
        || (INTERNAL.contains(&value) || SHOWN.contains(&value) && !codes::is_common_win32(value))
            && lex::find_any(
                scan.bytes,
                at.saturating_sub(FAR)..at + FAR,
                &["install", "setup", "msi", "安装", "安裝", "卸载"],
            )
            .is_some()
}

/// `Product: … could not be installed. Error code 1642.`: whether the installer's own event tells of the error at `at`, whatever
/// product it is about.
pub(super) fn is_of_product(bytes: &[u8], at: usize) -> bool {
    const FAR: usize = 300;
    let before = lex::line_start(bytes, at, FAR)..at;
    lex::find_any(bytes, before.clone(), &["product: ", "产品: ", "產品: "]).is_some()
        && lex::find_any(bytes, before, &["could not be", "installation", "removal", "无法", "無法", "安装", "安裝"])
            .is_some()
}

/// `Error 1920. Service 'Backup Agent' (bkagent) failed to start.`: the service that the installer's message is about; the number ends at
/// `end`.
pub(super) fn service_of_message(scan: &mut Scan<'_>, value: u32, end: usize) {
    const FAR: usize = 120;
    let bytes = scan.bytes;
    let word = lex::skip_while(bytes, end, 4, |byte| matches!(byte, b'.' | b':' | b' '));
    let Some(name) = lex::skip_any(bytes, word, &["service", "服务", "服務"]) else { return };
    let line = lex::line_end(bytes, name, FAR);
    let Some(open) = memchr::memchr(b'(', &bytes[name..line]).map(|at| name + at + 1) else { return };
    let close = lex::skip_while(bytes, open, 64, |byte| lex::is_word(byte) || matches!(byte, b'-' | b'.' | b'$'));
    if (1920..=1923).contains(&value) && close > open && lex::byte(bytes, close) == b')' {
        scan.push(Kind::Service, &scan.text[open..close], open..close);
    }
}

/// `agent.msi exit 1638`: what the installation of a package ended with; `at` is the ending of its name.
pub(super) fn exit_of_package(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let words = lex::skip_blanks(bytes, at + ".msi".len());
    let endings = [
        "exited with ",
        "exited ",
        "exit code ",
        "exit status ",
        "exit ",
        "returned ",
        "returns ",
        "-> ",
        "返回 ",
        "返回",
        "退出码 ",
    ];
    let Some(start) = lex::skip_any(bytes, words, &endings) else { return };
    if words > at + ".msi".len()
        && let Some((value, end)) = lex::decimal(bytes, start)
        && let Ok(value) = u32::try_from(value)
        && codes::is_installer_result(value)
        && lex::ends_word(bytes, end)
    {
        scan.push(Kind::Msi, value.to_string(), start..end);
    }
}

/// `2503 followed by 2502`: the one that comes with it; `at` is where the first ends.
pub(super) fn next_internal_error(scan: &mut Scan<'_>, at: usize) {
    // The two come as a pair, the second after a click.
    const FAR: usize = 100;
    if let Some(other) = at.checked_sub(4).and_then(|start| match scan.text.get(start..at) {
        Some("2502") => Some("2503"),
        Some("2503") => Some("2502"),
        _ => None,
    }) && let Some(place) = lex::find_any(scan.bytes, at..at + FAR, &[other])
        && lex::starts_word(scan.bytes, place.start)
        && lex::ends_word(scan.bytes, place.end)
        && scan.is_prose()
    {
        scan.push(Kind::Msi, other, place);
        return;
    }
    let joints = [" followed by ", " and ", " or ", ", ", "/", "、", "和", " 和 ", "或", " then "];
    let Some(start) = lex::skip_any(scan.bytes, at, &joints) else { return };
    if let Some((value, end)) = lex::decimal(scan.bytes, start)
        && u32::try_from(value).is_ok_and(|value| INTERNAL.contains(&value))
    {
        scan.push(Kind::Msi, value.to_string(), start..end);
    }
}

/// Numbers of the Windows Installer behind its own words: `MainEngineThread is returning 1603`; `at`
/// is the words' end.
pub(super) fn installer(scan: &mut Scan<'_>, at: usize) {
    let start = lex::skip_separators(scan.bytes, at, 8, &[]);
    // The engine's own name stays in every language: `Wątek MainEngineThread zwraca wartość 1619`.
    let start = match lex::has_before(scan.bytes, at, "mainenginethread") {
        true => lex::skip_while(scan.bytes, at, 32, |byte| !byte.is_ascii_digit() && byte != b'\n'),
        false => start,
    };
    if let Some((value, end)) = lex::decimal(scan.bytes, start)
        && let Ok(value) = u32::try_from(value)
        && (codes::is_installer_result(value) || codes::is_msi(value))
    {
        scan.push(Kind::Msi, value.to_string(), start..end);
        many::further(scan, Kind::Msi, end);
    }
}
