//! Codes as people and programs write them, and what only looks like one.

use super::{Context, check, check_in};

#[test]
fn a_source_behind_an_article() {
    check("see the Service Control Manager 7023 there", &["event:Service Control Manager/7023"]);
    check("端口冲突 Service Control Manager错误ID 7023", &["event:Service Control Manager/7023"]);
}

#[test]
fn events_as_people_list_them() {
    check("In the log I get two events - 7000, 7009.", &["event:7000", "event:7009"]);
    check("only events 40 minutes apart", &[]);
    check(
        "Schannel 36887 and DCOM error 10016, disk 153",
        &["event:Schannel/36887", "event:DCOM/10016", "event:disk/153"],
    );
    check("VSS 2019 backup of disk 1500 GB", &[]);
    check("7031,ERROR,Service Control Manager,Mon", &["event:7031"]);
    check("| Event ID | Text |\n|---|---|\n| 7005 | a |\n| **7026** | b |\n", &["event:7005", "event:7026"]);
    check("Text | Event ID |\n--|--\na 9 | 7005 |\n", &["event:7005"]);
    check("**4776** NTLM validation; 4771 - Kerberos pre-authentication", &["event:4776", "event:4771"]);
    check("Ereignis-ID: 7000, код события 7001, 7009", &["event:7000", "event:7001", "event:7009"]);
}

#[test]
fn databases_as_programs_print_them() {
    check("Error Number:18456,State:1,Class:14", &["mssql:18456"]);
    check("# 1045 'Access denied for user 'app'@'localhost''", &["mysql:1045"]);
    check("main.c(12): error C2065: 'x': undeclared identifier", &[]);
    check(
        "psycopg2.errors.UndefinedTable: relation \"a\" does not exist",
        &["exception:psycopg2.errors.UndefinedTable"],
    );
    check_in(
        "[ERROR] InnoDB: Operating system error number 13 in a file operation.",
        Context::Prose,
        &["errno:EACCES"],
    );
}

#[test]
fn numbers_that_are_no_codes() {
    check("ERROR #132 (0x85100084) Fatal", &[]);
    check("Caused by: 0: failed to listen 1: io error 2: 以一种方式", &[]);
}

#[test]
fn labels_in_other_languages() {
    check("Код исключения: c0000005", &["ntstatus:0xC0000005"]);
    check("bsod із кодом stop 0х00000050", &["bugcheck:0x50"]);
    check("Systemfehler 5 aufgetreten.", &["win32:5"]);
    check("Системная ошибка 53", &["win32:53"]);
}

#[test]
fn results_without_a_label() {
    check("The package fails to install with 3010 again", &["msi:3010"]);
    check("Tunnel connection failed: 502", &["http:502"]);
    check("Error 0xC004000D on activation", &["hresult:0xC004000D"]);
}

#[test]
fn tables_and_lists_without_their_form() {
    check("Event ID: 7023Service Control ManagerN/A", &["event:7023"]);
    check(
        "SYSTEM_SERVICE_EXCEPTION 0x0000003b 00000000`c0000005 00000000`00000000",
        &["bugcheck:0x3B", "ntstatus:0xC0000005"],
    );
    check("tid(b20) 800705AA Insufficient resources", &["hresult:0x800705AA"]);
    check("0x80070BC9, 0x80CFD015 and the like", &["hresult:0x80070BC9", "hresult:0x80CFD015"]);
    check("the size was 0x80CFD015 bytes", &[]);
    check("unsigned char stop = 0x81; // stop code: 2^n + 1", &[]);
    check("a blue screen, for example 0x0000008D", &["bugcheck:0x8D"]);
}

#[test]
fn mail_replies_as_lists_give_them() {
    check("5.7.1 - SMTP; not authorized\n\n4.4.7 - a timeout of the protocol", &["smtp:5.7.1", "smtp:4.4.7"]);
    check("| 550.5.7.0 Message Size Violation |", &["smtp:5.7.0"]);
    check("421HL:REP 该IP被临时禁止连接", &["smtp:421"]);
    check("502 Command not implemented", &["smtp:502"]);
    check("version 4.4.7 - a fix", &[]);
    check("4.4.7 - new in this release", &[]);
}

#[test]
fn a_socket_error_handed_on_by_the_provider() {
    check("(Microsoft SQL Server, Error: 11001)", &["win32:11001"]);
}

