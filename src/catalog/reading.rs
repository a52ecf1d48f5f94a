//! One reading of a code, with all that the catalog knows of it.

use serde::Serialize;

use super::{
    Entry, Family, Meaning, Parts, Sentence, by_family, decode, entries_of, entry::signature_of, equivalents,
    is_common, is_message_of_exit, is_success, meaning, number_of, rank, value_of, win32_in_hresult,
};
use crate::signature::Signature;

/// One way to read a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// In which list.
    pub family: Family,
    /// The number as that list writes it.
    pub value: String,
    /// The number in hexadecimal, where the family has plain numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hex: Option<String>,
    /// The number as unsigned decimal, where the family has plain numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<u32>,
    /// The number as signed decimal, where that differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed: Option<i32>,
    /// The name; `None` for a number that is not in the catalog and shows its fields only.
    pub symbol: Option<&'static str>,
    /// Other names of the same number in the same family.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<&'static str>,
    /// The signature that it becomes in a case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    /// What it means, where support meets it often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<Meaning>,
    /// Whether it says that all went well.
    pub success: bool,
    /// Severity, facility and code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<Parts>,
    /// How the reading follows from what was typed, where it is not simply the number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub derivation: Option<Sentence>,
    /// Signatures that mean the same, with their names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub equivalents: Vec<Equivalent>,
}

/// A signature that means the same as a reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Equivalent {
    /// The signature.
    pub signature: Signature,
    /// Its names, where it has any of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub symbols: Vec<&'static str>,
}

/// The reading of a number in a family; `derivation` says how it follows from what was typed.
pub fn reading(family: Family, number: u32, derivation: Option<Sentence>) -> Reading {
    let mut names: Vec<&'static str> = by_family(family, number).into_iter().map(|entry| entry.symbol).collect();
    let own = names.first().copied();
    let plain = family.has_plain_numbers();
    let value = value_of(family, number);
    let signature = signature_of(family, number, own).filter(|_| !is_message_of_exit(family, number));
    let same = signature.as_ref().map(equivalents).unwrap_or_default();
    // What remote access counts among the numbers of the system has no partners in the kernel: those are of the system's errors.
    let own_partner = |same: &Signature| family != Family::Ras || number_of(same).and_then(win32_in_hresult).is_some();
    let equivalents: Vec<Equivalent> = same
        .into_iter()
        .filter(own_partner)
        .map(|signature| {
            let symbols = entries_of(&signature).into_iter().map(|entry| entry.symbol).collect();
            Equivalent { signature, symbols }
        })
        .collect();
    // 0x80070426 has no name of its own and is known by the name of what it carries; 0x80070002 has
    // names of its own, but of components that nobody thinks of (DIERR_NOTFOUND).
    let carried = match own {
        None => true,
        Some(name) => win32_in_hresult(number).is_some() && !name.starts_with("E_"),
    };
    let symbol = equivalents
        .first()
        .filter(|_| family == Family::Hresult && carried)
        .and_then(|equivalent| equivalent.symbols.first().copied())
        .or(own);
    names.retain(|&name| Some(name) != symbol);
    Reading {
        family,
        hex: plain.then(|| {
            if number > 0xFFFF || value.starts_with("0x") { format!("0x{number:08X}") } else { format!("0x{number:X}") }
        }),
        decimal: plain.then_some(number),
        signed: (plain && number >= 0x8000_0000).then(|| number.cast_signed()),
        symbol,
        also: names,
        meaning: meaning(family, number),
        success: is_success(family, number),
        value,
        fields: decode(family, number),
        derivation,
        equivalents,
        signature,
    }
}

/// The name that may stand beside a signature where nothing else is told of it, with what it means. As [`describe`], and none
/// where it could be another's: a name that is read alone is believed.
pub fn label(signature: &Signature) -> Option<(&'static str, Option<Meaning>)> {
    let found = describe(signature)?;
    let symbol = found.symbol?;
    let sure = found.meaning.is_some() || !is_shared(&entries_of(signature));
    sure.then_some((symbol, found.meaning))
}

/// Whether a number has names that mean different things, and support meets none of them more than the others.
fn is_shared(entries: &[Entry]) -> bool {
    let Some(first) = entries.first() else { return false };
    // Numbers of remote access are system errors as well, which nobody has seen.
    let families = entries.iter().any(|entry| entry.family != first.family)
        && entries.iter().any(|entry| matches!(entry.family, Family::Ras));
    // Facility 4 belongs to whoever uses it: of several names the one that support meets, if there is one.
    let of_interface = first.family == Family::Hresult && (first.number >> 16) & 0x7FF == 4;
    let usual = entries.iter().filter(|entry| rank::is_usual(entry)).count();
    families || of_interface && entries.len() > 1 && usual != 1
}

/// The rows that a signature and its equivalents stand for, with what they mean: for lists where a
/// whole explanation is too much.
pub fn describe(signature: &Signature) -> Option<Reading> {
    let entries = entries_of(signature);
    // 809 is a VPN error that everybody meets, and a system error that nobody has seen.
    let common = |entry: &&Entry| is_common(entry.family, entry.number);
    if let Some(entry) = entries.iter().find(common).or(entries.first()) {
        return Some(reading(entry.family, entry.number, None));
    }
    let family = Family::of_kind(signature.kind)?;
    let number = number_of(signature)?;
    // A sub-status of IIS that its documentation does not have says at least what its status says.
    let number = if family == Family::Http && number > 0xFFFF { number >> 16 } else { number };
    Some(reading(family, number, None))
}

#[cfg(test)]
mod tests {
    use super::label;

    #[track_caller]
    fn check(signature: &str, expected: Option<&str>) {
        assert_eq!(label(&signature.parse().unwrap()).map(|(symbol, _)| symbol), expected, "{signature}");
    }

    #[test]
    fn what_support_means_is_named() {
        check("hresult:0x80070005", Some("E_ACCESSDENIED"));
        check("hresult:0x80070070", Some("ERROR_DISK_FULL"));
        check("win32:691", Some("ERROR_AUTHENTICATION_FAILURE"));
        check("hresult:0x80041002", Some("WBEM_E_NOT_FOUND"));
        check("hresult:0x80040E14", Some("DB_E_ERRORSINCOMMAND"));
        check("bugcheck:0x7B", Some("INACCESSIBLE_BOOT_DEVICE"));
        assert!(label(&"win32:691".parse().unwrap()).unwrap().1.is_some());
    }

    #[test]
    fn what_could_be_anothers_has_no_name() {
        // A system error and one of remote access, of which support meets neither.
        check("win32:601", None);
        // Of mail, of events, of text services, and others.
        check("hresult:0x80040201", None);
        check("hresult:0x80040300", None);
        check("hresult:0x80071234", None);
        check("file:krnlmgr.sys", None);
    }
}
