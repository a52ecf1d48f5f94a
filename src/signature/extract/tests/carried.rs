//! Codes that other formats carry: escaped messages, lists of examples, sections, tables and program texts; each with its near misses.

use super::check;

#[test]
fn messages_inside_json_keep_their_escapes() {
    check(
        r#"{"eventID":"4625","message":"Failure Information:\r\n\tReason:\t\tno such user\r\n\tStatus:\t\t\t0xC000006D\r\n\tSub Status:\t\t0xC0000064\r\n"}"#,
        &["event:4625", "ntstatus:0xC000006D", "ntstatus:0xC0000064"],
    );
    check(r#""log":"upload ended\n0x80072EE2 came back\n""#, &["hresult:0x80072EE2"]);
    check(r#"{"text":"copy failed, error code:\t5"}"#, &["win32:5"]);
    check(r"saved to C:\\t0x80072EE2.bin", &[]);
}

#[test]
fn numbers_of_program_texts_end_in_their_type() {
    check("if code == HRESULT(0x8007007A_u32 as i32) {", &["hresult:0x8007007A"]);
    check("const E: i32 = 0x80070005u32 as i32;", &["hresult:0x80070005"]);
    check("0x80070005_block", &[]);
}

#[test]
fn errors_that_are_given_as_examples() {
    check("Windows setup exits with error codes (e.g., 87, 1117) at random", &["win32:87", "win32:1117"]);
    check("it fails with error codes such as 1603, 1618 or 1625", &["msi:1603", "msi:1618", "msi:1625"]);
    check("服务启动报错误代码（例如 1068、1075）", &["win32:1068", "win32:1075"]);
    check("the printer shows error codes (e.g., 12, 15)", &[]);
    check("errors like 20 of them", &[]);
}

#[test]
fn what_is_left_to_try_is_no_error() {
    check("warning: spurious network error (2 tries remaining): [35] SSL connect error", &[]);
    check("copy error (5 access is denied)", &["win32:5"]);
    check("Windows error (53) on the share", &["win32:53"]);
}

#[test]
fn sections_of_setup_end_with_a_code() {
    check("inf: {SetupCopyOEMInf exit (0x00000050)} 12:38:34.297", &["win32:80"]);
    check("dvs: {DrvSetupInstallDriver - exit(00000103)}", &["win32:259"]);
    check("ndv: {Core Device Install - exit(0x00000005)} 10:11:12.123", &["win32:5"]);
    check("dvi: {Select Best Driver - exit(0x00000000)}", &[]);
    check("ndv: {Core Device Install - exit(0x800b0109)}", &["hresult:0x800B0109"]);
    check("if (x) { exit(00000103); }", &[]);
}

#[test]
fn statuses_that_warn_behind_a_stop_code() {
    check(
        "Arguments:\nArg1: ffffffff80000004, The exception code that was not handled\nArg2: fffff80012345678, The address",
        &["ntstatus:0x80000004"],
    );
    check("RIP: 0010:ffffffff80000004 code", &[]);
    check("BugcheckCode | 160\nBugcheckParameterCode | 0xf0", &["bugcheck:0xA0"]);
}

#[test]
fn statuses_of_remote_calls_without_their_prefix() {
    check(
        "ErrorFileInfo: host.cpp,1386,C002001B;host.cpp,1470,80073CF6;",
        &["ntstatus:0xC002001B", "hresult:0x80073CF6"],
    );
    check("Status: C0020017", &["ntstatus:0xC0020017"]);
    check("commit c0020017 of host", &[]);
}

#[test]
fn replies_of_mail_servers_with_a_page_that_explains_them() {
    check("8) 501 Bad address syntax. http://mail.example.com/help?id=20022", &["smtp:501"]);
    check("503 Error: need EHLO and AUTH first", &["smtp:503"]);
    check("「550; 5.7.515 アクセスが拒否されました。", &["smtp:5.7.515"]);
    check("8) 501 files were copied", &[]);
}

#[test]
fn installer_results_of_any_product() {
    check(
        "Product: Data Engine SQL Server 2016 - Update '{DDC}' could not be installed. Error code 1642.",
        &["msi:1642"],
    );
    check("the install shows a 1920 error when the service starts", &["msi:1920"]);
}

#[test]
fn a_call_of_winsock_ends_its_line_with_the_error() {
    check("debug3: WSARecv - WSARecv() ERROR: io:000000166FBB9670 10053", &["win32:10053"]);
    check("WSAConnect failed to host on port 10051", &[]);
    check("WSASend moved 10054", &[]);
}

#[test]
fn what_tables_and_messages_name_beside_a_code() {
    check(
        "|3050|Microsoft-Windows-Hyper-V-Worker|System|no memory|\n|Microsoft-Windows-TPM-WMI|1801|System|",
        &["event:Microsoft-Windows-Hyper-V-Worker/3050", "event:Microsoft-Windows-TPM-WMI/1801"],
    );
    check("|some|Microsoft-Windows-Hyper-V-Worker|System|", &[]);
    check(
        "Product: Backup -- Error 1920.Service Backup Agent (bkagent) failed to start.",
        &["msi:1920", "service:bkagent"],
    );
    check("OracleServiceORCL 서비스가 멈춤", &["service:OracleServiceORCL"]);
    check("ERROR:  42501: permission denied for sequence a_seq", &["sqlstate:42501"]);
}

#[test]
fn numbers_of_tickets_processes_and_counts_are_no_codes() {
    check("Fehler: 9002, Schweregrad: 17, Status: 2.", &["mssql:9002"]);
    check("エラー: 9002、重大度: 17", &["mssql:9002"]);
    for text in [
        "Ticket 4711, Schweregrad: 2",
        "゠9002, Schweregrad: 17",
        "チケット: 12345、重大度: 2",
        "ID: 4711的重大度: 2",
        "Fehler: 00, Schweregrad: 17",
        "Msg 000, Level 16, State 1",
        "Meldung 4711, Ebene 3",
        "On Windows we saw errors like 12 or 30 in the last week.",
        "Windows error codes, 30 lines each",
        "errors (for example, 1603 users were affected)",
        "The error code returned is 5 digits long.",
        "The error returned in line: 87",
        "10:00,4812,Microsoft-Windows-Kernel-Power,Critical,x",
        "WSASend failed on local socket 10061",
    ] {
        check(text, &[]);
    }
}
