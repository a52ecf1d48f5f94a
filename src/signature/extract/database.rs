//! Codes of databases: SQLSTATE, MySQL, SQL Server.

use std::ops::Range;

use crate::signature::SignatureKind as Kind;

use super::{Scan, codes, flags::Flags, lex};

/// Whether a word is a SQLSTATE: five digits and capitals that begin with a class, not success. Classes that begin
/// with a letter are few; `C2065`, `LNK20` and the like are messages of compilers.
fn is_sqlstate(word: &str) -> bool {
    word.len() == 5
        && word.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && !matches!(&word[..2], "00" | "01" | "02")
        && (word.as_bytes()[0].is_ascii_digit() || LETTER_CLASSES.contains(&&word[..2]))
}

/// Classes that begin with a letter: of the standard (ISO 9075 HV, HY; ODBC's IM and S0 to S1) and of PostgreSQL
/// (F0, P0, XX), Oracle's gateways (HW, HZ) and JDBC drivers (JZ).
const LETTER_CLASSES: &[&str] = &["HV", "HW", "HY", "HZ", "IM", "S0", "S1", "F0", "P0", "XX", "JZ"];

/// A state behind `SQLSTATE`; `at` is the word's end.
pub(super) fn sqlstate(scan: &mut Scan<'_>, at: usize) {
    let start = lex::skip_separators(scan.bytes, at, 12, &["为", "是", "\\", "{"]);
    if start == at {
        return;
    }
    let Some(end) = push_state(scan, start) else { return };
    let word = lex::back_while(scan.bytes, at, 10, |byte| byte.is_ascii_alphabetic());
    number_before_state(scan, word);
    // PDO: SQLSTATE[HY000] [2002] Connection refused; …: 1146 Table 'x' doesn't exist
    let next = lex::skip_while(scan.bytes, end, 3, |byte| matches!(byte, b']' | b' ' | b'['));
    if lex::before(scan.bytes, next) == b'['
        && let Some((value, stop)) = lex::decimal(scan.bytes, next)
        && (1000..6000).contains(&value)
    {
        scan.push(Kind::Mysql, value.to_string(), next..stop);
        return;
    }
    let line_end = scan.text.floor_char_boundary((end + 120).min(scan.bytes.len()));
    let Some(rest) = scan.text.get(end..line_end) else { return };
    let rest = rest.split('\n').next().unwrap_or(rest);
    if rest.starts_with("]:")
        && let Some(colon) = rest[2..].find(": ").map(|colon| colon + 4)
        && let Some((value, stop)) = lex::decimal(scan.bytes, end + colon)
        && (1000..6000).contains(&value)
        && lex::byte(scan.bytes, stop) == b' '
    {
        scan.push(Kind::Mysql, value.to_string(), end + colon..stop);
    }
}

/// Whether five digits begin with a class that PostgreSQL sends often, so that they need no letter.
fn is_usual_class(word: &str) -> bool {
    word.len() == 5
        && matches!(
            &word.as_bytes()[..2],
            b"08" | b"22" | b"23" | b"25" | b"26" | b"28" | b"40" | b"42" | b"53" | b"54" | b"55" | b"57" | b"58"
        )
}

/// A SQLSTATE that stands at `start`; where it ends.
pub(super) fn push_state(scan: &mut Scan<'_>, start: usize) -> Option<usize> {
    let end = lex::skip_while(scan.bytes, start, 6, |byte| byte.is_ascii_alphanumeric());
    let word = scan.text.get(start..end).filter(|word| is_sqlstate(word))?;
    if !lex::ends_word(scan.bytes, end) {
        return None;
    }
    scan.push(Kind::Sqlstate, word, start..end);
    Some(end)
}

