//! The format of a log by its content: names of files lie, lines don't.

use super::{
    LogFormat,
    record::{floor, servicing, syslog, windows_update},
    stamp::month_day_time,
};

/// Lines that vote on the format.
const LINES: usize = 100;

/// Names the format of a log by its first lines.
///
/// Each line votes for the format whose grammar it follows; the format with the most votes wins if a
/// fifth of the lines agree. Continuation lines, stack traces and banners don't vote.
pub fn detect(head: &str) -> LogFormat {
    let mut votes = [0usize; 5];
    let mut lines = 0;
    for line in floor(head, 64 * 1024).lines().map(|line| line.trim_end()).filter(|line| !line.is_empty()).take(LINES) {
        lines += 1;
        match vote(floor(line, 512)) {
            Some(LogFormat::Cbs) => votes[0] += 1,
            Some(LogFormat::Dism) => votes[1] += 1,
            Some(LogFormat::SetupApi) => votes[2] += 1,
            Some(LogFormat::WindowsUpdate) => votes[3] += 1,
            Some(LogFormat::Syslog) => votes[4] += 1,
            Some(LogFormat::Plain) | None => {}
        }
    }
    const ORDER: [LogFormat; 5] =
        [LogFormat::Cbs, LogFormat::Dism, LogFormat::SetupApi, LogFormat::WindowsUpdate, LogFormat::Syslog];
    let best = (0..votes.len()).rev().max_by_key(|index| votes[*index]).unwrap_or(0);
    if votes[best] > 0 && votes[best] * 5 >= lines { ORDER[best] } else { LogFormat::Plain }
}

fn vote(line: &str) -> Option<LogFormat> {
    if line.starts_with("[Device Install Log]") || line.starts_with("[BeginLog]") || is_setupapi(line) {
        return Some(LogFormat::SetupApi);
    }
    if let Some(record) = servicing(line) {
        return match record.component {
            Some("DISM") => Some(LogFormat::Dism),
            Some("CBS" | "CSI" | "DPX" | "SXS" | "PnP" | "CMIADAPTER" | "WER") => Some(LogFormat::Cbs),
            _ => None,
        };
    }
    if let Some(record) = windows_update(line) {
        let tabs = line.as_bytes().get(10) == Some(&b'\t');
        return (tabs || is_update_component(record.component?)).then_some(LogFormat::WindowsUpdate);
    }
    if let Some(record) = syslog(line) {
        let old_style = month_day_time(line).is_some() || line.starts_with('<');
        return (old_style || record.component.is_some()).then_some(LogFormat::Syslog);
    }
    None
}

/// Marks and category of a setupapi line, or the frame of a section.
fn is_setupapi(line: &str) -> bool {
    if [">>>  [", "<<<  [", ">>>  Section", "<<<  Section"].iter().any(|frame| line.starts_with(frame)) {
        return true;
    }
    let text = line.trim_start_matches(['!', ' ']).as_bytes();
    let marks = line.len() - text.len();
    marks == 5 && text.len() > 4 && text[..3].iter().all(u8::is_ascii_lowercase) && text[3] == b':'
}

/// Components of Windows Update, as both log styles print them.
fn is_update_component(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "Agent",
        "AU",
        "AUCLNT",
        "CDM",
        "CMPRESS",
        "COMAPI",
        "ComApi",
        "DataStore",
        "DnldMgr",
        "DownloadManager",
        "DtaStor",
        "EEHndlr",
        "EventLog",
        "EP",
        "Handler",
        "IdleTimer",
        "InstallManager",
        "Inv",
        "Metadata",
        "Misc",
        "Misc.",
        "NETWORK",
        "OFFLSNC",
        "PARSER",
        "Parser",
        "PT",
        "ProtocolTalker",
        "REDIR",
        "Report",
        "Reporter",
        "SERVICE",
        "Service",
        "Setup",
        "SETUP",
        "SHUTDWN",
        "Shared",
        "SLS",
        "SLSDISCO",
        "UxHandler",
        "UPDATE",
        "WS",
        "WSP",
        "WUREDIR",
        "WUTask",
        "WuTask",
        "WebServices",
        "Driver",
        "DriverSync",
    ];
    NAMES.contains(&name)
}
