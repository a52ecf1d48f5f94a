//! The fields of a 32-bit code: severity, customer bit, facility, code.

use std::sync::LazyLock;

use serde::Serialize;

use super::{Family, equivalence::NT_BIT, notation};

/// The fields of an HRESULT or NTSTATUS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Parts {
    /// How bad it is.
    pub severity: Severity,
    /// Set when the code is defined by an application, not by the system.
    pub customer: bool,
    /// Number of the component that owns the code.
    pub facility: u32,
    /// Name of that component, without `FACILITY_`, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facility_name: Option<&'static str>,
    /// The code within the facility.
    pub code: u32,
}

/// What the highest bits say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It worked.
    Success,
    /// It worked and there is something to tell (NTSTATUS only).
    Information,
    /// It worked in part (NTSTATUS only).
    Warning,
    /// It failed.
    Error,
}

/// The fields of a code of that family; `None` for families whose numbers have none.
pub fn decode(family: Family, number: u32) -> Option<Parts> {
    match family {
        Family::Hresult if number & 0xF000_0000 == 0xD000_0000 => Some(decode_ntstatus(number & !NT_BIT)),
        Family::Hresult => Some(decode_hresult(number)),
        Family::Ntstatus | Family::Pdh => Some(decode_ntstatus(number)),
        // Set-up errors among the system errors: APPLICATION_ERROR_MASK | ERROR_SEVERITY_ERROR | n.
        Family::Win32 if number >= 0x8000_0000 => Some(decode_ntstatus(number)),
        _ => None,
    }
}

/// Splits an HRESULT: bit 31 severity, bit 29 customer, 11 bits facility, 16 bits code.
///
/// Facility 7 wraps a Win32 error: look `code` up in that family. Source: [MS-ERREF] section 2.1.
pub fn decode_hresult(number: u32) -> Parts {
    let facility = number >> 16 & 0x7FF;
    Parts {
        severity: if number >= 0x8000_0000 { Severity::Error } else { Severity::Success },
        customer: number & 0x2000_0000 != 0,
        facility,
        facility_name: name_in(&HRESULT_FACILITIES, facility),
        code: number & 0xFFFF,
    }
}

/// Splits an NTSTATUS: 2 bits severity, bit 29 customer, 12 bits facility, 16 bits code.
///
/// Source: [MS-ERREF] section 2.3.
pub fn decode_ntstatus(number: u32) -> Parts {
    let facility = number >> 16 & 0xFFF;
    Parts {
        severity: match number >> 30 {
            0 => Severity::Success,
            1 => Severity::Information,
            2 => Severity::Warning,
            _ => Severity::Error,
        },
        customer: number & 0x2000_0000 != 0,
        facility,
        facility_name: name_in(&NTSTATUS_FACILITIES, facility),
        code: number & 0xFFFF,
    }
}

type Facilities = Vec<(u32, &'static str)>;

static HRESULT_FACILITIES: LazyLock<Facilities> = LazyLock::new(|| read(include_str!("tables/facility_hresult.tsv")));
static NTSTATUS_FACILITIES: LazyLock<Facilities> = LazyLock::new(|| read(include_str!("tables/facility_ntstatus.tsv")));

fn read(text: &'static str) -> Facilities {
    notation::lines(text)
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(number, name)| Some((number.parse().ok()?, name)))
        .collect()
}

fn name_in(facilities: &Facilities, number: u32) -> Option<&'static str> {
    facilities.iter().find(|(found, _)| *found == number).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(family: Family, number: u32, severity: Severity, facility: Option<&str>, code: u32) {
        let parts = decode(family, number).expect("has fields");
        assert_eq!((parts.severity, parts.facility_name, parts.code), (severity, facility, code), "{number:#X}");
    }

    #[test]
    fn fields() {
        check(Family::Hresult, 0x8007_0005, Severity::Error, Some("WIN32"), 5);
        check(Family::Hresult, 0x8024_4022, Severity::Error, Some("WINDOWSUPDATE"), 0x4022);
        check(Family::Hresult, 0x800F_081F, Severity::Error, Some("SETUPAPI"), 0x081F);
        check(Family::Hresult, 0x0024_0005, Severity::Success, Some("WINDOWSUPDATE"), 5);
        check(Family::Ntstatus, 0xC000_0022, Severity::Error, Some("NONE"), 0x22);
        check(Family::Ntstatus, 0x8000_0003, Severity::Warning, Some("NONE"), 3);
        check(Family::Hresult, 0xD000_0022, Severity::Error, Some("NONE"), 0x22);
        check(Family::Win32, 0xE000_0203, Severity::Error, Some("NONE"), 0x203);
        assert!(decode(Family::Win32, 0xE000_0203).unwrap().customer);
    }

    #[test]
    fn plain_numbers_have_no_fields() {
        assert_eq!(decode(Family::Win32, 5), None);
        assert_eq!(decode(Family::Bugcheck, 0x7B), None);
    }
}
