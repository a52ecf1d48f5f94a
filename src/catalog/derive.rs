//! Readings that no table holds because the code says them by its form: 0x80070005 carries Win32
//! error 5, 0xD0000022 an NTSTATUS, 0x1000007E stop code 0x7E.

use serde::Serialize;

use super::{
    Family, by_family,
    equivalence::{NT_BIT, http_in_hresult, kerberos_in_library, ntstatus_in_hresult, setup_twin, win32_in_hresult},
    product,
};

/// One sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sentence {
    /// In English.
    pub en: String,
    /// In simplified Chinese.
    pub zh: String,
}

impl Sentence {
    pub(super) fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Sentence { en: en.into(), zh: zh.into() }
    }
}

/// A reading that follows from the form of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    pub family: Family,
    pub number: u32,
    pub why: Sentence,
}

/// What a number carries by its form. The reading need not stand in a table.
pub fn derive(number: u32) -> Vec<Derived> {
    let mut found = Vec::new();
    let mut add = |family, carried, en: String, zh: String| {
        found.push(Derived { family, number: carried, why: Sentence::new(en, zh) });
    };
    if let Some(error) = win32_in_hresult(number) {
        add(
            Family::Win32,
            error,
            format!("0x{number:08X} is HRESULT_FROM_WIN32({error}): facility 7, code {error}"),
            format!("0x{number:08X} 即 HRESULT_FROM_WIN32({error})：设施 7，代码 {error}"),
        );
    }
    if let Some(status) = ntstatus_in_hresult(number) {
        add(
            Family::Ntstatus,
            status,
            format!("0x{number:08X} is HRESULT_FROM_NT(0x{status:08X}): the same status with bit 28 set"),
            format!("0x{number:08X} 即 HRESULT_FROM_NT(0x{status:08X})：同一状态码，第 28 位置 1"),
        );
    }
    if let Some(status) = http_in_hresult(number) {
        add(
            Family::Http,
            status,
            format!("0x{number:08X} carries HTTP status {status} (facility 25)"),
            format!("0x{number:08X} 携带 HTTP 状态码 {status}（设施 25）"),
        );
    }
    if let Some(status) = http_in_update_agent(number) {
        add(
            Family::Http,
            status,
            format!("0x{number:08X}: the update server or a proxy answered with HTTP status {status}"),
            format!("0x{number:08X}：更新服务器或代理返回了 HTTP 状态码 {status}"),
        );
    }
    // NTSTATUS_FROM_WIN32: facility 7 of an NTSTATUS ([MS-ERREF] 2.3.1).
    if number & 0xFFFF_0000 == 0xC007_0000 {
        let error = number & 0xFFFF;
        add(
            Family::Win32,
            error,
            format!("0x{number:08X} is NTSTATUS_FROM_WIN32({error})"),
            format!("0x{number:08X} 即 NTSTATUS_FROM_WIN32({error})"),
        );
    }
    if let Some(twin) = setup_twin(number) {
        let family = if twin >= 0xE000_0000 { Family::Win32 } else { Family::Hresult };
        add(
            family,
            twin,
            format!("0x{number:08X} and 0x{twin:08X} are the two forms of one set-up error"),
            format!("0x{number:08X} 与 0x{twin:08X} 是同一安装 API 错误的两种形式"),
        );
    }
    if let Some(error) = kerberos_in_library(number).filter(|&error| !by_family(Family::Kerberos, error).is_empty()) {
        let signed = number.cast_signed();
        add(
            Family::Kerberos,
            error,
            format!("{signed} is Kerberos error 0x{error:X} as MIT Kerberos and Heimdal number it: base -1765328384"),
            format!("{signed} 是 MIT Kerberos 与 Heimdal 对 Kerberos 错误 0x{error:X} 的编号：基数为 -1765328384"),
        );
    }
    if let Some(reason) = reason_of_openssl(number) {
        add(
            Family::Product,
            reason,
            format!("0x{number:08X} is packed by OpenSSL: library 20 (SSL routines), reason {}", reason & 0xFFFF),
            format!("0x{number:08X} 是 OpenSSL 打包的错误码：库 20（SSL 例程），原因 {}", reason & 0xFFFF),
        );
    }
    // 0x1000007E: the debugger's mark for a stop code taken from a small dump.
    let stop = number & !NT_BIT;
    if number & NT_BIT != 0 && stop < 0x1000 && !by_family(Family::Bugcheck, stop).is_empty() {
        add(
            Family::Bugcheck,
            stop,
            format!("0x{number:X} is stop code 0x{stop:X} as a small memory dump records it"),
            format!("0x{number:X} 是小型内存转储中记录的停止代码 0x{stop:X}"),
        );
    }
    // A shell reports a process that was ended by a signal as 128 + signal.
    if (129..=159).contains(&number) && !by_family(Family::Signal, number - 128).is_empty() {
        let signal = number - 128;
        add(
            Family::Signal,
            signal,
            format!("exit status {number} of a Unix process is 128 + signal {signal}"),
            format!("Unix 进程的退出状态 {number} 等于 128 + 信号 {signal}"),
        );
    }
    // Db2 reports its errors as negative SQLCODEs.
    let positive = number.wrapping_neg();
    if (1..=40_000).contains(&positive) && !by_family(Family::Db2, positive).is_empty() {
        add(
            Family::Db2,
            positive,
            format!("SQLCODE -{positive} is the Db2 message of that number"),
            format!("SQLCODE -{positive} 即 Db2 同号消息"),
        );
    }
    // Kernel and C programs report errno as a negative number.
    if (1..=133).contains(&positive) && !by_family(Family::Errno, positive).is_empty() {
        add(
            Family::Errno,
            positive,
            format!("-{positive} is errno {positive} as the Linux kernel returns it"),
            format!("-{positive} 是 Linux 内核返回的 errno {positive}"),
        );
    }
    found
}

