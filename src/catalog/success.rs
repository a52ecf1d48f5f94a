//! Whether a code says that all went well.

use super::Family;

/// Whether a code means success, so that a log line with it reports no failure.
///
/// HRESULT: severity bit clear ([MS-ERREF] 2.1). NTSTATUS: success and informational severity
/// ([MS-ERREF] 2.3). Win32: 0, and the two that say that a restart is needed after success.
/// HTTP and mail: below 400. Databases, processes and the rest: 0. A stop code is never a success.
pub fn is_success(family: Family, number: u32) -> bool {
    match family {
        Family::Hresult => number < 0x8000_0000,
        Family::Ntstatus | Family::Pdh => number < 0x8000_0000,
        // 1641 ERROR_SUCCESS_REBOOT_INITIATED, 3010 ERROR_SUCCESS_REBOOT_REQUIRED, 3011 ..._RESTART_REQUIRED.
        Family::Win32 | Family::Msi => matches!(number, 0 | 1641 | 3010 | 3011),
        Family::Http => (100..400).contains(&number),
        Family::Smtp => matches!(number, 200..400 | 2_000_000..3_000_000),
        // Warnings of the storage engine are positive, errors negative.
        Family::Jet => number.cast_signed() >= 0,
        // Classes 00 successful completion, 01 warning, 02 no data (ISO/IEC 9075-2).
        Family::Sqlstate => number / (36 * 36 * 36) <= 2,
        // +100 says that there was no further row; the other numbers of the table are failures or warnings.
        Family::Db2 => matches!(number, 0 | 100),
        Family::Mysql | Family::Mssql | Family::Ora | Family::Mongodb | Family::Rpc | Family::Dns => number == 0,
        Family::Curl | Family::Exit | Family::Entra => number == 0,
        // The low half is the status.
        Family::Program | Family::Product => number & 0xFFFF == 0,
        Family::X509 => number == 0,
        Family::Kerberos
        | Family::Errno
        | Family::Ldap
        | Family::Problem
        | Family::Configret
        | Family::Ras
        | Family::Wlan => number == 0,
        Family::Bugcheck | Family::Tls | Family::Signal | Family::Setup => false,
        Family::Iis | Family::K8s | Family::Krb5 => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{smtp_number, sqlstate_number};

    #[track_caller]
    fn check(family: Family, number: u32, expected: bool) {
        assert_eq!(is_success(family, number), expected, "{family:?} {number:#X}");
    }

    #[test]
    fn successes() {
        check(Family::Hresult, 0, true);
        check(Family::Hresult, 1, true);
        check(Family::Hresult, 0x0024_0005, true);
        check(Family::Ntstatus, 0x0000_0103, true);
        check(Family::Ntstatus, 0x4000_0000, true);
        check(Family::Win32, 0, true);
        check(Family::Win32, 3010, true);
        check(Family::Http, 204, true);
        check(Family::Smtp, 250, true);
        check(Family::Smtp, smtp_number("2.0.0").unwrap(), true);
        check(Family::Sqlstate, sqlstate_number("01000").unwrap(), true);
    }

    #[test]
    fn failures() {
        check(Family::Hresult, 0x8007_0005, false);
        check(Family::Ntstatus, 0x8000_0003, false);
        check(Family::Ntstatus, 0xC000_0022, false);
        check(Family::Win32, 1, false);
        check(Family::Bugcheck, 0, false);
        check(Family::Http, 404, false);
        check(Family::Http, 0, false);
        check(Family::Smtp, 450, false);
        check(Family::Smtp, smtp_number("5.7.1").unwrap(), false);
        check(Family::Jet, (-1018_i32).cast_unsigned(), false);
        check(Family::Sqlstate, sqlstate_number("42P01").unwrap(), false);
    }
}
