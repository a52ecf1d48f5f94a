//! Decimal codes behind a word: `error 5`, `[WinError 32]`, `errno: 111`.

use crate::{logs::LogFormat, signature::SignatureKind as Kind};

use super::{
    Context, Scan, codes, database, errno, event,
    flags::Flags,
    framed, hex, installer,
    label::{self, Label},
    lex, many, said, smtp, unix, web, wide,
};

/// Words between `error` and its number.
static AFTER_ERROR: lex::Words<'_> = lex::Words::new(&[
    " code", "code", "_code", "number", "no.", "no", "status", "value", "代码", "代碼", "代号", "码", "碼", "号",
    "编号", "編號", "值", "信息", "提示", "消息", "类型", "類型", "误", "誤", " is", "is ", " was", "was ", " of",
    "of ", "为", "是", "為", "如", "- ", "<", ">", "/", "|", ",代码", ", 代码", ";代码", "; 代码", ", code", "; code",
]);

/// Units and counted things: `error 5 times`, `错误 3 个`.
const COUNTED: &[&str] = &[
    "times", "-bit", "bit", "of ", "files", "errors", "warnings", "ms", "sec", "bytes", "kb", "mb", "gb", "minutes",
    "hours", "days", "items", "rows", "records", "retries", "attempts", "devices", "drivers", "out of", "degrees",
    "dbm", "个", "次", "条", "秒", "台", "分钟", "处", "项", "個", "次", "條", "件", "天", "小时", "行", "位", "人",
    "年", "月", "日", "号线",
];

/// A number after a word such as `error`, `错误代码`, `GetLastError`; `at` is the word's end.
pub(super) fn after_word(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    if lex::byte(bytes, at) == b's' && lex::byte(bytes, at + 1) == b' ' && lex::byte(bytes, at + 2).is_ascii_digit() {
        many::behind_plural(scan, at + 2);
        return;
    }
    if let Some(start) = many::listed_at(bytes, at) {
        many::listed(scan, start);
        return;
    }
    let start = lex::skip_separators_and(bytes, at, 40, &AFTER_ERROR);
    if start == at && lex::is_word(lex::byte(bytes, at)) && !lex::byte(bytes, at).is_ascii_digit() {
        return;
    }
    let (minus, digits) = match lex::byte(bytes, start) {
        b'-' => (true, start + 1),
        byte if byte.is_ascii_hexdigit() => (lex::before(bytes, start) == b'-', start),
        _ => return,
    };
    if lex::has(bytes, digits, "0x") {
        return; // its own trigger
    }
    // The debugger's decimal: `Win32 error 0n2`.
    if lex::has(bytes, digits, "0n") {
        if let Some((value, end)) = lex::decimal(bytes, digits + 2)
            && (1..=0xFFFF).contains(&value)
        {
            let label = label::before(bytes, digits);
            decide(scan, Number { value: value as u32, minus: false, start: digits + 2, end, word_end: at }, label);
        }
        return;
    }
    if lex::skip_while(bytes, digits, 9, |byte| byte.is_ascii_hexdigit()) == digits + 8 {
        hex::bare(scan, digits);
        return;
    }
    // `OperationalError: ('08001', …)`: five digits with a leading zero are a state.
    if lex::byte(bytes, digits) == b'0' && lex::before(bytes, digits) == b'\'' && lex::byte(bytes, digits + 5) == b'\''
    {
        database::push_state(scan, digits);
        return;
    }
    let Some((value, end)) = lex::decimal(bytes, digits).or_else(|| many::slashed(bytes, digits)) else { return };
    if minus && value > 0xFFFF {
        wide::signed(scan, digits - 1);
        return;
    }
    if value > 0xFFFF {
        wide::unsigned(scan, digits);
        return;
    }
    if value == 0 {
        return;
    }
    let label = label::before(bytes, if minus { digits - 1 } else { digits });
    if label == Label::Returned && value <= 255 && is_exit_word(bytes, at) {
        match minus {
            true => unix::negative_exit(scan, digits),
            false => unix::exit_code(scan, digits),
        }
        return;
    }
    decide(scan, Number { value: value as u32, minus, start: digits, end, word_end: at }, label);
}

