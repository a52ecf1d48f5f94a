//! Which signatures mean the same as a given one.

use super::{Family, has_number};
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

/// DNS response codes with the Win32 errors that Windows makes of them (DNS_ERROR_RCODE_…).
const DNS_AS_WIN32: &[(&str, u32)] = &[
    ("FORMERR", 9001),
    ("SERVFAIL", 9002),
    ("NXDOMAIN", 9003),
    ("NOTIMP", 9004),
    ("REFUSED", 9005),
    ("YXDOMAIN", 9006),
    ("YXRRSET", 9007),
    ("NXRRSET", 9008),
    ("NOTAUTH", 9009),
    ("NOTZONE", 9010),
];
/// TLS alerts with the results of Schannel, where one stands for the other alone. Source: "Schannel Error Codes for
/// TLS and SSL Alerts" of the Windows documentation, which maps several alerts to one result elsewhere.
const TLS_AS_HRESULT: &[(&str, u32)] = &[
    ("certificate_revoked", 0x8009_2010),
    ("certificate_expired", 0x8009_0328),
    ("unknown_ca", 0x8009_0325),
    ("protocol_version", 0x8009_0302),
    ("insufficient_security", 0x8009_0331),
];
/// Fault statuses of DCE/RPC with the Win32 errors that the Windows runtime makes of them ([MS-RPCE], fault statuses).
const RPC_AS_WIN32: &[(u32, u32)] = &[
    (0x1C00_0001, 1767), // RPC_S_ZERO_DIVIDE
    (0x1C00_0002, 1768), // RPC_S_ADDRESS_ERROR
    (0x1C00_0003, 1769), // RPC_S_FP_DIV_ZERO
    (0x1C00_0004, 1770), // RPC_S_FP_UNDERFLOW
    (0x1C00_0005, 1771), // RPC_S_FP_OVERFLOW
    (0x1C00_0006, 1733), // RPC_S_INVALID_TAG
    (0x1C00_0007, 1734), // RPC_S_INVALID_BOUND
    (0x1C01_0002, 1745), // RPC_S_PROCNUM_OUT_OF_RANGE
    (0x1C01_0003, 1717), // RPC_S_UNKNOWN_IF
    (0x1C01_000B, 1728), // RPC_S_PROTOCOL_ERROR
    (0x1C01_0014, 1723), // RPC_S_SERVER_TOO_BUSY
    (0x16C9_A0D6, 1753), // EPT_S_NOT_REGISTERED
];
/// What a shell adds to the number of the signal that ended a process. Source: POSIX shell, exit status.
const EXIT_OF_SIGNAL: u32 = 128;

include!(concat!(env!("OUT_DIR"), "/pairs.rs"));

/// The partner of a number in a list of pairs sorted by it.
fn paired(pairs: &[(u32, u32)], number: u32) -> Option<u32> {
    let place = pairs.binary_search_by_key(&number, |&(found, _)| found).ok()?;
    pairs.get(place).map(|&(_, partner)| partner)
}

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

/// The error of the Kerberos protocol that a library's number carries by its form: the first 128 of its table are those
/// of the protocol, e.g. 0x18 for -1765328360. Not the 0 at its beginning, which says no error.
///
/// Source: `krb5_err.et` of MIT Kerberos and Heimdal, whose base is -1765328384.
pub fn kerberos_in_library(number: u32) -> Option<u32> {
    /// ERROR_TABLE_BASE_krb5.
    const BASE: u32 = (-1_765_328_384_i32).cast_unsigned();
    number.checked_sub(BASE).filter(|error| (1..128).contains(error))
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
    (has_number(twin) && has_number(number)).then_some(twin)
}

/// The Win32 error with the meaning of an NTSTATUS, where the pair is one to one.
pub fn win32_of_ntstatus(status: u32) -> Option<u32> {
    paired(TO_WIN32, status)
}

/// Whether a number is an exit code of Windows Installer, which is a system error of the same number.
///
/// 1606 and 1609 are left out: in a log they are messages with a meaning of their own.
pub fn is_msi_exit(number: u32) -> bool {
    matches!(number, 1601..=1605 | 1607 | 1608 | 1610..=1654 | 3010)
}

