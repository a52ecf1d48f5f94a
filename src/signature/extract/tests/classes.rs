//! Classes of spellings that other people and programs use, each with its near misses.

use super::check;

#[test]
fn joining_a_domain_is_logged_in_hexadecimal() {
    check("03/04/2026 10:11:12:123 NetpDoDomainJoin: status: 0x52e", &["win32:1326"]);
    check("NetpDsGetDcName: failed to find a DC in the specified domain: 0x54b, last error is 0x0", &["win32:1355"]);
    check("NetUseAdd to \\\\dc1.corp.example\\IPC$ returned 1326", &["win32:1326"]);
    check("NetpManageMachineAccount: status of creating account: 0x5", &["win32:5"]);
    check("NetpJoinDomain: options: 0x27, flags: 0x23", &[]);
    check("Netperf: state: 0x52e", &[]);
}

#[test]
fn a_result_in_decimal_and_in_hexadecimal() {
    check("DsBindWithCred to dc2 failed with status 1722 (0x6ba)", &["win32:1722"]);
    check("last sync failed, result 1908 (0x774)", &["win32:1908"]);
    check("上次尝试失败，结果 8453 (0x2105)", &["win32:8453"]);
    check("Installation ended with result 1603 (0x643)", &["msi:1603"]);
    check("process 1256 (0x4e8) failed, port 1723 (0x6bb) with it", &[]);
    check("buffer length 1024 (0x400) error in parse", &[]);
}

#[test]
fn a_success_that_says_no_is_no_failure() {
    check("WriterState hr = 0x1, no more items", &[]);
    check("hr: 0x1 and hr=0x80042308", &["hresult:0x80042308"]);
    check("it returned error code 0x0000001", &[]);
}

#[test]
fn buckets_without_a_function() {
    check("BUGCHECK_STR:  0x1E_c0000005_R", &["bugcheck:0x1E", "ntstatus:0xC0000005"]);
    check("BUGCHECK_STR:  0x9F_3", &["bugcheck:0x9F"]);
    check("FAILURE_BUCKET_ID:  X64_0x116_IMAGE_gfxdrv.sys", &["bugcheck:0x116", "file:gfxdrv.sys"]);
    check("BUGCHECK_STR:  AV", &[]);
    check("0x9F_3 of the mask", &[]);
}

#[test]
fn results_of_rare_facilities_beside_their_names() {
    check("| ACME_TOKEN_GONE(0x801c0f95) | the token is gone |", &["hresult:0x801C0F95"]);
    check("Autopilot 报 0x801c0003", &["hresult:0x801C0003"]);
    check("d3d: cannot create swap chain (887a0005)", &["hresult:0x887A0005"]);
    check("GENERIC_READ (0x80000000), WS_POPUPWINDOW 0x80880000", &[]);
    check("texture hash (887a0bcd) loaded", &[]);
}

#[test]
fn what_mail_libraries_raise() {
    check(
        "smtplib.SMTPDataError: (552, b'too big, see http://mail.example.com/help')",
        &["exception:smtplib.SMTPDataError", "smtp:552"],
    );
    check("SMTPRecipientsRefused: {'b@example.com': (550, b'closed')}", &["smtp:550"]);
    check("Net::SMTPServerBusy (450 try later)", &["smtp:450"]);
    check(
        "AuthenticationFailedException: 534 Use another password, see http://mail.example.com/?no=1001256",
        &["exception:AuthenticationFailedException", "smtp:534"],
    );
    check(
        "Expected response code 250 but got code \"550\", with message \"550 Not you, see http://mail.example.com\"",
        &["smtp:550"],
    );
    check(
        "Swift_TransportException: Expected response code 250 but got code \"535\"",
        &["exception:Swift_TransportException", "smtp:535"],
    );
    check("SmtpException: no. The server response was: 502 no AUTH here", &["exception:SmtpException", "smtp:502"]);
    check("failed to send mail: dial tcp 192.0.2.1:25: connect: connection refused", &["errno:ECONNREFUSED"]);
    check("Unable to send mail - 550 Denied", &["smtp:550"]);
    check("Expected response code 220 but got code \"\"", &[]);
    check("(550, 'x') of a list", &[]);
}

