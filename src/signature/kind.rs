//! The closed list of signature kinds: one doc line and one example each.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

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
    /// Result of a Windows upgrade with its extend code: phase and operation.
    Setup = "setup", "0xC1900101-0x20017";
    /// A servicing package or component by name and version, without key token and architecture.
    Package = "package", "Package_for_KB4474419~6.1.1.2";
    /// A crash by its faulting module and exception code.
    Crash = "crash", "ntdll.dll/0xC0000005";
    /// LDAP result, with the directory's own `data` code where there is one.
    Ldap = "ldap", "49/52e";
    /// A secure-channel failure of `netlogon.log`: the operation and its status, or a keyword of that log.
    Netlogon = "netlogon", "NlSetStatusClientSession/0xC000005E";
    /// DNS response code by its name (RFC 1035, RFC 6895).
    Dns = "dns", "NXDOMAIN";
    /// Fault status of DCE/RPC: `0x` and 8 upper-case hexadecimal digits.
    Rpc = "rpc", "0x1C010003";
    /// A COM class that could not be had, in braces and upper case.
    Clsid = "clsid", "{9BA05972-F6A8-11CF-A442-00A0C90A8F39}";
    /// TLS alert by its name in RFC 8446.
    Tls = "tls", "handshake_failure";
    /// Why a mail bounced, where no enhanced status says it.
    Bounce = "bounce", "mailbox-full";
    /// POSIX signal by its name.
    Signal = "signal", "SIGSEGV";
    /// Exit status of a process, 1 to 255, where nothing names what it means.
    Exit = "exit", "137";
    /// A kernel failure: what sort, and the function or reason where it is told.
    Kernel = "kernel", "oops/ext4_find_entry";
    /// A process that the kernel killed for want of memory.
    Oom = "oom", "java";
    /// A segmentation fault in the kernel log: the program, and the library that it happened in.
    Segfault = "segfault", "nginx/libc.so.6";
    /// A systemd unit that failed, with the result that systemd gives.
    Systemd = "systemd", "nginx.service/exit-code";
    /// A Kubernetes reason.
    K8s = "k8s", "CrashLoopBackOff";
    /// Exit code of a container.
    Container = "container", "137";
    /// An exception with the fingerprint of its stack.
    Stack = "stack", "java.lang.NullPointerException/1f3a9c2b77d0";
    /// DB2 message with its severity letter.
    Db2 = "db2", "SQL0911N";
    /// MongoDB error code: decimal.
    Mongodb = "mongodb", "11000";
    /// SAP short dump, message or return code.
    Sap = "sap", "TSV_TNEW_PAGE_ALLOC_FAILED";
    /// VMware event or message id.
    Vmware = "vmware", "vob.scsi.scsipath.pathstate.dead";
    /// Cisco log message: facility, severity and mnemonic.
    Cisco = "cisco", "%LINK-3-UPDOWN";
    /// Citrix message or transaction code.
    Citrix = "citrix", "1030";
    /// Veeam message.
    Veeam = "veeam", "VSSControl/-2147212529";
    /// A code of an application of one's own, found by one's own rule: the rule's name and the code.
    App = "app", "billing/E1042";
    /// A log line's template where no code stands: 12 hexadecimal digits.
    Template = "template", "5c1f0a2be77d";
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
            | SignatureKind::Package
            | SignatureKind::Clsid
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
            | SignatureKind::Mssql
            | SignatureKind::Setup
            | SignatureKind::Crash
            | SignatureKind::Ldap
            | SignatureKind::Netlogon
            | SignatureKind::Dns
            | SignatureKind::Rpc
            | SignatureKind::Tls
            | SignatureKind::Bounce
            | SignatureKind::Signal
            | SignatureKind::Exit
            | SignatureKind::Kernel
            | SignatureKind::Oom
            | SignatureKind::Segfault
            | SignatureKind::Systemd
            | SignatureKind::K8s
            | SignatureKind::Container
            | SignatureKind::Stack
            | SignatureKind::Db2
            | SignatureKind::Mongodb
            | SignatureKind::Sap
            | SignatureKind::Vmware
            | SignatureKind::Cisco
            | SignatureKind::Citrix
            | SignatureKind::Veeam
            | SignatureKind::App
            | SignatureKind::Template => true,
        }
    }
}

impl SignatureKind {
    /// Whether a sighting is a report of a failure in itself, whatever else its line says: nothing prints a
    /// stack, an oops or a unit's failed result without one.
    pub fn reports_failure(self) -> bool {
        matches!(
            self,
            SignatureKind::Kernel
                | SignatureKind::Oom
                | SignatureKind::Segfault
                | SignatureKind::Systemd
                | SignatureKind::Stack
        )
    }
}

impl fmt::Display for SignatureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SignatureKind {
    type Err = SignatureError;

    /// The kind of that name, in any case; `wu` (Windows Update results, `wu:0x80244010`) is another name of `hresult`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.eq_ignore_ascii_case("wu") {
            return Ok(SignatureKind::Hresult);
        }
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.name().eq_ignore_ascii_case(text))
            .ok_or_else(|| SignatureError::UnknownKind(text.into()))
    }
}

impl<'de> Deserialize<'de> for SignatureKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl Serialize for SignatureKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
