//! The thread that it all began with. Its file is not part of the project: the test skips, visibly, where it is absent.

use crate::support::{app, has, root, triage};

#[test]
fn the_first_thread_is_led_to_its_resolution() {
    let path = root("../shared/seeds/000_96ca4580391438ac.txt");
    if !path.exists() {
        eprintln!("SKIPPED: `{}` is not there", path.display());
        return;
    }
    let report = triage(&app(), &[path]);
    assert_eq!(report.verdict.name(), "known");
    assert!(report.matches[0].article.id.0.starts_with("tms-krnlmgr"), "{}", report.matches[0].article.id);
    assert_eq!(report.case.severity.as_deref(), Some("P2"));
    assert_eq!(report.case.numbers, ["CAS-12143-P0Y2F1", "CMIT:0001339"]);
    assert_eq!(report.case.customer.as_deref(), Some("ICBC"));
    let codes = ["kb:KB4474419", "hresult:0x80070005", "win32:5", "inf:cpu.inf"];
    let files = ["file:krnlmgr.sys", "file:amdk8.sys", "file:trustedinstaller.exe"];
    for signature in codes.iter().chain(&files) {
        assert!(has(&report, signature), "{signature} is missing");
    }
    for service in ["AmdK8", "AmdPPM", "intelppm", "Processor", "ViaC7"] {
        let key = format!(r"regkey:HKLM\SYSTEM\CurrentControlSet\Services\{service}");
        assert!(has(&report, &key), "{key} is missing");
    }
}