/// `ERROR:  42P01: relation …` as PostgreSQL prints it, and ODBC's `[08001] [`; `at` is where the
/// state begins.
pub(super) fn bare_sqlstate(scan: &mut Scan<'_>, at: usize) {
    let end = lex::skip_while(scan.bytes, at, 6, |byte| byte.is_ascii_alphanumeric());
    // `Postgresql Error : 42p01 relation …`
    if lex::byte(scan.bytes, end) == b' '
        && scan.is_prose()
        && lex::byte(scan.bytes, at).is_ascii_digit()
        && scan.text.get(at..end).is_some_and(|word| is_sqlstate(&word.to_ascii_uppercase()) && is_usual_class(word))
        && lex::find_any(scan.bytes, at.saturating_sub(48)..at, &["postgre", "pgsql", "psql"]).is_some()
    {
        scan.push(Kind::Sqlstate, scan.text[at..end].to_ascii_uppercase(), at..end);
        return;
    }
    if lex::byte(scan.bytes, end) == b':'
        && scan
            .text
            .get(at..end)
            .is_some_and(|word| word.bytes().any(|byte| byte.is_ascii_uppercase()) || is_usual_class(word))
    {
        push_state(scan, at);
    }
}

/// `OperationalError: (2003, "Can't connect …")`: a number with its words as MySQL drivers of Python give them.
pub(super) fn is_python_tuple(bytes: &[u8], start: usize, end: usize) -> bool {
    let quoted = matches!(lex::byte(bytes, lex::skip_blanks(bytes, end + 1)), b'"' | b'\'');
    // `(1072, 'DeleteService', '…')` names a function of Windows.
    let string = lex::skip_blanks(bytes, end + 1) + 1;
    let name = lex::skip_while(bytes, string, 48, |byte| byte.is_ascii_alphanumeric());
    let of_windows = name > string && lex::has(bytes, name, "', '");
    lex::before(bytes, start) == b'(' && lex::byte(bytes, end) == b',' && quoted && !of_windows
}

/// `(pymysql.err.OperationalError) (1044, "Access denied …")`: the class in brackets, then the tuple; `at` is the class's end.
pub(super) fn python_tuple(scan: &mut Scan<'_>, at: usize) {
    let open = lex::skip_blanks(scan.bytes, at + 1);
    if lex::byte(scan.bytes, at) != b')' || lex::byte(scan.bytes, open) != b'(' {
        return;
    }
    if let Some((value, end)) = lex::decimal(scan.bytes, open + 1)
        && (1000..6000).contains(&value)
        && is_python_tuple(scan.bytes, open + 1, end)
    {
        scan.push(Kind::Mysql, value.to_string(), open + 1..end);
    }
}

/// `1045 (42000): Access denied`, whatever stands before the number; `at` is where the state begins.
pub(super) fn state_in_brackets(scan: &mut Scan<'_>, at: usize) {
    let end = lex::back_while(scan.bytes, at - 1, 1, |byte| byte == b' ');
    let start = lex::back_while(scan.bytes, end, 5, |byte| byte.is_ascii_digit());
    if end < at - 1
        && end - start == 4
        && lex::starts_word(scan.bytes, start)
        && !matches!(lex::before(scan.bytes, start), b'.' | b'-' | b'/')
        && (1000..6000).contains(&scan.text[start..end].parse::<u32>().unwrap_or(0))
    {
        scan.push(Kind::Mysql, &scan.text[start..end], start..end);
        push_state(scan, at);
    }
}

/// `(HY000/1045)` as PHP's mysqli gives both; `at` is where the state begins.
pub(super) fn state_before_number(scan: &mut Scan<'_>, at: usize) {
    let start = at + 6;
    if let Some((value, end)) = lex::decimal(scan.bytes, start)
        && (1000..6000).contains(&value)
        && lex::byte(scan.bytes, end) == b')'
        && lex::byte(scan.bytes, at + 5) == b'/'
    {
        push_state(scan, at);
        scan.push(Kind::Mysql, value.to_string(), start..end);
    }
}

