//! Codes of further databases: DB2, MongoDB, Oracle's companions, TiDB, names of MySQL, ODBC.

use std::ops::Range;

use super::{Scan, codes, errno, flags::Flags, lex, lines};
use crate::signature::SignatureKind as Kind;

/// Who looks when a trigger of a database is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Store {
    Db2Message,
    Db2Protocol,
    SqlCode,
    MongoDuplicate,
    MongoName,
    MongoNumber,
    MongoBracket,
    Oracle,
    TiDb,
    MysqlName,
    Odbc,
    OdbcText,
    NodeState,
}

/// Triggers by recognizer, lower case.
pub(super) const TRIGGERS: &[(Store, &[&str])] = &[
    (
        Store::Db2Message,
        &[
            "sql0", "sql1", "sql2", "sql3", "sql4", "sql5", "sql6", "sql7", "sql8", "sql9", "sql20", "sql30", "db21",
            "adm0", "adm1", "adm2", "adm3", "adm4", "adm5", "adm6", "adm7", "adm8", "adm9",
        ],
    ),
    (Store::Db2Protocol, &["protocol specific error code(s): \"", "协议特定的错误代码: \""]),
    (Store::SqlCode, &["sqlcode"]),
    (Store::MongoDuplicate, &["e11000", "e11001"]),
    (Store::MongoName, &["codename"]),
    (
        Store::MongoNumber,
        &[
            "command failed with error ",
            "query failed with error code ",
            "writeerror{code=",
            "code\":11000",
            "code\" : 11000",
            "code\": 11000",
            "code: 11000",
            "code=11000",
        ],
    ),
    (Store::MongoBracket, MONGO_BRACKETS),
    (
        Store::Oracle,
        &[
            "tns-",
            "pls-",
            "rman-",
            "kup-",
            "drg-",
            "imp-",
            "exp-",
            "udi-",
            "ude-",
            "sp2-",
            "lrm-",
            "crs-",
            "ogg-",
            "dia-",
            "sqlloader-",
            "sql*loader-",
        ],
    ),
    (
        Store::TiDb,
        &[
            "[tikv:",
            "[schema:",
            "[planner:",
            "[parser:",
            "[types:",
            "[ddl:",
            "[kv:",
            "[executor:",
            "[table:",
            "[privilege:",
            "[expression:",
            "[domain:",
            "[server:",
            "[session:",
            "[autoid:",
            "[tiflash:",
            "[variable:",
            "[pd:",
        ],
    ),
    (Store::MysqlName, MYSQL_NAMES),
    (Store::Odbc, &["[microsoft]["]),
    (Store::OdbcText, &["[sql server]"]),
    (Store::NodeState, &["code: '", "pgcode: '"]),
];

macro_rules! numbered {
    ($names:ident, $numbers:ident: $($name:literal = $number:literal,)+) => {
        const $names: &[&str] = &[$($name,)+];
        const $numbers: &[u32] = &[$($number,)+];
    };
}

// Names of MySQL's errors that applications print, lower case. Source: MySQL error message reference.
numbered! { MYSQL_NAMES, MYSQL_NUMBERS:
    "er_con_count_error" = 1040, "er_dbaccess_denied_error" = 1044, "er_access_denied_error" = 1045, "er_no_db_error" = 1046,
    "er_bad_null_error" = 1048, "er_bad_db_error" = 1049, "er_table_exists_error" = 1050, "er_bad_table_error" = 1051,
    "er_non_uniq_error" = 1052, "er_bad_field_error" = 1054, "er_wrong_field_with_group" = 1055, "er_dup_fieldname" = 1060,
    "er_dup_keyname" = 1061, "er_dup_entry" = 1062, "er_parse_error" = 1064, "er_invalid_default" = 1067,
    "er_too_long_key" = 1071, "er_cant_drop_field_or_key" = 1091, "er_no_such_thread" = 1094, "er_record_file_full" = 1114,
    "er_host_is_blocked" = 1129, "er_host_not_privileged" = 1130, "er_wrong_value_count_on_row" = 1136, "er_tableaccess_denied_error" = 1142,
    "er_no_such_table" = 1146, "er_net_packet_too_large" = 1153, "er_lock_wait_timeout" = 1205, "er_lock_deadlock" = 1213,
    "er_cannot_add_foreign" = 1215, "er_no_referenced_row" = 1216, "er_row_is_referenced" = 1217, "er_specific_access_denied_error" = 1227,
    "er_not_supported_auth_mode" = 1251, "er_warn_data_out_of_range" = 1264, "er_option_prevents_statement" = 1290, "er_truncated_wrong_value" = 1292,
    "er_no_default_for_field" = 1364, "er_truncated_wrong_value_for_field" = 1366, "er_data_too_long" = 1406, "er_row_is_referenced_2" = 1451,
    "er_no_referenced_row_2" = 1452, "er_user_limit_reached" = 1226, "er_must_change_password" = 1820, "er_query_interrupted" = 1317,
    "er_query_timeout" = 3024, "er_out_of_resources" = 1041, "er_disk_full" = 1021, "er_server_shutdown" = 1053,
}

