//! The literal triggers: which pieces of text can begin, end or name a signature, and who looks then.
//!
//! One automaton finds them all in one pass, case ignored, the longest at each place. A trigger is
//! cheap to refuse: its recognizer first looks at the bytes beside it.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::{Scan, database, errno, event, exception, file, hex, lex, number, regkey, service, symbol, update, web};

/// Who looks when a trigger is found.
#[derive(Debug, Clone, Copy)]
enum Recognizer {
    Hex,
    BareHex,
    Signed,
    Unsigned,
    ErrorWord,
    Exception,
    Label,
    StopLabel,
    Percent,
    SocketBracket,
    Message,
    Symbol,
    Kb,
    Cve,
    Ora,
    File,
    RegKey,
    ServiceAfter,
    ServiceSc,
    ServiceBefore,
    ServiceBeforeChinese,
    ServicePeculiar,
    Event,
    EventId,
    EventSource,
    Audit,
    Errno,
    ErrnoMessage,
    Http,
    Reason,
    RemoteError,
    Request,
    Enhanced,
    Reply,
    Sqlstate,
    Msg,
    MysqlCode,
    MysqlWord,
    HashNumber,
    Installer,
}

use Recognizer as R;

/// Triggers by recognizer, lower case.
const TRIGGERS: &[(Recognizer, &[&str])] = &[
    (R::Hex, &["0x", "0*8", "0*c", "ox8", "oxc"]),
    (R::BareHex, &["8000", "8004", "8007", "8009", "800b", "800f", "8010", "8024", "8037", "80d0", "87d0", "c000", "c190", "c004"]),
    (R::Signed, &["-214", "-107", "-104", "-536"]),
    (R::Unsigned, &["2147", "2148", "2149", "3221", "3222", "3247"]),
    (R::ErrorWord, &["error"]),
    (R::Exception, &["exception"]),
    (
        R::Label,
        &[
            "err=", "err:", "err -", "err ", "errno", "errcode", "err_code", "winerror", "lasterror", "lasterror()", "gle=",
            "gle:", "wsa", "错误", "錯誤", "报错", "報錯", "故障代码", "出错", "返回代码", "返回码", "返回值", "退出代码", "退出码",
            "exit code", "exitcode", "exit status", "return code", "returncode", "returned ", "returns ", "returning ", "ret=",
            "ret:", "rc=", "rc:", "socket error", "winsock", "failed with ", "failed: ",
        ],
    ),
    (
        R::StopLabel,
        &["bugcheck", "bug check", "bugcheck code", "bugcheckcode", "bugcheck_code", "stop code", "stop:", "stop ", "stop error", "蓝屏", "藍屏", "停止代码", "停止代碼", "停止碼", "停止码", "终止代码"],
    ),
    (R::Percent, &["%%"]),
    (R::SocketBracket, &["(100", "(110", "[100", "[110"]),
    (
        R::Message,
        &[
            "access is denied", "access denied", "拒绝访问", "拒絕存取", "存取被拒", "访问被拒绝", "cannot find the file specified",
            "找不到指定的文件", "cannot find the path specified", "找不到指定的路径", "network path was not found", "找不到网络路径",
            "being used by another process", "另一个程序正在使用此文件", "parameter is incorrect", "参数错误", "logon failure",
            "rpc server is unavailable", "rpc 服务器不可用", "not enough space on the disk", "磁盘空间不足",
        ],
    ),
    (
        R::Symbol,
        &[
            "e_accessdenied", "e_fail", "e_invalidarg", "e_outofmemory", "e_notimpl", "e_nointerface", "e_pointer", "e_handle",
            "e_abort", "e_unexpected", "e_pending", "e_bounds", "_e_", "error_", "status_", "wsae", "wsatry", "wsahost",
            "wsano", "wsasys", "kdc_err_", "krb_ap_", "krb_err", "hresult_from_win32", "nte_", "rpc_s_", "rpc_x_", "ept_s_",
            "dns_error_", "or_invalid_", "nerr_", "trust_e", "cert_e",
            // Endings and pieces of the names of stop codes.
            "_error", "_exception", "_failure", "_failed", "_equal", "_violation", "_not_handled", "_boot_device", "_management",
            "_corruption", "_timeout", "_fault", "_file_system", "_died", "_header", "_pool", "_init", "_mismatch", "_halt",
            "_hang", "_count", "_object", "_handler", "_nonpaged_area", "_memory", "_process", "_mode_trap", "_device_stuck",
            "_trap", "_mapping", "_detected", "_lock", "_exit", "_attempt", "_damage", "_inconsistency", "_info", "_stall",
            "_bugcheck", "_state", "_loop", "_list", "_request", "_ptes", "_references", "_verifier", "_internal", "_result",
            "_initiated_crash", "_overflow", "_watchdog",
        ],
    ),
    (R::Kb, &["kb"]),
    (R::Cve, &["cve-", "cve_"]),
    (R::Ora, &["ora-"]),
    (R::File, &[".sys", ".dll", ".exe", ".inf", ".drv", ".ocx", ".cpl", ".efi", ".scr", ".vxd", ".msc"]),
    (
        R::RegKey,
        &[
            "hkey_local_machine", "hkey_current_user", "hkey_classes_root", "hkey_users", "hkey_current_config", "hklm", "hkcu",
            "hkcr", "hku\\", "hkcc", "\\registry\\machine\\", "\\registry\\user\\",
        ],
    ),
    (
        R::ServiceAfter,
        &[
            "addservice", "add service:", "delservice", "net start", "net stop", "start-service", "stop-service",
            "restart-service", "get-service", "set-service", "service_name:", "servicename", "service name:", "服务名称:",
            "服务名:", "服務名稱:", "created service", "modified existing service", "添加服务", "新增服務",
        ],
    ),
    (R::ServiceSc, &["sc query", "sc queryex", "sc start", "sc stop", "sc config", "sc qc", "sc delete", "sc create", "sc failure", "sc.exe "]),
    (R::ServiceBefore, &[" service"]),
    (R::ServiceBeforeChinese, &["服务", "服務"]),
    (
        R::ServicePeculiar,
        &[
            "wuauserv", "trustedinstaller", "cryptsvc", "msiserver", "lanmanserver", "lanmanworkstation", "dcomlaunch", "rpcss",
            "rpceptmapper", "gpsvc", "w32time", "dnscache", "winmgmt", "wersvc", "mpssvc", "w3svc", "mssqlserver", "sqlserveragent",
            "termservice", "usosvc", "waasmedicsvc", "appxsvc", "clipsvc", "sppsvc", "profsvc", "nlasvc", "netprofm", "iphlpsvc",
            "windefend", "wscsvc", "wudfsvc", "msexchangeis", "vmtools", "bfe service", "dhcpserver", "kdcsvc",
        ],
    ),
    (R::Event, &["event", "事件"]),
    (R::EventId, &["id:"]),
    (R::Audit, &["audit failure", "audit success", "审核失败", "审核成功"]),
    (R::Http, &["http", "status", "状态码", "狀態碼", "响应码", "statuscode"]),
    (
        R::Reason,
        &[
            "bad gateway", "service unavailable", "internal server error", "not found", "gateway time", "forbidden",
            "unauthorized", "bad request", "method not allowed", "too many requests", "request entity too large",
            "proxy authentication required", "service temporarily unavailable", "request timeout", "not acceptable",
            "错误的网关", "网关超时",
        ],
    ),
    (R::RemoteError, &["returned an error: (", "远程服务器返回错误: (", "遠端伺服器傳回一個錯誤: ("]),
    (R::Request, &["get /", "post /", "head /", "put /", "delete /", "options /", "rpc_in_data /"]),
    (
        R::Enhanced,
        &["4.0.", "4.1.", "4.2.", "4.3.", "4.4.", "4.5.", "4.6.", "4.7.", "5.0.", "5.1.", "5.2.", "5.3.", "5.4.", "5.5.", "5.6.", "5.7."],
    ),
    (R::Reply, &["smtp", "smtp;", "said:", "rcpt to", "end of data", "remote server returned '", "退信代码", "reply:", "server response:", "diagnostic-code: smtp;"]),
    (R::Sqlstate, &["sqlstate", "sql state", "sql状态", "sql 状态"]),
    (R::Msg, &["msg", "消息", "訊息"]),
    (R::MysqlCode, &["my-0"]),
    (R::MysqlWord, &["mysql", "mariadb"]),
    (R::HashNumber, &["#1", "#2", "#3"]),
    (
        R::Installer,
        &[
            "mainenginethread is returning", "installation success or error status:", "安装成功或错误状态:", "return value:",
            "returned actual error code", "msi returned error code", "msi error", "msiexec exit code",
            "安裝成功或錯誤狀態:", "返回值:",
        ],
    ),
];

