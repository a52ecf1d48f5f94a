//! Who looks when a trigger is found, and where the search for the next one goes on.

use super::{stack::Stack, stores::Store, unix::Unix};

/// Who looks when a trigger is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Recognizer {
    Hex,
    BareHex,
    Signed,
    Unsigned,
    ErrorWord,
    Exception,
    Label,
    StopLabel,
    StopName,
    StopTalk,
    Percent,
    SocketBracket,
    Message,
    MessageWords,
    CallTuple,
    CallFailed,
    SystemTuple,
    ReportField,
    SetupFunction,
    SectionExit,
    Code,
    RustError,
    StateBehind,
    StateBefore,
    KernelResult,
    KernelList,
    Viewer,
    Symbol,
    Kb,
    Patch,
    Cve,
    Ora,
    File,
    RegKey,
    ServiceAfter,
    ServiceSc,
    ServiceBefore,
    ServiceBeforeChinese,
    ServicePeculiar,
    Event,
    EventSource,
    Audit,
    Errno,
    ErrnoMessage,
    Http,
    Reason,
    RemoteError,
    Request,
    Enhanced,
    Reply,
    ReplyCode,
    ReplyTuple,
    Sqlstate,
    BareSqlstate,
    Msg,
    Severity,
    KerberosWords,
    CertificateError,
    CodeReturned,
    SqlError,
    ServiceControl,
    ExceptionPackage,
    EventLabel,
    EventLevelColumn,
    AuditWords,
    TunnelReply,
    ServiceCall,
    EventOpening,
    EventPiece,
    EventLog,
    EventCompared,
    EventColumn,
    EventTable,
    EventFilter,
    MountError,
    Substatus,
    StateName,
    StateOfPool,
    ApacheSystem,
    WrappedSystem,
    HashHex,
    SyscallExit,
    ServiceParameter,
    ServiceShown,
    ModuleError,
    ExceptionClass,
    NamedFile,
    FusedReply,
    InstallerResult,
    InstallerLone,
    MysqlCode,
    MysqlWord,
    HashNumber,
    Installer,
    InstallerPackage,
    InstallerMessage,
    Package,
    FaultingModule,
    ReportParameters,
    ReportValue,
    Bucket,
    ExceptionData,
    ProblematicFrame,
    LdapResult,
    LdapFunction,
    LdapContext,
    LdapServerWords,
    LdapServerLog,
    Netlogon,
    NoClientSite,
    DnsResponse,
    DnsRefused,
    DnsAnswer,
    RpcFault,
    RpcFaultName,
    TlsAlert,
    ClassId,
    ClassCall,
    ClassServer,
    ClassBefore,
    Bounce,
    Unix(Unix),
    Stack(Stack),
    Store(Store),
}

use Recognizer as R;

/// Where the search goes on behind a trigger; worked out beforehand, for it is asked at every hit.
#[derive(Debug, Clone, Copy)]
pub(super) enum GoOn {
    BehindStart,
    AtLastByte,
    AtEnd,
}

impl GoOn {
    /// The mark that ends one may begin another (`status:` and `: -5`), and behind the blank of ` service co` stands `service
    /// control manager`; `(Os { code: 5` begins as `(OS 5)` does.
    pub(super) fn of(word: &str, recognizer: Recognizer) -> Self {
        match recognizer {
            R::ServiceBefore
            | R::WrappedSystem
            | R::ApacheSystem
            | R::MessageWords
            | R::AuditWords
            | R::EventOpening
            | R::EventPiece
            | R::InstallerMessage
            | R::CallFailed
            | R::CodeReturned => GoOn::BehindStart,
            // Its zero begins `0x`.
            R::SectionExit => GoOn::AtLastByte,
            _ if word.len() > 1 && word.ends_with([' ', ':']) => GoOn::AtLastByte,
            _ => GoOn::AtEnd,
        }
    }
}
