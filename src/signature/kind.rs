//! The closed list of signature kinds: one doc line and one example each.

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

use super::SignatureError;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $example:literal;)+) => {
        /// What sort of evidence a signature is. The name is what stands before the colon.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum SignatureKind { $($(#[doc = $doc])+ $variant,)+ }

        impl SignatureKind {
            /// Every kind, in the order of the list.
            pub const ALL: &[SignatureKind] = &[$(SignatureKind::$variant,)+];

            /// The name before the colon, e.g. `hresult`.
            pub fn name(self) -> &'static str {
                match self { $(SignatureKind::$variant => $name,)+ }
            }

            /// One value in normal form.
            pub fn example(self) -> &'static str {
                match self { $(SignatureKind::$variant => $example,)+ }
            }
        }
    };
}

kinds! {
    /// Windows HRESULT: `0x` and 8 upper-case hexadecimal digits.
    Hresult = "hresult", "0x80070005";
    /// Win32 system error: decimal.
    Win32 = "win32", "5";
    /// NTSTATUS: `0x` and 8 upper-case hexadecimal digits.
    Ntstatus = "ntstatus", "0xC0000022";
    /// Windows stop code: `0x` and hexadecimal digits without leading zeros.
    Bugcheck = "bugcheck", "0x7B";
    /// Microsoft update or article number: `KB` and digits.
    Kb = "kb", "KB4474419";
    /// A program, driver or library by its lower-case base name.
    File = "file", "krnlmgr.sys";
    /// A driver set-up file by its lower-case base name.
    Inf = "inf", "cpu.inf";
    /// A Windows service by its short name, case as first written, compared without case.
    Service = "service", "AmdK8";
    /// A registry key with a short hive name (HKLM, HKCU, HKCR, HKU); case kept, compared without case.
    Regkey = "regkey", r"HKLM\SYSTEM\CurrentControlSet\Services\AmdK8";
    /// A Windows event: id, or source and id parted by a slash.
    Event = "event", "Service Control Manager/7000";
    /// Windows Installer code: decimal.
    Msi = "msi", "1603";
    /// An exception class as written, with its package.
    Exception = "exception", "java.net.ConnectException";
    /// POSIX error by its Linux name.
    Errno = "errno", "ECONNREFUSED";
    /// HTTP status, with the IIS sub-status where there is one.
    Http = "http", "503";
    /// Enhanced mail status code (RFC 3463); the basic code where there is no other.
    Smtp = "smtp", "5.7.1";
    /// Kerberos error (RFC 4120): `0x` and hexadecimal digits.
    Kerberos = "kerberos", "0x18";
    /// Oracle error: `ORA-` and 5 digits.
    Ora = "ora", "ORA-12514";
    /// SQLSTATE: 5 characters.
    Sqlstate = "sqlstate", "42P01";
    /// MySQL error number: decimal.
    Mysql = "mysql", "2003";
    /// SQL Server message number: decimal.
    Mssql = "mssql", "18456";
    /// Vulnerability number.
    Cve = "cve", "CVE-2020-0601";
}

impl SignatureKind {
    /// Whether a value says by itself that something went wrong; a file, a key or an update is only a name.
    pub fn is_code(self) -> bool {
        match self {
            SignatureKind::Kb
            | SignatureKind::File
            | SignatureKind::Inf
            | SignatureKind::Service
            | SignatureKind::Regkey
            | SignatureKind::Event
            | SignatureKind::Cve => false,
            SignatureKind::Hresult
            | SignatureKind::Win32
            | SignatureKind::Ntstatus
            | SignatureKind::Bugcheck
            | SignatureKind::Msi
            | SignatureKind::Exception
            | SignatureKind::Errno
            | SignatureKind::Http
            | SignatureKind::Smtp
            | SignatureKind::Kerberos
            | SignatureKind::Ora
            | SignatureKind::Sqlstate
            | SignatureKind::Mysql
            | SignatureKind::Mssql => true,
        }
    }
}

impl fmt::Display for SignatureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SignatureKind {
    type Err = SignatureError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.name().eq_ignore_ascii_case(text))
            .ok_or_else(|| SignatureError::UnknownKind(text.into()))
    }
}

impl Serialize for SignatureKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
