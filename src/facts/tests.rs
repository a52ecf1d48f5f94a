use std::cmp::Ordering;

use proptest::prelude::*;

use super::{FactFinder, MachineFacts, compare_builds};

fn summary(facts: &MachineFacts) -> String {
    let slots = [&facts.product, &facts.build, &facts.edition, &facts.architecture, &facts.language];
    let mut words: Vec<&str> = slots.iter().map(|slot| slot.as_ref().map_or("-", |fact| fact.value.as_str())).collect();
    words.extend(facts.updates.iter().map(|fact| fact.value.as_str()));
    words.join(" ")
}

/// `expected` is product, build, edition, architecture, language and updates; `-` for unknown.
#[track_caller]
fn check_log(text: &str, expected: &str) {
    let mut finder = FactFinder::default();
    finder.log("x.log", 1, text);
    assert_eq!(summary(&finder.finish()), expected, "in: {text}");
}

#[track_caller]
fn check_words(text: &str, expected: &str) {
    let mut finder = FactFinder::default();
    finder.words("mail.eml", 1, text);
    assert_eq!(summary(&finder.finish()), expected, "in: {text}");
}

#[test]
fn systeminfo_in_three_languages() {
    check_log(
        "Host Name:                 PC-01\r\nOS Name:                   Microsoft Windows 7 Enterprise \r\nOS Version:                6.1.7601 Service Pack 1 Build 7601\r\nSystem Type:               x64-based PC\r\nSystem Locale:             en-us;English (United States)\r\nHotfix(s):                 2 Hotfix(s) Installed.\r\n                           [01]: KB2533552\r\n                           [02]: KB4474419\r\nNetwork Card(s):           1 NIC(s) Installed.\r\n                           [01]: Intel(R) Ethernet\r\n",
        "windows-7 6.1.7601 enterprise x64 en-US KB2533552 KB4474419",
    );
    check_log(
        "主机名:           PC-01\nOS 名称:          Microsoft Windows 10 专业版\nOS 版本:          10.0.19045 暂缺 Build 19045\n系统类型:         x64-based PC\n系统区域设置:     zh-cn;中文(中国)\n修补程序:         安装了 1 个修补程序。\n                  [01]: KB5031356\n",
        "windows-10 10.0.19045 professional x64 zh-CN KB5031356",
    );
    check_log(
        "作業系統名稱:         Microsoft Windows Server 2019 Standard\n作業系統版本:         10.0.17763 N/A 組建 17763\n系統類型:             x64-based PC\n系統地區設定:         zh-tw;中文 (台灣)\n",
        "windows-server-2019 10.0.17763 standard x64 zh-TW",
    );
}

#[test]
fn headers_of_logs() {
    check_log(
        "     OS Version = 6.1.7601\n     Service Pack = 1.0\n     ProductType = 1\n     Architecture = amd64\n",
        "windows-7 6.1.7601 - x64 -",
    );
    check_log(
        "     OS Version = 10.0.17763\n     ProductType = 3\n     Architecture = amd64\n",
        "windows-server-2019 10.0.17763 - x64 -",
    );
    check_log(
        "2016-09-28 04:30:30, Info                  CBS    Loaded Servicing Stack v6.1.7601.23505 with Core: C:\\Windows\\winsxs\\amd64_microsoft-windows-servicingstack_31bf3856ad364e35_6.1.7601.23505_none_0\\cbscore.dll\n",
        "- 6.1.7601 - x64 -",
    );
    check_log(
        "2024-01-02 10:11:12, Info                  DISM   DISM.EXE: Host machine information: OS Version=10.0.20348, Running architecture=amd64, Number of processors=4\n",
        "windows-server-2022 10.0.20348 - x64 -",
    );
    check_log("Microsoft Windows [版本 6.1.7601]\n", "- 6.1.7601 - - -");
    check_log("2018-10-04\t16:10:28:661\t 121\t2a2\tMisc\t  * OS Version = 6.1.7601.1.0.65792\n", "- 6.1.7601 - - -");
}

#[test]
fn tables_and_reports_of_windows() {
    check_log(
        "Caption                   OSArchitecture  Version\nMicrosoft Windows 10 Pro  64-bit          10.0.19045\n",
        "windows-10 10.0.19045 professional x64 -",
    );
    check_log("OS Version:\t6.1.7601.2.1.0.256.48\nLocale ID:\t1033\n", "- 6.1.7601 - - en-US");
    check_log("OS 版本:\t6.1.7601.2.1.0.256.1\n区域设置 ID:\t2052\n", "- 6.1.7601 - - zh-CN");
    check_log(
        "WindowsProductName : Windows Server 2016 Datacenter\nOsVersion : 10.0.14393\nOsArchitecture : 64-bit\n",
        "windows-server-2016 10.0.14393 datacenter x64 -",
    );
    check_log(
        "OS Name\tMicrosoft Windows 7 Ultimate\nVersion\t6.1.7601 Service Pack 1 Build 7601\nSystem Type\tx64-based PC\n",
        "windows-7 6.1.7601 ultimate x64 -",
    );
    check_log("Microsoft Windows Update failed\n", "- - - - -");
}

