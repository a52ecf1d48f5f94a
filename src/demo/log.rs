//! Logs that customers attach: a few lines of an ordinary day, and what fails among them, in the form that the program writes.

use jiff::{
    Timestamp, ToSpan as _, ZonedDateTime,
    tz::{Offset, TimeZone},
};

use super::{
    random::Random,
    troubles::{LogForm, Trouble},
};

/// A log as a file.
pub(super) struct Log {
    pub(super) name: &'static str,
    pub(super) text: String,
}

/// How the lines of a form begin, and what it says on an ordinary day.
struct Style {
    name: &'static str,
    /// What stands before a line that began at this time on this machine; `true`: it fails.
    before: fn(&ZonedDateTime, &str, bool) -> String,
    /// What stands behind it.
    behind: &'static str,
    ordinary: &'static [&'static str],
}

fn style(form: LogForm) -> Option<Style> {
    let style = |name, before, behind, ordinary| Some(Style { name, before, behind, ordinary });
    match form {
        LogForm::None | LogForm::Event | LogForm::Kube | LogForm::Python => None,
        LogForm::Cbs => style(
            "CBS.log",
            |at, _, fails| servicing(at, fails, "CBS    "),
            "",
            &[
                "Session: 31109412_2266710934 initialized by client WindowsUpdateAgent.",
                "Read out cached package applicability for package: Package_for_RollupFix~31bf3856ad364e35~amd64~~17763.5576.1.9, ApplicableState: 112, CurrentState:0",
                "Exec: Processing started.  Client: WindowsUpdateAgent, Session(Corp): 31109412_2266710934",
                "Appl: detect Parent, Package: Package_for_RollupFix~31bf3856ad364e35~amd64~~17763.5576.1.9, Parent: Microsoft-Windows-Foundation-Package, Disposition = Detect",
                "Ending TrustedInstaller main loop.",
            ],
        ),
        LogForm::Dism => style(
            "dism.log",
            |at, _, fails| servicing(at, fails, "DISM   "),
            "",
            &[
                "DISM.EXE: Executing command line: dism  /online /cleanup-image /restorehealth",
                "DISM Manager: PID=4120 TID=5016 Successfully created the local image session and provider store.",
                "DISM Provider Store: PID=4120 TID=5016 Getting Provider OSServices",
            ],
        ),
        LogForm::Setupact => style(
            "setupact.log",
            |at, _, fails| servicing(at, fails, "SP     "),
            "",
            &[
                "Executing the phase SAFE_OS of the upgrade",
                "Operation: Add boot entry for the new system",
                "Progress: 46 of 100",
            ],
        ),
        LogForm::Wu => style(
            "WindowsUpdate.log",
            |at, _, _| at.strftime("%Y-%m-%d\t%H:%M:%S:117\t 1012\t1b3c\t").to_string(),
            "",
            &[
                "AU\tAU received policy change subscription event",
                "Agent\t** START **  Agent: Finding updates [CallerId = AutomaticUpdates]",
                "Agent\t  * Online = Yes; Ignore download priority = No",
                "PT\t  ServiceId = {3DA21691-E39D-4DA6-8A4B-B43877BCB1B7}, Server URL = https://wsus.example.net:8531/ClientWebService/client.asmx",
            ],
        ),
        LogForm::Java => style(
            "portal.log",
            |at, _, fails| {
                let level = if fails { "ERROR [exec-7]" } else { "INFO  [exec-3]" };
                at.strftime(&format!("%Y-%m-%d %H:%M:%S,204 {level} c.e.portal.")).to_string()
            },
            "",
            &[
                "Login - user logged on",
                "OrderService - order handed over",
                "Scheduler - nothing to do",
                "Import - price list read, 4120 lines",
            ],
        ),
        LogForm::Dotnet => style(
            "timesheet.log",
            |at, _, fails| {
                at.strftime(&format!("%Y-%m-%d %H:%M:%S.118 %:z [{}] ", if fails { "ERR" } else { "INF" })).to_string()
            },
            "",
            &["Week opened", "Projects loaded, 41", "Connected to the server"],
        ),
        LogForm::Oracle => style(
            "alert_shop.log",
            |at, _, _| at.strftime("%Y-%m-%dT%H:%M:%S.402117%:z\n").to_string(),
            "",
            &[
                "Thread 1 advanced to log sequence 48112 (LGWR switch)",
                "Incremental checkpoint up to RBA [0xbbf0.3f2.0], current log tail at RBA [0xbbf0.11aa.0]",
            ],
        ),
        LogForm::Mysql => style(
            "mysqld.log",
            |at, _, fails| {
                at.strftime(if fails {
                    "%Y-%m-%dT%H:%M:%S.204511Z 48213 "
                } else {
                    "%Y-%m-%dT%H:%M:%S.204511Z 0 [System] [MY-010931] [Server] "
                })
                .to_string()
            },
            "",
            &[
                "/usr/sbin/mysqld: ready for connections. Version: '8.0.36'  socket: '/var/lib/mysql/mysql.sock'  port: 3306.",
            ],
        ),
        LogForm::Mssql => style(
            "ERRORLOG",
            |at, _, fails| {
                at.strftime(if fails {
                    "%Y-%m-%d %H:%M:%S.38 spid62      "
                } else {
                    "%Y-%m-%d %H:%M:%S.38 Backup      "
                })
                .to_string()
            },
            "",
            &[
                "Log was backed up. Database: shop, creation date(time): 2022/03/01(08:12:01), first LSN: 4410:2210:1, last LSN: 4410:2390:1.",
            ],
        ),
        LogForm::Postgres => style(
            "postgresql.log",
            |at, _, fails| {
                at.strftime(if fails {
                    "%Y-%m-%d %H:%M:%S.377 %Z [2211] planner@plan "
                } else {
                    "%Y-%m-%d %H:%M:%S.377 %Z [812] LOG:  "
                })
                .to_string()
            },
            "",
            &["checkpoint starting: time", "checkpoint complete: wrote 512 buffers (3.1%)"],
        ),
        LogForm::Syslog => style(
            "messages.log",
            |at, host, _| format!("{} {host} ", at.strftime("%b %e %H:%M:%S")),
            "",
            &[
                "systemd[1]: Started Session 4121 of user ops.",
                "CRON[30112]: (root) CMD (/usr/local/bin/rotate)",
                "sshd[2977]: Accepted publickey for ops from 192.0.2.10 port 50112 ssh2",
                "chronyd[702]: Selected source 192.0.2.1",
            ],
        ),
        LogForm::Access => style(
            "access.log",
            |at, _, _| format!("192.0.2.15 - - [{}] \"", at.strftime("%d/%b/%Y:%H:%M:%S %z")),
            " \"-\" \"Mozilla/5.0\"",
            &[
                "GET / HTTP/1.1\" 200 5120",
                "GET /static/app.js HTTP/1.1\" 200 81234",
                "POST /api/invoices HTTP/1.1\" 200 612",
            ],
        ),
    }
}

