//! What people type, and what must stand in the answer.

use proptest::prelude::*;

use super::*;
use crate::catalog::describe;

mod lists;

/// The name stands somewhere in the answer as a whole word.
#[track_caller]
fn check(query: &str, symbol: &str) {
    let json = serde_json::to_string(&explain(query)).unwrap();
    let found = json.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).any(|word| word == symbol);
    assert!(found, "{query}: no {symbol} in {json}");
}

/// The first reading has that family, value and name.
#[track_caller]
fn check_first(query: &str, expected: &str) {
    let answer = explain(query);
    let first = answer
        .readings
        .first()
        .map(|reading| format!("{} {} {}", reading.family.name(), reading.value, reading.symbol.unwrap_or("-")));
    assert_eq!(first.as_deref(), Some(expected), "{query}");
}

#[track_caller]
fn check_guess(query: &str, symbol: &str) {
    let answer = explain(query);
    assert!(!answer.is_found(), "{query}: {:?}", answer.readings);
    assert!(answer.did_you_mean.iter().any(|near| near.entry.symbol == symbol), "{query}: {:?}", answer.did_you_mean);
}

#[test]
fn the_same_code_in_every_spelling() {
    for query in [
        "0x80070005",
        "0X80070005",
        "80070005",
        "-2147024891",
        "2147942405",
        "E_ACCESSDENIED",
        "e_accessdenied",
        "HRESULT_FROM_WIN32(5)",
        "HRESULT_FROM_WIN32(ERROR_ACCESS_DENIED)",
        "0*80070005",
        "０x８００７０００５",
        "0xFFFFFFFF80070005",
        "hr = 0x80070005",
        "错误代码：0x80070005",
        "安装失败，错误0x80070005。",
        "0x8007 0005",
        "ox80070005",
    ] {
        check(query, "E_ACCESSDENIED");
        check(query, "ERROR_ACCESS_DENIED");
    }
    for query in [
        "5",
        "0x5",
        "Win32 error 5",
        "error 0x5",
        "ERROR_ACCESS_DENIED",
        "Access is denied",
        "拒绝访问",
        "存取被拒。",
        "錯誤 5",
        "0x00000005",
    ] {
        check(query, "ERROR_ACCESS_DENIED");
    }
    for query in
        ["NTSTATUS C0000022", "c0000022", "-1073741790", "3221225506", "0xD0000022", "HRESULT_FROM_NT(0xC0000022)"]
    {
        check(query, "STATUS_ACCESS_DENIED");
    }
}

