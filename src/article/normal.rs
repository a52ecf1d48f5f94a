//! Signature values written by an author, checked against the normal form of their kind.
//!
//! A value in another spelling than the extractor's would never be found in a case, and nobody
//! would notice; so an article's signatures are checked when it is read. This is about the form
//! alone: whether a code exists is the catalog's business.

use crate::signature::{Signature, SignatureKind};

/// The signature in normal form, or `None` when its value cannot be one of its kind.
pub fn normalize_signature(signature: &Signature) -> Option<Signature> {
    let value = signature.value.trim();
    let normal = match signature.kind {
        SignatureKind::Hresult | SignatureKind::Ntstatus => {
            let digits = hex_digits(value)?;
            (digits.len() == 8).then(|| format!("0x{}", digits.to_ascii_uppercase()))
        }
        SignatureKind::Bugcheck | SignatureKind::Kerberos => {
            let digits = hex_digits(value)?.trim_start_matches('0').to_ascii_uppercase();
            (1..=8).contains(&digits.len()).then(|| format!("0x{digits}"))
        }
        SignatureKind::Win32 | SignatureKind::Msi | SignatureKind::Mysql | SignatureKind::Mssql => {
            value.parse::<u32>().ok().map(|number| number.to_string())
        }
        SignatureKind::Kb => {
            let upper = value.to_ascii_uppercase();
            let digits = upper.strip_prefix("KB")?.trim();
            (all_digits(digits) && (5..=8).contains(&digits.len())).then(|| format!("KB{digits}"))
        }
        SignatureKind::File | SignatureKind::Inf => {
            let lower = value.to_lowercase();
            let fits = lower.rsplit_once('.').is_some_and(|(stem, ending)| {
                !stem.is_empty() && !ending.is_empty() && (ending == "inf") == (signature.kind == SignatureKind::Inf)
            });
            (fits && !lower.contains(['\\', '/', ' '])).then_some(lower)
        }
        SignatureKind::Service => (!value.contains(['\\', '/', '\n'])).then(|| value.to_owned()),
        SignatureKind::Regkey => regkey(value),
        SignatureKind::Event => {
            let id = value.rsplit_once('/').map_or(value, |(_, id)| id);
            (all_digits(id) && id.len() <= 5).then(|| value.to_owned())
        }
        SignatureKind::Exception => (!value.contains(char::is_whitespace)).then(|| value.to_owned()),
        SignatureKind::Errno => {
            let upper = value.to_ascii_uppercase();
            (upper.starts_with('E') && upper.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(upper)
        }
        SignatureKind::Http => {
            let (status, sub) = value.split_once('.').unwrap_or((value, "0"));
            (status.len() == 3 && all_digits(status) && all_digits(sub)).then(|| value.to_owned())
        }
        SignatureKind::Smtp => {
            let parts: Vec<&str> = value.split('.').collect();
            let fits = matches!(parts.len(), 1 | 3) && parts.iter().all(|part| all_digits(part) && part.len() <= 3);
            fits.then(|| value.to_owned())
        }
        SignatureKind::Ora => {
            let upper = value.to_ascii_uppercase();
            // Companions of the database keep their own prefix: `RMAN-03009`, `CRS-2674`.
            let (prefix, digits) = upper.rsplit_once('-')?;
            let width = if prefix == "ORA" { 5 } else { digits.len() };
            (!prefix.is_empty() && all_digits(digits) && digits.len() <= 5)
                .then(|| format!("{prefix}-{digits:0>width$}"))
        }
        SignatureKind::Sqlstate => {
            let upper = value.to_ascii_uppercase();
            (upper.len() == 5 && upper.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(upper)
        }
        SignatureKind::Cve => {
            let upper = value.to_ascii_uppercase();
            let (year, number) = upper.strip_prefix("CVE-")?.split_once('-')?;
            (year.len() == 4 && all_digits(year) && number.len() >= 4 && all_digits(number)).then(|| upper.clone())
        }
        SignatureKind::Rpc => {
            let digits = hex_digits(value)?;
            (digits.len() == 8).then(|| format!("0x{}", digits.to_ascii_uppercase()))
        }
        SignatureKind::Exit | SignatureKind::Container => {
            value.parse::<u8>().ok().filter(|&code| code > 0).map(|code| code.to_string())
        }
        SignatureKind::Mongodb => value.parse::<u32>().ok().map(|number| number.to_string()),
        SignatureKind::Dns | SignatureKind::Signal | SignatureKind::Db2 => Some(value.to_ascii_uppercase()),
        SignatureKind::Tls | SignatureKind::Bounce => Some(value.to_ascii_lowercase()),
        SignatureKind::Clsid => {
            let digits = value.trim_matches(['{', '}']);
            (digits.len() == 36).then(|| format!("{{{}}}", digits.to_ascii_uppercase()))
        }
        SignatureKind::Setup
        | SignatureKind::Package
        | SignatureKind::Crash
        | SignatureKind::Ldap
        | SignatureKind::Netlogon
        | SignatureKind::Kernel
        | SignatureKind::Oom
        | SignatureKind::Segfault
        | SignatureKind::Systemd
        | SignatureKind::K8s
        | SignatureKind::Stack
        | SignatureKind::Sap
        | SignatureKind::Vmware
        | SignatureKind::Cisco
        | SignatureKind::Citrix
        | SignatureKind::Veeam
        | SignatureKind::App
        | SignatureKind::Template => (!value.contains('\n')).then(|| value.to_owned()),
    }?;
    Some(Signature::new(signature.kind, normal))
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn hex_digits(value: &str) -> Option<&str> {
    let digits = value.strip_prefix("0x").or_else(|| value.strip_prefix("0X"))?;
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(digits)
}

/// Long hive names become short ones, and numbered control sets the current one.
fn regkey(value: &str) -> Option<String> {
    const HIVES: [(&str, &str); 4] = [
        ("HKEY_LOCAL_MACHINE", "HKLM"),
        ("HKEY_CURRENT_USER", "HKCU"),
        ("HKEY_CLASSES_ROOT", "HKCR"),
        ("HKEY_USERS", "HKU"),
    ];
    let (hive, rest) = value.split_once('\\')?;
    let rest = rest.trim_end_matches('\\');
    let (_, short) =
        HIVES.iter().find(|(long, short)| hive.eq_ignore_ascii_case(long) || hive.eq_ignore_ascii_case(short))?;
    let mut parts: Vec<&str> = rest.split('\\').collect();
    if parts.iter().any(|part| part.trim().is_empty()) {
        return None;
    }
    if let Some(set) = parts.get_mut(1) {
        let number = set.to_ascii_lowercase();
        if number.strip_prefix("controlset").is_some_and(all_digits) {
            *set = "CurrentControlSet";
        }
    }
    Some(format!("{short}\\{}", parts.join("\\")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: Option<&str>) {
        let signature: Signature = written.parse().unwrap();
        let normal = normalize_signature(&signature).map(|normal| normal.to_string());
        assert_eq!(normal.as_deref(), expected, "in: {written}");
    }

    #[test]
    fn every_kinds_example_is_in_normal_form() {
        for kind in SignatureKind::ALL {
            let signature = Signature::new(*kind, kind.example());
            assert_eq!(normalize_signature(&signature), Some(signature.clone()), "{signature}");
        }
    }
    #[test]
    fn lower_case_code() {
        check("hresult:0x800f0831", Some("hresult:0x800F0831"))
    }
    #[test]
    fn short_code_is_none() {
        check("hresult:0x8007005", None)
    }
    #[test]
    fn stop_code_loses_zeros() {
        check("bugcheck:0x0000007B", Some("bugcheck:0x7B"))
    }
    #[test]
    fn stop_code_zero_is_none() {
        check("bugcheck:0x0", None)
    }
    #[test]
    fn win32_in_hexadecimal_is_none() {
        check("win32:0x5", None)
    }
    #[test]
    fn update_in_lower_case() {
        check("kb:kb4474419", Some("kb:KB4474419"))
    }
    #[test]
    fn path_is_no_file() {
        check(r"file:C:\a\b.sys", None)
    }
    #[test]
    fn set_up_file_is_no_file() {
        check("file:cpu.inf", None)
    }
    #[test]
    fn long_hive_and_numbered_set() {
        check(
            r"regkey:HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Services\AmdK8",
            Some(r"regkey:HKLM\SYSTEM\CurrentControlSet\Services\AmdK8"),
        )
    }
    #[test]
    fn key_without_hive_is_none() {
        check(r"regkey:SYSTEM\Setup", None)
    }
    #[test]
    fn event_with_source() {
        check("event:NETLOGON/3210", Some("event:NETLOGON/3210"))
    }
    #[test]
    fn event_without_number_is_none() {
        check("event:NETLOGON", None)
    }

    proptest::proptest! {
        #[test]
        fn normalizing_twice_changes_nothing(index in 0..SignatureKind::ALL.len(), value in "[0-9A-Za-z.\\\\/x-]{1,16}") {
            let written = Signature::new(SignatureKind::ALL[index], value);
            if let Some(once) = normalize_signature(&written) {
                proptest::prop_assert_eq!(normalize_signature(&once), Some(once.clone()));
            }
        }
    }
}