#[test]
fn errors_of_a_service_are_not_its_servers() {
    check("本地计算机上的 MySQL 服务启动后停止。错误1067:进程意外终止", &["service:MySQL", "win32:1067"]);
    check("Windows could not start the MySQL80 service. Error 1053: it did not respond", &["win32:1053"]);
    check("mysql error 1054: Unknown column 'a'", &["mysql:1054"]);
    check("用 Navicat 报1251错误", &["mysql:1251"]);
    check("mysql 连不上\n提示的错误为 1045 - backend auth error", &["mysql:1045"]);
    check("无法启动服务“主机计算服务 (vmcompute)”", &["service:vmcompute"]);
}

#[test]
fn errors_of_the_system_as_programs_frame_them() {
    check("(OS 10048)通常每个套接字地址只允许使用一次。 : AH00072: make_sock", &["win32:10048"]);
    check("supR3Hardened: Error -101 in it, rc=-101", &[]);
    check_in("[  726.276822] nvme nvme1: Removing after probe failure status: -5", Context::Prose, &["errno:EIO"]);
    check("error2: the second of the list", &[]);
    check("印表機 Spooler、0x00000709、0x0000011B", &["win32:1801", "win32:283"]);
    check("_nodemailer@4.7.0@nodemailer of the smtp part", &[]);
    check("450 queue unavailable. (队列忙)\n503 please say RCPT first\n", &["smtp:450", "smtp:503"]);
}

#[test]
fn installers_say_it_in_many_ways() {
    check("the setup stops with errorcode 2503 followed by 2502 here", &["msi:2503", "msi:2502"]);
    check("Wątek MainEngineThread zwraca wartość 1619.", &["msi:1619"]);
    check("1625\tERROR_INSTALL_PACKAGE_REJECTED", &["msi:1625"]);
    check("error 2503 of the bank's terminal", &[]);
}

#[test]
fn kerberos_numbers_in_tables_and_java() {
    check("KRB Error: (14) KDC_ERR_ETYPE_NOSUPP", &["kerberos:0xE"]);
    check(">>>KRBError:\n\t error code is 7\n", &["exception:KRBError", "kerberos:0x7"]);
    check("Kerberos:\n| 0x12 | Account disabled |", &["kerberos:0x12"]);
}

#[test]
fn statuses_in_tables() {
    check("IIS 500.19(内部服务器错误)，404.3", &["http:500.19", "http:404.3"]);
    check("in chapter 404.3 of the book", &[]);
    check("PostgreSQL: | 42P01 | Undefined Table |", &["sqlstate:42P01"]);
    check("order 23505 was shipped", &[]);
    check("登录失败: 18456错误, 数据库 4060错误", &["mssql:18456", "mssql:4060"]);
}

#[test]
fn events_in_exported_tables() {
    check("2026-01-02 03:04:05|Microsoft-Windows-TPM-WMI|1801|text", &["event:Microsoft-Windows-TPM-WMI/1801"]);
    check("Event ID:\n675\nSource:\nSecurity", &["event:675"]);
    let table = "TimeCreated  Id LevelDisplayName Message\n-----------  -- ---------------- -------\n\
                 20.04.2022 10:12:13  4776 Information  The computer\n";
    check(table, &["event:4776"]);
    check("&lt;EventID&gt;41&lt;/EventID&gt;", &["event:41"]);
}

#[test]
fn calls_of_services_and_systems() {
    check("All ended in StartService FAILED 577.", &["win32:577"]);
    check("StartService error (code 1068).", &["win32:1068"]);
    check("mount error(2): No such file=\n or directory", &["errno:ENOENT"]);
    check("[ERROR] InnoDB: Unable to lock ./ibdata1 error: 11", &["errno:EAGAIN"]);
    check("<<< 554-No SMTP service", &["smtp:554"]);
    check("Error: Message failed: 554 DT:SPM 126 smtp2", &["smtp:554"]);
    check("C:\\WINDOWS\\$NtUninstallKB885884$", &["kb:KB885884"]);
    check("Arg1: 00000000c0000005, Exception code", &["ntstatus:0xC0000005"]);
    check("Kernel Auto Boost Lock Acquisition With Raised IRQL", &["bugcheck:0x192"]);
}