#[test]
fn build_alone_decides_only_where_it_leaves_no_choice() {
    check_log("OS Version: 10.0.19045 N/A Build 19045", "windows-10 10.0.19045 - - -");
    check_log("OS Version: 10.0.17763 N/A Build 17763", "- 10.0.17763 - - -");
    check_log(
        "CurrentBuild    REG_SZ    22631\nProductName    REG_SZ    Windows 10 Pro\n",
        "windows-11 10.0.22631 professional - -",
    );
}

#[test]
fn tool_version_is_no_build() {
    check_log("Deployment Image Servicing and Management tool\nVersion: 10.0.19041.844\n", "- - - - -");
    check_log("Image Version: 10.0.19042.508\n", "windows-10 10.0.19042.508 - - -");
    check_log("<assemblyIdentity processorArchitecture=\"x86\" version=\"6.1.7601.17514\"/>", "- - - - -");
}

#[test]
fn linux_machines() {
    check_log("NAME=\"Ubuntu\"\nVERSION_ID=\"22.04\"\nID=ubuntu\nID_LIKE=debian\n", "ubuntu-22.04 - - - -");
    check_log("ID=\"rhel\"\nVERSION_ID=\"8.6\"\n", "rhel-8 - - - -");
    check_log("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n", "debian-12 - - - -");
    check_log(
        "Linux node-1 5.15.0-91-generic #101-Ubuntu SMP Tue Nov 14 x86_64 GNU/Linux\n",
        "- 5.15.0-91-generic - x64 -",
    );
    check_log(
        "Jul  1 09:19:03 host kernel: Linux version 4.18.0-477.el8.x86_64 (builder@example.com)\n",
        "- 4.18.0-477.el8.x86_64 - - -",
    );
}

#[test]
fn lists_of_updates() {
    check_log(
        "Source        Description      HotFixID      InstalledBy          InstalledOn\n------        -----------      --------      -----------          -----------\nPC-01         Security Update  KB4474419     NT AUTHORITY\\SYSTEM  10/1/2019\nPC-01         Update           KB4490628     NT AUTHORITY\\SYSTEM  10/1/2019\n\nPS C:\\> see KB5005112\n",
        "- - - - - KB4474419 KB4490628",
    );
    check_log("HotFixID  \r\r\nKB4474419 \r\r\nKB4490628 \r\r\n", "- - - - - KB4474419 KB4490628");
    check_log("HotFixID      : KB4474419\nInstalledOn   : 10/1/2019\n", "- - - - - KB4474419");
    check_log(
        "Package Identity : Package_for_KB4474419~31bf3856ad364e35~amd64~~6.1.1.3\nState : Installed\n\nPackage Identity : Package_for_KB4490628~31bf3856ad364e35~amd64~~6.1.1.2\nState : Superseded\n",
        "- - - - - KB4474419",
    );
}

#[test]
fn mentioned_update_is_not_installed() {
    check_words("We need KB4474419 but it fails. Is [1]: KB12 enough?", "- - - - -");
    check_log("2016-09-28 04:30:31, Info                  CBS    Package_for_KB4474419 failed\n", "- - - - -");
}

#[test]
fn table_goes_on_in_the_next_chunk() {
    let mut finder = FactFinder::default();
    finder.log("x", 1, "HotFixID\nKB4474419\n");
    finder.log("x", 3, "KB4490628\nend\nKB5005112\n");
    let updates = finder.finish().updates;
    assert_eq!(
        updates.iter().map(|fact| (fact.value.as_str(), fact.line)).collect::<Vec<_>>(),
        [("KB4474419", 2), ("KB4490628", 3)]
    );
}