/// `no: 1044, SQLState: 42000`: the number that the connector puts before the state, which stands at `at`.
fn number_before_state(scan: &mut Scan<'_>, at: usize) {
    let end = lex::back_while(scan.bytes, at, 3, |byte| matches!(byte, b' ' | b','));
    let start = lex::back_while(scan.bytes, end, 5, |byte| byte.is_ascii_digit());
    let label = lex::back_while(scan.bytes, start, 3, |byte| matches!(byte, b' ' | b':' | b'='));
    let named = ["no", "errno", "error code", "errorcode", "vendorcode"]
        .iter()
        .any(|word| lex::has_before(scan.bytes, label, word));
    if end < at
        && end - start == 4
        && label < start
        && named
        && (1000..4200).contains(&scan.text[start..end].parse::<u32>().unwrap_or(0))
    {
        scan.push(Kind::Mysql, &scan.text[start..end], start..end);
    }
}

/// What MySQL says behind its numbers, where no other word names it: `Error 1062: Duplicate entry …`.
const MYSQL_WORDS: &[&str] = &[
    "duplicate entry",
    "unknown column",
    "unknown database",
    "access denied for user",
    "deadlock found",
    "lock wait timeout",
    "data too long for column",
    "too many connections",
    "you have an error in your sql",
    "can't connect to ",
    "incorrect string value",
    "out of range value",
    "cannot delete or update a parent row",
    "cannot add or update a child row",
    "column '",
    "table '",
    "field '",
];

/// Words of a line about a Windows service.
const SERVICE_WORDS: &[&str] = &[" service", "服务", "服務", "local computer", "net start", "scm"];

/// Whether a number is the service manager's, on whose line a service is spoken of.
fn is_of_service(bytes: &[u8], value: u32, span: &Range<usize>) -> bool {
    codes::is_service_error(value) && lex::find_any(bytes, own_line(bytes, span), SERVICE_WORDS).is_some()
}

fn own_line(bytes: &[u8], span: &Range<usize>) -> Range<usize> {
    lex::line_start(bytes, span.start, 240)..lex::line_end(bytes, span.end, 120)
}

