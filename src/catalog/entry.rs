//! One row of the catalog, and how its number is written.

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{Family, by_family, equivalence::kerberos_in_library, product, program};
use crate::signature::{Signature, SignatureKind};

/// One row of the catalog: a number, what it is called, in which family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Entry {
    /// Which list the number is read in.
    pub family: Family,
    /// The number; negative numbers as 32-bit two's complement, mail and SQL states packed.
    pub number: u32,
    /// The symbolic name, or a short label in families that have no names.
    pub symbol: &'static str,
}

impl Entry {
    /// The number as this family writes it: `0x80070005`, `5`, `0x7B`, `5.7.1`, `42P01`, `-1018`.
    pub fn value(&self) -> String {
        value_of(self.family, self.number)
    }

    /// The signature that stands for this row, where the family has a kind of signature.
    pub fn signature(&self) -> Option<Signature> {
        signature_of(self.family, self.number, Some(self.symbol))
    }

    /// Whether the name is a word of ordinary language, which says nothing among others: `Found`, `Evicted`, but not
    /// `SQLITE_BUSY` or `CrashLoopBackOff`.
    pub(super) fn is_ordinary_word(&self) -> bool {
        let has = |test: fn(&u8) -> bool| self.symbol.bytes().skip(1).any(|byte| test(&byte));
        let constant = self.symbol.contains('_') && !has(u8::is_ascii_lowercase);
        let camel = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
        (self.family.has_labels() || self.family == Family::K8s) && !constant && !camel
    }
}

/// The signature that stands for a number of a family, where the family has a kind of signature; `name` is the row's.
pub(super) fn signature_of(family: Family, number: u32, name: Option<&str>) -> Option<Signature> {
    let kind = signature_kind(family, number)?;
    let value = match (family, name) {
        (Family::Krb5, _) => match kerberos_in_library(number) {
            Some(error) => value_of(Family::Kerberos, error),
            None => format!("0x{number:08X}"),
        },
        (_, Some(name)) if family.is_named() => name.to_string(),
        _ => value_of(family, number),
    };
    Some(Signature::new(kind, value))
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_struct("Entry", 3)?;
        row.serialize_field("family", &self.family)?;
        row.serialize_field("value", &self.value())?;
        row.serialize_field("symbol", self.symbol)?;
        row.end()
    }
}

/// The kind of signature that a number of a family becomes, where there is one.
///
/// Set-up errors such as 0xE0000203 are listed among the system errors; in a log they stand where an
/// HRESULT stands, and a signature is evidence as logged.
pub fn signature_kind(family: Family, number: u32) -> Option<SignatureKind> {
    match family {
        Family::Win32 if number >= 0x8000_0000 => Some(SignatureKind::Hresult),
        _ => family.kind(),
    }
}

/// The number as the family writes it.
pub fn value_of(family: Family, number: u32) -> String {
    match family {
        Family::Hresult | Family::Ntstatus | Family::Pdh | Family::Rpc => format!("0x{number:08X}"),
        // Set-up errors 0xE0000203 and the like are system errors, but nobody writes them in decimal.
        Family::Win32 if number >= 0x8000_0000 => format!("0x{number:08X}"),
        Family::Bugcheck | Family::Kerberos | Family::Setup => format!("0x{number:X}"),
        Family::Wlan if number > 0xFFFF => format!("0x{number:X}"),
        Family::Jet | Family::Mssql | Family::Krb5 => number.cast_signed().to_string(),
        Family::Ora => format!("ORA-{number:05}"),
        Family::Db2 => format!("SQL{number:04}{}", db2_letter(number)),
        Family::Smtp if number >= 1_000_000 => {
            format!("{}.{}.{}", number / 1_000_000, number / 1000 % 1000, number % 1000)
        }
        Family::Sqlstate => sqlstate_text(number),
        Family::Entra => format!("AADSTS{number}"),
        Family::Program => program::text(number),
        Family::Product => product::text(number),
        Family::Iis => format!("{}.{}", number >> 16, number & 0xFFFF),
        Family::K8s => by_family(family, number).first().map_or("?", |entry| entry.symbol).to_string(),
        _ => number.to_string(),
    }
}

/// Severe Db2 messages: after these the command processor or the application has to end.
///
/// Source: the message file of the Db2 client driver, every number of `tables/db2.tsv`; compared on 2026-11-26.
const DB2_SEVERE: &[u32] = &[
    902, 931, 954, 955, 956, 958, 959, 964, 968, 980, 984, 985, 990, 992, 1004, 1008, 1022, 1023, 1030, 1034, 1036,
    1038, 1039, 1042, 1043, 1072, 1084, 1086, 1393, 2009, 3001, 3002, 3006, 3011, 5005, 5055,
];
/// Db2 messages that only warn.
const DB2_WARNING: &[u32] = &[
    100, 445, 466, 605, 1061, 1088, 1179, 1271, 1277, 1363, 1478, 1490, 1495, 1496, 1611, 2059, 2523, 2529, 2539, 3107,
    3125, 3148, 5146, 20397,
];

/// The letter at the end of a Db2 message number: severe, warning or note (any other error).
fn db2_letter(number: u32) -> char {
    if DB2_SEVERE.contains(&number) {
        'C'
    } else if DB2_WARNING.contains(&number) {
        'W'
    } else {
        'N'
    }
}

fn sqlstate_text(number: u32) -> String {
    let mut text = [b'0'; 5];
    let mut rest = number;
    for place in text.iter_mut().rev() {
        let digit = u8::try_from(rest % 36).unwrap_or(0);
        *place = if digit < 10 { b'0' + digit } else { b'A' + digit - 10 };
        rest /= 36;
    }
    text.iter().map(|&byte| char::from(byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{smtp_number, sqlstate_number};

    #[test]
    fn packed_numbers_are_written_as_they_came() {
        for text in ["5.7.1", "4.4.7", "2.0.0", "5.1.10"] {
            assert_eq!(smtp_number(text).map(|number| value_of(Family::Smtp, number)).as_deref(), Some(text));
        }
        for text in ["42P01", "08006", "ZZZZZ", "00000"] {
            assert_eq!(sqlstate_number(text).map(|number| value_of(Family::Sqlstate, number)).as_deref(), Some(text));
        }
        assert_eq!(smtp_number("550"), Some(550));
    }

    #[test]
    fn other_texts_are_not_packed() {
        for text in ["", "3.1.1", "5.7", "5.7.1.2", "5.7.1000", "5..1", "55", "650", "+5.1"] {
            assert_eq!(smtp_number(text), None, "{text}");
        }
        for text in ["", "4201", "42P011", "42 01", "４２P01"] {
            assert_eq!(sqlstate_number(text), None, "{text}");
        }
    }
}
