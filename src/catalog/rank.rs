//! Which reading of a number comes first: the one that support means.

use super::{Entry, Family};

/// Prefixes of names that mean something in one component only and share their numbers with a
/// better-known one. Facility 4 (0x8004xxxx) belongs to whoever uses it: COM, WMI, Task Scheduler,
/// shadow copies and activation are what support sees; media, graphics and the rest come later.
const COMMON: &[&str] = &[
    "E_",
    "S_",
    "WBEM_",
    "VSS_E_",
    "SCHED_",
    "REGDB_E_",
    "CO_E_",
    "CLASS_E_",
    "CLASSFACTORY_E_",
    "RPC_E_",
    "DISP_E_",
    "STG_E_",
    "CERT_E_",
    "CRYPT_E_",
    "TRUST_E_",
    "SEC_E_",
    "SEC_I_",
    "NTE_",
    "SL_E_",
    "WU_",
    "CBS_E_",
    "PSFX_E_",
    "SPAPI_E_",
    "BG_E_",
    "INET_E_",
    "ERROR_",
    "STATUS_",
    "WSA",
    "RPC_S_",
    "RPC_X_",
    "EPT_S_",
    "NERR_",
    "TYPE_E_",
    "FVE_E_",
    "TPM_E_",
    "WINRM",
    "MK_E_",
    "OLE_E_",
    "SCARD_",
    "CERTSRV_E_",
    "DXGI_ERROR_",
    "MAPI_E_",
    "EVENT_E_",
    "COMADMIN_E_",
];
/// Prefixes of names that nobody has asked about: aliases, internal ranges, media and search components.
const RARE: &[&str] = &[
    "MF_",
    "DXVA",
    "URL_E_",
    "REC_E_",
    "XACT_",
    "VFW_",
    "DSERR_",
    "DDERR_",
    "CDERR",
    "EXCEPTION_",
    "EXCI_E",
    "UIA_E",
    "ERROR_GRAPHICS",
    "ERROR_FLT",
    "ERROR_VOLMGR",
    "PRESENTATION_",
    "PLA_",
    "XAPO",
    "D2D",
    "WINCODEC",
    "NS_E_",
    "DRM_E_",
    "CONVERT10_",
    "VIEW_",
    "CACHE_",
    "OLEOBJ_",
    "INPLACE_",
    "MSDTC",
    "AE_",
    "TAPI_",
    "RTC_",
    "TAPE",
];

/// Sorts readings: by family, then by how often support meets the name.
pub fn sort(entries: &mut [Entry]) {
    // Low system errors have aliases of sockets and RPC (WSA_INVALID_HANDLE for 6), and LDAP results the names of the
    // protocol (invalidCredentials for 49) beside those that clients print: the plain name first.
    let alias = |entry: &Entry| {
        entry.number < 1_700 && !entry.symbol.starts_with("ERROR_") && !entry.symbol.starts_with("LDAP_")
    };
    entries.sort_by_key(|entry| (of(entry), entry.family, alias(entry), entry.symbol.len(), entry.symbol));
}

/// Whether the name is one that support meets, not that of a single component.
pub fn is_usual(entry: &Entry) -> bool {
    COMMON.iter().any(|prefix| entry.symbol.starts_with(prefix))
        && !RARE.iter().any(|prefix| entry.symbol.starts_with(prefix))
}

/// A smaller number for a reading that is met more often.
pub fn of(entry: &Entry) -> u8 {
    let name = entry.symbol;
    let starts = |list: &[&str]| list.iter().any(|prefix| name.starts_with(prefix));
    let common = match entry.family {
        // Every number below 600 is some bug check, LDAP result or signal as well.
        Family::Win32 => 0,
        Family::Hresult | Family::Ntstatus | Family::Bugcheck => 1,
        Family::Msi | Family::Kerberos | Family::Errno | Family::Http | Family::Smtp | Family::Iis => 2,
        Family::Ldap | Family::Problem | Family::Ras | Family::Jet | Family::Sqlstate | Family::Pdh => 3,
        Family::Tls | Family::Signal | Family::Setup | Family::Mysql | Family::Mssql | Family::Ora => 4,
        Family::Db2 | Family::Mongodb | Family::Rpc | Family::Dns | Family::Curl | Family::Exit => 5,
        Family::Configret | Family::Wlan | Family::Entra | Family::Program | Family::K8s => 6,
        Family::X509 | Family::Krb5 | Family::Product => 6,
    };
    if starts(RARE) {
        common + 20
    } else if matches!(entry.family, Family::Hresult | Family::Ntstatus) && !starts(COMMON) {
        common + 10
    } else {
        common
    }
}
