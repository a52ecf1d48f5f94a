//! Lines with what they say, as logs and people write them.

use crate::{
    logs::LogFormat,
    signature::{
        Standing::{self, Failing, Listed, Mentioned, Recovered},
        extract::{Context, Extractor},
        sight::sight,
    },
};

/// The standing of each sighting of a value in one line.
#[track_caller]
fn check(context: Context, line: &str, value: &str, expected: Standing) {
    let mut seen = Vec::new();
    sight(&Extractor::new(), line, 1, context, |sighting| {
        if sighting.signature.value == value {
            seen.push(sighting.standing);
        }
    });
    assert!(!seen.is_empty(), "{value} is not seen in: {line}");
    assert!(seen.iter().all(|standing| *standing == expected), "{seen:?}, not {expected:?}, for {value} in: {line}");
}

#[track_caller]
fn check_log(format: LogFormat, rows: &[(&str, &str, Standing)]) {
    rows.iter().for_each(|(line, value, expected)| check(Context::Log(format), line, value, *expected));
}

#[track_caller]
fn check_prose(rows: &[(&str, &str, Standing)]) {
    rows.iter().for_each(|(line, value, expected)| check(Context::Prose, line, value, *expected));
}

#[test]
fn servicing_logs() {
    check_log(
        LogFormat::Cbs,
        &[
            (
                "2024-05-14 03:12:14, Error                 CSI    00000012 (F) Failed execution of queue item with HRESULT 80070005",
                "0x80070005",
                Failing,
            ),
            (
                "2024-05-14 03:12:14, Info                  CBS    Exec: Processing complete. Package: Package_for_KB4512577~31bf3856ad364e35~amd64~~10.0.1.1, hr: 0x80070490",
                "0x80070490",
                Failing,
            ),
            (
                "2024-05-14 03:12:14, Info                  CBS    Doqe: Recording result: 0x80070005, for Inf: cpu.inf",
                "0x80070005",
                Failing,
            ),
            (
                "2024-05-14 03:12:14, Info                  CBS    DriverUpdateStageUpdates: staged driver update, inf: cpu.inf, result 0x0",
                "cpu.inf",
                Listed,
            ),
            (
                "2024-05-14 03:12:14, Info                  CBS    Appl: detect Parent, Package: Package_for_KB4512577~31bf3856ad364e35~amd64~~10.0.1.1",
                "KB4512577",
                Listed,
            ),
            (
                "2024-05-14 03:12:14, Info                  CBS    Failed to internally open package. [HRESULT = 0x800f0805 - CBS_E_INVALID_PACKAGE]",
                "0x800F0805",
                Listed,
            ),
            (
                "2024-05-14 03:12:14, Error                 CBS    Failed to internally open package. [HRESULT = 0x80070570 - ERROR_FILE_CORRUPT]",
                "0x80070570",
                Failing,
            ),
            (
                "2024-05-14 03:12:14, Info                  CBS    Session completed, KB4512577 installed, failures: 0",
                "KB4512577",
                Listed,
            ),
        ],
    );
    check_log(
        LogFormat::Dism,
        &[
            (
                "2024-03-11 21:13:19, Error                 DISM   DISM Package Manager: PID=5320 TID=5324 Failed opening package. - CDISMPackageManager::Internal_CreatePackageByPath(hr:0x80070002)",
                "0x80070002",
                Failing,
            ),
            (
                "2024-03-11 21:13:19, Info                  DISM   DISM Provider Store: PID=5320 TID=5324 Connecting to the provider located at C:\\Windows\\System32\\Dism\\CbsProvider.dll.",
                "cbsprovider.dll",
                Listed,
            ),
            (
                "2024-03-11 21:13:19, Warning               DISM   DISM Provider Store: PID=5320 TID=5324 Failed to load the provider: C:\\Windows\\System32\\Dism\\SiloedPackageProvider.dll. - CDISMProviderStore::Internal_GetProvider(hr:0x8007007e)",
                "0x8007007E",
                Listed,
            ),
        ],
    );
    check_log(
        LogFormat::WindowsUpdate,
        &[
            (
                "2024-03-12\t14:31:01:044\t 896\ta08\tAgent\tWARNING: Failed to find updates with error code 8024402c",
                "0x8024402C",
                Failing,
            ),
            (
                "2024-03-12\t14:31:01:044\t 896\ta08\tAgent\tWARNING: Failed to find updates with error code 8024000b",
                "0x8024000B",
                Listed,
            ),
            (
                "2024-03-12\t14:31:01:044\t 896\ta08\tHandler\tCommand line install completed. Return code = 0x80070643, Result = Failed, Reboot required = false",
                "0x80070643",
                Failing,
            ),
        ],
    );
}