/// A number behind `error` where the line speaks of a database. True when it was one's.
pub(super) fn error_number(scan: &mut Scan<'_>, value: u32, span: Range<usize>) -> bool {
    let bytes = scan.bytes;
    let line = scan.line_flags(span.start);
    // ERROR 2003 (HY000): …
    let open = lex::skip_blanks(bytes, span.end);
    if lex::byte(bytes, open) == b'('
        && lex::byte(bytes, open + 6) == b')'
        && scan.text.get(open + 1..open + 6).is_some_and(is_sqlstate)
    {
        scan.push(Kind::Mysql, value.to_string(), span);
        push_state(scan, open + 1);
        return true;
    }
    if MYSQL_WORDS.iter().any(|words| lex::has(bytes, lex::skip_separators(bytes, span.end, 4, &[]), words)) {
        scan.push(Kind::Mysql, value.to_string(), span);
        return true;
    }
    // Error: 18456, Severity: 14, State: 38.
    let after = lex::skip_while(bytes, span.end, 3, |byte| matches!(byte, b',' | b' '));
    let after = lex::skip_any(bytes, after, &["，", "、"]).unwrap_or(after);
    if lex::skip_any(
        bytes,
        lex::skip_blanks(bytes, after),
        &["severity", "level", "state:", "严重性", "严重级别", "级别", "嚴重性", "嚴重層級"],
    )
    .is_some()
    {
        scan.push(Kind::Mssql, value.to_string(), span);
        return true;
    }
    // `无法启动 MySQL 服务，错误 1067`: of the service, not of the server.
    if is_of_service(bytes, value, &span) {
        scan.push(Kind::Win32, value.to_string(), span);
        return true;
    }
    // `Error 704 happened during db open, shutting down database`: the alert log of Oracle.
    if lex::has(bytes, span.end, " happened during ") && value < 65_536 {
        scan.push(Kind::Ora, format!("ORA-{value:05}"), span);
        return true;
    }
    // `错误为 1045 - …`: of the client that the lines before name.
    let before_dash = scan.is_prose() && lex::has(bytes, span.end, " - ");
    let client = before_dash && (1000..4200).contains(&value) && scan.near_flags(span.start).any(Flags::MYSQL);
    if line.any(Flags::MYSQL) && (1000..10_000).contains(&value) || client {
        scan.push(Kind::Mysql, value.to_string(), span);
        return true;
    }
    // Error Number:4060,State:1,Class:11, as the exception of .NET ends.
    if lex::has(bytes, span.end, ",state:") {
        scan.push(Kind::Mssql, value.to_string(), span);
        return true;
    }
    // Below 100, and of sockets, the provider hands on an error of Windows: Error: 53, Error: 11001.
    let of_socket = (10_004..12_000).contains(&value) && codes::is_win32(value);
    // `… The semaphore timeout period has expired. (Microsoft SQL Server, Error: 121)`: handed on too.
    let handed_on = of_socket
        || codes::message_within(scan.text, scan.text.ceil_char_boundary(own_line(bytes, &span).start), span.start)
            == Some(value);
    // What the client's network library says of itself: no server, a broken connection, no encryption.
    let label = lex::back_while(bytes, span.start, 3, |byte| matches!(byte, b' ' | b':'));
    let of_library = matches!(value, 6 | 11 | 14 | 17 | 18)
        && ["sql server error", "sql server 错误"].iter().any(|words| lex::has_before(bytes, label, words));
    if line.any(Flags::MSSQL) && (value >= 100 || of_library) && !handed_on {
        scan.push(Kind::Mssql, value.to_string(), span);
        return true;
    }
    if line.any(Flags::MSSQL) && codes::is_win32(value) {
        scan.push(Kind::Win32, value.to_string(), span);
        return true;
    }
    false
}

/// `连接 Navicat 报1251错误`: whether a number before the word is the database's that its line names.
pub(super) fn is_client_number(scan: &mut Scan<'_>, value: u32, at: usize) -> bool {
    let service = is_of_service(scan.bytes, value, &(at..at));
    // What its client says first, and what support meets most: also where only the lines before name it.
    let well_known = matches!(
        value,
        2002 | 2003 | 2005 | 2006 | 2013 | 2054 | 2059 | 2061 | 1040 | 1044 | 1045 | 1049 | 1130 | 1251
    );
    let named = scan.line_flags(at).any(Flags::MYSQL) || well_known && scan.near_flags(at).any(Flags::MYSQL);
    (1000..4200).contains(&value) && !service && named
}

/// Words near a bare SQLSTATE that leave no doubt.
const STATE_WORDS: &[&str] = &[
    "postgres",
    "psql",
    "pgadmin",
    "pg_",
    "sqlstate",
    "unique constraint",
    "unique violation",
    "violates",
    "jdbc",
    "errorinfo",
    "undefined table",
    "does not exist",
    "already exists",
    "uniqueviolation",
    "exclusionviolation",
    "errorcode",
    "hint:",
    "唯一性约束",
    "唯一约束",
];

/// `| 42P01 | Undefined Table |`, `"23505"`: a state that support meets often, where a database is spoken of around.
pub(super) fn state_where_spoken_of(scan: &mut Scan<'_>, at: usize, end: usize) {
    const FAR: usize = 240;
    let bytes = scan.bytes;
    let framed = matches!(lex::before(bytes, at), b' ' | b'"' | b'\'' | b'|' | b'(' | b'[' | b'`' | b'=' | b':' | b'*');
    let closed = matches!(lex::byte(bytes, end), b' ' | b'"' | b'\'' | b'|' | b')' | b']' | b'`' | b':' | b',' | b'*');
    if !framed || !closed || bytes[at..end].iter().any(u8::is_ascii_lowercase) || !scan.is_prose() {
        return;
    }
    if lex::find_any(bytes, at.saturating_sub(FAR)..end + FAR, STATE_WORDS).is_some() {
        push_state(scan, at);
    }
}

