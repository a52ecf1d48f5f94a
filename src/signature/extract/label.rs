//! What stands before a number and says what it is.
//!
//! `error 5`, `hr = 8024000C`, `Stop code: 0x7B`, `flags: 0x2`: the words just before a number decide
//! whether it is a code at all and of which kind. Only the nearest label counts.

use std::sync::LazyLock;

use super::lex;

/// What the nearest words say that a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// Nothing known.
    None,
    /// An error number of no said kind: `error`, `错误代码`.
    Error,
    /// Surely a Windows system error: `WinError`, `GetLastError`, `System error`.
    Win32,
    /// Something that failed gave it: `failed with`, `code=`.
    Weak,
    /// `HRESULT`, `hr`.
    Hresult,
    /// `NTSTATUS`, `Exception code`.
    Ntstatus,
    /// What a process or function gave back: `exit code`, `returned`.
    Returned,
    /// `Stop code`, `BugCheck`.
    Stop,
    /// `Failure Code` and `Result Code` of the security log.
    Audit,
    /// `errno`.
    Errno,
    /// A parameter of a stop code: an address, a flag, or a status code.
    Parameter,
    /// No code: an address, flags, an id, a parameter.
    Other,
}

/// Lower-case endings; the first that fits wins, so the longer stand before those they end with.
const LABELS: &[(&str, Label)] = &[
    // Stop codes.
    ("bugcheck code", Label::Stop),
    ("bugcheckcode", Label::Stop),
    ("bugcheck_code", Label::Stop),
    ("bug check code", Label::Stop),
    ("bugcheck", Label::Stop),
    ("bug check", Label::Stop),
    ("bug check string", Label::Stop),
    ("stop code", Label::Stop),
    ("stopcode", Label::Stop),
    ("stop error code", Label::Stop),
    ("stop error", Label::Stop),
    ("stop", Label::Stop),
    ("bsod", Label::Stop),
    ("livekernelevent", Label::Stop),
    ("livekernelevent code", Label::Stop),
    ("blue screen", Label::Stop),
    ("blue screen error", Label::Stop),
    ("blue screen code", Label::Stop),
    ("bluescreen", Label::Stop),
    ("蓝屏", Label::Stop),
    ("藍屏", Label::Stop),
    ("蓝屏代码", Label::Stop),
    ("藍屏代碼", Label::Stop),
    ("蓝屏错误代码", Label::Stop),
    ("蓝屏错误", Label::Stop),
    ("蓝屏码", Label::Stop),
    ("终止代码", Label::Stop),
    ("停止代码", Label::Stop),
    ("停止代碼", Label::Stop),
    ("停止码", Label::Stop),
    ("停止碼", Label::Stop),
    ("停止错误", Label::Stop),
    ("停止錯誤", Label::Stop),
    ("stop代码", Label::Stop),
    ("stop 代码", Label::Stop),
    ("stop代碼", Label::Stop),
    ("stop错误", Label::Stop),
    ("stop 错误", Label::Stop),
    ("stop 錯誤", Label::Stop),
    ("检测错误", Label::Stop),
    ("錯誤檢查碼", Label::Stop),
    ("錯誤檢查", Label::Stop),
    ("error number", Label::Error),
    // The security log.
    ("failure code", Label::Audit),
    ("failurecode", Label::Audit),
    ("result code", Label::Audit),
    ("失败代码", Label::Audit),
    ("失敗代碼", Label::Audit),
    ("结果代码", Label::Audit),
    ("結果碼", Label::Audit),
    ("結果代碼", Label::Audit),
    // NTSTATUS.
    ("ntstatus", Label::Ntstatus),
    ("exception code", Label::Ntstatus),
    ("exceptioncode", Label::Ntstatus),
    ("exception_code", Label::Ntstatus),
    ("异常代码", Label::Ntstatus),
    ("異常代碼", Label::Ntstatus),
    ("例外代碼", Label::Ntstatus),
    ("例外状况代码", Label::Ntstatus),
    ("例外狀況代碼", Label::Ntstatus),
    ("例外狀況碼", Label::Ntstatus),
    ("code d'exception", Label::Ntstatus),
    ("ausnahmecode", Label::Ntstatus),
    ("код исключения", Label::Ntstatus),
    ("Код исключения", Label::Ntstatus),
    ("код винятку", Label::Ntstatus),
    ("Код винятку", Label::Ntstatus),
    ("código de excepción", Label::Ntstatus),
    ("código de exceção", Label::Ntstatus),
    ("codice eccezione", Label::Ntstatus),
    ("kod wyjątku", Label::Ntstatus),
    ("kód výjimky", Label::Ntstatus),
    ("例外コード", Label::Ntstatus),
    ("예외 코드", Label::Ntstatus),
    ("exception", Label::Ntstatus),
    ("异常", Label::Ntstatus),
    ("sub status", Label::Ntstatus),
    ("substatus", Label::Ntstatus),
    ("子状态", Label::Ntstatus),
    // HRESULT.
    ("hresult", Label::Hresult),
    ("hr", Label::Hresult),
    ("hres", Label::Hresult),
    // Win32.
    ("win32 error code", Label::Win32),
    ("win32 error", Label::Win32),
    ("win32error", Label::Win32),
    ("win32", Label::Win32),
    ("win32err", Label::Win32),
    ("winerror", Label::Win32),
    ("win32_exit_code", Label::Win32),
    ("helpmsg", Label::Win32),
    ("bccode", Label::Stop),
    ("windows error", Label::Win32),
    ("windows error code", Label::Win32),
    ("system error code", Label::Win32),
    ("systemfehler", Label::Win32),
    ("erreur système", Label::Win32),
    ("error de sistema", Label::Win32),
    ("erro de sistema", Label::Win32),
    ("системная ошибка", Label::Win32),
    ("Системная ошибка", Label::Win32),
    ("システム エラー", Label::Win32),
    ("system error", Label::Win32),
    ("系统错误代码", Label::Win32),
    ("系统错误", Label::Win32),
    ("系統錯誤", Label::Win32),
    ("getlasterror()", Label::Win32),
    ("getlasterror", Label::Win32),
    ("getlasterror returned", Label::Win32),
    ("getlasterror() returned", Label::Win32),
    ("last error", Label::Win32),
    ("lasterror", Label::Win32),
    ("lasterr", Label::Win32),
    ("last win32 error", Label::Win32),
    ("gle", Label::Win32),
    ("winsock error", Label::Win32),
    ("socket error", Label::Win32),
    ("winsock", Label::Win32),
    ("wsa error", Label::Win32),
    ("wsagetlasterror()", Label::Win32),
    ("wsagetlasterror", Label::Win32),
    ("wsa", Label::Win32),
    // errno.
    ("errno", Label::Errno),
    ("os errno", Label::Errno),
    ("operating system error number", Label::Errno),
    ("last_errno", Label::Errno),
    ("sql_errno", Label::Errno),
    ("last_io_errno", Label::Errno),
    ("last_sql_errno", Label::Errno),
    // What is given back.
    ("exit code", Label::Returned),
    ("exitcode", Label::Returned),
    ("lpexitcode", Label::Returned),
    ("exit status", Label::Returned),
    ("exit", Label::Returned),
    ("退出代码", Label::Returned),
    ("退出码", Label::Returned),
    ("return value", Label::Returned),
    ("return code", Label::Returned),
    ("returncode", Label::Returned),
    ("returning", Label::Returned),
    ("returns", Label::Returned),
    ("returned", Label::Returned),
    ("返回代码", Label::Returned),
    ("返回码", Label::Returned),
    ("返回值", Label::Returned),
    ("返回", Label::Returned),
    ("rc", Label::Returned),
    ("ret", Label::Returned),
    ("status code", Label::Other),
    // No codes.
    ("bcp1", Label::Parameter),
    ("bcp2", Label::Parameter),
    ("bcp3", Label::Parameter),
    ("bcp4", Label::Parameter),
    ("bugcheckparameter1", Label::Parameter),
    ("bugcheckparameter2", Label::Parameter),
    ("bugcheckparameter3", Label::Parameter),
    ("bugcheckparameter4", Label::Parameter),
    ("bugcheck_p1", Label::Parameter),
    ("bugcheck_p2", Label::Parameter),
    ("bugcheck_p3", Label::Parameter),
    ("bugcheck_p4", Label::Parameter),
    ("arg1", Label::Parameter),
    ("arg2", Label::Parameter),
    ("arg3", Label::Parameter),
    ("arg4", Label::Parameter),
    ("address", Label::Other),
    ("addr", Label::Other),
    ("base", Label::Other),
    ("base at", Label::Other),
    ("at", Label::Other),
    ("offset", Label::Other),
    ("flags", Label::Other),
    ("flag", Label::Other),
    ("mask", Label::Other),
    ("options", Label::Other),
    ("handle", Label::Other),
    ("size", Label::Other),
    ("length", Label::Other),
    ("type", Label::Other),
    ("messagetype", Label::Other),
    ("id", Label::Other),
    ("pid", Label::Other),
    ("tid", Label::Other),
    ("thread", Label::Other),
    ("process", Label::Other),
    ("eip", Label::Other),
    ("rip", Label::Other),
    ("esp", Label::Other),
    ("rsp", Label::Other),
    ("pc", Label::Other),
    ("sp", Label::Other),
    ("lr", Label::Other),
    ("datestamp", Label::Other),
    ("timestamp", Label::Other),
    ("time stamp", Label::Other),
    ("时间戳", Label::Other),
    ("checksum", Label::Other),
    ("session", Label::Other),
    ("sessionid", Label::Other),
    ("crc", Label::Other),
    ("ip", Label::Other),
    ("vendor", Label::Other),
    ("device", Label::Other),
    ("attributes", Label::Other),
    ("access mask", Label::Other),
    ("state", Label::Other),
    ("version", Label::Other),
    ("build", Label::Other),
    ("phone", Label::Other),
    ("tel", Label::Other),
    ("mobile", Label::Other),
    ("qq", Label::Other),
    ("ticket", Label::Other),
    ("case", Label::Other),
    ("serial number", Label::Other),
    ("sn", Label::Other),
    ("s/n", Label::Other),
    ("电话", Label::Other),
    ("電話", Label::Other),
    ("手机", Label::Other),
    ("工单", Label::Other),
    ("工单号", Label::Other),
    ("案例号", Label::Other),
    ("订单号", Label::Other),
    ("序列号", Label::Other),
    ("端口", Label::Other),
    ("地址", Label::Other),
    ("偏移", Label::Other),
    ("偏移量", Label::Other),
    ("标志", Label::Other),
    ("句柄", Label::Other),
    ("进程", Label::Other),
    ("线程", Label::Other),
    // Errors of no said kind.
    ("error", Label::Error),
    ("errors", Label::Error),
    ("err", Label::Error),
    ("error code", Label::Error),
    ("error codes", Label::Error),
    ("errorcode", Label::Error),
    ("error_code", Label::Error),
    ("errcode", Label::Error),
    ("error number", Label::Error),
    ("error no", Label::Error),
    ("error no.", Label::Error),
    ("error status", Label::Error),
    ("error value", Label::Error),
    ("failure", Label::Weak),
    ("failed", Label::Weak),
    ("failed with", Label::Weak),
    ("fails with", Label::Weak),
    ("fail", Label::Weak),
    ("failed with code", Label::Weak),
    ("失败", Label::Weak),
    ("失敗", Label::Weak),
    ("失败码", Label::Weak),
    ("故障代码", Label::Error),
    ("错误", Label::Error),
    ("錯誤", Label::Error),
    ("错误码", Label::Error),
    ("錯誤碼", Label::Error),
    ("错误代码", Label::Error),
    ("錯誤代碼", Label::Error),
    ("错误代号", Label::Error),
    ("错误编号", Label::Error),
    ("错误号", Label::Error),
    ("錯誤編號", Label::Error),
    ("错误值", Label::Error),
    ("更新历史", Label::Error),
    ("更新历史记录", Label::Error),
    ("更新歷史", Label::Error),
    ("更新記錄", Label::Error),
    ("update history", Label::Error),
    ("报错", Label::Error),
    ("報錯", Label::Error),
    ("报错误", Label::Error),
    ("報錯誤", Label::Error),
    ("报错误代码", Label::Error),
    ("报错误码", Label::Error),
    ("报错号", Label::Error),
    ("错误提示", Label::Error),
    ("错误信息", Label::Error),
    ("报", Label::Weak),
    ("報", Label::Weak),
    ("报错代码", Label::Error),
    ("报错码", Label::Error),
    ("出错", Label::Error),
    ("fehler", Label::Error),
    ("fehlercode", Label::Error),
    ("erreur", Label::Error),
    ("code d'erreur", Label::Error),
    ("ошибка", Label::Error),
    ("Ошибка", Label::Error),
    ("код ошибки", Label::Error),
    ("ошибки", Label::Error),
    ("ошибку", Label::Error),
    ("ошибкой", Label::Error),
    ("ошибке", Label::Error),
    ("помилки", Label::Error),
    ("помилку", Label::Error),
    ("Код ошибки", Label::Error),
    ("помилка", Label::Error),
    ("Помилка", Label::Error),
    ("código de error", Label::Error),
    ("código de erro", Label::Error),
    ("codice errore", Label::Error),
    ("エラー", Label::Error),
    ("エラー コード", Label::Error),
    ("エラーコード", Label::Error),
    ("오류", Label::Error),
    ("오류 코드", Label::Error),
    ("code", Label::Weak),
    ("代码", Label::Weak),
    ("代碼", Label::Weak),
    ("代号", Label::Weak),
    ("result", Label::Returned),
    ("结果", Label::Returned),
    ("reason", Label::Returned),
];