#[test]
fn results_in_lists_and_tables() {
    check("| 80073712/80244019 |", &["hresult:0x80073712", "hresult:0x80244019"]);
    check("常见的错误:\n- 8009019E:工作集超时", &["hresult:0x8009019E"]);
    check("0xC0000064User logon with a misspelt name", &["ntstatus:0xC0000064"]);
    check("host.cpp,1470,80073CF6;host.cpp,862,0;", &["hresult:0x80073CF6"]);
    check("failed with the service-specific error: %%2284126209", &["hresult:0x88250001"]);
    check("ended well: %%0", &[]);
    check("错误代码: 0x851A001A", &["hresult:0x851A001A"]);
    check("path 80073712/readme.txt", &[]);
    check("it exits with -2147450751 at once", &["hresult:0x80008081"]);
}

#[test]
fn numbers_that_other_layers_count() {
    check("failed to set up (problem code: 0x12, ntstatus: 0xC0000493)", &["ntstatus:0xC0000493"]);
    check("error = 0x8024400E, soap client error = 7", &["hresult:0x8024400E"]);
    check("Query failed: 0x05: CR_INVALID_DEVNODE.", &[]);
    check("退出码 1067 停止", &["win32:1067"]);
    check("Error 1406. Setup cannot write the value", &["msi:1406"]);
    check("错误代码0x0000007B通常表示启动硬盘出现问题", &["bugcheck:0x7B"]);
    check("{KB 183169} and {KB 171003}", &["kb:KB183169", "kb:KB171003"]);
    check("Faulting module name: **a1.dll**, version", &["file:a1.dll"]);
}

#[test]
fn colours_of_a_terminal_hide_no_code() {
    let log = "level=\x1b[31merror\x1b[0m code=\x1b[36m0x80070005\x1b[0m msg=\x1b[1mORA-12514\x1b[0m\n\x1b[31mKB4474419\x1b[0m failed";
    check(log, &["hresult:0x80070005", "ora:ORA-12514", "kb:KB4474419"]);
    check("\x1b[38;5;196mEACCES\x1b[0m failed", &["errno:EACCES"]);
    check("\x1b[ never ends 0x80070005", &["hresult:0x80070005"]);
}

#[test]
fn states_and_numbers_of_databases_in_other_frames() {
    check("create connection error, url: jdbc:x, errorCode 0, state 08S01", &["sqlstate:08S01"]);
    check("{ code: '42P01', message: 'relation \"a\" does not exist' }", &["sqlstate:42P01"]);
    check("we get ExclusionViolation (23P01) there", &["sqlstate:23P01"]);
    check("ORA - 00942: no such table", &["ora:ORA-00942"]);
    check("Error 1092 happened during db open, shutting down", &["ora:ORA-01092"]);
    check("Severity 14, State 38", &[]);
}

#[test]
fn services_in_commands_calls_and_events() {
    check("2、以管理员身份运行 sc.exe config lanmanserver start= auto", &["service:lanmanserver"]);
    check("Failed in StartService for [8]\"ngentick\" with code", &["service:ngentick"]);
    check("StartService 失败 577", &["win32:577"]);
    check("启动计算机“PC-1”上的服务 nginx-web 时出现问题", &["service:nginx-web"]);
    let event = |name: &str| {
        format!(
            "<Provider Name=\"Service Control Manager\"/><EventID Qualifiers=\"49152\">7024</EventID>\n\
             <Data Name=\"param1\">{name}</Data>"
        )
    };
    check(&event("pump-agent"), &["event:Service Control Manager/7024", "service:pump-agent"]);
    check(&event("Pump Control Agent"), &["event:Service Control Manager/7024"]);
    check("<Data Name=\"param1\">pump-agent</Data>", &[]);
    check("finally error 7034 \"The Pump Agent service terminated unexpectedly.\"", &["event:7034"]);
}

#[test]
fn replies_of_mail_servers_in_other_frames() {
    check("退信：对方拒收邮件（错误类型：550）", &["smtp:550"]);
    check("| 500 Error: bad syntax; |\n| 501 Bad address syntax; |", &["smtp:500", "smtp:501"]);
    check("SMTP error, DOT:519 Rejected.", &["smtp:519"]);
    check("Message=5.2.0 STOREDRV.Submission; cannot", &["smtp:5.2.0"]);
    check("update to 5.2.0 storage", &[]);
}