/// Whether a number is an installer message that shares it with an exit code and means something else: message 1603 is
/// about a file in use, exit code 1603 says that the installation failed.
///
/// The signature `msi:1603` is the exit code.
pub fn is_message_of_exit(family: Family, number: u32) -> bool {
    family == Family::Msi && is_msi_exit(number)
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
            if let Some((alert, _)) = TLS_AS_HRESULT.iter().find(|(_, own)| *own == number) {
                found.push(Signature::new(SignatureKind::Tls, *alert));
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
            if let Some(status) = paired(TO_NTSTATUS, error) {
                found.push(wide(SignatureKind::Ntstatus, status));
            }
            if is_msi_exit(error) {
                found.push(Signature::new(SignatureKind::Msi, error.to_string()));
            }
            if STORAGE_AS_WIN32.contains(&error) {
                found.push(wide(SignatureKind::Hresult, FROM_STORAGE | error));
            }
            if let Some((name, _)) = DNS_AS_WIN32.iter().find(|(_, own)| *own == error) {
                found.push(Signature::new(SignatureKind::Dns, *name));
            }
            if let Some((fault, _)) = RPC_AS_WIN32.iter().find(|(_, own)| *own == error) {
                found.push(wide(SignatureKind::Rpc, *fault));
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
        SignatureKind::Setup | SignatureKind::Ldap | SignatureKind::Package => found.extend(wider(signature)),
        SignatureKind::Dns => {
            found
                .extend(DNS_AS_WIN32.iter().find(|(name, _)| *name == signature.value).map(|&(_, error)| win32(error)));
        }
        SignatureKind::Tls => {
            let result = TLS_AS_HRESULT.iter().find(|(name, _)| *name == signature.value);
            found.extend(result.map(|&(_, number)| wide(SignatureKind::Hresult, number)));
        }
        SignatureKind::Rpc => {
            let fault = hexadecimal(&signature.value);
            let error = RPC_AS_WIN32.iter().find(|(number, _)| Some(*number) == fault);
            found.extend(error.map(|&(_, error)| win32(error)));
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

/// What a signature of two parts says by one of them: the result of an upgrade, the LDAP result and the directory's
/// own reason, the update of a package. The way back is not one: many packages belong to an update.
fn wider(signature: &Signature) -> Vec<Signature> {
    let mut found = Vec::new();
    match signature.kind {
        SignatureKind::Setup => {
            let result = signature.value.split_once('-').and_then(|(result, _)| hexadecimal(result));
            found.extend(result.map(|number| wide(SignatureKind::Hresult, number)));
        }
        SignatureKind::Ldap => {
            let Some((result, data)) = signature.value.split_once('/') else { return found };
            found.push(Signature::new(SignatureKind::Ldap, result));
            // The data code is a Win32 error in hexadecimal: 52e is 1326.
            found.extend(u32::from_str_radix(data, 16).ok().filter(|&error| error <= 0xFFFF).map(win32));
        }
        SignatureKind::Package => {
            let update = signature.value.split_once("for_KB").map(|(_, rest)| rest);
            let digits = update.map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default());
            found.extend(
                digits
                    .filter(|digits| matches!(digits.len(), 6 | 7))
                    .map(|digits| Signature::new(SignatureKind::Kb, format!("KB{digits}"))),
            );
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
    fn two_parts_say_what_one_says() {
        check("setup:0xC1900101-0x20017", &["hresult:0xC1900101"]);
        check("package:Package_for_KB4474419~6.1.1.2", &["kb:KB4474419"]);
        check("package:Package_1_for_KB5003173~zh-cn~1.2.3.4", &["kb:KB5003173"]);
        check("package:microsoft-windows-servicingstack~10.0.19041.1", &[]);
        check("kb:KB4474419", &[]);
        let logon: Signature = "ldap:49/52e".parse().unwrap();
        let same: Vec<String> = equivalents(&logon).iter().map(ToString::to_string).collect();
        assert_eq!(same[..2], ["ldap:49", "win32:1326"]);
    }

    #[test]
    fn windows_has_numbers_for_what_the_network_says() {
        for (network, windows) in [
            ("dns:NXDOMAIN", "win32:9003"),
            ("dns:REFUSED", "win32:9005"),
            ("tls:unknown_ca", "hresult:0x80090325"),
            ("rpc:0x1C010003", "win32:1717"),
        ] {
            let (network, windows): (Signature, Signature) = (network.parse().unwrap(), windows.parse().unwrap());
            assert!(equivalents(&network).contains(&windows), "{network}");
            assert!(equivalents(&windows).contains(&network), "{windows}");
        }
        check("tls:handshake_failure", &[]);
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
        for &(status, error) in TO_WIN32 {
            for signature in [wide(SignatureKind::Ntstatus, status), win32(error)] {
                for other in equivalents(&signature) {
                    assert!(equivalents(&other).contains(&signature), "{signature} {other}");
                }
            }
        }
        assert!(TO_WIN32.len() > 600);
        assert_eq!(TO_WIN32.len(), TO_NTSTATUS.len());
    }
}
