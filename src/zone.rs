//! Names of time zones and months as mails and logs write them.

/// The months in English, in lower case and in order.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Names that mean one zone only, with minutes east of UTC. `IST` and `BST` have several meanings and tell nothing; of the
/// American names of RFC 5322 section 4.3 `CST` is left out, which a Chinese log means otherwise.
const ZONES: &[(&str, i32)] = &[
    ("UTC", 0),
    ("GMT", 0),
    ("UT", 0),
    ("Z", 0),
    ("EST", -5 * 60),
    ("EDT", -4 * 60),
    ("CDT", -5 * 60),
    ("MST", -7 * 60),
    ("MDT", -6 * 60),
    ("PST", -8 * 60),
    ("PDT", -7 * 60),
    ("WET", 0),
    ("CET", 60),
    ("MET", 60),
    ("CEST", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("HKT", 480),
    ("SGT", 480),
    ("JST", 540),
    ("KST", 540),
    ("AEST", 600),
    ("AEDT", 660),
];

/// Minutes east of UTC of a zone by its name in capitals; `None` where the name is unknown or has several meanings.
pub fn minutes_of(name: &str) -> Option<i32> {
    ZONES.iter().find(|(known, _)| *known == name).map(|(_, minutes)| *minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_one_meaning_only() {
        assert_eq!(minutes_of("JST"), Some(540));
        assert_eq!(minutes_of("EST"), Some(-300));
        for name in ["CST", "IST", "BST", "jst", ""] {
            assert_eq!(minutes_of(name), None, "{name}");
        }
    }
}