#[test]
fn the_reading_meant_comes_first() {
    check_first("0x80070005", "hresult 0x80070005 E_ACCESSDENIED");
    check_first("5", "win32 5 ERROR_ACCESS_DENIED");
    check_first("0x5", "win32 5 ERROR_ACCESS_DENIED");
    check_first("0x7B", "bugcheck 0x7B INACCESSIBLE_BOOT_DEVICE");
    check_first("0x0000007B", "bugcheck 0x7B INACCESSIBLE_BOOT_DEVICE");
    check_first("stop 50", "bugcheck 0x50 PAGE_FAULT_IN_NONPAGED_AREA");
    check_first("stop code d1", "bugcheck 0xD1 DRIVER_IRQL_NOT_LESS_OR_EQUAL");
    check_first("蓝屏 ef", "bugcheck 0xEF CRITICAL_PROCESS_DIED");
    check_first("0xC0000005", "ntstatus 0xC0000005 STATUS_ACCESS_VIOLATION");
    check_first("0x80041002", "hresult 0x80041002 WBEM_E_NOT_FOUND");
    check_first("0x80070426", "hresult 0x80070426 ERROR_SERVICE_NOT_ACTIVE");
    check_first("Kerberos error 0x18", "kerberos 0x18 KDC_ERR_PREAUTH_FAILED");
    check_first("errno 13", "errno 13 EACCES");
    check_first("ECONNREFUSED", "errno 111 ECONNREFUSED");
    check_first("HTTP 503", "http 503 Service Unavailable");
    check_first("LDAP error 49", "ldap 49 LDAP_INVALID_CREDENTIALS");
    check_first("VPN error 691", "ras 691 ERROR_AUTHENTICATION_FAILURE");
    check_first("1603", "win32 1603 ERROR_INSTALL_FAILURE");
    check_first("10060", "win32 10060 WSAETIMEDOUT");
    check_first("-1018", "jet -1018 JET_errReadVerifyFailure");
    check_first("-13", "errno 13 EACCES");
    check_first("550 5.7.1", "smtp 5.7.1 Delivery not authorized, message refused");
    check_first("404", "http 404 Not Found");
    check_first("code: 43", "problem 43 CM_PROB_FAILED_POST_START");
    check_first("0x18", "kerberos 0x18 KDC_ERR_PREAUTH_FAILED");
    check_first("krb5 error 41", "kerberos 0x29 KRB_AP_ERR_MODIFIED");
    check_first("Error 1935", "msi 1935 Error during the installation of an assembly");
    check_first("file not found", "win32 2 ERROR_FILE_NOT_FOUND");
    check_first("data 775", "win32 1909 ERROR_ACCOUNT_LOCKED_OUT");
    check_first("9f", "bugcheck 0x9F DRIVER_POWER_STATE_FAILURE");
    check_first(
        "STOP: 0x0000007B (0xF78D2524,0xC0000034,0x00000000,0x00000000)",
        "bugcheck 0x7B INACCESSIBLE_BOOT_DEVICE",
    );
    check_first("page fault in nonpaged area", "bugcheck 0x50 PAGE_FAULT_IN_NONPAGED_AREA");
    check_first("DRIVER IRQL NOT LESS OR EQUAL", "bugcheck 0xD1 DRIVER_IRQL_NOT_LESS_OR_EQUAL");
    check_first("System error 53 has occurred.", "win32 53 ERROR_BAD_NETPATH");
    check_first("exit code 3221225477", "ntstatus 0xC0000005 STATUS_ACCESS_VIOLATION");
    check_first("2147942402", "hresult 0x80070002 ERROR_FILE_NOT_FOUND");
    check_first("SQLSTATE 08006", "sqlstate 08006 connection_failure");
    check_first("42P01", "sqlstate 42P01 undefined_table");
    check_first("TLS alert 48", "tls 48 unknown_ca");
    check_first("MSI error 1402", "msi 1402 Could not open registry key");
    check_first("signal 11", "signal 11 SIGSEGV");
    check_first("0x80131500", "hresult 0x80131500 COR_E_EXCEPTION");
    check_first("0xE0434352", "ntstatus 0xE0434352 EXCEPTION_COMPLUS");
    check_first("0xC1900208", "hresult 0xC1900208 MOSETUP_E_COMPAT_INSTALLREQ_BLOCK");
    check_first("0xC1900101-0x20017", "hresult 0xC1900101 MOSETUP_E_SETUP_PLATFORM");
    check_first("258", "win32 258 WAIT_TIMEOUT");
    check_first("6", "win32 6 ERROR_INVALID_HANDLE");
    check_first("87", "win32 87 ERROR_INVALID_PARAMETER");
    check_first("0xDEADBEE5", "hresult 0xDEADBEE5 -");
}