#[test]
fn errors_of_other_systems_keep_their_system() {
    check("BIO_read returned a system error 110: Connection timed out", &["errno:ETIMEDOUT"]);
    check("System error 53 has occurred.", &["win32:53"]);
    check("connect() failed (111: Connection\nrefused) while connecting", &["errno:ECONNREFUSED"]);
    check("bind() to 0.0.0.0:80 failed (98:\nAddress already in use)", &["errno:EADDRINUSE"]);
    check("type=SYSCALL arch=c000003e syscall=2 success=no exit=-13 a0=1", &["errno:EACCES"]);
    check("failed nvme_keep_alive_end_io error=10", &[]);
    check("device 4: [#0000000D] The data is invalid.", &["win32:13"]);
    check("colour [#0000FF00] is blue", &[]);
    check("RegOpenKey(Root=-2147483646,Key=SOFTWARE\\X", &[]);
    check("Result = 0xC1800104 => WINDLP_E_OPERATION_COMPLETED", &["hresult:0xC1800104"]);
    check("HTTP error: ResponseCode: 503, Body: none", &["http:503"]);
}

#[test]
fn crashes_as_the_debugger_names_them() {
    check(
        "*** Fatal System Error: 0x0000007b\n             (0xFFFFBF00,0xFFFFFFFFC0000034,0x0,0x0)",
        &["bugcheck:0x7B", "ntstatus:0xC0000034"],
    );
    check("0x133_ISR_nt!KeAccumulateTicks", &["bugcheck:0x133"]);
    check("Value: 0x3B_C0000006_VRF_nt!HvpGet", &["bugcheck:0x3B", "ntstatus:0xC0000006"]);
    check("0x9F_3_POWER_DOWN_IMAGE_pump-dco.sys", &["bugcheck:0x9F", "file:pump-dco.sys"]);
    check("0x10_mask, 0x7B_flag", &[]);
    check(
        "Bug check code : 0x1000007e\nParameters : ffffffff`c0000005 , fffff800`02099054",
        &["bugcheck:0x1000007E", "ntstatus:0xC0000005"],
    );
    check("[MISC] Eventlog: 5719 (1) \"CORP\"", &["event:5719"]);
}

#[test]
fn classes_without_a_usual_ending_and_files_known_by_name() {
    check("PG::UniqueViolation: ERROR:  duplicate key", &["exception:PG::UniqueViolation"]);
    check("pywintypes.error: (-2146893053, 'Init', 'x')", &["exception:pywintypes.error", "hresult:0x80090303"]);
    check("com.acme.error: none", &[]);
    check("Config File \\\\?\\C:\\site\\web.config", &["file:web.config"]);
    check("edit your web.config", &[]);
    check("C:\\Windows\\System32\\spp\\store\\2.0\\tokens.dat is damaged", &["file:tokens.dat"]);
}

#[test]
fn numbers_of_kerberos_libraries() {
    check("krb5_get_init_creds_password failed: -1765328360", &["kerberos:0x18"]);
    check("GSSAPI error: minor_status=-1765328347, clock skew", &["kerberos:0x25"]);
    check("kinit returned -1765328228", &["kerberos:0x96C73A9C"]);
    check("offset -1765300000 of the block", &[]);
}

#[test]
fn words_of_the_system_behind_a_colon_without_a_blank() {
    check("磁盘满了：No space left on device，请处理", &["errno:ENOSPC"]);
    check("应用报：Connection refused", &["errno:ECONNREFUSED"]);
    check("报错：Permission denied，无法写入日志目录", &["errno:EACCES"]);
    check("日志里写着：Too many open files！", &["errno:EMFILE"]);
    check("app says:Connection refused", &["errno:ECONNREFUSED"]);
    check("报 No space left on device 错误", &["errno:ENOSPC"]);
    check("提示 Permission denied 无法写入", &["errno:EACCES"]);
    check("应用连接时报 Connection refused，端口 8080", &["errno:ECONNREFUSED"]);
    check("报 Too many open files 的错误", &["errno:EMFILE"]);
    check("The job fails with \"Read-only file system\".", &["errno:EROFS"]);
    check("The app says No route to host", &["errno:EHOSTUNREACH"]);
    check("users get permission denied when they open the page", &[]);
    check("chapter 4:is a directory of names", &[]);
}