/// The labels by their last byte: a number is looked at often, and most words before one are no label.
static BY_LAST_BYTE: LazyLock<[Vec<(&'static str, Label)>; 256]> = LazyLock::new(|| {
    let mut table = std::array::from_fn(|_| Vec::new());
    for &(word, label) in LABELS {
        if let Some(&last) = word.as_bytes().last() {
            table[usize::from(last)].push((word, label));
        }
    }
    table
});

/// Words and marks that may stand between a label and its number.
const BETWEEN: &[&str] = &[
    " is", " was", " of", " the", " a", "为", "是", "如", "即", "号", "有", "显示", "提示", "“", "”", "‘", "’", "「",
    "」", "『", "』", "【", "】", "《", "》", "為", "→", "•",
];

/// The label of the number that begins at `at`. Looks back over at most 24 bytes of separators; over
/// a line end only where the line before ends in a colon.
pub(super) fn before(bytes: &[u8], at: usize) -> Label {
    let end = label_end(bytes, at);
    if end == 0 {
        return Label::None;
    }
    // `max-error = 10` is an option.
    let mut best: Option<(usize, Label)> = None;
    let last = bytes[end - 1].to_ascii_lowercase();
    for &(word, label) in BY_LAST_BYTE[usize::from(last)].iter() {
        let fits = best.is_none_or(|(length, _)| word.len() > length) && lex::has_before(bytes, end, word);
        if fits
            && !(lex::before(bytes, end - word.len()) == b'-'
                && lex::before(bytes, end - word.len() - 1).is_ascii_lowercase())
        {
            best = Some((word.len(), label));
        }
    }
    // `OperationalError: (2003, …)`: the class is the label.
    let class = || {
        bytes.get(end.saturating_sub(5)..end) == Some(b"Error")
            && bytes.get(end.saturating_sub(6)).is_some_and(u8::is_ascii_alphabetic)
    };
    best.map_or_else(
        || match () {
            () if class() => Label::Error,
            () if is_other_field(bytes, end) => Label::Other,
            () => Label::None,
        },
        |(_, label)| label,
    )
}