#[test]
fn families() {
    for (query, symbol) in [
        ("0x80240034", "WU_E_DOWNLOAD_FAILED"),
        ("80244022", "WU_E_PT_HTTP_STATUS_SERVICE_UNAVAIL"),
        ("8024402c", "WU_E_PT_WINHTTP_NAME_NOT_RESOLVED"),
        ("0x800F081F", "CBS_E_SOURCE_MISSING"),
        ("0x800f0922", "CBS_E_INSTALLERS_FAILED"),
        ("0x800F0831", "CBS_E_STORE_CORRUPTION"),
        ("0x800F0988", "PSFX_E_INVALID_DELTA_COMBINATION"),
        ("0x800F0825", "CBS_E_CANNOT_UNINSTALL"),
        ("800736B3", "ERROR_SXS_ASSEMBLY_NOT_FOUND"),
        ("0*800736B3", "ERROR_SXS_ASSEMBLY_NOT_FOUND"),
        ("0x80073712", "ERROR_SXS_COMPONENT_STORE_CORRUPT"),
        ("0xE0000200", "ERROR_NO_ASSOCIATED_CLASS"),
        ("0x800F0200", "SPAPI_E_NO_ASSOCIATED_CLASS"),
        ("0xE000022F", "ERROR_NO_CATALOG_FOR_OEM_INF"),
        ("1618", "ERROR_INSTALL_ALREADY_RUNNING"),
        ("MSI error 1638", "ERROR_PRODUCT_VERSION"),
        ("3010", "ERROR_SUCCESS_REBOOT_REQUIRED"),
        ("0x25", "KRB_AP_ERR_SKEW"),
        ("KDC error 0x6", "KDC_ERR_C_PRINCIPAL_UNKNOWN"),
        ("kerberos 37", "KRB_AP_ERR_SKEW"),
        ("0x12", "KDC_ERR_CLIENT_REVOKED"),
        ("LDAP 32", "LDAP_NO_SUCH_OBJECT"),
        ("data 52e", "ERROR_LOGON_FAILURE"),
        ("81", "LDAP_SERVER_DOWN"),
        ("12029", "ERROR_WINHTTP_CANNOT_CONNECT"),
        ("0x80072EE7", "ERROR_INTERNET_NAME_NOT_RESOLVED"),
        ("0x80072EFD", "ERROR_INTERNET_CANNOT_CONNECT"),
        ("0x80072F8F", "ERROR_WINHTTP_SECURE_FAILURE"),
        ("12175", "ERROR_WINHTTP_SECURE_FAILURE"),
        ("10061", "WSAECONNREFUSED"),
        ("0x8007274D", "WSAECONNREFUSED"),
        ("11001", "WSAHOST_NOT_FOUND"),
        ("1722", "RPC_S_SERVER_UNAVAILABLE"),
        ("0x800706BA", "RPC_S_SERVER_UNAVAILABLE"),
        ("0x6ba", "RPC_S_SERVER_UNAVAILABLE"),
        ("1753", "EPT_S_NOT_REGISTERED"),
        ("errno 111", "ECONNREFUSED"),
        ("28", "ENOSPC"),
        ("110", "ETIMEDOUT"),
        ("0xC004F074", "SL_E_VL_BINDING_SERVICE_UNAVAILABLE"),
        ("0xC004C003", "SL_E_CHPA_PRODUCT_KEY_BLOCKED"),
        ("0x80040154", "REGDB_E_CLASSNOTREG"),
        ("0x80010108", "RPC_E_DISCONNECTED"),
        ("0x80004005", "E_FAIL"),
        ("0x8000FFFF", "E_UNEXPECTED"),
        ("0x800401F3", "CO_E_CLASSSTRING"),
        ("0x80041003", "WBEM_E_ACCESS_DENIED"),
        ("0x8004100E", "WBEM_E_INVALID_NAMESPACE"),
        ("0x80041010", "WBEM_E_INVALID_CLASS"),
        ("-2147217406", "WBEM_E_NOT_FOUND"),
        ("0x8004230F", "VSS_E_UNEXPECTED_PROVIDER_ERROR"),
        ("0x80042306", "VSS_E_PROVIDER_VETO"),
        ("0x800423F4", "VSS_E_WRITERERROR_NONRETRYABLE"),
        ("0x8004131F", "SCHED_E_ALREADY_RUNNING"),
        ("0x41301", "SCHED_S_TASK_RUNNING"),
        ("0x00041303", "SCHED_S_TASK_HAS_NOT_RUN"),
        ("0x800B0109", "CERT_E_UNTRUSTEDROOT"),
        ("0x80092004", "CRYPT_E_NOT_FOUND"),
        ("0x80090016", "NTE_BAD_KEYSET"),
        ("0x8009030C", "SEC_E_LOGON_DENIED"),
        ("-2147287035", "STG_E_ACCESSDENIED"),
        ("0xC000006D", "STATUS_LOGON_FAILURE"),
        ("0xC0000234", "STATUS_ACCOUNT_LOCKED_OUT"),
        ("-1073741515", "STATUS_DLL_NOT_FOUND"),
        ("0xc000007b", "STATUS_INVALID_IMAGE_FORMAT"),
        ("0x124", "WHEA_UNCORRECTABLE_ERROR"),
        ("0x1E", "KMODE_EXCEPTION_NOT_HANDLED"),
        ("0x58", "FTDISK_INTERNAL_ERROR"),
        ("0xC0000221", "STATUS_IMAGE_CHECKSUM_MISMATCH"),
        ("0x1000007E", "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED"),
        ("2250", "NERR_UseNotFound"),
        ("0x80190194", "BG_E_HTTP_ERROR_404"),
        ("0x803380E4", "ERROR_WSMAN_SERVER_NOT_TRUSTED"),
        ("Code 43", "CM_PROB_FAILED_POST_START"),
        ("0xC0000BB8", "PDH_CSTATUS_NO_OBJECT"),
        ("0x80310000", "FVE_E_LOCKED_VOLUME"),
        ("0x887A0006", "DXGI_ERROR_DEVICE_HUNG"),
        ("18446744072635809797", "STATUS_ACCESS_VIOLATION"),
        ("0xFFFFFFFFC0000005", "STATUS_ACCESS_VIOLATION"),
        ("ERROR_NO_SUCH_DOMAIN", "STATUS_NO_SUCH_DOMAIN"),
        ("Class not registered", "REGDB_E_CLASSNOTREG"),
        ("错误 1326：用户名或密码不正确", "ERROR_LOGON_FAILURE"),
        ("RPC 服务器不可用。", "RPC_S_SERVER_UNAVAILABLE"),
        ("access", "ERROR_ACCESS_DENIED"),
        ("ACCESS_DENIED", "STATUS_ACCESS_DENIED"),
        ("accessdenied", "E_ACCESSDENIED"),
        ("SL_E_", "SL_E_BIOS_KEY"),
        ("0xC1900101-0x20017", "hresult"),
    ] {
        check(query, symbol);
    }
}