/// Words between `error code returned` and what it is.
const COPULAS: &[&str] = &[" is ", " is: ", " was ", " was: "];

/// The same right behind it.
const MARKS: &[&str] = &[": ", " = ", "="];

/// `The error code returned on failure is 809.`, `the error code returned by the gateway was 53`: a number behind a few words; `at` is
/// where these begin.
pub(super) fn code_returned(scan: &mut Scan<'_>, at: usize) {
    /// A server's name fits between.
    const FAR: usize = 48;
    let bytes = scan.bytes;
    let line = lex::line_end(bytes, at, FAR);
    let mark = lex::skip_any(bytes, at, MARKS).map(|end| at..end);
    let Some(copula) = mark.or_else(|| lex::find_any(bytes, at..line, COPULAS)) else { return };
    let words = &bytes[at..copula.start];
    let start = lex::skip_while(bytes, copula.end, 2, |byte| matches!(byte, b'"' | b'\'' | b'('));
    let Some((value, end)) = lex::decimal(bytes, start) else { return };
    // 631: the user ended the connection (raserror.h).
    // `is 5 digits long`
    let goes_on = lex::byte(bytes, end) == b' '
        && lex::byte(bytes, end + 1).is_ascii_lowercase()
        && !many::ends_there(bytes, end);
    if goes_on
        || words.iter().any(|&byte| matches!(byte, b'.' | b',' | b';'))
        || !(1..=0xFFFF).contains(&value)
        || value == 631
    {
        return;
    }
    // What the event log has of remote access.
    let of_remote_access = lex::find_any(bytes, at..copula.start, &["on failure", "on termination"]).is_some();
    if of_remote_access && codes::is_remote_access(value as u32) {
        scan.push(Kind::Win32, value.to_string(), start..end);
        return;
    }
    decide(scan, Number { value: value as u32, minus: false, start, end, word_end: at }, Label::Error);
}

/// Whether the word that ends at `at` speaks of how a process ended.
fn is_exit_word(bytes: &[u8], at: usize) -> bool {
    ["exit code", "exitcode", "exit status", "returncode", "退出代码", "退出码"]
        .iter()
        .any(|word| at.checked_sub(word.len()).is_some_and(|start| lex::has(bytes, start, word)))
}

/// A decimal number with its place.
#[derive(Debug, Clone, Copy)]
struct Number {
    value: u32,
    minus: bool,
    start: usize,
    end: usize,
    /// Where the word that led to it ends.
    word_end: usize,
}