// Code names of MongoDB. Source: the server's error_codes.yml.
numbered! { MONGO_NAMES, MONGO_NUMBERS:
    "InternalError" = 1, "BadValue" = 2, "HostUnreachable" = 6, "HostNotFound" = 7, "FailedToParse" = 9, "Unauthorized" = 13,
    "TypeMismatch" = 14, "ProtocolError" = 17, "AuthenticationFailed" = 18, "IllegalOperation" = 20, "NamespaceNotFound" = 26,
    "IndexNotFound" = 27, "PathNotViable" = 28, "CursorNotFound" = 43, "NamespaceExists" = 48, "MaxTimeMSExpired" = 50,
    "CommandNotFound" = 59, "InvalidOptions" = 72, "InvalidNamespace" = 73, "IndexOptionsConflict" = 85, "IndexKeySpecsConflict" = 86,
    "NetworkTimeout" = 89, "ShutdownInProgress" = 91, "InvalidReplicaSetConfig" = 93, "NotYetInitialized" = 94, "OperationFailed" = 96,
    "WriteConflict" = 112, "CommandNotSupported" = 115, "DocumentValidationFailure" = 121, "NetworkInterfaceExceededTimeLimit" = 202,
    "ReadConcernMajorityNotAvailableYet" = 134, "PrimarySteppedDown" = 189, "NoSuchTransaction" = 251, "TransactionTooOld" = 225,
    "ExceededTimeLimit" = 262, "TooManyFilesOpen" = 264, "QueryExceededMemoryLimitNoDiskUseAllowed" = 292, "NotWritablePrimary" = 10107,
    "NotMaster" = 10107, "BSONObjectTooLarge" = 10334, "DuplicateKey" = 11000, "InterruptedAtShutdown" = 11600, "Interrupted" = 11601,
    "InterruptedDueToReplStateChange" = 11602, "NotPrimaryNoSecondaryOk" = 13435, "NotMasterNoSlaveOk" = 13435,
    "NotPrimaryOrSecondary" = 13436, "NotMasterOrSecondary" = 13436, "OutOfDiskSpace" = 14031, "FailedToSatisfyReadPreference" = 133,
    "UnsatisfiableWriteConcern" = 100, "WriteConcernFailed" = 64, "StaleConfig" = 13388, "LockTimeout" = 24, "UserNotFound" = 11,
}

/// Code names that drivers print in brackets before the words: `(NotWritablePrimary) not primary`.
const MONGO_BRACKETS: &[&str] = &[
    "(notwritableprimary)",
    "(notmaster)",
    "(notprimarynosecondaryok)",
    "(notmasternoslaveok)",
    "(unauthorized) not authorized",
    "(authenticationfailed)",
    "(writeconflict)",
    "(namespacenotfound)",
    "(interruptedduetoreplstatechange)",
    "(primarysteppeddown)",
    "(maxtimemsexpired)",
    "(cursornotfound)",
    "(nosuchtransaction)",
    "(duplicatekey)",
    "(commandnotfound)",
    "(notprimaryorsecondary)",
    "(exceededtimelimit)",
];

fn number_of(names: &[&str], numbers: &[u32], name: &str) -> Option<u32> {
    names.iter().position(|known| known.eq_ignore_ascii_case(name)).and_then(|place| numbers.get(place).copied())
}

/// Lets the recognizer of a trigger look at its place.
pub(super) fn recognize(scan: &mut Scan<'_>, recognizer: Store, at: Range<usize>) {
    let Range { start, end } = at;
    match recognizer {
        Store::Db2Message => db2_message(scan, start),
        Store::Db2Protocol => db2_protocol(scan, end),
        Store::SqlCode => sqlcode(scan, start, end),
        Store::MongoDuplicate => {
            if lex::starts_word(scan.bytes, start) && lex::ends_word(scan.bytes, end) {
                let number = scan.text[start + 1..end].to_owned();
                scan.push(Kind::Mongodb, number, start..end);
            }
        }
        Store::MongoName => mongo_name(scan, start, end),
        Store::MongoNumber => mongo_number(scan, start, end),
        Store::MongoBracket => {
            let stop = lines::slice(scan.text, start + 1, end).find(')').map_or(end, |found| start + 1 + found);
            if let Some(number) = number_of(MONGO_NAMES, MONGO_NUMBERS, &scan.text[start + 1..stop]) {
                scan.push(Kind::Mongodb, number.to_string(), start + 1..stop);
            }
        }
        Store::Oracle => oracle(scan, start, end),
        Store::TiDb => tidb(scan, end),
        Store::MysqlName => {
            if lex::starts_word(scan.bytes, start)
                && lex::ends_word(scan.bytes, end)
                && let Some(number) = number_of(MYSQL_NAMES, MYSQL_NUMBERS, &scan.text[start..end])
            {
                scan.push(Kind::Mysql, number.to_string(), start..end);
            }
        }
        Store::Odbc => odbc(scan, start),
        Store::OdbcText => odbc_text(scan, end),
        Store::NodeState => node_state(scan, end),
    }
}