#[test]
fn several_codes_in_one_query() {
    check("1603 0x80070643", "ERROR_INSTALL_FAILURE");
    check("0x80070002, 0xC0000034", "STATUS_OBJECT_NAME_NOT_FOUND");
}

#[test]
fn derivations_are_said_in_words() {
    let answer = explain("0x80070426");
    let win32 = answer.readings.iter().find(|reading| reading.family == Family::Win32).expect("carried");
    let why = win32.derivation.as_ref().expect("said");
    assert!(why.en.contains("HRESULT_FROM_WIN32(1062)") && why.zh.contains("1062"), "{why:?}");
    let pair = explain("0xC1900101-0x20017");
    assert!(pair.readings.iter().any(|reading| reading.family == Family::Setup && reading.derivation.is_some()));
}

#[test]
fn fields_and_numbers() {
    let answer = explain("0x80070005");
    let first = answer.readings.first().expect("found");
    assert_eq!((first.decimal, first.signed), (Some(2_147_942_405), Some(-2_147_024_891)));
    assert_eq!(first.fields.and_then(|parts| parts.facility_name), Some("WIN32"));
    assert!(!first.success);
    assert!(first.meaning.is_some());
}

#[test]
fn what_is_no_error_code_is_said_to_be_none() {
    for query in ["KB4474419", "KB 4474419", "CVE-2020-0601", "ORA-99999"] {
        let answer = explain(query);
        assert!(answer.readings.is_empty() && answer.notes.len() == 1 && answer.did_you_mean.is_empty(), "{answer:?}");
    }
}

#[test]
fn mistyped_codes_give_guesses() {
    check_guess("0x8007005", "E_ACCESSDENIED");
    check_guess("0x8024402", "WU_E_PT_WINHTTP_NAME_NOT_RESOLVED");
    check_guess("E_ACESSDENIED", "E_ACCESSDENIED");
    check_guess("0x800F801F", "CBS_E_SOURCE_MISSING");
    check_guess("-214702489", "E_ACCESSDENIED");
    let answer = explain("0x8007005");
    assert!(!answer.is_found() && answer.did_you_mean.iter().all(|near| near.guess));
}

#[test]
fn a_slip_that_means_one_number_is_read_as_that() {
    for query in ["0x8007OOO5", "8007OOO5", "0x8007000S", "0x8007-0005", "0x0x80070005", "0c80070005", "-2147O24891"] {
        let answer = explain(query);
        assert_eq!(answer.readings.first().and_then(|first| first.symbol), Some("E_ACCESSDENIED"), "{query}");
        assert_eq!(answer.notes.len(), 1, "{query}");
        assert!(answer.did_you_mean.is_empty(), "{query}");
    }
}

#[test]
fn names_written_with_spaces() {
    check_first("blue screen IRQL NOT LESS OR EQUAL in example.sys", "bugcheck 0xA IRQL_NOT_LESS_OR_EQUAL");
    check_first("PREAUTH_FAILED", "kerberos 0x18 KDC_ERR_PREAUTH_FAILED");
}

#[test]
fn databases_and_other_systems() {
    check_first("MySQL 1045", "mysql 1045 ER_ACCESS_DENIED_ERROR");
    check_first("ERROR 1045 (28000) mysql", "mysql 1045 ER_ACCESS_DENIED_ERROR");
    check_first("Msg 18456, Level 14, State 1", "mssql 18456 Login failed for the user");
    check_first("TNS-12541", "ora ORA-12541 No listener");
    check_first("SQL0911N", "db2 SQL0911N Transaction rolled back by a deadlock or timeout");
    check_first("DB2 SQLCODE -911", "db2 SQL0911N Transaction rolled back by a deadlock or timeout");
    check_first("E11000", "mongodb 11000 DuplicateKey");
    check_first("RPC 0x1C010003", "rpc 0x1C010003 nca_s_unk_if");
    check_first("DNS rcode 3", "dns 3 NXDOMAIN");
    check_first("curl: (28)", "curl 28 CURLE_OPERATION_TIMEDOUT");
    check_first("exit 137", "signal 9 SIGKILL");
}

