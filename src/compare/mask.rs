//! Names without what belongs to one machine, one user or one run.

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;

/// GUIDs, security identifiers, names that Windows makes for one user's session (`CDPUserSvc_3fa21`), and pod suffixes of
/// Kubernetes.
static OWN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)
        \{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?
        | \bS-1-5-21(?:-[0-9]+)+
        | (?:Svc|Service|Manager)_(?P<user>[0-9a-f]{4,8})$
        ",
    )
    .expect("a fixed pattern, compiled by the tests")
});

/// Keys below which a GUID names a class, the same on every machine.
const CLASSES: [&str; 4] = [r"clsid\", r"appid\", r"interface\", r"typelib\"];

/// A signature's value with what is of one machine alone replaced by `<*>`.
pub fn masked(value: &str) -> String {
    let replaced: Cow<'_, str> = OWN.replace_all(value, |found: &regex::Captures<'_>| {
        let whole = &found[0];
        let before = &value[..found.get(0).map_or(0, |whole| whole.start())];
        let of_class = |key: &&str| {
            before.len() >= key.len()
                && before.is_char_boundary(before.len() - key.len())
                && before[before.len() - key.len()..].eq_ignore_ascii_case(key)
        };
        match found.name("user") {
            Some(user) => format!("{}<*>", &whole[..whole.len() - user.len()]),
            None if before.is_empty() && whole.len() == value.len() || CLASSES.iter().any(of_class) => whole.to_owned(),
            None => "<*>".to_owned(),
        }
    });
    replaced.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: &str) {
        assert_eq!(masked(value), expected, "of {value}");
    }

    #[test]
    fn what_is_of_one_machine_is_masked() {
        check(r"HKU\S-1-5-21-1004336348-1177238915-682003330-512\Software\Example", r"HKU\<*>\Software\Example");
        check(
            r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces\{9BA05972-F6A8-11CF-A442-00A0C90A8F39}",
            r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces\<*>",
        );
        check("CDPUserSvc_3fa21", "CDPUserSvc_<*>");
    }

    #[test]
    fn what_is_the_same_everywhere_stays() {
        check("0x80070005", "0x80070005");
        check(r"HKU\S-1-5-18\Software", r"HKU\S-1-5-18\Software");
        check("KB4474419", "KB4474419");
        check("scan_2024.sys", "scan_2024.sys");
        check("ORA-12514", "ORA-12514");
        check("{9BA05972-F6A8-11CF-A442-00A0C90A8F39}", "{9BA05972-F6A8-11CF-A442-00A0C90A8F39}");
        check(
            r"HKCR\CLSID\{9BA05972-F6A8-11CF-A442-00A0C90A8F39}",
            r"HKCR\CLSID\{9BA05972-F6A8-11CF-A442-00A0C90A8F39}",
        );
    }
}