/// `SQL0911N`, `DB21034E`, `ADM1823E`; the letters begin at `at`. Warnings (W) and information (I) are none.
fn db2_message(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    if !lex::starts_word(bytes, at) || lex::before(bytes, at) == b'.' {
        return;
    }
    let start = at + 3;
    let end = lex::skip_digits(bytes, start);
    let letter = lex::byte(bytes, end).to_ascii_uppercase();
    let fits = match bytes[at].to_ascii_uppercase() {
        b'S' => matches!(letter, b'N' | b'C'),
        b'D' => letter == b'E',
        _ => matches!(letter, b'E' | b'C' | b'N') && bytes[at].is_ascii_uppercase(),
    };
    if fits && matches!(end - start, 4 | 5) && lex::ends_word(bytes, end + 1) {
        scan.push(Kind::Db2, scan.text[at..=end].to_ascii_uppercase(), at..end + 1);
    }
}

/// `Protocol specific error code(s): "10060", "*", "*"`: the number of the client's system; `at` is where the digits begin.
/// Only numbers of Winsock and those that Linux alone has are told apart from those of other systems.
fn db2_protocol(scan: &mut Scan<'_>, at: usize) {
    let Some((value, end)) = lex::decimal(scan.bytes, at) else { return };
    let Ok(value) = u32::try_from(value) else { return };
    if (10_004..12_000).contains(&value) && codes::is_win32(value) {
        scan.push(Kind::Win32, value.to_string(), at..end);
    } else if matches!(value, 104 | 110 | 111 | 113)
        && let Some(name) = errno::name(value)
    {
        scan.push(Kind::Errno, name, at..end);
    }
}

/// DB2 errors that end in C, the severe ones; all others end in N. Source: DB2 message reference, SQL messages.
const CRITICAL: &[u32] =
    &[902, 954, 955, 956, 958, 960, 964, 968, 980, 984, 985, 986, 990, 992, 1004, 1034, 1036, 1042, 1043, 1084];

/// `SQLCODE=-911`, `SQLCODE: -204`; the word stands at `at..end`. Positive ones are warnings.
fn sqlcode(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let sign = lex::skip_separators(bytes, end, 8, &["为", "是", "code", "ERRORCODE"]);
    if lex::byte(bytes, sign) != b'-' || lex::is_word(lex::before(bytes, at)) {
        return;
    }
    let Some((number, stop)) = lex::decimal(bytes, sign + 1) else { return };
    // Oracle has a SQLCODE too, whose number stands in the ORA- message.
    let line = lines::slice(scan.text, lines::start(bytes, at), lines::end(bytes, at)).to_ascii_lowercase();
    if !(1..=99_999).contains(&number) || line.contains("ora-") || line.contains("oracle") || line.contains("informix")
    {
        return;
    }
    let number = number as u32;
    let letter = if CRITICAL.contains(&number) { 'C' } else { 'N' };
    scan.push(Kind::Db2, format!("SQL{number:04}{letter}"), sign..stop);
}

/// `codeName: 'Unauthorized'`, beside `code: 13`; the word stands at `at..end`.
fn mongo_name(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let start = lex::skip_separators(bytes, end, 8, &["\\"]);
    let stop = lex::skip_while(bytes, start, 64, |byte| byte.is_ascii_alphanumeric());
    if start == end || stop - start < 4 {
        return;
    }
    let known = number_of(MONGO_NAMES, MONGO_NUMBERS, &scan.text[start..stop]);
    // `'code': 292, 'codeName': '…'`
    let before = lines::slice(scan.text, at.saturating_sub(40), at);
    let beside = || {
        let place = before.rfind("code")? + 4;
        let rest = before[place..].trim_start_matches(['"', '\'', ':', ' ', '=', '\\']);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest[..digits].parse().ok()
    };
    if let Some(number) = known.or_else(beside).filter(|&number| number > 0) {
        scan.push(Kind::Mongodb, number.to_string(), start..stop);
    }
}

