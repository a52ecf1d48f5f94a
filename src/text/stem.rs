//! English words without their endings: a light stemmer for support language.
//!
//! Only plural, `-ing`, `-ed`, a last `-e` and a few nouns in `-tion` go, so that updates, updating, updated meet
//! and active, activity and activation do not. The result is a key for comparing, not a word to show. Stemming
//! twice changes nothing. Words only: codes and names never come here.

use std::sync::LazyLock;

use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashMap;

/// Forms that the rules would miss or damage, with their stem.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("used", "use"),
    ("using", "use"),
    ("uses", "use"),
    ("was", "was"),
    ("has", "has"),
    ("this", "this"),
    ("its", "its"),
    ("yes", "yes"),
    ("need", "need"),
    ("speed", "speed"),
    ("feed", "feed"),
    ("setting", "setting"),
    ("settings", "setting"),
    ("servicing", "servicing"),
    ("operating", "operating"),
    ("monitoring", "monitoring"),
    ("licensing", "licens"),
    ("during", "during"),
    ("superseded", "supersed"),
    ("supersede", "supersed"),
    ("supersedes", "supersed"),
    ("embedded", "embed"),
    ("embeds", "embed"),
    ("agreed", "agree"),
    ("nothing", "nothing"),
    ("something", "something"),
    ("anything", "anything"),
    ("everything", "everything"),
    ("failure", "fail"),
    ("failures", "fail"),
    ("failed", "fail"),
    ("installation", "install"),
    ("installations", "install"),
    ("uninstallation", "uninstall"),
    ("configuration", "configur"),
    ("configurations", "configur"),
    ("expiration", "expir"),
    ("expiry", "expir"),
    ("corruption", "corrupt"),
    ("corruptions", "corrupt"),
    ("broken", "break"),
    ("broke", "break"),
    ("froze", "freez"),
    ("frozen", "freez"),
    ("hung", "hang"),
    ("lost", "lose"),
    ("stuck", "stuck"),
    ("written", "writ"),
    ("wrote", "writ"),
    ("began", "begin"),
    ("begun", "begin"),
    ("ran", "run"),
    ("went", "go"),
    ("gone", "go"),
    ("shut", "shut"),
    ("windows", "windows"),
    ("dns", "dns"),
    ("cbs", "cbs"),
    ("tls", "tls"),
    ("gps", "gps"),
    ("dfs", "dfs"),
    ("efs", "efs"),
    ("nfs", "nfs"),
    ("iis", "iis"),
    ("bios", "bios"),
    ("kms", "kms"),
    ("sms", "sms"),
    ("tms", "tms"),
    ("ads", "ads"),
    ("https", "https"),
    ("kubernetes", "kubernetes"),
    ("always", "always"),
    ("series", "series"),
    ("news", "news"),
    ("chaos", "chaos"),
    ("alias", "alias"),
    ("canvas", "canvas"),
];

/// The stem of a lower-case English word.
pub(crate) fn stem(word: &str) -> CompactString {
    let mut stem = CompactString::from(word);
    // The rules feed each other (released -> releas -> relea); each round shortens, so this ends.
    while let Some(next) = once(&stem) {
        stem = next;
    }
    stem
}

/// Forms of [`EXCEPTIONS`] and the stems themselves, each with its stem: every word of every mail is looked up.
static IRREGULAR: LazyLock<FxHashMap<&str, &str>> = LazyLock::new(|| {
    let stems = EXCEPTIONS.iter().map(|(_, stem)| (*stem, *stem));
    stems.chain(EXCEPTIONS.iter().copied()).collect()
});

fn irregular(word: &str) -> Option<&'static str> {
    IRREGULAR.get(word).copied()
}

/// The word after one round of the rules; `None` where it stays as it is.
fn once(word: &str) -> Option<CompactString> {
    if let Some(stem) = irregular(word) {
        return (stem != word).then_some(CompactString::from(stem));
    }
    if word.len() < 4 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    if let Some(stem) = plural(word) {
        return Some(stem);
    }
    for ending in ["ied", "ying"] {
        if let Some(root) = word.strip_suffix(ending).filter(|root| root.len() >= 2) {
            return Some(format_compact!("{root}y"));
        }
    }
    for ending in ["ing", "ed"] {
        // exceed, agreed: no ending.
        if word.ends_with("eed") {
            break;
        }
        if let Some(root) = word.strip_suffix(ending).filter(|root| root.len() >= 3 && has_vowel(root)) {
            return Some(CompactString::from(undouble(root)));
        }
    }
    // activation -> activat (activate), connection -> connect, deletion -> delet (delete).
    if word.len() >= 8
        && let Some(root) = word.strip_suffix("ion")
        && ["at", "ct", "et", "ut"].iter().any(|end| root.ends_with(end))
    {
        return Some(CompactString::from(root));
    }
    let root = word.strip_suffix('e')?;
    (root.len() >= 4 && has_vowel(root) && !root.ends_with('e')).then_some(CompactString::from(root))
}

