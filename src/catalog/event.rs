//! Numbers of events, which are no error codes: `Event ID 41`, 事件 4625.
//!
//! Each source of events counts its own, so the number alone names nothing, and the catalog has none.

use super::derive::Sentence;

/// Words that stand before the number of an event, lower case; the longer ones first.
const WORDS: &[&str] =
    &["event id", "event_id", "eventid", "event", "事件标识", "事件编号", "事件識別碼", "事件 id", "事件id", "事件"];
/// Numbers that support knows as events of the Windows security and system logs, and that are met bare.
///
/// Reference: the list of security audit events in the Windows documentation, and the messages of the service control
/// manager (7031 to 7045), the event log (6008) and DCOM (10016); from knowledge.
const KNOWN: &[u32] = &[
    4624, 4625, 4634, 4648, 4662, 4663, 4672, 4688, 4697, 4698, 4719, 4720, 4724, 4725, 4726, 4728, 4732, 4738, 4740,
    4756, 4767, 4768, 4769, 4770, 4771, 4776, 4778, 4779, 4798, 5136, 5140, 5145, 5156, 5157, 6008, 7031, 7034, 7036,
    7045, 10016,
];

/// The number that a text says is that of an event, as written there.
pub fn named(text: &str) -> Option<&str> {
    let flat = text.to_ascii_lowercase();
    WORDS.iter().find_map(|word| {
        flat.match_indices(word).find_map(|(start, _)| {
            let inside = word.is_ascii() && flat[..start].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
            let after = text.get(start + word.len()..)?;
            let digits = after.trim_start_matches(|c: char| c.is_whitespace() || ":=#".contains(c));
            let length = digits.bytes().take_while(u8::is_ascii_digit).count();
            let ends = !digits.get(length..)?.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
            (length > 0 && !inside && ends).then(|| digits.get(..length)).flatten()
        })
    })
}

/// Whether a bare number is one that people know as an event.
pub fn is_known(number: &str) -> bool {
    number.parse().is_ok_and(|number| KNOWN.contains(&number))
}

/// Names of sources that people put before the number of an event without a word for it, lower case.
const SOURCES: &[&str] = &[
    "dcom",
    "distributedcom",
    "kernel-power",
    "whea-logger",
    "service control manager",
    "eventlog",
    "rasclient",
    "msiinstaller",
    "volsnap",
    "user profile service",
    "time-service",
    "kernel-general",
    "kernel-boot",
    "kernel-pnp",
];

/// The event that a text names by its source: `DCOM 10016`, `Kernel-Power 41`.
pub fn of_source(text: &str) -> Option<&str> {
    let flat = text.to_ascii_lowercase();
    let source = SOURCES.iter().filter_map(|source| flat.find(source).map(|at| at + source.len())).min()?;
    let digits = text.get(source..)?.trim_start_matches([' ', '/', ':', ',', '-', '#']);
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let alone = digits.get(length..)?.bytes().all(|byte| !byte.is_ascii_alphanumeric());
    ((1..=5).contains(&length) && alone).then(|| digits.get(..length)).flatten()
}

/// What to say of the number of an event.
pub fn note(number: &str) -> Sentence {
    Sentence::new(
        format!(
            "event {number}: events are not in the catalog, which has error codes; what one means depends on its source \
             (`casebook search 'event {number}'` looks in articles and cases)"
        ),
        format!(
            "事件 {number}：本目录只收录错误代码，不收录事件；事件的含义取决于其来源\
             （可用 `casebook search '事件 {number}'` 在文章和案例中查找）"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(named(text), expected, "{text}");
    }

    #[test]
    fn the_number_behind_the_word() {
        check("Event ID 41", Some("41"));
        check("EventID: 4625", Some("4625"));
        check("event 7031 on the server", Some("7031"));
        check("事件 ID 41", Some("41"));
        check("事件4625", Some("4625"));
        check("Kernel-Power event_id=41, 0x9F", Some("41"));
    }

    #[test]
    fn the_number_behind_its_source() {
        assert_eq!(of_source("DCOM 10016"), Some("10016"));
        assert_eq!(of_source("Kernel-Power 41"), Some("41"));
        assert_eq!(of_source("Service Control Manager, 7031"), Some("7031"));
        for text in ["DCOM", "DCOM 0x80070005", "dcom error 1722 on host", "10016"] {
            assert_eq!(of_source(text), None, "{text}");
        }
    }

    #[test]
    fn other_words_and_numbers() {
        for text in ["", "event", "event id", "prevent 5", "event 0x80040206", "event_e_not_all_removed", "事件", "41"]
        {
            check(text, None);
        }
        assert!(is_known("4625") && !is_known("5") && !is_known("x"));
    }
}