/// Update agent results that report an HTTP status of the update server: code and status.
///
/// Source: names WU_E_PT_HTTP_STATUS_* of the Win32 metadata.
fn http_in_update_agent(number: u32) -> Option<u32> {
    const STATUS: &[u32] = &[400, 401, 403, 404, 405, 407, 408, 409, 410, 500, 501, 502, 503, 504, 505];
    let place = number.checked_sub(0x8024_4016)?;
    STATUS.get(usize::try_from(place).ok()?).copied()
}

/// The reason in an error number of OpenSSL's SSL library, as the tables hold it: `error:0A000086`, `error:1416F086`.
///
/// Since 3.0 the library stands from bit 23 and the reason below; before, the library from bit 24, a function from
/// bit 12, the reason below. Source: err.h of OpenSSL, ERR_PACK.
fn reason_of_openssl(number: u32) -> Option<u32> {
    const SSL: u32 = 20;
    let present = number >> 23 == SSL && number & 0x7F_F000 == 0;
    let before = number >> 24 == SSL;
    if present || before { product::number("ssl-routines", number & 0xFFF) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(number: u32, expected: &[(Family, u32)]) {
        let found: Vec<(Family, u32)> = derive(number).iter().map(|derived| (derived.family, derived.number)).collect();
        assert_eq!(found, expected, "{number:#X}");
    }

    #[test]
    fn carried_codes() {
        check(0x8007_0426, &[(Family::Win32, 1062)]);
        check(0xD000_0022, &[(Family::Ntstatus, 0xC000_0022)]);
        check(0x8019_0194, &[(Family::Http, 404)]);
        check(0xC007_0057, &[(Family::Win32, 87)]);
        check(0xE000_0203, &[(Family::Hresult, 0x800F_0203)]);
        check(0x800F_0203, &[(Family::Win32, 0xE000_0203)]);
        check(0x1000_007E, &[(Family::Bugcheck, 0x7E)]);
        check((-13_i32).cast_unsigned(), &[(Family::Errno, 13)]);
        check((-911_i32).cast_unsigned(), &[(Family::Db2, 911)]);
    }

    #[test]
    fn codes_that_carry_none() {
        check(5, &[]);
        check(0x800F_081F, &[]);
        check(0x8024_402C, &[]);
        check(0xE000_0340, &[]);
        check(0xC000_0022, &[]);
    }

    #[test]
    fn update_agent_http() {
        assert_eq!(http_in_update_agent(0x8024_4016), Some(400));
        assert_eq!(http_in_update_agent(0x8024_4019), Some(404));
        assert_eq!(http_in_update_agent(0x8024_4022), Some(503));
        assert_eq!(http_in_update_agent(0x8024_4015), None);
        assert_eq!(http_in_update_agent(0x8024_4024), Some(505));
        assert_eq!(http_in_update_agent(0x8024_4025), None);
    }
}
