//! Stamps of many programs, and what whole logs say of their clocks.

use jiff::{Timestamp, civil::date, tz::Offset};
use proptest::prelude::*;

use super::*;

/// The stamp of a line, written out: `?` for what it leaves open.
fn shown(line: &str) -> String {
    let Some(stamp) = read(line) else { return "none".into() };
    match stamp.reading {
        Reading::Instant(instant) => format!("@{instant}"),
        Reading::SinceBoot(elapsed) => format!("boot+{:?}", elapsed.as_secs_f64()),
        Reading::Civil { day, time, offset } => {
            let day = match day {
                Day::Full(date) => date.to_string(),
                Day::Numbers(numbers) => {
                    let order = |order| numbers.in_order(order).map_or("-".into(), |date| date.to_string());
                    Order::ALL.map(order).join("|")
                }
                Day::NoYear { month, day } => format!("?-{month:02}-{day:02}"),
                Day::None => "?".into(),
            };
            format!("{day} {time}{}", offset.map_or(String::new(), |offset| format!(" {offset}")))
        }
    }
}

#[track_caller]
fn check(line: &str, expected: &str) {
    assert_eq!(shown(line), expected, "in: {line}");
}

#[test]
fn windows_logs() {
    check("2024-09-10 14:32:53, Info                  CBS    text", "2024-09-10 14:32:53");
    check(">>>  Section start 2024/09/10 14:32:53.379", "2024-09-10 14:32:53.379");
    check("<<<  Section end 2024/09/10 14:32:54.100", "2024-09-10 14:32:54.1");
    check("[Boot Session: 2024/09/10 06:12:01.492]", "2024-09-10 06:12:01.492");
    check("2018-10-04\t16:10:28:661\t 121\t2a2b\tPT\ttext", "2018-10-04 16:10:28.661");
    check("2024/01/02 10:11:12.1234567 1234  5678  Agent           text", "2024-01-02 10:11:12.1234567");
    check("[2024-09-10T14:32:53.379] setupact", "2024-09-10 14:32:53.379");
    check(
        "<Event xmlns='x'><System><TimeCreated SystemTime='2024-09-10T06:32:53.3790000Z'/>",
        "2024-09-10 06:32:53.379 +00",
    );
    check("错误\t2024/9/10 14:32:53\tService Control Manager\t7000\t无", "2024-09-10 14:32:53");
    check("Error,9/10/2024 2:32:53 PM,Service Control Manager,7000,None", "-|2024-09-10|2024-10-09 14:32:53");
    check("2024/9/10 下午 2:32:53\t错误", "2024-09-10 14:32:53");
    check("2024年9月10日 14:32:53 错误", "2024-09-10 14:32:53");
    check("2024年9月10日14:32 x", "2024-09-10 14:32:00");
    check("2024/9/10 上午12:05:00", "2024-09-10 00:05:00");
    check("TimeCreated  : 9/13/2024 2:32:53 PM", "-|2024-09-13|- 14:32:53");
    check("  Date: 2018-10-04T16:10:28.6610000Z", "2018-10-04 16:10:28.661 +00");
    check("日期:          2024/9/10 14:32:53", "2024-09-10 14:32:53");
    check("MSI (s) (A8:5C) [14:32:53:379]: Product: x", "? 14:32:53.379");
    check("=== Verbose logging started: 9/13/2024  14:32:53  Build type: SHIP", "-|2024-09-13|- 14:32:53");
    check("Action 14:32:53: InstallFiles. Copying new files", "? 14:32:53");
    check("Action ended 14:32:53: INSTALL. Return value 3.", "? 14:32:53");
    check("2024-09-10 14:32:53.37 spid51      Error: 18456, Severity: 14, State: 5.", "2024-09-10 14:32:53.37");
    check(
        r#"<![LOG[Failed to run]LOG]!><time="10:11:12.123-480" date="01-02-2024" component="x" type="3">"#,
        "2024-01-02 10:11:12.123 +08",
    );
    check(r#"<![LOG[x]LOG]!><time="10:11:12.123+300" date="01-13-2024" component="x">"#, "2024-01-13 10:11:12.123 -05");
    check("20240910143253.379000+480", "2024-09-10 14:32:53.379 +08");
    check("Debug session time: Tue Sep 10 14:32:53.379 2024 (UTC + 8:00)", "2024-09-10 14:32:53.379 +08");
    check("2024-09-10 06:32:53 W3SVC1 192.0.2.7 GET / - 80", "2024-09-10 06:32:53");
    check("09/10/24,14:32:53,DHCP", "2009-10-24|2024-09-10|2024-10-09 14:32:53");
    check("11,09/13/24,14:32:53,Renew,192.0.2.7", "-|2024-09-13|- 14:32:53");
}

#[test]
fn unix_logs() {
    check("Jul  1 09:19:03 host kernel[0]: text", "?-07-01 09:19:03");
    check("7月 01 09:19:03 host kernel: text", "?-07-01 09:19:03");
    check("<34>Jul  1 09:19:03 host su: text", "?-07-01 09:19:03");
    check("<165>1 2003-10-11T22:14:15.003Z host evntslog - ID47 - text", "2003-10-11 22:14:15.003 +00");
    check("2024-09-10T14:32:53+0800 host sshd[12]: text", "2024-09-10 14:32:53 +08");
    check("2024-09-10T14:32:53.379123+08:00 host systemd[1]: text", "2024-09-10 14:32:53.379123 +08");
    check("Tue 2024-09-10 14:32:53 CST host text", "2024-09-10 14:32:53");
    check("[   12.345678] usb 1-1: new device", "boot+12.345678");
    check("[12345.678901] Out of memory", "boot+12345.678901");
    check("[Tue Sep 10 14:32:53 2024] usb 1-1: new device", "2024-09-10 14:32:53");
    check("Tue Sep 10 14:32:53 CST 2024", "2024-09-10 14:32:53");
    check("Tue Sep 10 14:32:53 UTC 2024", "2024-09-10 14:32:53 +00");
    check("Sep 10 2024 14:32:53: %ASA-4-106023: Deny", "2024-09-10 14:32:53");
    check("*Sep 10 14:32:53.379: %LINK-3-UPDOWN", "?-09-10 14:32:53.379");
    check("type=SYSCALL msg=audit(1725949973.379:42): arch=c000003e", "@2024-09-10T06:32:53.379Z");
    check("1725949973.379    45 192.0.2.7 TCP_MISS/200", "@2024-09-10T06:32:53.379Z");
    check("[1725949973] SERVICE ALERT: host;disk;CRITICAL", "@2024-09-10T06:32:53Z");
    check("- 1117838570 2005.06.03 R02 2005-06-03-15.42.50.675872 x", "@2005-06-03T22:42:50Z");
    check("KERNDTLB 1117838570 2005.06.03 R02 x", "@2005-06-03T22:42:50Z");
    check("2005-06-03-15.42.50.675872 x", "2005-06-03 15:42:50.675872");
}

#[test]
fn servers_and_libraries() {
    check(r#"192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 500"#, "2000-10-10 13:55:36 -07");
    check("[Sun Dec 04 04:47:44 2005] [error] text", "2005-12-04 04:47:44");
    check("[Tue Sep 10 14:32:53.379123 2024] [core:error] [pid 1]", "2024-09-10 14:32:53.379123");
    check("2024/09/10 14:32:53 [error] 12#12: *1 upstream timed out", "2024-09-10 14:32:53");
    check("2024-09-10 14:32:53,379 ERROR [main] text", "2024-09-10 14:32:53.379");
    check("ERROR 2024-09-10 14:32:53,379 text", "2024-09-10 14:32:53.379");
    check("[ERROR] [2024-09-10 14:32:53.379] text", "2024-09-10 14:32:53.379");
    check("INFO  [main] 2024-09-10 14:32:53,379 C.java:12 - text", "2024-09-10 14:32:53.379");
    check("10-Sep-2024 14:32:53.379 SEVERE [main] text", "2024-09-10 14:32:53.379");
    check("Sep 10, 2024 2:32:53 PM org.example.Main run", "2024-09-10 14:32:53");
    check("九月 10, 2024 2:32:53 下午 org.example.Main run", "2024-09-10 14:32:53");
    check("十一月 10, 2024 2:32:53 上午 org.example.Main run", "2024-11-10 02:32:53");
    check("####<Sep 10, 2024 2:32:53,379 PM CST> <Error> <x>", "2024-09-10 14:32:53.379");
    check("[9/10/24 14:32:53:379 CST] 0000001a SystemErr R", "-|2024-09-10|2024-10-09 14:32:53.379");
    check("17/06/09 20:10:40 INFO executor.X: text", "2017-06-09|-|2009-06-17 20:10:40");
    check("081109 203615 148 INFO dfs.DataNode: text", "2008-11-09 20:36:15");
    check("240910  4:32:53 [ERROR] mysqld", "2024-09-10 04:32:53");
    check("240910 14:32:53 InnoDB: text", "2024-09-10 14:32:53");
    check("20171223-22:15:29:606|Step_LSC|3|x", "2017-12-23 22:15:29.606");
    check("20171223-22:15:5:62|Step_LSC|3|x", "2017-12-23 22:15:05.062");
    check("20171224-0:2:30:2|Step_LSC|3|x", "2017-12-24 00:02:30.002");
    check("03-17 16:13:38.811  1702  2395 D WindowManager: text", "?-03-17 16:13:38.811");
    check("[10.30 16:49:06] chrome.exe - x", "?-10-30 16:49:06");
    check("E0910 14:32:53.379123   12345 controller.go:42] text", "?-09-10 14:32:53.379123");
    check("10-SEP-2024 14:32:53 * (CONNECT_DATA=x) * establish", "2024-09-10 14:32:53");
    check("2024-09-10T14:32:53.379+0800: 12.345: [GC pause", "2024-09-10 14:32:53.379 +08");
    check(r#"{"level":"error","ts":1725949973.379,"msg":"x"}"#, "@2024-09-10T06:32:53.379Z");
    check(r#"{"t":{"$date":"2024-09-10T14:32:53.379+08:00"},"s":"E"}"#, "2024-09-10 14:32:53.379 +08");
    check(r#"{"@timestamp": "2024-09-10T06:32:53.379Z"}"#, "2024-09-10 06:32:53.379 +00");
    check(r#"{"timestamp":1725949973379,"x":1}"#, "@2024-09-10T06:32:53.379Z");
    check(r#"level=error ts=2024-09-10T06:32:53Z caller=x"#, "2024-09-10 06:32:53 +00");
    check(r#"time="2024-09-10T14:32:53+08:00" level=error msg=x"#, "2024-09-10 14:32:53 +08");
    check("nova-api.log.1.2017-05-16_13:53:08 2017-05-16 00:00:00.008 25746 INFO", "2017-05-16 00:00:00.008");
    check("app.log:2024-09-10 14:32:53 x", "2024-09-10 14:32:53");
    check("10.09.2024 14:32:53 FEHLER", "2024-09-10 14:32:53");
    check("2024-09-10 14:32:53.379 GMT+8 x", "2024-09-10 14:32:53.379 +08");
    check("2024-09-10 14:32:53 - root - ERROR", "2024-09-10 14:32:53");
    check("2024-09-10 23:59:60 x", "2024-09-10 23:59:59");
}

#[test]
fn what_is_no_stamp() {
    check("the licence ends on 2024-09-10 14:32:53", "none");
    check("Error: certificate of 2024-09-10 14:32:53 is invalid", "none");
    check("10.0.17763.1 is the build", "none");
    check("2024-13-10 14:32:53", "none");
    check("2024-02-30 14:32:53", "none");
    check("2024-09-10 25:32:53", "none");
    check("2024-09-10 done", "none");
    check("10:30 lunch", "none");
    check("1725949973abc", "none");
    check("ticket 1725949973 is open", "none");
    check("12345678901", "none");
    check("at java.base/java.lang.Thread.run(Thread.java:840)", "none");
    check("C:\\Windows\\10:20:30", "none");
    check("fe80::10:11:12:13", "none");
    check("", "none");
    check("年月日 上午", "none");
}

/// Settles a log and gives the places of its lines.
fn places(name: &str, lines: &[&str], anchor: Option<jiff::civil::Date>) -> (Vec<String>, SettledClock) {
    let mut clock = LogClock::new(name);
    let seen: Vec<Seen> = (1..).zip(lines).filter_map(|(number, line)| clock.line(number, line)).collect();
    let settled = clock.settle(None, None, anchor);
    let mut after = None;
    let shown = seen.iter().map(|seen| match settled.place(seen, after) {
        Some(Place { instant: Some(instant), .. }) => {
            after = Some(instant);
            instant.to_string()
        }
        Some(Place { civil, .. }) => format!("{civil}?"),
        None => "nowhere".into(),
    });
    (shown.collect(), settled)
}

#[track_caller]
fn check_log(lines: &[&str], anchor: Option<jiff::civil::Date>, expected: &[&str]) {
    assert_eq!(places("x.log", lines, anchor).0, expected, "of {lines:?}");
}

#[test]
fn order_of_day_and_month_is_the_logs() {
    check_log(
        &["1/2/2024 10:00:00 a", "1/13/2024 10:00:00 b"],
        None,
        &["2024-01-02T10:00:00?", "2024-01-13T10:00:00?"],
    );
    check_log(
        &["1/2/2024 10:00:00 a", "13/2/2024 10:00:00 b"],
        None,
        &["2024-02-01T10:00:00?", "2024-02-13T10:00:00?"],
    );
    // Time goes on from the 9th of October to the 10th, and not from September back.
    let days = ["9/10/2024 10:00:00 a", "10/10/2024 10:00:00 b", "11/10/2024 10:00:00 b"];
    check_log(&days, None, &["2024-10-09T10:00:00?", "2024-10-10T10:00:00?", "2024-10-11T10:00:00?"]);
    let (_, settled) = places("x.log", &["9/10/2024 10:00:00 a"], None);
    assert_eq!(settled.order(), Some((Order::Mdy, false)));
    let (_, settled) = places("x.log", &["9/10/2024 10:00:00 a"], Some(date(2024, 10, 9)));
    assert_eq!(settled.order(), Some((Order::Dmy, false)));
    check_log(&["17/06/09 20:10:40 a", "17/06/10 20:10:40 b"], None, &["2017-06-09T20:10:40?", "2017-06-10T20:10:40?"]);
}

#[test]
fn year_turns_within_a_log_and_is_taken_from_elsewhere() {
    let lines =
        ["Dec 31 23:59:58 h a: x", "Jan  1 00:00:02 h a: x", "Dec 31 23:59:59 h b: late", "Jan  1 00:00:03 h a: x"];
    let expected = ["2023-12-31T23:59:58?", "2024-01-01T00:00:02?", "2023-12-31T23:59:59?", "2024-01-01T00:00:03?"];
    check_log(&lines, Some(date(2024, 1, 3)), &expected);
    check_log(&["Dec 10 06:55:46 h a: x"], Some(date(2024, 9, 10)), &["2023-12-10T06:55:46?"]);
    check_log(&["Sep 11 06:55:46 h a: x"], Some(date(2024, 9, 10)), &["2024-09-11T06:55:46?"]);
    check_log(
        &["Feb 29 06:55:46 h a: x", "Mar  1 06:55:46 h a: x"],
        Some(date(2027, 9, 10)),
        &["2024-02-29T06:55:46?", "2024-03-01T06:55:46?"],
    );
    check_log(&["Sep 10 06:55:46 h a: x"], None, &["nowhere"]);
    assert_eq!(places("messages-20210912", &["Sep 10 06:55:46 h a: x"], None).0, ["2021-09-10T06:55:46?"]);
    check_log(
        &["2022-09-09T10:00:00Z h a: x", "Sep 10 06:55:46 h a: x"],
        None,
        &["2022-09-09T10:00:00Z", "2022-09-10T06:55:46?"],
    );
}

#[test]
fn zone_is_found_in_the_log() {
    let cbs = [
        "2016-09-28 04:30:30, Info                  CBS    text",
        "2016-09-28 04:30:31, Info                  CSI    00000001@2016/9/27:20:30:31.455 WcpInitialize",
    ];
    check_log(&cbs, None, &["2016-09-27T20:30:30Z", "2016-09-27T20:30:31Z"]);
    assert_eq!(*places("x", &cbs, None).1.source(), ZoneSource::Beside { line: 2 });
    let update = [
        "2018-10-04\t16:10:28:661\t 121\t2a2b\tMisc\t===========  Logging initialized (build: 7.6.7600.320, tz: -0500)  ===========",
        "2018-10-04\t16:10:29:661\t 121\t2a2b\tPT\tx",
    ];
    check_log(&update, None, &["2018-10-04T21:10:28.661Z", "2018-10-04T21:10:29.661Z"]);
    let iis = [
        "#Software: Microsoft Internet Information Services 10.0",
        "#Fields: date time s-ip",
        "2024-09-10 06:32:53 192.0.2.7",
    ];
    check_log(&iis, None, &["2024-09-10T06:32:53Z"]);
    let firewall =
        ["#Version: 1.5", "#Software: Microsoft Windows Firewall", "#Time Format: Local", "2024-09-10 06:32:53 DROP"];
    check_log(&firewall, None, &["2024-09-10T06:32:53?"]);
    let sql = ["2024-09-10 14:32:53.37 Server      UTC adjustment: 8:00", "2024-09-10 14:32:54.37 spid5s      x"];
    check_log(&sql, None, &["2024-09-10T06:32:53.37Z", "2024-09-10T06:32:54.37Z"]);
    let kernel = [
        "[    0.000000] Linux version",
        "[    1.500000] rtc_cmos 00:00: setting system clock to 2024-09-10T06:32:53 UTC (1725949973)",
        "[   11.500000] x",
    ];
    check_log(&kernel, None, &["2024-09-10T06:32:51.5Z", "2024-09-10T06:32:53Z", "2024-09-10T06:33:03Z"]);
    let mut clock = LogClock::new("systeminfo.txt");
    clock.line(1, "时区:             (UTC+08:00) 北京，重庆，香港特别行政区，乌鲁木齐");
    assert_eq!(clock.machine_zone().unwrap().0.to_string(), "+08:00");
}

#[test]
fn clocks_without_a_day_take_it_from_the_lines_before() {
    let lines = [
        "MSI (c) (A8:5C) [09:00:00:000]: before any day is known",
        "=== Verbose logging started: 9/13/2024  23:59:58  Build type: SHIP",
        "MSI (s) (A8:5C) [23:59:59:379]: x",
        "MSI (s) (A8:5C) [00:00:01:379]: x",
    ];
    check_log(&lines, None, &["2024-09-13T23:59:58?", "2024-09-13T23:59:59.379?", "2024-09-14T00:00:01.379?"]);
}

#[test]
fn user_says_zones_by_name_and_pattern() {
    let mut clock = LogClock::new("a/CBS.log");
    let seen = clock.line(1, "2024-09-10 14:32:53, Info                  CBS    x").unwrap();
    let given: Given = "cbs.log=Asia/Shanghai".parse().unwrap();
    assert!(given.names("mail.eml/logs.zip/CBS.log") && !given.names("xCBS.log"));
    let settled = clock.settle(Some(&given.zone), None, None);
    assert_eq!(settled.place(&seen, None).unwrap().instant.unwrap().to_string(), "2024-09-10T06:32:53Z");
    let pattern: Given = "logs/*.log=-0330".parse().unwrap();
    assert!(pattern.names("mail.eml/logs/a/b.log") && !pattern.names("mail.eml/b.log"));
    assert_eq!(pattern.zone.to_string(), "-03:30");
    for (text, shown) in [
        ("+8", "+08:00"),
        ("UTC", "+00:00"),
        ("utc+8", "+08:00"),
        ("europe/berlin", "Europe/Berlin"),
        ("+0545", "+05:45"),
    ] {
        assert_eq!(parse_zone(text).unwrap().to_string(), shown);
    }
    for wrong in ["", "+99", "Nowhere/Land", "CST", "x=", "=+08:00", "+08:00x", "+08:75"] {
        assert!(wrong.parse::<Given>().is_err(), "{wrong}");
    }
}

#[test]
fn hour_that_is_repeated_is_told_by_the_line_before() {
    let mut clock = LogClock::new("x.log");
    let lines = ["2024-10-27 02:50:00 a", "2024-10-27 02:10:00 b", "2024-10-27 03:10:00 c"];
    let seen: Vec<Seen> = (1..).zip(lines).filter_map(|(number, line)| clock.line(number, line)).collect();
    let settled = clock.settle(Some(&parse_zone("Europe/Berlin").unwrap()), None, None);
    let mut after = None;
    let placed: Vec<_> = seen
        .iter()
        .map(|seen| {
            let place = settled.place(seen, after).unwrap();
            after = place.instant;
            (place.instant.unwrap().to_string(), place.doubtful)
        })
        .collect();
    let expected = [("2024-10-27T00:50:00Z", true), ("2024-10-27T01:10:00Z", true), ("2024-10-27T02:10:00Z", false)];
    assert_eq!(placed, expected.map(|(instant, doubtful)| (instant.to_string(), doubtful)));
}

#[test]
fn points_in_time_as_people_write_them() {
    let zone = parse_zone("+08:00").unwrap();
    for (text, expected) in [
        ("2024-09-10 14:32", "2024-09-10T06:32:00Z"),
        ("2024-09-10T14:32:53Z", "2024-09-10T14:32:53Z"),
        ("2024-09-10", "2024-09-09T16:00:00Z"),
        ("2024年9月10日 下午2:32", "2024-09-10T06:32:00Z"),
        ("Sep 10, 2024 2:32 PM", "2024-09-10T06:32:00Z"),
    ] {
        assert_eq!(parse_time(text, &zone).map(|time| time.to_string()), Ok(expected.to_string()), "{text}");
    }
    for wrong in ["", "yesterday", "14:32", "Sep 10", "2024-09-10 14:32 and more"] {
        assert!(parse_time(wrong, &zone).is_err(), "{wrong}");
    }
}

/// Forms in which an instant can be written and read back whole: the pattern of strftime, the unit that it keeps in
/// nanoseconds, and whether it has an offset.
const FORMS: &[(&str, i128, bool)] = &[
    ("%Y-%m-%dT%H:%M:%S.%9f%:z host app: x", 1, true),
    ("%Y-%m-%dT%H:%M:%S%z host app: x", 1_000_000_000, true),
    ("<34>1 %Y-%m-%dT%H:%M:%S.%6f%:z host app - - - x", 1_000, true),
    ("192.0.2.7 - - [%d/%b/%Y:%H:%M:%S %z] \"GET /\"", 1_000_000_000, true),
    ("%Y-%m-%d %H:%M:%S, Info                  CBS    x", 1_000_000_000, false),
    (">>>  Section start %Y/%m/%d %H:%M:%S.%3f", 1_000_000, false),
    ("%Y-%m-%d\t%H:%M:%S:%3f\t 121\t2a2b\tPT\tx", 1_000_000, false),
    ("%Y-%m-%d %H:%M:%S,%3f ERROR [main] x", 1_000_000, false),
    ("[%a %b %d %H:%M:%S.%6f %Y] [core:error] x", 1_000, false),
    ("%a %b %e %H:%M:%S %Y", 1_000_000_000, false),
    ("%d-%b-%Y %H:%M:%S.%3f SEVERE [main] x", 1_000_000, false),
    ("%b %d, %Y %-I:%M:%S %p org.example.Main x", 1_000_000_000, false),
    ("%Y年%-m月%-d日 %H:%M:%S 错误", 1_000_000_000, false),
    ("%Y%m%d-%H:%M:%S:%3f|x", 1_000_000, false),
    ("%Y%m%d%H%M%S.%6f+000", 1_000, true),
    ("%Y-%m-%d-%H.%M.%S.%6f x", 1_000, false),
    ("%d.%m.%Y %H:%M:%S x", 1_000_000_000, false),
    ("{\"@timestamp\":\"%Y-%m-%dT%H:%M:%S.%3fZ\"}", 1_000_000, true),
    ("<![LOG[x]LOG]!><time=\"%H:%M:%S.%3f+000\" date=\"%m-%d-%Y\" component=\"x\">", 1_000_000, true),
    ("%s x", 1_000_000_000, true),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn written_instants_are_read_back(seconds in 1_000_000_000i64..4_000_000_000, nanoseconds in 0i32..1_000_000_000, form in 0..FORMS.len(), quarter in -48i32..=56) {
        let (pattern, unit, zoned) = FORMS[form];
        let exact = i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds) / unit * unit;
        let instant = Timestamp::from_nanosecond(exact).unwrap();
        // A literal `Z` or bias of zero is universal time.
        let zone = if zoned && pattern.contains("%z") || pattern.contains("%:z") { Offset::from_seconds(quarter * 900).unwrap() } else { Offset::UTC };
        let line = instant.to_zoned_datetime(zone.to_time_zone()).strftime(pattern).to_string();
        let mut clock = LogClock::new("x");
        let seen = clock.line(1, &line);
        prop_assert!(seen.is_some(), "{}", line);
        let settled = clock.settle(None, Some(&Zone::utc()), None);
        prop_assert_eq!(settled.place(&seen.unwrap(), None).unwrap().instant, Some(instant), "{}", line);
        prop_assert_eq!(*settled.source() == ZoneSource::Stamps, zoned, "{}", line);
    }

    #[test]
    fn anything_is_read_without_panic(lines in proptest::collection::vec("\\PC{0,60}|([0-9]{1,4}|[ :,.+\\-/\\[\\]TZ年月日]|Jun|GMT|AM|下午|time=\"|date=\"|MSI \\(|CSI 1@20|Action |ts=){0,20}", 0..6)) {
        let mut clock = LogClock::new(lines.first().map_or("", String::as_str));
        let seen: Vec<Option<Seen>> = (1..).zip(&lines).map(|(number, line)| clock.line(number, line)).collect();
        let settled = clock.settle(None, None, Some(date(2024, 2, 29)));
        for seen in seen.into_iter().flatten() {
            settled.place(&seen, None);
        }
        settled.span();
        for line in &lines {
            if let Some(stamp) = read(line) {
                prop_assert!(!line[stamp.span].is_empty());
            }
            let _ = line.parse::<Given>();
            let _ = parse_time(line, &Zone::utc());
        }
    }
}