#[test]
fn nothing_found_is_an_ordinary_answer() {
    for query in ["", "   ", "qwertyuiop", "你好", "0x", "-", "0xABCDEF0123456789ABCDEF"] {
        let answer = explain(query);
        assert!(!answer.is_found() && answer.notes.is_empty(), "{query}: {answer:?}");
    }
}

#[test]
fn described_signature_has_its_name() {
    let reading = describe(&"hresult:0x80070426".parse().unwrap()).expect("described");
    assert_eq!(reading.symbol, Some("ERROR_SERVICE_NOT_ACTIVE"));
    assert_eq!(describe(&"errno:ENOSPC".parse().unwrap()).and_then(|reading| reading.symbol), Some("ENOSPC"));
    assert_eq!(describe(&"kb:KB4474419".parse().unwrap()), None);
}

#[track_caller]
fn check_words(query: &str, value: &str, why: &str) {
    let answer = explain(query);
    let found = answer.readings.iter().find(|reading| reading.value == value);
    let found = found.unwrap_or_else(|| panic!("{query}: {:?}", answer.readings));
    assert!(found.derivation.as_ref().is_some_and(|said| said.en.contains(why) && said.zh.contains(why)), "{found:?}");
    assert!(answer.readings.len() <= 20, "{query}");
}

#[test]
fn words_of_a_name_are_said() {
    check_words("VPN", "809", "VPN");
    check_words("SQL", "25001", "SQL");
    check_words("state", "5023", "state");
    let more = explain("state").notes;
    assert!(more.iter().any(|note| note.en.contains("more codes have `state`")), "{more:?}");
}

#[test]
fn words_of_a_meaning_in_both_languages() {
    check_words("程序崩溃", "0xC0000005", "程序崩溃");
    check_words("密码错误", "1326", "密码错误");
    check_words("超时", "1460", "超时");
    check_words("拒绝", "5", "拒绝");
    check_words("网络", "53", "网络");
    check_words("找不到文件", "2", "系统找不到指定的文件");
    check_words("program crashed", "0xC0000005", "program crashed");
    check_words("programs crash", "0xC0000005", "programs crash");
    check_words("password is wrong", "1069", "password is wrong");
    for query in ["你好", "错误 987654321", "passwordiswrong", "码"] {
        assert!(!explain(query).is_found(), "{query}");
    }
}

#[test]
fn a_service_that_systemd_could_not_start() {
    for query in ["203/EXEC", "status=203/EXEC", "systemd 203", "systemd 203/EXEC"] {
        check_first(query, "exit 203 EXIT_EXEC");
    }
    check_first("203", "win32 203 ERROR_ENVVAR_NOT_FOUND");
}

#[test]
fn a_windows_name_without_its_beginning_comes_before_a_label() {
    check_first("ACCESS_DENIED", "win32 5 ERROR_ACCESS_DENIED");
    check("ACCESS_DENIED", "E_ACCESSDENIED");
    let readings = explain("ACCESS_DENIED").readings;
    let place = |family: Family| readings.iter().position(|reading| reading.family == family);
    assert!(
        place(Family::Hresult) < place(Family::Tls) && place(Family::Ntstatus) < place(Family::Tls),
        "{readings:?}"
    );
    check_first("TLS access_denied", "tls 49 access_denied");
    check_first("undefined_table", "sqlstate 42P01 undefined_table");
}

#[test]
fn an_installer_message_is_not_the_exit_code_of_its_number() {
    check_first("msi 1603", "win32 1603 ERROR_INSTALL_FAILURE");
    let readings = explain("msi 1603").readings;
    let message = readings.iter().find(|reading| reading.family == Family::Msi).expect("listed");
    assert_eq!((message.symbol, message.meaning, &message.signature), (Some("File in use"), None, &None));
    assert!(message.equivalents.is_empty());
    check_first("msi 1606", "msi 1606 Could not access network location");
}