/// Every trigger with its recognizer, in the order of the automaton.
static PATTERNS: LazyLock<Vec<(&'static str, Recognizer)>> = LazyLock::new(|| {
    let mut patterns: Vec<(&'static str, Recognizer)> = Vec::new();
    for &(recognizer, words) in TRIGGERS {
        patterns.extend(words.iter().map(|&word| (word, recognizer)));
    }
    patterns.extend(event::SOURCES.iter().filter(|(_, lower)| lower.len() > 4).map(|&(_, lower)| (lower, R::EventSource)));
    patterns.extend(errno::names().map(|name| (name, R::Errno)));
    patterns.extend(errno::messages().map(|message| (message, R::ErrnoMessage)));
    patterns
});

/// The automaton over all triggers.
pub(super) fn automaton() -> AhoCorasick {
    AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .match_kind(MatchKind::LeftmostLongest)
        .ascii_case_insensitive(true)
        .build(PATTERNS.iter().map(|(pattern, _)| pattern))
        .expect("the triggers are few and constant")
}

/// Lets the recognizer of a trigger look at its place.
pub(super) fn recognize(scan: &mut Scan<'_>, pattern: usize, at: Range<usize>) {
    let Some(&(word, recognizer)) = PATTERNS.get(pattern) else { return };
    let Range { start, end } = at;
    match recognizer {
        R::Hex => hex::prefixed(scan, start),
        R::BareHex => hex::bare(scan, start),
        R::Signed => number::signed(scan, start),
        R::Unsigned => number::unsigned(scan, start),
        R::ErrorWord => {
            exception::class(scan, start, end);
            number::after_word(scan, end);
            database::bare_sqlstate(scan, lex::skip_separators(scan.bytes, end, 8, &[]));
        }
        R::Exception => exception::class(scan, start, end),
        R::Label => number::after_word(scan, end),
        R::StopLabel => hex::stop_label(scan, end),
        R::Percent => number::percent(scan, start, end),
        R::SocketBracket => number::bracketed_socket_error(scan, start + 1),
        R::Message => number::after_message(scan, end),
        R::Symbol => symbol::around(scan, start),
        R::Kb => update::kb(scan, start),
        R::Cve => update::cve(scan, start),
        R::Ora => update::ora(scan, start),
        R::File => file::with_ending(scan, start, end),
        R::RegKey => regkey::key(scan, start, end),
        R::ServiceAfter => service::after_words(scan, end),
        R::ServiceSc => service::after_sc(scan, start + lex::skip_while(word.as_bytes(), 0, 8, |byte| byte != b' ') + 1),
        R::ServiceBefore => service::before_word(scan, start, end),
        R::ServiceBeforeChinese => service::before_chinese_word(scan, start),
        R::ServicePeculiar => service::peculiar(scan, start, end),
        R::Event => event::after_word(scan, start, end),
        R::EventId => event::after_id(scan, start, end),
        R::EventSource => event::beside_source(scan, start, end),
        R::Audit => event::audit_column(scan, start),
        R::Errno => errno::named(scan, start, end),
        R::ErrnoMessage => errno::beside_message(scan, start, end),
        R::Http => web::http(scan, start, end),
        R::Reason => web::before_reason(scan, start),
        R::RemoteError => web::bracketed(scan, end),
        R::Request => web::request(scan, start),
        R::Enhanced => web::enhanced_status(scan, start),
        R::Reply => web::basic_reply(scan, end),
        R::Sqlstate => database::sqlstate(scan, end),
        R::Msg => database::message(scan, end),
        R::MysqlCode => database::mysql_code(scan, start + 3),
        R::MysqlWord => database::after_mysql(scan, end),
        R::HashNumber => database::hash_number(scan, start + 1),
        R::Installer => number::installer(scan, end),
    }
}