#[test]
fn device_installation_logs() {
    check_log(
        LogFormat::SetupApi,
        &[
            ("!!!  dvi: Add Service: Failed to create service 'AmdK8'. Error 5: Access is denied.", "5", Failing),
            ("<<<  [Exit status: FAILURE(0xe0000203)]", "0xE0000203", Failing),
            ("     inf: AddService=AmdK8,0x00000002,AmdK8_Inst  (cpu.inf line 110)", "AmdK8", Listed),
            (
                "!    inf:      Could not find digital signature catalog entry for 'c:\\windows\\inf\\input.inf'; using the one of the package.",
                "input.inf",
                Listed,
            ),
            (
                "!    dvi: Unable to mark devices that match new INF as needing reinstallation, Error 0xe000020b: There is no such device instance.",
                "0xE000020B",
                Listed,
            ),
            (
                ">>>  [Device Install - oem7.inf]\n!!!  dvi: Error 32: The file is in use.\n<<<  [Exit status: SUCCESS]\n",
                "32",
                Recovered,
            ),
        ],
    );
}

#[test]
fn plain_logs_in_english() {
    check_log(
        LogFormat::Plain,
        &[
            ("2024-01-01 10:00:00 ERROR backup of share failed, rc=53, error 53", "53", Failing),
            ("2024-01-01 10:00:00 INFO attempt 1 failed with 0x80072EE2, attempt 2 succeeded", "0x80072EE2", Recovered),
            (
                "2024-01-01 10:00:00 WARN download failed (0x80072EE2). Retry succeeded after 3 s",
                "0x80072EE2",
                Recovered,
            ),
            ("2024-01-01 10:00:00 WARN download failed (0x80072EE2). Retry failed as well", "0x80072EE2", Failing),
            ("2024-01-01 10:00:00 WARN retry unsuccessful, error 0x80072EE2", "0x80072EE2", Failing),
            ("2024-01-01 10:00:00 INFO connection reset, error 10054, will retry", "10054", Failing),
            ("MSI (s) (A4:10) [10:00:00:100]: MainEngineThread is returning 1603", "1603", Failing),
            ("CustomAction InstallDriver returned actual error code 1603", "1603", Failing),
            (
                "MSI (s) (A4:10) [10:00:00:100]: Product: Agent -- Error 1722. There is a problem with this Windows Installer package.",
                "1722",
                Failing,
            ),
            ("2024-01-01 10:00:00 INFO scan of cpu.inf done, errors: 0, warnings: 2", "cpu.inf", Listed),
            ("2024-01-01 10:00:00 INFO scan of cpu.inf done, failed=0", "cpu.inf", Listed),
            ("2024-01-01 10:00:00 INFO scan of cpu.inf done, failed=3", "cpu.inf", Failing),
            ("2024-01-01 10:00:00 INFO service wuauserv started", "wuauserv", Listed),
            ("2024-01-01 10:00:00 INFO service wuauserv could not be started", "wuauserv", Failing),
            ("2024-01-01 10:00:00 ERROR upload forbidden: hr = 0x80070005", "0x80070005", Failing),
            ("2024-01-01 10:00:00 INFO operation ended, hr=0x80070020", "0x80070020", Failing),
            ("2024-01-01 10:00:00 INFO installing KB5034441, no errors", "KB5034441", Listed),
            ("2024-01-01 10:00:00 INFO Download failed with 0x80072EE2", "0x80072EE2", Failing),
            (
                "2024-01-01 10:00:00 INFO previous error 0x80070005 is resolved, installation succeeded",
                "0x80070005",
                Recovered,
            ),
            ("2024-01-01 10:00:00 INFO previous error 0x80070005, this time it completed", "0x80070005", Recovered),
            ("2024-01-01 10:00:00 INFO recovered from error 0x80070005", "0x80070005", Recovered),
            ("2024-01-01 10:00:00 INFO previous error 0x80070005, this run failed as well", "0x80070005", Failing),
            ("2024-01-01 10:00:00 INFO error 0x80070005 is not resolved", "0x80070005", Failing),
            ("2024-01-01 10:00:00 ERROR last error 0x80070005, completed with errors", "0x80070005", Failing),
        ],
    );
}