#[test]
fn the_data_of_a_directory_is_of_its_own_line() {
    let log = "Oct 11 10:00:16 web1 slapd[1]: conn=1 op=0 RESULT tag=97 err=49 text=\nOct 11 10:00:17 dc1 app: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 52e, v4563\n";
    check_in(log, Context::Log(crate::logs::LogFormat::Syslog), &["ldap:49", "ldap:49/52e"]);
    let one = "Oct 11 10:00:16 web1 slapd[1]: conn=1 op=0 RESULT tag=97 err=49 text=80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 52e, v4563";
    check_in(one, Context::Log(crate::logs::LogFormat::Syslog), &["ldap:49/52e", "hresult:0x80090308"]);
}

#[test]
fn codes_that_were_returned() {
    check(
        r"CoId={6A3B40A1-1234-4A4A-9999-ABCDEF012345}: The user CONTOSO\bob dialed a connection named Office which has failed. The error code returned on failure is 809.",
        &["win32:809"],
    );
    check("The error code returned by the gateway was 53", &["win32:53"]);
    check("The reason code returned on termination is 829.", &["win32:829"]);
    check("The reason code returned on termination is 631.", &[]);
    check("the error code returned is documented in chapter 5", &[]);
    check("The error code returned, as of 2024, was empty", &[]);
}

#[test]
fn results_of_kerberos_in_words() {
    check("kinit: Preauthentication failed while getting initial credentials", &["kerberos:0x18"]);
    check(
        "krb5kdc[812](info): AS_REQ (4 etypes {18 17 20 19}) 192.0.2.5: PREAUTH_FAILED: bob@EXAMPLE.COM for krbtgt/EXAMPLE.COM@EXAMPLE.COM, Preauthentication failed",
        &["kerberos:0x18"],
    );
    check(
        "GSSAPI Error: Unspecified GSS failure.  Minor code may provide more information (Clock skew too great)",
        &["kerberos:0x25"],
    );
    check("kinit: Client 'x@EXAMPLE.COM' not found in Kerberos database", &[]);
    check("GSS: Clock skew too great (37)", &["kerberos:0x25"]);
    check("服务启动报 Server not found in Kerberos database", &["kerberos:0x7"]);
    check("NEEDED_PREAUTH: bob@EXAMPLE.COM, Additional pre-authentication required", &[]);
}

#[test]
fn states_behind_the_severities_of_postgresql() {
    check("FATAL:  53300: remaining connection slots are reserved", &["sqlstate:53300"]);
    check("2024-10-11 10:00:00 UTC [2345] PANIC:  58030: could not write to file", &["sqlstate:58030"]);
    check("FATAL:  the database system is starting up", &[]);
}

#[test]
fn severities_in_other_languages() {
    check("Fehler: 9002, Schweregrad: 17, Status: 2.", &["mssql:9002"]);
    check("Erreur : 18456, Gravité : 14, État : 8.", &["mssql:18456"]);
    check("Error: 9002, gravedad: 17, estado: 2.", &["mssql:9002"]);
    check("エラー: 9002、重大度: 17、状態: 2。", &["mssql:9002"]);
    check("错误: 9002，严重性: 17，状态: 2。", &["mssql:9002"]);
    check("Meldung 1205, Ebene 13, Status 51, Server SQL1, Zeile 1", &["mssql:1205"]);
    check("Msg 229, Niveau 14, État 5, Serveur SQL1, Ligne 1", &["mssql:229"]);
    check("Rang 12, Schweregrad: hoch", &[]);
}

#[test]
fn certificates_and_alerts_in_other_words() {
    check("verify error:num=10:certificate has expired", &["tls:certificate_expired"]);
    check("Verify return code: 20 (unable to get local issuer certificate)", &["tls:unknown_ca"]);
    check("Verify return code: 0 (ok)", &[]);
    check("从远程终结点接收到一个严重警报。TLS 协议所定义的严重警报代码为 70。", &["tls:protocol_version"]);
    check("已生成致命警报，致命警报代码为 40。", &["tls:handshake_failure"]);
    check("生成以下严重警报: 40。内部错误状态为 1205。", &["tls:handshake_failure"]);
    check("本月严重警报 40 条", &[]);
}

#[test]
fn a_disk_that_does_not_answer() {
    check("[ 812.5] nvme nvme0: I/O 22 QID 3 timeout, aborting", &["kernel:io-timeout/nvme"]);
    check("nvme0: I/O 22 QID 3 timeout, aborting", &["kernel:io-timeout/nvme"]);
    check("request timeout, aborting", &[]);
}