fn decide(scan: &mut Scan<'_>, number: Number, label: Label) {
    let Number { value, minus, start, end, word_end } = number;
    let span = if minus { start - 1..end } else { start..end };
    let line = scan.line_flags(start);
    // `make: *** [all] Error 2`: the exit status of a command.
    if lex::has_before(scan.bytes, word_end, "] error") && line.any(Flags::MAKE) {
        unix::exit_code(scan, start);
        return;
    }
    if counted(scan.bytes, end) && !codes::is_installer_result(value)
        || line.any(Flags::MAKE) && !line.any(Flags::WINDOWS | Flags::INSTALLER)
    {
        return;
    }
    if segfault(scan.bytes, start) || smtp::is_mail_reply(value) && smtp::enhanced_follows(scan.bytes, end) {
        return;
    }
    // `error 5 (EIO)`: the name that follows is found by itself.
    if lex::has(scan.bytes, end, " (e")
        && let Some(name) = errno::name(value)
        && lex::has(scan.bytes, end + " (".len(), &name.to_ascii_lowercase())
        && lex::byte(scan.bytes, end + " (".len() + name.len()) == b')'
    {
        return;
    }
    // `Run-time error '5'`: Visual Basic counts in a way of its own.
    if !minus && is_visual_basic(scan.bytes, word_end) {
        return;
    }
    // `PermissionError(13, '…', None, 32, None)`: the system's own number stands behind.
    if !minus && lex::before(scan.bytes, start) == b'(' && framed::heads_system_tuple(scan.bytes, end) {
        return;
    }
    // `network error (2 tries remaining)`: what it counts goes on behind it.
    if !minus
        && lex::before(scan.bytes, start) == b'('
        && lex::byte(scan.bytes, end) == b' '
        && lex::byte(scan.bytes, end + 1).is_ascii_alphabetic()
        && codes::message_after(scan.text, end) != Some(value)
        && errno::name_of_message(scan.text, end).is_none()
    {
        return;
    }
    // `error2: …` is the second in a person's list.
    if value < 10
        && start == word_end
        && scan.bytes[word_end - 1].is_ascii_alphabetic()
        && lex::byte(scan.bytes, end) == b':'
    {
        return;
    }
    // `Caused by: 0: … 1: io error 2: …`: the places of a list of causes.
    if !minus && value < 20 && many::is_place_in_list(scan.bytes, value, start, end) {
        return;
    }
    // Spring: `ERROR 7 --- [main] …` names the process.
    if lex::has(scan.bytes, end, " --- ") {
        return;
    }
    if minus {
        // `Error Number:-2,State:0`: a timeout that .NET's client counts itself.
        if errno::is_of_resolver(scan.bytes, end) || lex::has(scan.bytes, end, ",state:") {
            return;
        }
        if matches!(label, Label::Error | Label::Returned | Label::Weak | Label::Errno)
            && (value > 1 || label == Label::Errno || line.any(Flags::KERNEL))
            && !line.any(Flags::WINDOWS | Flags::INSTALLER)
            && let Some(name) = errno::name(value)
            && (line.any(Flags::KERNEL) || errno::is_common(value))
        {
            scan.push(Kind::Errno, name, span);
        }
        return;
    }
    if is_template(scan, start, end, false) {
        return;
    }
    match label {
        Label::Error => {}
        Label::Win32 => {
            // `a system error 110: Connection timed out`: the words of another system.
            let unix =
                errno::name_of_message(scan.text, end).filter(|_| codes::message_after(scan.text, end) != Some(value));
            match unix.filter(|&name| errno::name(value) == Some(name)) {
                Some(name) => scan.push(Kind::Errno, name, span),
                None if is_template(scan, start, end, true) => {}
                None if codes::is_win32(value) => {
                    scan.push(Kind::Win32, value.to_string(), span);
                    many::further(scan, Kind::Win32, end);
                }
                None => {}
            }
            return;
        }
        Label::Errno => {
            errno::numbered(scan, value, span);
            return;
        }
        Label::Returned | Label::Weak | Label::Audit => {
            if codes::is_installer_result(value) || installer::is_internal_installer_error(scan, value, start) {
                scan.push(Kind::Msi, value.to_string(), span);
                many::further(scan, Kind::Msi, end);
            } else if label == Label::Returned
                && is_usual_status(value)
                && line.any(Flags::WEB)
                && !line.any(Flags::ANY_MAIL)
            {
                // `upstream returned 504 while reading`
                scan.push(Kind::Http, value.to_string(), span);
            } else if label == Label::Returned && scan.is_prose() && codes::is_service_error(value) {
                // What `sc query` and the service manager show as the exit code of a service.
                scan.push(Kind::Win32, value.to_string(), span);
            } else if codes::message_after(scan.text, end) == Some(value)
                || codes::is_win32(value) && said::by_network_setup(scan.bytes, start)
                || label == Label::Weak && codes::is_win32(value) && said::by_call(scan.bytes, word_end)
            {
                // `CopyFile returned 2: The system cannot find the file specified.`
                scan.push(Kind::Win32, value.to_string(), span);
            }
            return;
        }
        _ => return,
    }
    // `SMTPDataError: (554, …)`: the class says whose number it is.
    if smtp::is_mail_reply(value) && smtp::is_mail_class(scan.bytes, word_end) {
        scan.push(Kind::Smtp, value.to_string(), span);
        return;
    }
    if database::is_python_tuple(scan.bytes, start, end) && (1000..6000).contains(&value) {
        scan.push(Kind::Mysql, value.to_string(), span);
        return;
    }
    if codes::is_installer_result(value) && installer::is_of_product(scan.bytes, start) {
        scan.push(Kind::Msi, value.to_string(), span);
        return;
    }
    if database::error_number(scan, value, span.clone()) {
        if let Some(kind) = scan.candidates.last().filter(|last| last.span == span).map(|last| last.kind) {
            many::further(scan, kind, end);
        }
        return;
    }
    let of_installer = |scan: &mut Scan<'_>| {
        scan.near_flags(start).any(Flags::INSTALLER) || installer::installer_follows(scan.bytes, end)
    };
    if codes::is_installer_result(value)
        || codes::is_msi(value) && of_installer(scan)
        || installer::is_internal_installer_error(scan, value, start)
    {
        scan.push(Kind::Msi, value.to_string(), span);
        installer::service_of_message(scan, value, end);
        if !many::further(scan, Kind::Msi, end) {
            installer::next_internal_error(scan, end);
        }
        return;
    }
    // `krb_error … error code is 7`: a number of the protocol, which the lines around name.
    if value < 0x80
        && codes::is_kerberos(value)
        && scan.near_flags(start).any(Flags::KERBEROS)
        && !line.any(Flags::WINDOWS)
    {
        scan.push(Kind::Kerberos, format!("0x{value:X}"), span);
        return;
    }
    if line.any(Flags::INNODB) && value < 134 {
        // InnoDB hands on the system's number; paths tell which system's.
        let unix = lex::find_any(
            scan.bytes,
            start.saturating_sub(600)..end + 200,
            &["./", "/var/", ".sock", "mysqld:", "disk quota"],
        );
        match errno::name(value) {
            Some(name) if unix.is_some() => scan.push(Kind::Errno, name, span),
            _ if codes::is_win32(value) => scan.push(Kind::Win32, value.to_string(), span),
            _ => {}
        }
        return;
    }
    // An address in the text names a web server's protocol too; 500 to 504 are its replies as well.
    let of_web = line.any(Flags::WEB) || line.any(Flags::HTTP) && (500..=504).contains(&value);
    if scan.near_flags(start).any(Flags::ANY_MAIL) && !of_web && smtp::is_mail_reply(value) {
        scan.push(Kind::Smtp, value.to_string(), span);
        return;
    }
    if web::is_failing_status(value) && (is_usual_status(value) || scan.near_flags(start).any(Flags::HTTP)) {
        scan.push(Kind::Http, value.to_string(), span);
        many::further(scan, Kind::Http, end);
        return;
    }
    if line.any(Flags::KERNEL) {
        // `md: super_written gets error=10`: a status of the block layer's own.
        if let Some(name) = errno::name(value).filter(|_| lex::before(scan.bytes, start) != b'=') {
            scan.push(Kind::Errno, name, span);
        }
        return;
    }
    // A state of a database, `42501: permission denied`, is no number of the system.
    let words = errno::name_of_message(scan.text, end).filter(|_| value < 0x1000);
    let words = words.or_else(|| errno::said_behind(scan.text, end, value));
    if let Some(name) = words {
        scan.push(Kind::Errno, name, span);
        return;
    }
    let unix = scan.context == Context::Log(LogFormat::Syslog) || line.any(Flags::UNIX) && !line.any(Flags::WINDOWS);
    if unix && codes::message_after(scan.text, end) != Some(value) && value < 10_000 {
        return;
    }
    let said = codes::message_after(scan.text, end) == Some(value)
        || codes::message_before(scan.text, word_end) == Some(value);
    // `errorCode = 4` is any program's own number, `error 1` any failure, unless the system's words stand there.
    let sign = lex::back_while(scan.bytes, start, 4, |byte| byte == b' ');
    let field = lex::back_while(scan.bytes, sign.saturating_sub(1), 4, |byte| byte == b' ');
    let assigned = lex::before(scan.bytes, sign) == b'=' && bytes_end_in_code(scan.bytes, field);
    // `failed nvme_keep_alive_end_io error=10`: a status of the device that a function of the kernel speaks of.
    if !said && assigned_by_function(scan.bytes, word_end, start) {
        return;
    }
    // `错误 6008 EventLog`: a source of the event log behind the number.
    if !said && scan.is_prose() && event::source_beside(scan, end).is_some_and(|source| source.len() > 4) {
        scan.push(Kind::Event, value.to_string(), span);
        return;
    }
    // `then I get error 7034 "The … service terminated unexpectedly"`: the event that has these words.
    if (7000..=7046).contains(&value) && lex::find_any(scan.bytes, end..end + 200, SERVICE_EVENT_WORDS).is_some() {
        scan.push(Kind::Event, value.to_string(), span);
        return;
    }
    if !said && (value == 1 || value < 100 && assigned && !scan.near_flags(start).any(Flags::WINDOWS)) {
        return;
    }
    // `ERROR #132` is a program's own list.
    if !said && lex::before(scan.bytes, start) == b'#' {
        return;
    }
    // `Error: 5 tests`: with a mere colon between, the number must stand alone.
    let only_colon = lex::has_before(scan.bytes, word_end, "error") && lex::byte(scan.bytes, word_end) == b':';
    let next = lex::skip_blanks(scan.bytes, end);
    if only_colon && next > end && lex::byte(scan.bytes, next).is_ascii_alphabetic() {
        return;
    }
    if codes::is_win32(value) {
        scan.push(Kind::Win32, value.to_string(), span);
        many::further(scan, Kind::Win32, end);
    }
}