#[test]
fn replies_line_by_line() {
    check(
        "#220 mx ESMTP\nHELO x\n#250 mx Hello\nMAIL FROM:a\n#250 ok\nRCPT TO:b\n#550 nobody here\nDATA\n#503 need RCPT first\n",
        &["smtp:550", "smtp:503"],
    );
    check(
        "550 mailbox of nobody\n521 host takes no mail\n432 a password change is needed\n",
        &["smtp:550", "smtp:521", "smtp:432"],
    );
    check("> RCPT TO:<b@example.org>\n< 552 too big\n", &["smtp:552"]);
    check("给客户发邮件一直收到550错误", &["smtp:550"]);
    check("their mail server answers with a 554 error", &["smtp:554"]);
    check("421 people wrote mail; 450 users replied; 554 emails in mailbox", &[]);
    check("521 messages were sent, 550 bytes each by mail", &[]);
}

#[test]
fn events_in_lists_with_glosses() {
    check(
        "Filter for events with IDs such as 7031 (Service Control Manager), 10016 (DCOM), or 1074 (a restart).",
        &["event:7031", "event:10016", "event:1074"],
    );
    check("kernel power 41 and the like", &["event:Kernel-Power/41"]);
    check("event IDs like 7031, 7034 and 7023", &["event:7031", "event:7034", "event:7023"]);
    check(
        "关注事件ID为41（Kernel-Power）、1001（BugCheck）和6008（意外关机）的记录",
        &["event:41", "event:1001", "event:6008"],
    );
    check("事件ID如 10016、7031", &["event:10016", "event:7031"]);
    check(
        "Get-WinEvent -FilterHashtable @{LogName='System'; ID=41,1074,6008}",
        &["event:41", "event:1074", "event:6008"],
    );
    check("在事件查看器看到ID 10016 的错误", &["event:10016"]);
    check("系统 错误 6008 EventLog", &["event:6008"]);
    check("来源：Service Control Manager，ID：7031", &["event:Service Control Manager/7031"]);
    check("事件日志显示用户ID 41 登录", &[]);
    check("events with id 5 minutes old", &[]);
}

#[test]
fn labels_of_the_event_viewer_in_more_languages() {
    check("Identificação do Evento: 7031", &["event:7031"]);
    check("Id. de suceso: 1026", &["event:1026"]);
    check("ID de l’événement : 1026", &["event:1026"]);
    check("Gebeurtenis-id: 1026", &["event:1026"]);
    check("Händelse-ID: 1026", &["event:1026"]);
    check("Tapahtumatunnus: 1026", &["event:1026"]);
    check("Olay Kimliği: 1026", &["event:1026"]);
    check("Идентификатор события: 1026", &["event:1026"]);
}

#[test]
fn calls_that_failed_with_a_bare_code() {
    check("MoveFile failed; code 5.\nAccess is denied.", &["win32:5"]);
    check("CreateProcess failed; code 4551.", &["win32:4551"]);
    check("CreateProcess 失败；代码 740。", &["win32:740"]);
    check("Starting it gave this: (740, 'CreateProcess', 'x')", &["win32:740"]);
    check("(1060, 'OpenService', 'The service is not there.')", &["win32:1060"]);
    check("NativeErrorCode: 1326", &["win32:1326"]);
    check("服务无法启动，错误 193:0xc1", &["win32:193"]);
    check(
        "a wait timed out: The semaphore timeout period has expired. (Microsoft SQL Server, Error: 121)",
        &["win32:121"],
    );
    check("Windows Error 64-bit build", &[]);
    check("the build failed; code 740 was not run", &[]);
    check("('a', 740, 'CreateProcessTest', 5)", &[]);
}

