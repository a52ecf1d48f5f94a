//! Codes that only say that something below failed: they yield to the code that says what.

use crate::signature::{Signature, SignatureKind as Kind};

/// The codes by kind. From the vendors' own descriptions: each says "a failure occurred; see the log" in other words.
const GENERIC: &[(Kind, &[&str])] = &[
    (
        Kind::Hresult,
        &[
            "0x80004005", // E_FAIL
            "0x8000FFFF", // E_UNEXPECTED
            "0x80070643", // ERROR_INSTALL_FAILURE
            "0x80070652", // another installation is under way
            "0x800F0922", // CBS_E_INSTALLERS_FAILED
            "0x80240022", // WU_E_ALL_UPDATES_FAILED
            "0x8024200B", // WU_E_UH_INSTALLERFAILURE
            "0x80240FFF", // WU_E_UNEXPECTED
            "0x80131500", // COR_E_EXCEPTION
            "0x80131604", // COR_E_TARGETINVOCATION
            "0xC1900101", // an upgrade rolled back for any reason
            "0x80020009", // DISP_E_EXCEPTION
            "0x80005000", // E_ADS_BAD_PATHNAME, also what ADSI gives for anything
        ],
    ),
    (Kind::Win32, &["1", "31", "1603", "574"]),
    (Kind::Ntstatus, &["0xC0000001"]),
    (Kind::Msi, &["1603"]),
    (Kind::Http, &["500", "502"]),
    (Kind::Sqlstate, &["HY000", "58000", "XX000"]),
    (Kind::Ora, &["ORA-00604", "ORA-06512", "ORA-20000"]),
    (Kind::Exit, &["1", "255"]),
    (Kind::Container, &["1", "255"]),
    (Kind::K8s, &["BackOff", "CrashLoopBackOff", "Unhealthy", "Failed", "Error"]),
];

/// Exceptions that wrap others, by their last name.
const WRAPPERS: &[&str] = &[
    "Exception",
    "Error",
    "RuntimeException",
    "RuntimeError",
    "AggregateException",
    "TargetInvocationException",
    "InvocationTargetException",
    "ExecutionException",
    "CompletionException",
    "UndeclaredThrowableException",
    "BeanCreationException",
    "UnsatisfiedDependencyException",
    "NestedServletException",
    "ServletException",
    "TypeInitializationException",
    "ExceptionInInitializerError",
];

/// Whether a code says no more than that something failed.
pub(in crate::case) fn is_generic(signature: &Signature) -> bool {
    if signature.kind == Kind::Exception {
        let name = signature.value.rsplit(['.', ':', '$']).next().unwrap_or_default();
        return WRAPPERS.contains(&name);
    }
    GENERIC.iter().any(|(kind, codes)| {
        *kind == signature.kind && codes.iter().any(|code| code.eq_ignore_ascii_case(&signature.value))
    })
}

/// Layers of Windows, the lower first: a failure of a lower one is reported by a higher one in its own codes.
pub(super) fn layer(signature: &Signature) -> Option<u8> {
    match signature.kind {
        Kind::Ntstatus => Some(0),
        Kind::Win32 => Some(1),
        Kind::Msi => Some(2),
        Kind::Setup => Some(4),
        Kind::Hresult => {
            let facility = signature.value.get(..6)?;
            Some(match facility {
                "0x8007" => 1,
                "0x800F" | "0x8008" => 2,
                "0x8024" => 3,
                "0xC190" => 4,
                _ => return None,
            })
        }
        _ => None,
    }
}