/// Statuses that people meet often enough to name them without a word for the web.
fn is_usual_status(value: u32) -> bool {
    matches!(value, 401 | 403 | 404 | 500 | 502 | 503 | 504)
}

/// `System error [3]`, `Error [1]. [2] failed`: whether a digit in brackets is the place of a value in the template of a message;
/// `alone`: also where the line has no other.
fn is_template(scan: &Scan<'_>, start: usize, end: usize, alone: bool) -> bool {
    const FAR: usize = 200;
    let bytes = scan.bytes;
    if end - start != 1 || lex::before(bytes, start) != b'[' || lex::byte(bytes, end) != b']' {
        return false;
    }
    let line = lex::line_start(bytes, start, FAR)..lex::line_end(bytes, end, FAR);
    let others =
        bytes[line].windows(3).filter(|part| part[0] == b'[' && part[1].is_ascii_digit() && part[2] == b']').count();
    others > 1 || alone && codes::message_after(scan.text, end).is_none()
}

/// What the events of the service control manager say, 7000 to 7046.
const SERVICE_EVENT_WORDS: &[&str] = &[
    "service terminated",
    "service failed to start",
    "service hung",
    "service depends on",
    "service did not",
    "service was unable",
    "服务意外",
    "服务因",
    "服务未能",
    "服务启动失败",
    "服务无法",
];