#[test]
fn products_in_words() {
    check_words("It is a Windows 7 SP1 x64 machine", "windows-7 6.1.7601 - x64 -");
    check_words("Win7 蓝屏", "windows-7 - - - -");
    check_words("Win7系统64位", "windows-7 - - x64 -");
    check_words("我们的Win10 22H2专业版更新失败", "windows-10 10.0.19045 professional - -");
    check_words("Windows Server 2019 Datacenter", "windows-server-2019 - datacenter - -");
    check_words("服务器2008 R2 无法激活", "windows-server-2008-r2 - - - -");
    check_words("on Server 2012R2 and later", "windows-server-2012-r2 - - - -");
    check_words("Win2016 host", "windows-server-2016 - - - -");
    check_words("w2k8r2 box", "windows-server-2008-r2 - - - -");
    check_words("a physical 2012 R2 and its backup", "windows-server-2012-r2 - - - -");
    check_words("Windows 10 Kernel Version 19041 MP (8 procs) Free x64", "windows-10 10.0.19041 - x64 -");
    check_words("系统版本 10.0.17763.2300", "- 10.0.17763.2300 - - -");
    check_words("Windows 8.1 Pro", "windows-8.1 - professional - -");
    check_words("running Windows 10, OS build 19045.3803", "windows-10 10.0.19045.3803 - - -");
    check_words("系统是 Ubuntu 22.04.3 LTS", "ubuntu-22.04 - - - -");
    check_words("RHEL 8.6 node", "rhel-8 - - - -");
    check_words("操作系统：Windows 11 家庭中文版 23H2", "windows-11 10.0.22631 home - -");
    check_words("Win11 24H2", "windows-11 10.0.26100 - - -");
}

#[test]
fn other_things_with_years_and_numbers_are_no_products() {
    check_words("SQL Server 2019 fails", "- - - - -");
    check_words("SQL 2008 R2 and SQL Server 2012 R2", "- - - - -");
    check_words("Microsoft Windows Debugger Version 10.0.22621.2428 AMD64", "- - - - -");
    check_words("ntoskrnl.exe file version 10.0.22621.2428", "- - - - -");
    check_words("Exchange Server 2016", "- - - - -");
    check_words("the Win32 API, darwin7, twin 8", "- - - - -");
    check_words("C:\\Program Files (x86)\\x", "- - - - -");
    check_words("0x80070005 in 2019", "- - - - -");
}

#[test]
fn goal_of_an_upgrade_is_not_the_machine() {
    check_words("upgrade from Windows 7 to Windows 10 fails", "windows-7 - - - -");
    check_words("升级到Windows 11时失败，现在是Windows 10", "windows-10 - - - -");
}

#[test]
fn machine_beats_words() {
    let mut finder = FactFinder::default();
    finder.words("mail.eml", 1, "Windows 10 here");
    finder.log("x.log", 1, "OS Name: Microsoft Windows 7 Professional\n");
    assert_eq!(finder.finish().product.unwrap().value, "windows-7");
    let mut finder = FactFinder::default();
    finder.words("mail.eml", 1, "Windows Server 2019");
    finder.log("x.log", 1, "OS Version = 10.0.17763\n");
    assert_eq!(finder.finish().product.unwrap().value, "windows-server-2019");
    let mut finder = FactFinder::default();
    finder.words("mail.eml", 1, "Windows 10");
    finder.log("x.log", 1, "OS Version = 6.1.7601\n");
    assert_eq!(finder.finish().product, None);
}

#[test]
fn builds_compare_number_by_number() {
    assert_eq!(compare_builds("10.0.17763.9", "10.0.17763.2300"), Ordering::Less);
    assert_eq!(compare_builds("6.1.7601", "10.0.10240"), Ordering::Less);
    assert_eq!(compare_builds("6.1.7601", "6.1.7601.1"), Ordering::Less);
    assert_eq!(compare_builds("6.01.7601", "6.1.7601"), Ordering::Equal);
    assert_eq!(compare_builds("5.15.0-91-generic", "5.15.0-100"), Ordering::Less);
    assert_eq!(compare_builds("99999999999999999999999", "100000000000000000000000"), Ordering::Less);
}

#[test]
fn long_hostile_lines_take_linear_time() {
    let text = "HotFixID KB4474419 Update OS Version Windows Server 20 ".repeat(20_000)
        + &"\nHotFixID KB4474419 Update".repeat(20_000);
    let mut finder = FactFinder::default();
    let begun = cpu_time::ThreadTime::now();
    finder.log("x", 1, &text);
    finder.words("y", 1, &text);
    // Processor time, so that a busy machine fails nothing: quadratic work would take minutes.
    let took = begun.elapsed();
    assert!(took.as_secs() < 10, "took {took:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn never_panics(text in "(OS Version|OS 名称|\\]: KB|HotFixID|ID=|Linux |Win|Server 20|[ -~\n错误：]){0,60}") {
        check_no_panic(&text);
    }
}

fn check_no_panic(text: &str) {
    let mut finder = FactFinder::default();
    finder.words("m", 0, text);
    finder.log("l", 1, text);
    finder.finish();
}