#[test]
fn plain_logs_in_chinese() {
    check_log(
        LogFormat::Plain,
        &[
            ("2024-01-01 10:00:00 错误 安装 KB5034441 失败，返回码 0x80070643", "0x80070643", Failing),
            ("2024-01-01 10:00:00 信息 安装 KB5034441 成功", "KB5034441", Listed),
            ("2024-01-01 10:00:00 警告 下载失败 0x80072EE2，重试后成功", "0x80072EE2", Recovered),
            ("2024-01-01 10:00:00 警告 下载失败 0x80072EE2，第二次尝试成功", "0x80072EE2", Recovered),
            ("2024-01-01 10:00:00 警告 下载失败 0x80072EE2，重试3次均未成功", "0x80072EE2", Failing),
            ("2024-01-01 10:00:00 信息 扫描 cpu.inf 完成，错误数：0", "cpu.inf", Listed),
            ("2024-01-01 10:00:00 信息 扫描 cpu.inf 完成，失败：0", "cpu.inf", Listed),
            ("2024-01-01 10:00:00 信息 服务 wuauserv 权限不足", "wuauserv", Failing),
            ("2024-01-01 10:00:00 信息 未发现错误，KB5034441 已就绪", "KB5034441", Listed),
            ("2024-01-01 10:00:00 信息 结果：0x80070005", "0x80070005", Failing),
            ("2024-01-01 10:00:00 [信息] 上次错误 0x80070005 已解决，安装成功", "0x80070005", Recovered),
            ("2024-01-01 10:00:00 [信息] 上次安装失败代码 0x80070005，本次安装成功", "0x80070005", Recovered),
            ("2024-01-01 10:00:00 [信息] 错误 0x80070005 尚未解决", "0x80070005", Failing),
        ],
    );
}

#[test]
fn people_in_english() {
    check_prose(&[
        ("Setup stops with 0x80070005.", "0x80070005", Failing),
        ("The operation did not complete successfully (0x80070005).", "0x80070005", Failing),
        ("The update could not be installed successfully, code 0x80070005", "0x80070005", Failing),
        ("We got error 0x80070005 once, but the retry succeeded.", "0x80070005", Recovered),
        ("The first attempt failed with 0x80072EE2, the second attempt succeeded.", "0x80072EE2", Recovered),
        ("We tried again three times and it fails with 0x80072EE2 each time.", "0x80072EE2", Failing),
        ("Please install KB4490628 first.", "KB4490628", Mentioned),
        ("KB4490628 was installed successfully.", "KB4490628", Mentioned),
        ("KB5034441 will not install.", "KB5034441", Failing),
        ("Codes to look for are, for example, 0x80070005.", "0x80070005", Mentioned),
        ("The installation of KB5034441 was rolled back.", "KB5034441", Failing),
        ("SQM: Failed to start standard sample upload. [HRESULT = 0x80004005 - E_FAIL]", "0x80004005", Mentioned),
    ]);
}

#[test]
fn people_in_chinese() {
    check_prose(&[
        ("安装KB4474419失败，报错为：0x80070005", "0x80070005", Failing),
        ("应用程序无法正常启动(0xc000007b)。请单击“确定”关闭应用程序。", "0xC000007B", Failing),
        ("服务不能正常运行，代码 0x80070005", "0x80070005", Failing),
        ("重启后运行正常，没有 0x80070005 了", "0x80070005", Mentioned),
        ("第一次安装报 0x80070005，重试后成功。", "0x80070005", Recovered),
        ("重试后仍然报 0x80070005 错误。", "0x80070005", Failing),
        ("请先安装 KB4490628。", "KB4490628", Mentioned),
        ("如果方便的话请看下报错 0x80070643。", "0x80070643", Failing),
        ("KB4490628 已成功安装。", "KB4490628", Mentioned),
        ("KB5034441 装不上。", "KB5034441", Failing),
        ("要找的代码例如 0x80070005。", "0x80070005", Mentioned),
        ("系统提示无权修改 cpu.inf", "cpu.inf", Failing),
        ("KB5034441 未能安装，自动回滚。", "KB5034441", Failing),
        ("下载 KB5034441 时出错。", "KB5034441", Failing),
    ]);
}