#[test]
fn numbers_before_the_words_of_the_system() {
    check("1068：依赖服务或组无法启动。", &["win32:1068"]);
    check("740: The requested operation requires elevation", &["win32:740"]);
    check("弹窗写着 193，%1 不是有效的 Win32 应用程序", &["win32:193"]);
    check("(67) The network name cannot be found.", &["win32:67"]);
    check("1. Access is denied for guests\n5. Access is denied for admins", &[]);
    check("item 12: the network name cannot be found in the list", &[]);
}

#[test]
fn errors_in_lists() {
    check("在这台服务器上,1079错误代码说明帐户不同", &["win32:1079"]);
    check("启动打印服务时会看到 1068 和 1079 错误", &["win32:1068", "win32:1079"]);
    check("we see errors 1722 and 1753 between the sites", &["win32:1722", "win32:1753"]);
    check("both 1053 and 1067 errors come up", &["win32:1053", "win32:1067"]);
    check("SQL Server: you may see 17053 and 17054 errors", &["mssql:17053", "mssql:17054"]);
    check("there were 1067 errors, 共 1,068 错误", &[]);
    check("SQL Server 2019 errors and 2022 errors", &[]);
    check("error 1722 and 64 bit programs", &["win32:1722"]);
}

#[test]
fn places_of_a_list_are_no_errors() {
    check("可能是：1. 路径错误  2. 密码错误  3. 端口错误 4. 权限", &[]);
    check("causes: 1) wrong path error 2) a blank in the name", &[]);
    check("版本 5.0 错误 6. 句柄无效", &["win32:6"]);
    check("its facility code 0x7D0 (2000L)\nfacility error: 0x35 (53L)", &[]);
}

#[test]
fn results_of_the_kernel_behind_a_comma_or_in_brackets() {
    check("[12.345678] host 1-1.2: got no header, -110", &["errno:ETIMEDOUT"]);
    check("kernel: camdrv: transfer status (-71) in the handler.", &["errno:EPROTO"]);
    check("[12.345678] thermal: trip at 80, -5", &[]);
    check("retry 5 of 9, -22", &[]);
}

#[test]
fn errors_of_connections_as_other_systems_number_them() {
    check("Error 61 talking to cache:6379. Connection refused.", &["errno:ECONNREFUSED"]);
    check("Error 54 while reading from socket: Connection reset by peer", &["errno:ECONNRESET"]);
    check("IoError(Os { code: 10060, kind: TimedOut, message: \"no answer\" })", &["exception:IoError", "win32:10060"]);
    check("socket.gaierror: [Errno -2] Name or service not known", &["exception:socket.gaierror"]);
}

#[test]
fn codes_that_were_torn_or_coloured() {
    check("代码 0xc 0000135（缺少 DLL），错误", &["ntstatus:0xC0000135"]);
    check("error 0x8007 0005 when installing", &["hresult:0x80070005"]);
    check("offset 0xc 0000123 of the block", &[]);
    check("←[1;31mjava.io.IOException←[m: 0x80070005", &["exception:java.io.IOException", "hresult:0x80070005"]);
    check("\\u001b[31mjava.net.ConnectException\\u001b[0m: no", &["exception:java.net.ConnectException"]);
    check("error 2150858770 in the subscription", &["hresult:0x80338012"]);
    check("pywintypes.com_error: (-2147352567, 'x')", &["exception:pywintypes.com_error", "hresult:0x80020009"]);
}

#[test]
fn installers_by_their_own_words() {
    check("卸载出错1904，回滚", &["msi:1904"]);
    check("CustomAction FooBar failed\nError 1722\nMainEngineThread is returning 1603", &["msi:1722", "msi:1603"]);
    check("setup.exe 返回 1638", &["file:setup.exe", "msi:1638"]);
    check("Fatal error during installation. (1603)", &["msi:1603"]);
    check("RPC 错误 1722，复制失败", &["win32:1722"]);
    check("room (1603) of the hotel", &[]);
}