/// `expected`: installed updates, `!` not installed ones, `#` the length of the whole list.
#[track_caller]
fn check_updates(texts: &[(&str, &str)], expected: &str) {
    let mut finder = FactFinder::default();
    for (part, text) in texts {
        if part.ends_with(".eml") { finder.words(part, 1, text) } else { finder.log(part, 1, text) }
    }
    let facts = finder.finish();
    let mut words: Vec<String> = facts.updates.iter().map(|fact| fact.value.clone()).collect();
    words.extend(facts.not_installed.iter().map(|fact| format!("!{}", fact.value)));
    words.extend(facts.update_list.iter().map(|fact| format!("#{}", fact.value)));
    assert_eq!(words.join(" "), expected, "in: {texts:?}");
}

#[test]
fn whole_lists_and_parts_of_them() {
    let list = "Hotfix(s):                 2 Hotfix(s) Installed.\n                           [01]: KB2533552\n                           [02]: KB4474419\n";
    check_updates(&[("systeminfo.txt", list)], "KB2533552 KB4474419 #2");
    check_updates(&[("systeminfo.txt", &list.replace("2 Hot", "9 Hot"))], "KB2533552 KB4474419");
    check_updates(
        &[("a.txt", "修补程序:         安装了 1 个修补程序。\n                  [01]: KB5031356\n")],
        "KB5031356 #1",
    );
    check_updates(&[("qfe.txt", "HotFixID\nKB1234567\nKB1234568\nKB1234569\n")], "KB1234567 KB1234568 KB1234569 #3");
    check_updates(&[("qfe.txt", "HotFixID\nKB1234567\n")], "KB1234567");
}

#[test]
fn packages_and_events_tell_their_state() {
    let line = |state: &str| {
        format!(
            "2024-01-02 10:00:00, Info                  CBS    Exec: Package: Package_for_KB4474419~31bf3856ad364e35~amd64~~6.1.1.3, current: {state}, pending: Default\n"
        )
    };
    check_updates(&[("CBS.log", &line("Installed"))], "KB4474419");
    check_updates(&[("CBS.log", &line("Absent"))], "!KB4474419");
    check_updates(&[("CBS.log", &(line("Absent") + &line("Installed")))], "KB4474419");
    check_updates(&[("CBS.log", &line("Superseded"))], "");
    check_updates(&[("a.txt", "Package KB4474419 was successfully changed to the Installed state.\n")], "KB4474419");
    check_updates(
        &[("a.txt", "Package KB4474419 failed to be changed to the Installed state. Status: 0x80070005.\n")],
        "!KB4474419",
    );
    check_updates(
        &[("a.txt", "安装失败: Windows 无法安装以下更新，错误为 0x80070643: 安全更新 (KB5034441)。\n")],
        "!KB5034441",
    );
    check_updates(
        &[(
            "a.txt",
            "Installation Successful: Windows successfully installed the following update: Update for Windows (KB5034441)\n",
        )],
        "KB5034441",
    );
    check_updates(
        &[("a.txt", "Package_for_KB4474419~31bf3856ad364e35~amd64~~6.1.1.3 | Installed | Update | 1/2/2024\n")],
        "KB4474419",
    );
    check_updates(
        &[("a.txt", "程序包标识 : Package_for_KB4474419~31bf3856ad364e35~amd64~~6.1.1.3\n状态 : 已暂存\n")],
        "!KB4474419",
    );
}

#[test]
fn lists_beat_logs_and_logs_beat_people() {
    let list = ("systeminfo.txt", "Hotfix(s): 1 Hotfix(s) Installed.\n  [01]: KB4474419\n");
    let failed = ("a.log", "Package KB4474419 failed to be changed to the Installed state.\n");
    let said = ("b.eml", "We have installed KB4474419.");
    check_updates(&[failed, list], "KB4474419 #1");
    check_updates(&[list, failed], "KB4474419 #1");
    check_updates(&[failed, said], "!KB4474419");
    check_updates(&[("a.eml", "KB4474419 is not installed."), said], "KB4474419");
}

#[test]
fn cumulative_package_says_the_revision() {
    let package =
        "Package Identity : Package_for_RollupFix~31bf3856ad364e35~amd64~~19041.3803.1.9\nState : Installed\n";
    check_log(package, "windows-10 10.0.19041.3803 - - -");
    check_log(&format!("OS Version: 10.0.19045 N/A Build 19045\n{package}"), "windows-10 10.0.19045.3803 - - -");
    check_log(&format!("OS Version: 10.0.22631 N/A Build 22631\n{package}"), "windows-11 10.0.22631 - - -");
}
