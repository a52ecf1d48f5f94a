//! Which signatures mean the same as a given one.

use std::{collections::BTreeMap, sync::LazyLock};

use super::{Family, hand, table};
use crate::signature::{Signature, SignatureKind};

/// Set in an HRESULT that carries an NTSTATUS (`FACILITY_NT_BIT`, HRESULT_FROM_NT).
pub const NT_BIT: u32 = 0x1000_0000;
/// The upper half of an HRESULT that carries a Win32 error (HRESULT_FROM_WIN32).
const FROM_WIN32: u32 = 0x8007_0000;
/// The upper half of an HRESULT that carries an HTTP status, as BITS reports it.
const FROM_HTTP: u32 = 0x8019_0000;
/// The upper half of an HRESULT of structured storage, whose low codes are those of DOS.
const FROM_STORAGE: u32 = 0x8003_0000;
/// Storage results whose code is a Win32 error of the same meaning: STG_E_FILENOTFOUND and so on.
/// Others in the range (STG_E_INVALIDHEADER, 0xFB) have no such partner.
const STORAGE_AS_WIN32: &[u32] = &[1, 2, 3, 4, 5, 6, 8, 19, 32, 33, 87, 112];

/// What a shell adds to the number of the signal that ended a process. Source: POSIX shell, exit status.
const EXIT_OF_SIGNAL: u32 = 128;

struct Pairs {
    to_win32: BTreeMap<u32, u32>,
    to_ntstatus: BTreeMap<u32, u32>,
}

static PAIRS: LazyLock<Pairs> = LazyLock::new(|| {
    let mut pairs = Pairs { to_win32: BTreeMap::new(), to_ntstatus: BTreeMap::new() };
    for line in hand::lines(include_str!("tables/ntstatus_win32.tsv")) {
        let Some((status, error)) = line.split_once('\t') else { continue };
        let (Some(status), Ok(error)) = (hexadecimal(status), error.parse()) else { continue };
        pairs.to_win32.insert(status, error);
        pairs.to_ntstatus.insert(error, status);
    }
    pairs
});

/// Other signatures that mean the same, nearest first, without the given one.
///
/// `hresult:0x80070005` = `win32:5` = `ntstatus:0xC0000022` = `hresult:0xD0000022`. Empty when
/// the signature stands alone or its value is not in normal form.
pub fn equivalents(signature: &Signature) -> Vec<Signature> {
    let mut found = vec![signature.clone()];
    let mut next = 0;
    // The relation is small (a Win32 error has at most five partners), so the walk ends soon.
    while let Some(current) = found.get(next).cloned() {
        for partner in partners(&current) {
            if !found.contains(&partner) {
                found.push(partner);
            }
        }
        next += 1;
    }
    found.remove(0);
    found
}

/// The Win32 error that an HRESULT carries by its form, e.g. 5 for 0x80070005.
pub fn win32_in_hresult(number: u32) -> Option<u32> {
    (number & 0xFFFF_0000 == FROM_WIN32).then_some(number & 0xFFFF)
}

/// The NTSTATUS that an HRESULT carries by its form, e.g. 0xC0000022 for 0xD0000022.
pub fn ntstatus_in_hresult(number: u32) -> Option<u32> {
    (number & 0xF000_0000 == 0xD000_0000).then_some(number & !NT_BIT)
}

/// The HTTP status that an HRESULT of BITS carries, e.g. 404 for 0x80190194.
pub fn http_in_hresult(number: u32) -> Option<u32> {
    (number & 0xFFFF_0000 == FROM_HTTP).then_some(number & 0xFFFF).filter(|status| (100..600).contains(status))
}

/// The other form of a set-up error: 0x800F0203 for 0xE0000203 and back, where both are in the catalog.
///
/// HRESULT_FROM_SETUPAPI of the set-up headers turns the one into the other.
pub fn setup_twin(number: u32) -> Option<u32> {
    // The low codes only: 0x800F08xx are servicing results, which have no second form.
    let code = number & 0xFFFF;
    let twin = match number & 0xFFFF_0000 {
        0x800F_0000 if code < 0x400 => 0xE000_0000 | code,
        0xE000_0000 if code < 0x400 => 0x800F_0000 | code,
        _ => return None,
    };
    (table::has_number(twin) && table::has_number(number)).then_some(twin)
}

/// The Win32 error with the meaning of an NTSTATUS, where the pair is one to one.
pub fn win32_of_ntstatus(status: u32) -> Option<u32> {
    PAIRS.to_win32.get(&status).copied()
}

/// Whether a number is an exit code of Windows Installer, which is a system error of the same number.
///
/// 1606 and 1609 are left out: in a log they are messages with a meaning of their own.
pub fn is_msi_exit(number: u32) -> bool {
    matches!(number, 1601..=1605 | 1607 | 1608 | 1610..=1654 | 3010)
}