fn plural(word: &str) -> Option<CompactString> {
    let root = word.strip_suffix('s')?;
    if let Some(root) = word.strip_suffix("ies").filter(|root| root.len() >= 2) {
        return Some(format_compact!("{root}y"));
    }
    if let Some(root) = word.strip_suffix("es")
        && ["ss", "x", "ch", "sh", "zz"].iter().any(|end| root.ends_with(end))
    {
        return Some(CompactString::from(root));
    }
    let kept = ["s", "u", "i"].iter().any(|end| root.ends_with(end));
    (!kept && root.len() >= 3 && has_vowel(root)).then_some(CompactString::from(root))
}

/// stopp -> stop; install, miss and buzz keep theirs.
fn undouble(root: &str) -> &str {
    let bytes = root.as_bytes();
    match bytes {
        [.., a, b] if a == b && !matches!(b, b'l' | b's' | b'z' | b'a' | b'e' | b'i' | b'o' | b'u') => {
            &root[..root.len() - 1]
        }
        _ => root,
    }
}

fn has_vowel(text: &str) -> bool {
    text.bytes().any(|b| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'))
}

/// Endings that a word may have behind what is written of it.
const ENDINGS: [&str; 12] = ["s", "es", "ies", "e", "ed", "ied", "ing", "ying", "ion", "ions", "ation", "ations"];

/// Normal forms that are shorter than the beginning of a word which they are of.
pub(super) fn of_beginning(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    if text.len() < 5 || !text.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return found;
    }
    for (at, _) in text.char_indices().skip(3) {
        let (root, rest) = text.split_at(at);
        for ending in ENDINGS.into_iter().filter(|ending| ending.starts_with(rest)) {
            let stem = stem(&format!("{root}{ending}"));
            if stem.len() < text.len() && text.starts_with(stem.as_str()) && !found.iter().any(|known| *known == stem) {
                found.push(stem.into());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(words: &[&str]) {
        let stems: Vec<CompactString> = words.iter().map(|word| stem(word)).collect();
        assert!(stems.iter().all(|s| *s == stems[0]), "{words:?} became {stems:?}");
    }

    #[test]
    fn forms_of_a_word_meet() {
        same(&["update", "updates", "updated", "updating"]);
        same(&["install", "installs", "installed", "installing", "installation"]);
        same(&["stop", "stops", "stopped", "stopping"]);
        same(&["deny", "denies", "denied", "denying"]);
        same(&["service", "services"]);
        same(&["process", "processes", "processed"]);
        same(&["restore", "restored", "restoring"]);
        same(&["activate", "activated", "activation"]);
        same(&["connect", "connection", "connections"]);
        same(&["fail", "fails", "failed", "failing", "failure"]);
        same(&["configure", "configured", "configuration"]);
        same(&["freeze", "froze", "frozen", "freezing", "freezes"]);
        same(&["supersede", "superseded"]);
        same(&["exceed", "exceeds", "exceeded", "exceeding"]);
        same(&["write", "writes", "writing", "written"]);
    }

    #[test]
    fn what_is_written_of_a_word_leads_to_its_stem() {
        assert!(of_beginning("terminati").contains(&"terminat".to_string()));
        assert!(of_beginning("installat").contains(&"install".to_string()), "{:?}", of_beginning("installat"));
        assert!(of_beginning("install").is_empty() && of_beginning("krnl").is_empty());
    }

    #[test]
    fn different_words_stay_apart() {
        for (a, b) in [
            ("active", "activation"),
            ("set", "settings"),
            ("thing", "the"),
            ("status", "state"),
            ("bus", "bu"),
            ("superseded", "super"),
        ] {
            assert_ne!(stem(a), stem(b), "{a} and {b}");
        }
    }

    #[test]
    fn short_words_and_names_stay() {
        for word in ["dns", "bios", "windows", "access", "this", "string", "bring"] {
            assert_eq!(stem(word), word);
        }
    }

    proptest::proptest! {
        #[test]
        fn stemming_twice_changes_nothing(word in "[a-z]{1,12}(s|es|ies|ed|ied|ing|ying|ation|e)?") {
            let once = stem(&word);
            proptest::prop_assert_eq!(stem(&once), once);
        }
    }
}
