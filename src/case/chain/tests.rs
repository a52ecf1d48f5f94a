//! Chains as they come out of whole texts.

use std::io::Read;

use crate::{
    case::{CaseEvidence, Sink, collect::Collector, fields::FieldRules},
    mail,
    signature::extract::Extractor,
    text::terms::Terms,
};

/// The case of some files: mails by their ending, logs and notes else.
fn case(files: &[(&str, &str)]) -> CaseEvidence {
    let extractor = Extractor::new();
    let mut collector = Collector::new(&extractor, Terms::builtin());
    for (name, text) in files {
        if name.ends_with(".eml") {
            mail::parse(name, text.as_bytes()).value.iter().for_each(|message| collector.message(message));
        } else {
            let mut content: &mut dyn Read = &mut text.as_bytes();
            collector.log(name, &mut content);
        }
    }
    collector.finish(&FieldRules::builtin()).0
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let case = case(files);
    let rows: Vec<String> = case.chains.iter().map(ToString::to_string).collect();
    assert_eq!(
        rows,
        expected,
        "signatures: {:?}",
        case.signatures.iter().map(|one| one.signature.to_string()).collect::<Vec<_>>()
    );
}

/// Lines of a servicing log, a second apart.
fn servicing(lines: &[&str]) -> String {
    let mut log =
        String::from("2024-05-14 03:12:00, Info                  CBS    Starting TrustedInstaller initialization.\n");
    for (second, line) in (1..).zip(lines) {
        let (level, source, text) = match line.split_once('|') {
            Some((source, text)) => ("Error", source, text),
            None => ("Info", "CBS", *line),
        };
        log.push_str(&format!(
            "2024-05-14 03:{:02}:{:02}, {level:<22}{source}    {text}\n",
            12 + second / 60,
            second % 60
        ));
    }
    log
}

const SETUP: &str = "[Device Install Log]\n     OS Version = 6.1.7601\n\n>>>  [Install Driver Updates]\n>>>  Section start 2024/05/14 03:12:05.000\n     \
    idb: {Configure Driver Package: C:\\Windows\\System32\\DriverStore\\FileRepository\\cpu.inf_amd64_neutral_1\\cpu.inf}\n     \
    inf:      Opened PNF: 'C:\\Windows\\inf\\machine.inf' ([strings])\n     \
    inf:      AddService=AmdK8,0x00000002,AmdK8_Service_Inst  (cpu.inf line 110)\n\
!!!  dvi:      Add Service: Failed to set start type of service 'AmdK8'. Error 5: Access is denied.\n\
!!!  ndv:      Driver package 'cpu.inf' could not be configured. Error 5: Access is denied.\n\
<<<  Section end 2024/05/14 03:12:06.000\n<<<  [Exit status: FAILURE(0x00000005)]\n";

fn rollback(inf: &str) -> String {
    servicing(&[
        &format!("Doqe: Recording result: 0x80070005, for Inf: {inf}"),
        "DriverUpdateInstallUpdates failed [HRESULT = 0x80070005 - E_ACCESSDENIED]",
        "CBS|Startup: Failed while processing non-critical driver operations queue. [HRESULT = 0x80070005 - E_ACCESSDENIED]",
        "Exec: unrelated line",
        "CBS|Failed to execute item: package Package_for_KB4474419~31bf3856ad364e35~amd64~~6.1.3.2 did not reach state Installed [HRESULT = 0x80070005 - E_ACCESSDENIED]",
    ])
}

#[test]
fn failing_driver_operation_across_two_logs() {
    let cbs = rollback("cpu.inf");
    let whole = "cpu.inf → AddService AmdK8 → win32:5 → 0x80070005 → KB4474419";
    check(&[("setupapi.dev.log", SETUP), ("CBS.log", &cbs)], &[whole]);
    // The order in which the logs come tells nothing.
    check(&[("CBS.log", &cbs), ("setupapi.dev.log", SETUP)], &[whole]);
}

#[test]
fn each_log_alone_gives_its_part() {
    check(&[("setupapi.dev.log", SETUP)], &["cpu.inf → AddService AmdK8 → win32:5"]);
    check(&[("CBS.log", &rollback("cpu.inf"))], &["cpu.inf → 0x80070005 → KB4474419"]);
}

#[test]
fn another_driver_in_the_other_log_is_another_chain() {
    let rows = ["ntprint.inf → 0x80070005 → KB4474419", "cpu.inf → AddService AmdK8 → win32:5"];
    check(&[("setupapi.dev.log", SETUP), ("CBS.log", &rollback("ntprint.inf"))], &rows);
}