#[test]
fn stop_codes_in_lists_and_of_drivers() {
    check(
        "故障后出现：\n- 0x00000050(内存)\n- 0x00000074(注册表)\n蓝屏都是这几个",
        &["bugcheck:0x50", "bugcheck:0x74"],
    );
    check("内核驱动签名不对时会有系统错误码(比如0x000000D1)。", &["bugcheck:0xD1"]);
    check("网络驱动器映射时系统错误 0x0000003B", &["win32:59"]);
    check("系统错误 0x00000005：拒绝访问", &["win32:5"]);
    check("蓝屏提示memory management", &["bugcheck:0x1A"]);
    check("stopcode: critical process died", &["bugcheck:0xEF"]);
    check("蓝屏是因为 memory management 写得不好", &[]);
}

#[test]
fn keys_in_quotes_and_with_slashes() {
    check("看一下 `HKEY_CURRENT_USER\\Software\\Acme\\星图`里面的值", &["regkey:HKCU\\Software\\Acme\\星图"]);
    check("注册表“HKLM\\SOFTWARE\\示例公司\\产品”下", &["regkey:HKLM\\SOFTWARE\\示例公司\\产品"]);
    check("HKLM/Software/Policies/Acme/Agent", &["regkey:HKLM\\Software\\Policies\\Acme\\Agent"]);
    check("set it in HKLM/HKCU as needed", &[]);
}

#[test]
fn a_number_in_brackets_among_values_is_none() {
    check("ERROR:  23505: duplicate key\nDETAIL:  Key (no)=(10054) already exists.", &["sqlstate:23505"]);
    check("ORA-00600: internal error code, arguments: [qerx1], [11], [10060], [10051], [], []", &["ora:ORA-00600"]);
    check("connect to 192.0.2.4:1433 failed (10061)", &["win32:10061"]);
}

#[test]
fn the_process_of_a_spring_line_is_none() {
    check("2026-01-02 10:11:12.123 ERROR 5 --- [main] o.a.Tomcat : no context", &[]);
    check("2026-01-02 10:11:12.123 ERROR 1326 --- [main] o.a.Tomcat : 下单失败,单号 80240016", &[]);
}

#[test]
fn numbers_of_orders_and_tickets_are_none() {
    check("付款失败，订单号 80070005 请查", &[]);
    check("工单 80240017 更新失败", &[]);
    check("更新失败，错误号 80070005", &["hresult:0x80070005"]);
}

#[test]
fn what_the_network_library_of_sql_server_says() {
    check(
        "SQLState: '08001'\nSQL Server Error: 17\n[Microsoft][ODBC SQL Server Driver]",
        &["sqlstate:08001", "mssql:17"],
    );
    check("SQL Server 错误: 11\n[Microsoft][ODBC SQL Server Driver][DBNETLIB]", &["mssql:11"]);
    check("Exception: timeout\nError Number:-2,State:0,Class:11", &[]);
}

#[test]
fn messages_of_the_installer_by_their_words() {
    check("Error 1327. Invalid Drive: P:\\", &["msi:1327"]);
    check("错误 1406。无法将数值 Path 写入键 \\SOFTWARE\\Acme。", &["msi:1406"]);
    check("Error 1327: the account has a restriction", &["win32:1327"]);
    check("agent.msi exit 1638 on 4 hosts", &["msi:1638"]);
    check("pushed acme.msi 1603 times", &[]);
    check("卸载时报错误代码为 2503，点掉之后再来一次 2502", &["msi:2503", "msi:2502"]);
    check(
        "MSI (s) (10:20): Product: Acme -- Error 1920. Service 'Acme Agent' (AcmeSvc) failed to start.",
        &["msi:1920", "service:AcmeSvc"],
    );
}

#[test]
fn events_with_their_sources_in_full_width_brackets() {
    check("事件 ID 分别是 5719（NETLOGON）、1030、4013（DNS）", &["event:5719", "event:1030", "event:4013"]);
}

