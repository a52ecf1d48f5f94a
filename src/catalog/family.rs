//! The families of error codes: which list a number is to be read in.

use serde::Serialize;

use crate::signature::SignatureKind;

/// The list that a number belongs to. The same number means something else in each.
///
/// The order is the order in which readings of one number are given when nothing else decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// COM and component results, 32 bits: `0x80070005`.
    Hresult,
    /// Windows kernel status, 32 bits: `0xC0000022`.
    Ntstatus,
    /// Windows system errors, with Winsock, RPC, network management, WinINet and WinHTTP: `5`, `10060`.
    Win32,
    /// Stop codes of a blue screen: `0x7B`.
    Bugcheck,
    /// Message numbers in Windows Installer logs: `1402`. Its exit codes are system errors.
    Msi,
    /// Kerberos errors: `0x18`.
    Kerberos,
    /// POSIX errors with their Linux numbers: `13`.
    Errno,
    /// HTTP status: `503`.
    Http,
    /// Mail delivery status: `550` or `5.7.1` (see [`super::smtp_number`]).
    Smtp,
    /// LDAP result: `49`.
    Ldap,
    /// Device Manager problem: `43`.
    Problem,
    /// Return value of the configuration manager: `CR_...`.
    Configret,
    /// Remote access and VPN: `691`.
    Ras,
    /// Wireless reason code.
    Wlan,
    /// Performance counters: `0xC0000BB8`.
    Pdh,
    /// Extensible storage engine, negative decimal: `-1018`.
    Jet,
    /// TLS alert: `48`.
    Tls,
    /// Linux signal: `11`.
    Signal,
    /// SQL state, five characters: `42P01` (see [`super::sqlstate_number`]).
    Sqlstate,
    /// Phase and operation of a Windows upgrade that failed: `0x20017`.
    Setup,
}

impl Family {
    /// Every family, in order.
    pub const ALL: &[Family] = &[
        Family::Hresult,
        Family::Ntstatus,
        Family::Win32,
        Family::Bugcheck,
        Family::Msi,
        Family::Kerberos,
        Family::Errno,
        Family::Http,
        Family::Smtp,
        Family::Ldap,
        Family::Problem,
        Family::Configret,
        Family::Ras,
        Family::Wlan,
        Family::Pdh,
        Family::Jet,
        Family::Tls,
        Family::Signal,
        Family::Sqlstate,
        Family::Setup,
    ];

    /// The name used in output, lower case: `hresult`.
    pub fn name(self) -> &'static str {
        match self {
            Family::Hresult => "hresult",
            Family::Ntstatus => "ntstatus",
            Family::Win32 => "win32",
            Family::Bugcheck => "bugcheck",
            Family::Msi => "msi",
            Family::Kerberos => "kerberos",
            Family::Errno => "errno",
            Family::Http => "http",
            Family::Smtp => "smtp",
            Family::Ldap => "ldap",
            Family::Problem => "problem",
            Family::Configret => "configret",
            Family::Ras => "ras",
            Family::Wlan => "wlan",
            Family::Pdh => "pdh",
            Family::Jet => "jet",
            Family::Tls => "tls",
            Family::Signal => "signal",
            Family::Sqlstate => "sqlstate",
            Family::Setup => "setup",
        }
    }

    /// The family of that name, in any case.
    pub fn from_name(name: &str) -> Option<Family> {
        Self::ALL.iter().copied().find(|family| family.name().eq_ignore_ascii_case(name))
    }

    /// What an engineer calls it, for tables: `Windows stop code`.
    pub fn title(self) -> &'static str {
        match self {
            Family::Hresult => "HRESULT",
            Family::Ntstatus => "NTSTATUS",
            Family::Win32 => "Win32 system error",
            Family::Bugcheck => "Windows stop code",
            Family::Msi => "Windows Installer message",
            Family::Kerberos => "Kerberos error",
            Family::Errno => "Linux errno",
            Family::Http => "HTTP status",
            Family::Smtp => "mail delivery status",
            Family::Ldap => "LDAP result",
            Family::Problem => "Device Manager problem",
            Family::Configret => "configuration manager result",
            Family::Ras => "remote access (VPN) error",
            Family::Wlan => "wireless reason code",
            Family::Pdh => "performance counter status",
            Family::Jet => "storage engine (ESE) error",
            Family::Tls => "TLS alert",
            Family::Signal => "Linux signal",
            Family::Sqlstate => "SQLSTATE",
            Family::Setup => "Windows upgrade phase",
        }
    }

    /// The kind of signature that a code of this family becomes, where there is one.
    pub fn kind(self) -> Option<SignatureKind> {
        match self {
            Family::Hresult => Some(SignatureKind::Hresult),
            Family::Ntstatus | Family::Pdh => Some(SignatureKind::Ntstatus),
            Family::Win32 | Family::Ras => Some(SignatureKind::Win32),
            Family::Bugcheck => Some(SignatureKind::Bugcheck),
            Family::Msi => Some(SignatureKind::Msi),
            Family::Kerberos => Some(SignatureKind::Kerberos),
            Family::Errno => Some(SignatureKind::Errno),
            Family::Http => Some(SignatureKind::Http),
            Family::Smtp => Some(SignatureKind::Smtp),
            Family::Sqlstate => Some(SignatureKind::Sqlstate),
            Family::Signal => Some(SignatureKind::Signal),
            Family::Ldap => Some(SignatureKind::Ldap),
            Family::Tls => Some(SignatureKind::Tls),
            Family::Problem | Family::Configret | Family::Wlan | Family::Jet | Family::Setup => None,
        }
    }

    /// The families of that kind of signature, the main one first.
    pub fn of_kind(kind: SignatureKind) -> Option<Family> {
        Self::ALL.iter().copied().find(|family| family.kind() == Some(kind))
    }
}