/// A line of CBS, DISM and Setup begins alike.
fn servicing(at: &ZonedDateTime, fails: bool, component: &str) -> String {
    format!("{}, {:<21} {component}", at.strftime("%Y-%m-%d %H:%M:%S"), if fails { "Error" } else { "Info" })
}

/// The log of a trouble; `None`: there is none. `at` is when it was sent, `hours_east` the clock of the machine.
pub(super) fn log(random: &mut Random, trouble: &Trouble, host: &str, at: i64, hours_east: i32) -> Option<Log> {
    let zone = TimeZone::fixed(Offset::constant(hours_east as i8));
    let mut at = Timestamp::from_second(at - 5_400).ok()?.to_zoned_datetime(zone);
    let lines: Vec<String> = trouble.lines.iter().map(|line| line.replace("{host}", host)).collect();
    let Some(style) = style(trouble.log) else { return plain(trouble.log, &lines, &at) };
    let mut text = String::new();
    let mut write = |random: &mut Random, line: &str, fails: bool| {
        at = at.saturating_add(random.between(1, 240).seconds());
        // What goes on belongs to the line before it.
        let written = match line.strip_prefix(' ') {
            Some(rest) => rest.to_string(),
            None => format!("{}{line}{}", (style.before)(&at, host, fails), style.behind),
        };
        text.push_str(&written);
        text.push('\n');
    };
    for _ in 0..1 + random.below(3) {
        for _ in 0..3 + random.below(8) {
            let line = random.pick(style.ordinary);
            write(random, line, false);
        }
        lines.iter().for_each(|line| write(random, line, true));
    }
    for _ in 0..2 + random.below(4) {
        let line = random.pick(style.ordinary);
        write(random, line, false);
    }
    Some(Log { name: style.name, text })
}

/// Forms that are no lines with a time each.
fn plain(form: LogForm, lines: &[String], at: &ZonedDateTime) -> Option<Log> {
    let body = lines.join("\n");
    match form {
        LogForm::Event => {
            let [source, id, level, text] = lines else { return None };
            let text = format!(
                "Log Name:      System\nSource:        {source}\nDate:          {}\nEvent ID:      {id}\nTask Category: None\n\
                 Level:         {level}\nKeywords:      Classic\nUser:          N/A\nDescription:\n{text}\n",
                at.strftime("%m/%d/%Y %I:%M:%S %p")
            );
            Some(Log { name: "event.txt", text })
        }
        LogForm::Kube => {
            let head = format!(
                "Name:         api-7d9c6b5f4-x2x9q\nNamespace:    shop\nStart Time:   {}\n",
                at.strftime("%a, %d %b %Y %H:%M:%S %z")
            );
            Some(Log { name: "describe.txt", text: format!("{head}{body}\n") })
        }
        LogForm::Python => Some(Log { name: "run.err", text: format!("{body}\n") }),
        _ => None,
    }
}