/// Whether a lower-case name of three parts or more, a function's, stands before `error=`.
fn assigned_by_function(bytes: &[u8], word_end: usize, start: usize) -> bool {
    let word = lex::back_while(bytes, word_end, 12, |byte| byte.is_ascii_alphabetic());
    let name_end = lex::back_while(bytes, word, 1, |byte| byte == b' ');
    let name =
        lex::back_while(bytes, name_end, 64, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    lex::before(bytes, start) == b'=' && bytes[name..name_end].iter().filter(|byte| **byte == b'_').count() >= 2
}

/// Whether the words that end at `word_end` are those of Visual Basic.
fn is_visual_basic(bytes: &[u8], word_end: usize) -> bool {
    ["run-time error", "runtime error", "运行时错误", "執行階段錯誤", "实时错误"]
        .iter()
        .any(|words| lex::has_before(bytes, word_end, words))
}

/// `errorCode`, `err_code`: whether a field's name ends so.
fn bytes_end_in_code(bytes: &[u8], end: usize) -> bool {
    end.checked_sub(4).is_some_and(|start| lex::has(bytes, start, "code"))
}

/// `segfault at 0 ip … error 4 in libc`: the bits of a page fault.
fn segfault(bytes: &[u8], at: usize) -> bool {
    let from = at.saturating_sub(120);
    [&b"segfault at"[..], b"traps: ", b" trap "]
        .iter()
        .any(|words| memchr::memmem::find(&bytes[from..at], words).is_some())
}

pub(super) fn counted(bytes: &[u8], end: usize) -> bool {
    let next = lex::skip_blanks(bytes, end);
    match lex::skip_any(bytes, next, COUNTED) {
        Some(past) => {
            !lex::byte(bytes, next).is_ascii() || lex::ends_word(bytes, past) || lex::before(bytes, past) == b' '
        }
        None => false,
    }
}