/// Whether a number before the word is one of SQL Server's: refused logins, which mean nothing else, or a few that need a word.
pub(super) fn is_server_number(scan: &mut Scan<'_>, value: u32, at: usize) -> bool {
    let named = || {
        let line = own_line(scan.bytes, &(at..at));
        lex::find_any(scan.bytes, line, &["数据库", "資料庫", "database", "sql"]).is_some()
    };
    // On a line about the server a number of five digits that is no socket's; four may be a version or a service's.
    let of_server = value >= 12_000 && codes::is_sql_server(value) && scan.line_flags(at).any(Flags::MSSQL);
    matches!(value, 18401..=18488) || of_server || matches!(value, 4060 | 4064 | 15404 | 17806 | 17810) && named()
}

/// `SQL Error [1064] [42000]`, `SQL Error [42P01]` as database clients show them; `at` is past the bracket.
pub(super) fn sql_error(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let end = lex::skip_while(bytes, at, 8, |byte| byte.is_ascii_alphanumeric());
    if lex::byte(bytes, end) != b']' {
        return;
    }
    let state = lex::skip_while(bytes, end, 3, |byte| matches!(byte, b']' | b' ' | b'['));
    let has_state = lex::before(bytes, state) == b'[' && push_state(scan, state).is_some();
    if !has_state {
        push_state(scan, at);
        return;
    }
    let Some(number) = scan.text.get(at..end).and_then(|digits| digits.parse::<u32>().ok()) else { return };
    // Microsoft's driver makes states of its own: S0001.
    let microsoft = lex::byte(bytes, state) == b'S' || scan.near_flags(at).any(Flags::MSSQL);
    match number {
        1.. if microsoft => scan.push(Kind::Mssql, number.to_string(), at..end),
        1000..10_000 => scan.push(Kind::Mysql, number.to_string(), at..end),
        _ => {}
    }
}

/// `Fehler: 9002, Schweregrad: 17, Status: 2.`: the number before the severity as localized servers head their messages; `at` is where
/// the severity's word begins.
pub(super) fn before_severity(scan: &mut Scan<'_>, at: usize, word_end: usize) {
    let bytes = scan.bytes;
    let severity = lex::skip_separators(bytes, word_end, 8, &[]);
    let mark = lex::back_while(bytes, at, 4, |byte| matches!(byte, b' ' | b','));
    let end = if scan.text[..at].ends_with('、') { at - "、".len() } else { mark };
    let start = lex::back_while(bytes, end, 6, |byte| byte.is_ascii_digit());
    let label = lex::back_while(bytes, start, 3, |byte| matches!(byte, b' ' | b':' | 0xA0 | 0xC2));
    // Tickets have numbers and severities too.
    // A byte of a no-break space may as well end another character.
    let word = scan.text.get(scan.text.floor_char_boundary(label.saturating_sub(16))..label).unwrap_or_default();
    let word = word.to_lowercase();
    let of_error = ERROR_WORDS.iter().any(|error| word.ends_with(error));
    if label < start
        && end < at
        && of_error
        && lex::byte(bytes, severity).is_ascii_digit()
        && severity > word_end
        && let Ok(number @ 10..) = scan.text[start..end].parse::<u32>()
    {
        scan.push(Kind::Mssql, number.to_string(), start..end);
    }
}

/// `Error` as localized servers write it.
const ERROR_WORDS: &[&str] =
    &["fehler", "erreur", "error", "erro", "errore", "ошибка", "エラー", "오류", "fout", "fel", "hata", "błąd"];