#[test]
fn events_are_said_to_be_none_of_the_catalog() {
    for query in ["Event ID 41", "4625", "事件 ID 41", "EventID=4625"] {
        let answer = explain(query);
        assert!(answer.readings.is_empty() && answer.notes.len() == 1, "{answer:?}");
        assert!(answer.notes[0].en.contains("events are not in the catalog"), "{answer:?}");
    }
    check_first("Event ID 41, bugcheck 0x9F", "bugcheck 0x9F DRIVER_POWER_STATE_FAILURE");
    check_first("41", "kerberos 0x29 KRB_AP_ERR_MODIFIED");
}

#[test]
fn results_of_the_dotnet_host_are_explained() {
    for query in ["0x80008081", "0x80008083", "0x80008089", "0x80008096", "0x8000809B"] {
        assert!(explain(query).readings.first().is_some_and(|first| first.meaning.is_some()), "{query}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn never_panics(query in "\\PC{0,24}|[0-9a-fA-Fx* .-]{1,14}|0x[0-9a-f]{8}") {
        let answer = explain(&query);
        prop_assert!(answer.readings.len() <= answer::MOST_READINGS);
    }
}

/// Whether a text stands in an answer as a whole word, as a reader would look for it.
fn names(answer: &str, expected: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    answer.match_indices(expected).any(|(start, _)| {
        let before = answer[..start].chars().next_back();
        let after = answer[start + expected.len()..].chars().next();
        !before.is_some_and(|c| letter(c) || c == '-') && !after.is_some_and(letter)
    })
}

#[test]
fn codes_as_people_type_them() {
    let mut families: std::collections::BTreeMap<&str, (usize, usize)> = std::collections::BTreeMap::new();
    let mut missed = Vec::new();
    for line in include_str!("../../../tests/data/codes.tsv").lines().filter(|line| !line.starts_with("# ")) {
        let fields: Vec<&str> = line.split('\t').collect();
        let &[input, expected, family] = fields.as_slice() else { panic!("`{line}`") };
        let mut answer = explain(input);
        answer.query.clear();
        let answer = serde_json::to_string(&answer).expect("serializes").to_lowercase();
        let found = expected.split(',').any(|expected| names(&answer, &expected.to_lowercase()));
        let count = families.entry(family).or_default();
        count.0 += 1;
        count.1 += usize::from(found);
        if !found {
            missed.push(line);
        }
    }
    let rows: usize = families.values().map(|(rows, _)| rows).sum();
    assert!(rows > 600 && families.len() > 14, "{rows} rows");
    assert!(missed.is_empty(), "{} of {rows} missed: {missed:#?}", missed.len());
}

#[test]
fn what_the_words_name_comes_first() {
    check_first("printer 0x0000011b", "win32 283 -");
    check_first("打印机 0x0000011b", "win32 283 -");
    check_first("k8s 137", "signal 9 SIGKILL");
    check_first("pod exited 137", "signal 9 SIGKILL");
    check_first("SQL error 9002", "mssql 9002 Transaction log is full");
    check_first("sql 错误 9002", "mssql 9002 Transaction log is full");
    check_first("Code 10", "problem 10 CM_PROB_FAILED_START");
    check_first("代码 43", "problem 43 CM_PROB_FAILED_POST_START");
    check_first("stop code 0xA", "bugcheck 0xA IRQL_NOT_LESS_OR_EQUAL");
    check_first("RPC server unavailable", "win32 1722 RPC_S_SERVER_UNAVAILABLE");
    check_first("MySQL server has gone away", "mysql 2006 CR_SERVER_GONE_ERROR");
    check_first("Lost connection to MySQL server during query", "mysql 2013 CR_SERVER_LOST");
}

#[test]
fn partners_in_the_kernel_are_not_of_remote_access() {
    for query in ["VPN error 809", "拨号 错误 691", "ras 718"] {
        for reading in explain(query).readings.iter().filter(|reading| reading.family == Family::Ras) {
            let same: Vec<&str> = reading.equivalents.iter().map(|one| one.signature.kind.name()).collect();
            assert_eq!(same, ["hresult"], "{query}");
        }
    }
}

#[test]
fn a_way_on_where_no_code_is_found() {
    let note = |query: &str| explain(query).notes.first().map(|note| note.en.clone()).unwrap_or_default();
    assert!(note("java.lang.OutOfMemoryError").contains("casebook search 'java.lang.OutOfMemoryError'"));
    assert!(note("NullPointerException").contains("an exception"));
    assert!(note("DCOM 10016").starts_with("event 10016"));
    assert!(note("error 40 sql server").contains("network library"));
    check_guess("2146893022", "SEC_E_WRONG_PRINCIPAL");
}