/// `Command failed with error 13 (Unauthorized): '…'`, `WriteError{code=11000, …`; the words stand at `at..end`.
fn mongo_number(scan: &mut Scan<'_>, at: usize, end: usize) {
    let start = lex::back_while(scan.bytes, end, 5, |byte| byte.is_ascii_digit());
    let Some((number, stop)) = lex::decimal(scan.bytes, start) else { return };
    let plain = lex::has(scan.bytes, at, "code") && lex::byte(scan.bytes, at + 4) != b'"';
    if number > 0
        && (!plain
            || lines::rest(scan.text, stop).contains("duplicate")
            || lines::before(scan.text, at).contains("ongo"))
    {
        scan.push(Kind::Mongodb, number.to_string(), start..stop);
    }
}

/// `TNS-12541`, `PLS-00201`, `RMAN-03009`, `CRS-2674`; the letters stand at `at..end`, the dash included.
fn oracle(scan: &mut Scan<'_>, at: usize, end: usize) {
    let bytes = scan.bytes;
    let stop = lex::skip_digits(bytes, end);
    let prefix = scan.text[at..end - 1].to_ascii_uppercase();
    let short = matches!(prefix.as_str(), "SP2" | "CRS");
    let length = stop - end;
    let upper = bytes[at..end].iter().all(|byte| !byte.is_ascii_lowercase()) || prefix == "TNS" && length == 5;
    let fits = length == 5 || short && length == 4 || prefix == "SQL*LOADER" && length >= 3;
    let goes_on = lex::is_word(lex::byte(bytes, stop))
        || lex::byte(bytes, stop) == b'-' && lex::byte(bytes, stop + 1).is_ascii_alphanumeric();
    let apart = lex::starts_word(bytes, at) && !matches!(lex::before(bytes, at), b'-' | b'.' | b'/');
    if !upper || !fits || goes_on || !apart {
        return;
    }
    let Ok(number) = scan.text[end..stop].parse::<u32>() else { return };
    // RMAN frames its messages with numbered lines of no meaning.
    if number == 0 || prefix == "RMAN" && matches!(number, 569 | 571 | 579) {
        return;
    }
    // The network messages have one number under both names.
    let value = if prefix == "TNS" && (12_150..12_700).contains(&number) {
        format!("ORA-{number:05}")
    } else {
        format!("{prefix}-{}", &scan.text[end..stop])
    };
    scan.push(Kind::Ora, value, at..stop);
}

/// `[schema:1146]Table 'x.y' doesn't exist` of TiDB, whose numbers are MySQL's and its own from 8000 on.
fn tidb(scan: &mut Scan<'_>, at: usize) {
    let end = lex::skip_digits(scan.bytes, at);
    if end - at == 4 && lex::byte(scan.bytes, end) == b']' && scan.bytes[at] != b'0' {
        scan.push(Kind::Mysql, &scan.text[at..end], at..end);
    }
}

/// The state before ODBC's vendor: `[28000] [Microsoft][ODBC Driver 17 for SQL Server]`; the vendor's bracket is at `at`.
fn odbc(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let close = lex::back_while(bytes, at, 1, |byte| byte == b' ');
    if lex::before(bytes, close) == b']' && close >= 7 && bytes[close - 7] == b'[' {
        super::database::push_state(scan, close - 6);
    }
}

/// The number behind SQL Server's own words: `[SQL Server]Login failed for user 'sa'. (18456) (SQLDriverConnect)`.
fn odbc_text(scan: &mut Scan<'_>, at: usize) {
    let rest = lines::rest(scan.text, at);
    let Some(open) = rest.match_indices('(').map(|(place, _)| place).find(|&place| {
        let digits = rest[place + 1..].bytes().take_while(u8::is_ascii_digit).count();
        (2..=6).contains(&digits) && rest[place + 1 + digits..].starts_with(')')
    }) else {
        return;
    };
    let start = at + open + 1;
    let end = lex::skip_digits(scan.bytes, start);
    scan.push(Kind::Mssql, &scan.text[start..end], start..end);
}

/// `code: '23505'` of Node's driver for PostgreSQL, whose other fields stand beside it.
fn node_state(scan: &mut Scan<'_>, at: usize) {
    if lex::byte(scan.bytes, at + 5) != b'\'' {
        return;
    }
    let around = lines::slice(scan.text, at.saturating_sub(500), at + 500);
    if around.contains("severity:")
        || around.contains("routine:")
        || scan.line_flags(at).any(Flags::FAILING) && around.contains("detail:")
    {
        super::database::push_state(scan, at);
    }
}