/// `Msg 18456, Level 14, State 1` and `消息 208，级别 16`; `at` is the first word's end.
pub(super) fn message(scan: &mut Scan<'_>, at: usize) {
    let start = lex::skip_while(scan.bytes, at, 3, |byte| matches!(byte, b' ' | b':'));
    let end = lex::skip_digits(scan.bytes, start);
    if start == at || !(2..=6).contains(&(end - start)) {
        return;
    }
    let after = lex::skip_while(scan.bytes, end, 3, |byte| matches!(byte, b',' | b' '));
    let after = lex::skip_any(scan.bytes, after, &["，", "、"]).unwrap_or(after);
    const LEVELS: &[&str] = &[
        "level",
        "级别",
        "層級",
        "级 别",
        "state",
        "状态",
        "ebene",
        "niveau",
        "nivel",
        "nível",
        "livello",
        "レベル",
        "수준",
    ];
    let Some(level) = lex::skip_any(scan.bytes, after, LEVELS) else { return };
    // In other languages the words are those of any message; a server's head goes on with the state.
    const STATES: &[&str] = &["status", "état", "estado", "stato", "状態", "상태"];
    let usual = ["msg", "消息", "訊息"].iter().any(|word| lex::has_before(scan.bytes, at, word));
    if let Ok(number @ 1..) = scan.text[start..end].parse::<u32>()
        && (usual || lex::find_any(scan.bytes, level..level + 24, STATES).is_some())
    {
        scan.push(Kind::Mssql, number.to_string(), start..end);
    }
}

/// `create connection error, …, errorCode 12505,state 66000`, as connection pools of Java log it; `at` is where the state stands.
pub(super) fn state_of_pool(scan: &mut Scan<'_>, at: usize) {
    const FAR: usize = 24;
    let named = lex::find_any(scan.bytes, at.saturating_sub(FAR + ", state ".len())..at, &["errorcode"]).is_some();
    if named && scan.text.get(at..at + 5).is_some_and(is_sqlstate) && lex::ends_word(scan.bytes, at + 5) {
        push_state(scan, at);
    }
}

/// `Error_code: MY-001236`, `[MY-010119]`; `at` is where the digits begin.
pub(super) fn mysql_code(scan: &mut Scan<'_>, at: usize) {
    let end = lex::skip_digits(scan.bytes, at);
    if end - at != 6 || !lex::ends_word(scan.bytes, end) {
        return;
    }
    if let Ok(value) = scan.text[at..end].parse::<u32>()
        && (1000..1_000_000).contains(&value)
        && value < 6000
    {
        scan.push(Kind::Mysql, value.to_string(), at..end);
    }
}

/// `MySQL 1045`, `mysql error #1045`: a number close behind the word; `at` is the word's end.
pub(super) fn after_mysql(scan: &mut Scan<'_>, at: usize) {
    let start = lex::skip_separators(scan.bytes, at, 20, &["error", "code", "错误", "代码", "报错", "错误码", "提示"]);
    if start > at
        && let Some((value, end)) = lex::decimal(scan.bytes, start)
        && (1000..4200).contains(&value)
        // `mysql 2012-…` is a date.
        && lex::byte(scan.bytes, end) != b'-'
        && end - start == 4
    {
        scan.push(Kind::Mysql, value.to_string(), start..end);
    }
}

/// `#1045 - Access denied` as phpMyAdmin shows it, `# 1045 'Access denied …` as people retype it; `at` is where the
/// digits begin.
pub(super) fn hash_number(scan: &mut Scan<'_>, at: usize) {
    let at = lex::skip_while(scan.bytes, at, 1, |byte| byte == b' ');
    if let Some((value, end)) = lex::decimal(scan.bytes, at)
        && (1000..6000).contains(&value)
        && (MYSQL_WORDS
            .iter()
            .any(|words| lex::has(scan.bytes, lex::skip_separators(scan.bytes, end, 6, &[" - "]), words))
            || scan.near_flags(at).any(Flags::MYSQL))
    {
        scan.push(Kind::Mysql, value.to_string(), at..end);
    }
}