#[test]
fn sections_that_end_well_are_no_chain() {
    check(&[("setupapi.dev.log", &SETUP.replace("FAILURE(0x00000005)", "SUCCESS"))], &[]);
}

#[test]
fn exit_status_in_another_code() {
    let log = SETUP.replace("FAILURE(0x00000005)", "FAILURE(0xe0000203)");
    let rows: Vec<String> = case(&[("setupapi.dev.log", &log)]).chains.iter().map(ToString::to_string).collect();
    assert_eq!(rows, ["cpu.inf → AddService AmdK8 → win32:5 → 0xE0000203"]);
}

#[test]
fn installer_failure_under_a_code_that_says_nothing() {
    let log = servicing(&[
        "CSI|00000012 (F) Failed execution of queue item Installer: Driver Installer with HRESULT 80070002",
        "Startup: changing timeout",
        "CBS|Failed to process advanced operations. [HRESULT = 0x800f0922 - CBS_E_INSTALLERS_FAILED]",
    ]);
    check(&[("CBS.log", &log)], &["0x80070002 → 0x800F0922"]);
}

#[test]
fn unrelated_errors_of_a_servicing_log_do_not_chain() {
    let log = servicing(&[
        "CBS|Failed to open file. [HRESULT = 0x80070005 - E_ACCESSDENIED]",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "CBS|Failed to resolve package. [HRESULT = 0x80070002 - ERROR_FILE_NOT_FOUND]",
    ]);
    check(&[("CBS.log", &log)], &[]);
    // A code that says nothing, hours later, follows on nothing.
    let mut log = servicing(&["CBS|Failed to open file. [HRESULT = 0x80070005 - E_ACCESSDENIED]"]);
    log.push_str("2024-05-14 09:00:00, Error                 CBS    Failed to upload. [HRESULT = 0x800f0922 - CBS_E_INSTALLERS_FAILED]\n");
    check(&[("CBS.log", &log)], &[]);
}

#[test]
fn remapping_lines_tie_two_codes() {
    let log = servicing(&[
        "MOUPG|CSetupHost: Failed to copy [0x80070070]",
        "MOUPG|Remapping download error [0x80070070] -> [0xC19001DF]",
    ]);
    check(&[("setupact.log", &log)], &["0x80070070 → 0xC19001DF"]);
    let log = servicing(&["CBS|Failed with 0x800f0922 (mapped from 0x80070070)"]);
    check(&[("CBS.log", &log)], &["0x80070070 → 0x800F0922"]);
    let log = "2024-05-14 03:12:00 ERROR copy failed: returning 0x80070070 as 0xC19001DF\n".repeat(4);
    check(&[("agent.log", &log)], &["0x80070070 → 0xC19001DF"]);
    let log = "2024-05-14 03:12:00 错误 复制失败：错误 0x80070070 映射为 0xC19001DF\n".repeat(4);
    check(&[("agent.log", &log)], &["0x80070070 → 0xC19001DF"]);
}

#[test]
fn two_codes_of_one_line_without_a_remapping_are_no_chain() {
    let log = "2024-05-14 03:12:00 ERROR seen today: 0x80070070 and 0xC19001DF failed\n".repeat(4);
    check(&[("agent.log", &log)], &[]);
}

#[test]
fn installer_logs() {
    let log = "=== Verbose logging started: 5/14/2024  3:12:00  Build type: SHIP UNICODE 5.00.7601.00 ===\n\
        MSI (s) (A4:10) [03:12:00:100]: Executing op: ActionStart(Name=InstallServices,,)\n\
        MSI (s) (A4:10) [03:12:01:100]: Product: Example Agent -- Error 1920. Service 'Example Agent' (exagent) failed to start.\n\
        Action ended 03:12:02: InstallFinalize. Return value 3.\n\
        MSI (s) (A4:10) [03:12:03:100]: MainEngineThread is returning 1603\n";
    check(&[("agent-msi.log", log)], &["msi:1920 → msi:1603"]);
    check(&[("agent-msi.log", &log.replace("Return value 3", "Return value 1"))], &[]);
}

#[test]
fn windows_update_tells_the_layer_below_first() {
    let log = "2024-03-12\t14:31:01:044\t 896\ta08\tMisc\tWARNING: Send failed with hr = 80072ee7.\n\
        2024-03-12\t14:31:01:050\t 896\ta08\tMisc\tFATAL: SyncServerUpdates failed, hr = 8024402C\n\
        2024-03-12\t14:31:30:050\t 896\ta08\tMisc\tWARNING: other thing failed, hr = 80240016\n";
    check(&[("WindowsUpdate.log", log)], &["0x80072EE7 → 0x8024402C"]);
}

