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
    /// MySQL and MariaDB, server and client: `1045`.
    Mysql,
    /// SQL Server message: `18456`; what its client library reports is negative or a system error.
    Mssql,
    /// Oracle Database and Oracle Net: `ORA-12514`, `TNS-12514`.
    Ora,
    /// Db2 message, the SQLCODE without its sign: `SQL0911N`.
    Db2,
    /// MongoDB error code: `11000`.
    Mongodb,
    /// DCE/RPC fault or reject status: `0x1C010003`.
    Rpc,
    /// DNS response code: `3`.
    Dns,
    /// Result of libcurl and exit code of curl: `60`.
    Curl,
    /// Exit status of a Unix process or a container: `127`.
    Exit,
    /// Sign-in error of Microsoft Entra ID: `AADSTS50126`.
    Entra,
    /// Exit status that one program documents: `rsync 23`.
    Program,
    /// HTTP status with the sub-status that IIS logs: `500.19`.
    Iis,
    /// Reason that Kubernetes gives for a pod, a node or a volume: `CrashLoopBackOff`. They have names, no numbers.
    K8s,
    /// Result of OpenSSL's check of a certificate chain: `20`.
    X509,
    /// Error of a Kerberos library (com_err), signed decimal: `-1765328360`.
    Krb5,
    /// Code of one product or protocol that has a list of its own: `websocket 1006`, `chromium -102`.
    Product,
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
        Family::Mysql,
        Family::Mssql,
        Family::Ora,
        Family::Db2,
        Family::Mongodb,
        Family::Rpc,
        Family::Dns,
        Family::Curl,
        Family::Exit,
        Family::Entra,
        Family::Program,
        Family::Iis,
        Family::K8s,
        Family::X509,
        Family::Krb5,
        Family::Product,
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
            Family::Mysql => "mysql",
            Family::Mssql => "mssql",
            Family::Ora => "ora",
            Family::Db2 => "db2",
            Family::Mongodb => "mongodb",
            Family::Rpc => "rpc",
            Family::Dns => "dns",
            Family::Curl => "curl",
            Family::Exit => "exit",
            Family::Entra => "entra",
            Family::Program => "program",
            Family::Iis => "iis",
            Family::K8s => "k8s",
            Family::X509 => "x509",
            Family::Krb5 => "krb5",
            Family::Product => "product",
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
            Family::Mysql => "MySQL or MariaDB error",
            Family::Mssql => "SQL Server message",
            Family::Ora => "Oracle message",
            Family::Db2 => "Db2 message",
            Family::Mongodb => "MongoDB error",
            Family::Rpc => "DCE/RPC status",
            Family::Dns => "DNS response code",
            Family::Curl => "curl result",
            Family::Exit => "exit status",
            Family::Entra => "Entra ID sign-in error",
            Family::Program => "exit status of a program",
            Family::Iis => "HTTP status of IIS",
            Family::K8s => "Kubernetes reason",
            Family::X509 => "OpenSSL verify result",
            Family::Krb5 => "Kerberos library error",
            Family::Product => "code of a product or protocol",
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
            Family::Kerberos | Family::Krb5 => Some(SignatureKind::Kerberos),
            Family::Errno => Some(SignatureKind::Errno),
            Family::Http | Family::Iis => Some(SignatureKind::Http),
            Family::K8s => Some(SignatureKind::K8s),
            Family::Smtp => Some(SignatureKind::Smtp),
            Family::Sqlstate => Some(SignatureKind::Sqlstate),
            Family::Ldap => Some(SignatureKind::Ldap),
            Family::Tls => Some(SignatureKind::Tls),
            Family::Signal => Some(SignatureKind::Signal),
            Family::Mysql => Some(SignatureKind::Mysql),
            Family::Mssql => Some(SignatureKind::Mssql),
            Family::Ora => Some(SignatureKind::Ora),
            Family::Db2 => Some(SignatureKind::Db2),
            Family::Mongodb => Some(SignatureKind::Mongodb),
            Family::Rpc => Some(SignatureKind::Rpc),
            Family::Dns => Some(SignatureKind::Dns),
            Family::Exit => Some(SignatureKind::Exit),
            // The result of an upgrade is a signature together with its phase, never the phase alone.
            Family::Problem | Family::Configret | Family::Wlan | Family::Jet | Family::Setup | Family::Curl => None,
            Family::Entra | Family::Program | Family::X509 | Family::Product => None,
        }
    }

    /// The families of that kind of signature, the main one first.
    pub fn of_kind(kind: SignatureKind) -> Option<Family> {
        Self::ALL.iter().copied().find(|family| family.kind() == Some(kind))
    }

    /// Whether signatures of the family hold the name and not the number: `errno:EACCES`.
    pub fn is_named(self) -> bool {
        matches!(self, Family::Errno | Family::Tls | Family::Signal | Family::Dns | Family::K8s)
    }

    /// Whether a number of the family stands for itself in any form, hexadecimal or decimal. The others are packed, or
    /// always written with a word.
    pub fn has_plain_numbers(self) -> bool {
        !matches!(self, Family::Smtp | Family::Sqlstate | Family::Ora | Family::Db2 | Family::Entra)
            && !self.is_packed()
    }

    /// Whether the numbers of the family are the program's own way to hold what is written in another form, so that no
    /// number that anybody types means one of them.
    pub(super) fn is_packed(self) -> bool {
        matches!(self, Family::Program | Family::Iis | Family::K8s | Family::Product)
    }

    /// Whether the rows have labels in ordinary words instead of names.
    pub fn has_labels(self) -> bool {
        matches!(
            self,
            Family::Http
                | Family::Smtp
                | Family::Msi
                | Family::Tls
                | Family::Sqlstate
                | Family::Mssql
                | Family::Ora
                | Family::Db2
                | Family::Exit
                | Family::Program
                | Family::Iis
                | Family::Product
        )
    }
}