/// Last words of a field's name that speak of no code: `dwFlags`, `DesiredAccess`, `lpBaseAddress`.
const OTHER_FIELDS: &[&str] = &[
    "flags",
    "mask",
    "access",
    "attributes",
    "handle",
    "address",
    "size",
    "offset",
    "options",
    "style",
    "rights",
    "length",
    "count",
    "pid",
    "tid",
    "threadid",
    "processid",
    "sessionid",
    "timestamp",
    "checksum",
    "version",
    "hash",
    "color",
    "index",
];

/// Whether an identifier that ends at `end` is the name of another field.
fn is_other_field(bytes: &[u8], end: usize) -> bool {
    let start = lex::back_while(bytes, end, 48, lex::is_word);
    let name = &bytes[start..end];
    OTHER_FIELDS
        .iter()
        .any(|word| name.len() > word.len() && name[name.len() - word.len()..].eq_ignore_ascii_case(word.as_bytes()))
}

/// Where the words before a number end, separators taken off.
fn label_end(bytes: &[u8], at: usize) -> usize {
    let floor = at.saturating_sub(24);
    let mut end = at;
    'strip: while end > floor {
        match bytes[end - 1] {
            b' ' | b'\t' | b':' | b'=' | b'#' | b'(' | b'[' | b'{' | b'"' | b'\'' | b'`' | b'*' | b'|' | b'-' => {
                end -= 1;
            }
            // `->`, `=>`, and the end of a tag: `<Data Name="ExceptionCode">`.
            b'>' if matches!(lex::before(bytes, end - 1), b'-' | b'=' | b'"' | b'\'') => end -= 1,
            b'\n' | b'\r' => {
                let last = lex::back_while(bytes, end, 4, |byte| byte.is_ascii_whitespace());
                if !matches!(lex::before(bytes, last), b':' | b'=') {
                    break;
                }
                end = last;
            }
            _ => {
                for word in BETWEEN {
                    let Some(start) = end.checked_sub(word.len()) else { continue };
                    if start >= floor && lex::has(bytes, start, word) && bytes.get(end).is_none_or(|&next| next != b'=')
                    {
                        end = start;
                        continue 'strip;
                    }
                }
                break;
            }
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Label) {
        let at = text.find('5').expect("the number is a 5");
        assert_eq!(before(text.as_bytes(), at), expected, "in: {text}");
    }

    #[test]
    fn plain_error_words() {
        check("error 5", Label::Error);
        check("Error code: 5", Label::Error);
        check("错误代码为“5”", Label::Error);
        check("报错:5", Label::Error);
    }

    #[test]
    fn the_longer_label_wins() {
        check("exit code 5", Label::Returned);
        check("Stop code: 5", Label::Stop);
        check("system error 5", Label::Win32);
        check("status code: 5", Label::Other);
    }

    #[test]
    fn a_label_within_a_word_is_none() {
        check("terror 5", Label::None);
        check("chr=5", Label::None);
    }

    #[test]
    fn a_colon_reaches_over_the_line_end() {
        check("Error code:\r\n5", Label::Error);
        check("an error\n5 files", Label::None);
    }
}