#[test]
fn stack_traces() {
    let log = "2024-05-06 10:00:00.335 ERROR 1 --- [main] o.s.b.SpringApplication : Application run failed\n\
        org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'pool'\n\
        \tat org.springframework.beans.Factory.create(Factory.java:10)\n\
        Caused by: java.sql.SQLException: cannot open connection\n\
        \tat com.example.Pool.open(Pool.java:30)\n\
        Caused by: java.net.ConnectException: Connection refused\n\
        2024-05-06 10:00:01.335 INFO 1 --- [main] x : stopped\n2024-05-06 10:00:02.335 INFO 1 --- [main] x : stopped\n";
    let row = "ECONNREFUSED → java.net.ConnectException → java.sql.SQLException → org.springframework.beans.factory.BeanCreationException";
    let found = case(&[("app.log", log)]);
    assert!(found.chains.iter().any(|chain| chain.to_string() == row), "{:?}", found.chains);
    let log = "2024-05-06 10:00:00 ERROR System.AggregateException: One or more errors occurred. ---> System.IO.IOException: The file is locked\n".repeat(4);
    check(&[("app.log", &log)], &["System.IO.IOException → System.AggregateException"]);
}

#[test]
fn exceptions_one_after_another_are_no_chain() {
    let log = "2024-05-06 10:00:00 ERROR java.net.ConnectException: Connection refused\n2024-05-06 10:00:01 ERROR java.sql.SQLException: no row\n".repeat(3);
    check(&[("app.log", &log)], &[]);
}

#[track_caller]
fn check_note(text: &str, expected: &[&str]) {
    check(&[("note.txt", text)], expected);
}

#[test]
fn people_say_what_led_to_what() {
    check_note("由于更新驱动cpu.inf失败，导致系统回滚，补丁KB4474419安装失败。", &["cpu.inf → KB4474419"]);
    check_note("补丁KB4474419安装失败，是因为 cpu.inf 更新失败。", &["cpu.inf → KB4474419"]);
    check_note("因为 cpu.inf 更新失败，KB4474419 安装失败。", &["cpu.inf → KB4474419"]);
    check_note("KB4474419 安装失败是由 cpu.inf 更新失败引起的。", &["cpu.inf → KB4474419"]);
    check_note("KB5034441 failed because the disk returned 0x80070070.", &["0x80070070 → KB5034441"]);
    check_note("Because cpu.inf failed, KB4474419 was rolled back.", &["cpu.inf → KB4474419"]);
    check_note("The update of cpu.inf failed, which led to the rollback of KB4474419.", &["cpu.inf → KB4474419"]);
    check_note(
        "The rollback of KB4474419 was caused by error 0x80070005 in cpu.inf.",
        &["0x80070005 → cpu.inf → KB4474419"],
    );
}

#[test]
fn sentences_of_one_story_are_joined() {
    let story = "可以看到安装KB4474419失败，报错为：0x80070005\n\
        查看详细的cbs日志，是由于更新驱动cpu.inf失败，导致的系统回滚，补丁KB4474419安装失败。\n\
        查看cpu.inf驱动安装日志，在添加AmdK8服务时出现0x00000005（拒绝访问）错误，最终导致整个cpu.inf驱动更新失败。\n";
    check_note(story, &["cpu.inf → AddService AmdK8 → win32:5 → 0x80070005 → KB4474419"]);
}

#[test]
fn advice_guesses_and_denials_tie_nothing() {
    check_note("KB4474419 安装失败，请确认是否由于 cpu.inf 导致。", &[]);
    check_note("KB4474419 安装失败，不是由于 cpu.inf 失败。", &[]);
    check_note("KB4474419 failed; it might be because of cpu.inf.", &[]);
    check_note("KB4474419 failed and cpu.inf failed too, with 0x80070005.", &[]);
    check_note("The failure of KB4474419 was not caused by cpu.inf.", &[]);
}

#[test]
fn hostile_logs_stay_bounded() {
    let mut log = String::new();
    for n in 0..40_000u32 {
        log.push_str(&format!("2024-05-14 03:12:00, Error                 CBS    Failed to open. [HRESULT = 0x8007{:04x}] -> [0x8024{:04x}] mapped to\n", n % 60_000 + 1, n % 9_000));
    }
    assert!(case(&[("CBS.log", &log)]).chains.len() <= super::MOST_CHAINS);
    let sentence = format!("{} 导致 KB4474419 失败", "由于 cpu.inf 失败导致 0x80070005，".repeat(3_000));
    assert!(case(&[("note.txt", &sentence)]).chains.iter().all(|chain| chain.steps.len() <= super::MOST_STEPS));
}