fn partners(signature: &Signature) -> Vec<Signature> {
    let mut found = Vec::new();
    match signature.kind {
        SignatureKind::Hresult => {
            let Some(number) = hexadecimal(&signature.value) else { return found };
            if let Some(error) = win32_in_hresult(number) {
                found.push(win32(error));
            }
            if let Some(status) = ntstatus_in_hresult(number) {
                found.push(wide(SignatureKind::Ntstatus, status));
            }
            if let Some(status) = http_in_hresult(number) {
                found.push(Signature::new(SignatureKind::Http, status.to_string()));
            }
            if let Some(twin) = setup_twin(number) {
                found.push(wide(SignatureKind::Hresult, twin));
            }
            if number & 0xFFFF_0000 == FROM_STORAGE && STORAGE_AS_WIN32.contains(&(number & 0xFFFF)) {
                found.push(win32(number & 0xFFFF));
            }
        }
        SignatureKind::Win32 => {
            let Ok(error) = signature.value.parse::<u32>() else { return found };
            if error <= 0xFFFF {
                found.push(wide(SignatureKind::Hresult, FROM_WIN32 | error));
            }
            if let Some(&status) = PAIRS.to_ntstatus.get(&error) {
                found.push(wide(SignatureKind::Ntstatus, status));
            }
            if is_msi_exit(error) {
                found.push(Signature::new(SignatureKind::Msi, error.to_string()));
            }
            if STORAGE_AS_WIN32.contains(&error) {
                found.push(wide(SignatureKind::Hresult, FROM_STORAGE | error));
            }
        }
        SignatureKind::Ntstatus => {
            let Some(status) = hexadecimal(&signature.value) else { return found };
            if let Some(error) = win32_of_ntstatus(status) {
                found.push(win32(error));
            }
            if status & 0xF000_0000 == 0xC000_0000 {
                found.push(wide(SignatureKind::Hresult, status | NT_BIT));
            }
        }
        SignatureKind::Msi => {
            if let Some(exit) = signature.value.parse().ok().filter(|&exit| is_msi_exit(exit)) {
                found.push(win32(exit));
            }
        }
        SignatureKind::Http => {
            if let Some(status) = signature.value.parse::<u32>().ok().filter(|status| (400..600).contains(status)) {
                found.push(wide(SignatureKind::Hresult, FROM_HTTP | status));
            }
        }
        // A shell tells a process that a signal ended as 128 + signal, and a container runtime hands that on.
        SignatureKind::Signal => {
            if let Some(status) = super::entries_of(signature).first().map(|entry| entry.number + EXIT_OF_SIGNAL) {
                found.push(Signature::new(SignatureKind::Exit, status.to_string()));
                found.push(Signature::new(SignatureKind::Container, status.to_string()));
            }
        }
        SignatureKind::Exit | SignatureKind::Container => {
            let number = signature.value.parse::<u32>().ok().and_then(|status| status.checked_sub(EXIT_OF_SIGNAL));
            let entry = number.and_then(|number| super::by_family(Family::Signal, number).into_iter().next());
            if let Some(entry) = entry {
                found.push(Signature::new(SignatureKind::Signal, entry.symbol));
            }
        }
        _ => {}
    }
    found
}

fn win32(error: u32) -> Signature {
    Signature::new(SignatureKind::Win32, error.to_string())
}

fn wide(kind: SignatureKind, number: u32) -> Signature {
    Signature::new(kind, format!("0x{number:08X}"))
}

fn hexadecimal(text: &str) -> Option<u32> {
    text.strip_prefix("0x").and_then(|digits| u32::from_str_radix(digits, 16).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(signature: &str, expected: &[&str]) {
        let signature: Signature = signature.parse().unwrap();
        let found: Vec<String> = equivalents(&signature).iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{signature}");
    }

    #[test]
    fn win32_in_an_hresult() {
        check("hresult:0x8007000E", &["win32:14"]);
        check("hresult:0x80070005", &["win32:5", "ntstatus:0xC0000022", "hresult:0x80030005", "hresult:0xD0000022"]);
        check("win32:14098", &["hresult:0x80073712"]);
    }

    #[test]
    fn ntstatus_and_its_partners() {
        check("ntstatus:0xC0000428", &["win32:577", "hresult:0xD0000428", "hresult:0x80070241"]);
        check("hresult:0xD0000428", &["ntstatus:0xC0000428", "win32:577", "hresult:0x80070241"]);
        check("ntstatus:0x80000003", &[]);
    }

    #[test]
    fn installer_exit_codes_are_system_errors() {
        check("msi:1603", &["win32:1603", "hresult:0x80070643"]);
        check("win32:1618", &["hresult:0x80070652", "msi:1618"]);
        check("msi:1402", &[]);
        check("msi:1606", &[]);
        check("win32:1606", &["hresult:0x80070646"]);
    }

    #[test]
    fn setup_errors_have_two_forms() {
        check("hresult:0xE0000203", &["hresult:0x800F0203"]);
        check("hresult:0x800F0203", &["hresult:0xE0000203"]);
        check("hresult:0xE0000340", &[]);
    }

    #[test]
    fn http_status_in_an_hresult() {
        check("hresult:0x80190194", &["http:404"]);
        check("http:503", &["hresult:0x801901F7"]);
        check("http:200", &[]);
    }

    #[test]
    fn a_signal_is_an_exit_status_and_a_containers_code() {
        check("signal:SIGKILL", &["exit:137", "container:137"]);
        check("container:139", &["signal:SIGSEGV", "exit:139"]);
        check("exit:1", &[]);
        check("exit:128", &[]);
    }

    #[test]
    fn codes_that_stand_alone() {
        check("hresult:0x800F081F", &[]);
        check("kb:KB4474419", &[]);
        check("hresult:nonsense", &[]);
        check("win32:-5", &[]);
        check("smtp:5.7.1", &[]);
    }

    #[test]
    fn relation_is_symmetric() {
        for (&status, &error) in &PAIRS.to_win32 {
            for signature in [wide(SignatureKind::Ntstatus, status), win32(error)] {
                for other in equivalents(&signature) {
                    assert!(equivalents(&other).contains(&signature), "{signature} {other}");
                }
            }
        }
        assert!(PAIRS.to_win32.len() > 600);
        assert_eq!(PAIRS.to_win32.len(), PAIRS.to_ntstatus.len());
    }
}