#[test]
fn parameters_of_an_old_crash_line() {
    check("BugCheck 7E, {c0000005, fffff80002ad1f5a, fffff88008c8a0f0, 0}", &["bugcheck:0x7E", "ntstatus:0xC0000005"]);
    check("BugCheck D1, {c0008, 2, 0, fffff88001a2b3c4}", &["bugcheck:0xD1"]);
}

#[test]
fn codes_of_a_remote_desktop_client_are_its_own() {
    check("Remote Desktop can't connect.\nError code: 0x204\nExtended error code: 0x0", &[]);
}

#[test]
fn numbers_of_replication_and_of_clients() {
    check("Last_SQL_Errno: 1032", &["mysql:1032"]);
    check("Error reading packet from server (server_errno=2013)", &["mysql:2013"]);
    check(
        "SQL30081N  Communication function: \"connect\".  Protocol specific error code(s): \"10061\", \"*\", \"*\".  SQLSTATE=08001",
        &["db2:SQL30081N", "win32:10061", "sqlstate:08001"],
    );
    check(
        "SQL30081N  Protocol specific error code(s): \"111\", \"*\", \"*\".",
        &["db2:SQL30081N", "errno:ECONNREFUSED"],
    );
}

#[test]
fn what_a_proxy_answered() {
    check(
        "haproxy[77]: 192.0.2.1:5142 [12/Nov/2026:08:14:06.711] web app/s1 0/0/-1/-1/2001 504 221 - - sH-- 2/2/1/1/0 0/0 \"GET /a HTTP/1.1\"",
        &["http:504"],
    );
    check(
        "haproxy[77]: 192.0.2.1:5142 [12/Nov/2026:08:14:06.711] web app/s1 0/0/1/5/6 200 503 - - ---- 2/2/1/1/0 0/0 \"GET /a HTTP/1.1\"",
        &[],
    );
}

#[test]
fn what_waited_too_long_in_the_queue() {
    check("#550 4.4.7 QUEUE.Expired; message expired ##", &["smtp:4.4.7"]);
}

#[test]
fn what_bindings_and_pools_hand_on() {
    check("error: (1060, 'OpenService', 'The specified service does not exist.')", &["win32:1060"]);
    check("OperationalError: (2003, \"no server\")", &["exception:OperationalError", "mysql:2003"]);
    check("create connection error, url:jdbc:oracle:thin, errorCode 17002,state 08006", &["sqlstate:08006"]);
    check(
        "[MY-012611] [InnoDB] D:\\data\\a.ibd\n[ERROR] [InnoDB] Operating system error number 23 in a file operation.",
        &["win32:23"],
    );
}

#[test]
fn replies_of_chinese_mail_services() {
    check("450WM:BLU 此用户不在名单里;\n554DT:SPM 垃圾邮件", &["smtp:450", "smtp:554"]);
    check("mail errors come back as `550 Exception sending email`", &["smtp:550"]);
}

#[test]
fn one_zero_too_many() {
    check("it says error 0x080070035", &["hresult:0x80070035"]);
    check("pointer 0x080071234", &[]);
}

#[test]
fn one_number_before_the_word_is_no_count() {
    check("I receive an 1275 error when it starts", &["win32:1275"]);
    check("启动服务时报1275错误", &["win32:1275"]);
    check("连接公司 vpn 老是报789错误", &["win32:789"]);
    check("he counted 1275 errors in the log", &[]);
    check("我们一共修了789错误", &[]);
}

#[test]
fn results_and_names_without_their_brackets() {
    check("0x000000D1RIVER_IRQL_NOT_LESS_OR_EQUAL 蓝屏", &["bugcheck:0xD1"]);
    check("Postgresql Error : 42p01 relation \"t\" does not exist", &["sqlstate:42P01"]);
    check(
        "(psycopg2.errors.UndefinedTable) relation \"t\" does not exist",
        &["exception:psycopg2.errors.UndefinedTable"],
    );
    check("[   16.925442] sdx 0000:06:00.0: request page program 7d56eb17 failed -22", &["errno:EINVAL"]);
}