/// The standing of a value in a log of several lines.
#[track_caller]
fn check_lines(log: &str, value: &str, expected: Standing) {
    check(Context::Log(LogFormat::Plain), log, value, expected);
}

#[test]
fn messages_of_child_programs_among_lines_with_levels() {
    let among = |message: &str| {
        format!(
            "2024-10-11 02:00:00 INFO  load started\n2024-10-11 02:00:01 WARN  stale lock removed\n2024-10-11 02:00:02 INFO  calling the client\n{message}\n2024-10-11 02:00:09 ERROR step failed\n"
        )
    };
    for (message, value) in [
        ("ORA-12514: TNS:listener does not currently know of service requested in connect descriptor", "ORA-12514"),
        ("ORA-00600: internal error code, arguments: [kdsgrp1], [], []", "ORA-00600"),
        ("2024-10-11 02:00:03 ORA-12541: TNS:no listener", "ORA-12541"),
        ("Msg 1205, Level 13, State 51, Server SQL1, Line 1", "1205"),
        ("消息 1205，级别 13，状态 51，第 1 行", "1205"),
        ("npm ERR! code ECONNRESET", "ECONNRESET"),
        ("SQL1224N  The database manager is not able to accept new requests.", "SQL1224N"),
        ("java.net.ConnectException: Connection refused", "java.net.ConnectException"),
        ("ssh: connect to host 192.0.2.7 port 22: No route to host", "EHOSTUNREACH"),
        ("bash: /opt/load/run.sh: Permission denied", "EACCES"),
        ("bash: /opt/load/run.sh: 权限不够", "EACCES"),
        ("fatal: unable to access 'https://git.example.com/': Connection refused", "ECONNREFUSED"),
    ] {
        check_lines(&among(message), value, Failing);
    }
    for (message, value) in [
        ("Msg 5701, Level 0, State 2, Server SQL1, Line 1", "5701"),
        ("ORA-12514 is a code of the listener", "ORA-12514"),
        ("Jul 25 23:23:13 host ftpd[26463]: getpeername (ftpd): Transport endpoint is not connected", "ENOTCONN"),
        ("  ORA-12514: reconnect", "ORA-12514"),
    ] {
        check_lines(&among(message), value, Listed);
    }
}

#[test]
fn a_stack_tells_its_exception() {
    let log = "2024-10-11 02:00:02 INFO calling\njava.net.ConnectException: no listener\n\tat org.example.Main.run(Main.java:5)\n2024-10-11 02:00:09 ERROR failed\n";
    check_lines(log, "java.net.ConnectException", Listed);
    check_lines(&log.replace("\tat org.example.Main.run(Main.java:5)\n", ""), "java.net.ConnectException", Failing);
}

#[test]
fn codes_that_a_record_lists() {
    for head in [
        "2024-10-11 02:00:02 INFO  errors that are ignored:",
        "2024-10-11 02:00:02 INFO  retryable codes",
        "2024-10-11 02:00:02 DEBUG loaded map:",
        "2024-10-11 02:00:02 INFO  可重试的错误：",
    ] {
        let log = format!(
            "{head}\nORA-12514: TNS:listener does not know of service\nORA-12541: TNS:no listener\nORA-03113: end of file\n2024-10-11 02:00:09 INFO  ready\n"
        );
        for value in ["ORA-12514", "ORA-12541", "ORA-03113"] {
            check_lines(&log, value, Listed);
        }
    }
    let output = "2024-10-11 02:00:02 INFO  output of sqlplus:\nORA-12541: TNS:no listener\n";
    check_lines(output, "ORA-12541", Failing);
}
